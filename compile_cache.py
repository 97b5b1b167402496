"""Compiled networks by content: keys, and the plans under them.

The key is a hash of everything that decides the code: the description of the network (see
``frontend/description.py``), the passes, the machine, LLVM, and Ranvier's own files (their names,
sizes and times; those of the archive where Ranvier is imported from one). Values, weights, delays
and seeds are no part of it: they stand in buffers. Under the key lies a plan; the machine code
itself lies under a key of its own, that of its LLVM IR, so that networks which differ in nothing
that kernels see share it.

Nothing is looked up where prints, dumps or other instrumentation watch the passes, and nothing of
a pipeline with passes that are not Ranvier's own, whose sources are unknown.
"""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import field

from .codegen.backend import backend
from .codegen.cache import Cache, Store, default_folder, digest
from .frontend.description import NetworkDescription, describe
from .frontend.network import Network
from .ir.attrs_classes import define
from .ir.target import Target, find_target
from .passes.framework.settings import LOADED, Options
from .runtime.plan import Plan

if TYPE_CHECKING:
    from .codegen.backend import Backend
    from .passes.framework.pipeline import Pipeline
    from .passes.framework.report import Report

_VALUES: OrderedDict[str, Any] = OrderedDict()
_LAST: WeakKeyDictionary[Network, dict[str, str]] = WeakKeyDictionary()
_SHOWN = 6
_OURS = f"{__name__.rpartition('.')[0]}.passes."


@define
class Request:
    """A network to compile with ``passes``, None for those of ``options``.

    ``why`` says for people why it has to be compiled or, where it was ``from_cache``, from where.
    """

    network: Network
    passes: str | Iterable[Any] | Pipeline | None
    options: Options
    why: str = ""
    from_cache: bool = False
    description: NetworkDescription = field(init=False)
    cache: Cache | None = field(init=False)
    _key: str = field(default="", init=False)

    def __attrs_post_init__(self) -> None:
        self.description = describe(self.network)
        self.cache = cache_of(self.options)

    def find(self) -> tuple[Plan, Any] | None:
        """The plan and the machine code, if they are known."""
        self.why = self._obstacle()
        if self.why or self.cache is None:
            return None
        parts = self._key_parts()
        self._key = digest(*(word for pair in parts.items() for word in pair))
        before, _LAST[self.network] = _LAST.get(self.network), parts
        plan = self.cache.find(self._key, Plan.decode)
        code = None
        if plan is not None:
            code = self.cache.find(plan.value.code, self._backend.load)
        if plan is None or code is None:
            self.why = _difference(before, parts)
            return None
        self.from_cache = True
        self.why = f"it was compiled before: machine code from the {code.source}"
        return plan.value, code.value

    @property
    def _target(self) -> Target:
        return find_target(self.options.target, self.options.gpu_arch)

    @property
    def _backend(self) -> Backend:
        return backend(self._target.code_generator)

    def keep(self, plan: Plan, source: str) -> None:
        """Keep a plan for the next time.

        ``source`` says where its machine code came from, if that is known.
        """
        if source:
            self.why += f"; its kernels are known: machine code from the {source}"
        if self.cache is not None and self._key:
            self.cache.keep(self._key, plan, plan.encode())

    def tell(self, report: Report) -> None:
        """Report the reason for compiling, or the origin of the code."""
        if self.from_cache:
            report.did("cache", "", self.why)
        else:
            report.refused("cache", "", "what was compiled before", self.why)
        if self.cache is None or self.options.cache_size <= 0:
            return
        store = self.cache.store
        problem = "this user has no home" if store is None else store.problem
        if problem:
            report.refused("cache", "", "the folder for the next time", problem)

    def _obstacle(self) -> str:
        """The reason to look nothing up, empty if there is none."""
        if self.cache is None:
            return "the cache is switched off"
        if self.options.watched:
            return "somebody watches the passes"
        if self.passes is not None:
            from .passes.framework.pipeline_text import as_pipeline

            self.passes = as_pipeline(self.passes)
            for item in self.passes.passes:
                if not type(item).__module__.startswith(_OURS):
                    return f"the pass '{item.name}' is not Ranvier's own"
        return sources()[1]

    def _key_parts(self) -> dict[str, str]:
        """Everything that decides the code, by what people call it."""
        passes = f"opt={self.options.opt}" if self.passes is None else str(self.passes)
        return {
            "Ranvier itself": sources()[0],
            "the machine or LLVM": self._backend.described(self._target.machine),
            "the target": self.options.target,
            "the pipeline": passes,
            "what is checked": self.options.check,
            "the order of atomics": self.options.gpu_atomics,
            **self.description.parts(),
        }


def _difference(before: dict[str, str] | None, now: dict[str, str]) -> str:
    """Differences from the network that was compiled last."""
    if before is None:
        return "nothing like it was compiled before"
    said = [
        ([name for name in now if before.get(name, now[name]) != now[name]], "changed"),
        ([name for name in now if name not in before], "new"),
        ([name for name in before if name not in now], "gone"),
    ]
    words = [f"{_listed(names)} {how}" for names, how in said if names]
    return f"since it was compiled last: {'; '.join(words)}" if words else "it is no longer kept"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def forget() -> None:
    """Empty the memory of this process; folders on disk stay."""
    _VALUES.clear()


def cache_of(options: Options) -> Cache | None:
    """The cache that options ask for."""
    if not options.cache:
        return None
    folder = Path(options.cache_dir) if options.cache_dir else default_folder()
    if folder is None or options.cache_size <= 0:
        return Cache(_VALUES)
    return Cache(_VALUES, _store(folder, options.cache_size << 20))


_store = cache(Store)
"""The store of a folder, one each. It knows its size without looking every time."""


@cache
def sources() -> tuple[str, str]:
    """A hash of Ranvier's own files, and a reason against it.

    The reason is empty where the hash tells which code runs. A file that changed after it was
    loaded is not what runs.
    """
    found = sorted(_own_files())
    if not found:
        return "", "Ranvier's sources cannot be looked at"
    text = "".join(f"{name} {size} {time}\n" for name, size, time in found)
    newest = max(time for _, _, time in found)
    problem = "Ranvier's sources changed after it was loaded" if newest / 1e9 > LOADED else ""
    return digest(text, sys.version), problem


def _own_files() -> Iterator[tuple[str, int, int]]:
    """Path, size and time of all files of the package.

    Of the archive instead, where the package is imported from one. There are none in a program that
    was frozen with its modules inside.
    """
    archive = getattr(getattr(__spec__, "loader", None), "archive", None)
    here = globals().get("__file__")
    if archive is not None and os.path.isfile(archive):
        yield archive, os.stat(archive).st_size, os.stat(archive).st_mtime_ns
    elif here is not None:
        yield from _files(os.path.dirname(here), _FOLDERS)


def _files(folder: str, folders: Container[str] | None = None) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of all modules below a folder.

    ``folders`` names the folders to go into, None means all. Without sources the compiled files
    stand in their place; ``__pycache__`` says nothing.
    """
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if entry.name.endswith((".py", ".pyc")):
            about = entry.stat()
            yield entry.path, about.st_size, about.st_mtime_ns
        elif entry.is_dir() and (
            entry.name.partition("_")[0] in folders if folders else entry.name[0] not in "._"
        ):
            yield from _files(entry.path)


_FOLDERS = ("frontend", "ir", "passes", "codegen", "runtime")
"""Beginnings of names of the package's folders: ``codegen`` for ``codegen_llvm``."""
