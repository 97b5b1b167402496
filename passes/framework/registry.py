"""The registry of passes by name.

A pass ``fuse-loops`` of ours lives in the module ``passes/fuse_loops.py`` and is imported when it
is first asked for. Passes of others register themselves when their module is imported: by the
program that uses them, by :func:`load_passes` from a file, or by an entry point of the group
``ranvier.passes`` whose name is the name of the pass::

    [project.entry-points."ranvier.passes"]
    count-loops = "my_package.count_loops:CountLoops"
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

import attrs

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import RanvierError, fail
from ...ir.suggest import did_you_mean
from .typed_values import UnsupportedTypeError, fields_of

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from .core import Pass

PassT = TypeVar("PassT", bound="type[Pass]")

REGISTRY: dict[str, type[Pass]] = {}
"""All passes that are imported, by name."""

PACKAGE = (__package__ or "").rpartition(".")[0]
"""The folder of our passes, as a package."""

GROUP = "ranvier.passes"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class RegistrationError(RanvierError):
    """A class cannot be registered as a pass. The text says why."""


class UnknownPassError(RanvierError):
    """There is no pass of that name."""


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def register(cls: PassT) -> PassT:
    """Class decorator: make a pass known by its ``name``. Annotated fields become its options."""
    if "__attrs_attrs__" not in vars(cls):
        cls = frozen(cls)
    name = cls.name
    if not _NAME.fullmatch(name):
        raise RegistrationError(
            f"{cls.__qualname__}: 'name' must be words of small letters joined by dashes, "
            f"not {name!r}"
        )
    if not (cls.__doc__ or "").strip() and __doc__:  # python -OO takes docstrings away, ours too
        raise RegistrationError(f"the pass '{name}' needs a docstring: it is its documentation")
    other = REGISTRY.get(name)
    taken = other is not None and _origin(other) != _origin(cls)
    ours = cls.__module__.startswith(PACKAGE + ".")
    if taken or (not ours and _own(name) is not None):
        raise RegistrationError(f"there is already a pass '{name}'; give yours another name")
    try:
        fields_of(cls)
    except UnsupportedTypeError as problem:
        raise RegistrationError(f"the pass '{name}': {problem}") from None
    REGISTRY[name] = cls
    return cls


def _origin(cls: type) -> tuple[str, str]:
    """Place of a class: equal places mean one class, defined again.

    A file or a cell ran twice then.
    """
    return cls.__module__, cls.__qualname__


def find_pass(name: str) -> type[Pass]:
    """The pass class of a name. UnknownPassError names the closest one where there is none."""
    if name not in REGISTRY and _own(name) is None and name in entry_points():
        _load_entry(name)
    if name not in REGISTRY:
        known = [*own_passes(), *entry_points(), *REGISTRY]
        raise UnknownPassError(f"unknown pass '{name}'{did_you_mean(name, known)}")
    return REGISTRY[name]


def all_passes() -> dict[str, type[Pass]]:
    """All passes by name, sorted. Registered ones and those of entry points stand beside ours.

    What a broken package promises is a warning, so that the others are still listed.
    """
    found = {}
    for name in sorted({*own_passes(), *entry_points(), *REGISTRY}):
        try:
            found[name] = find_pass(name)
        except UnknownPassError as problem:
            warnings.warn(str(problem), stacklevel=2)
    return found


def _own(name: str) -> type[Pass] | None:
    """Our pass of a name, or None; its module is imported."""
    if not _NAME.fullmatch(name):
        return None
    module = f"{PACKAGE}.{name.replace('-', '_')}"
    if importlib.util.find_spec(module) is not None:
        importlib.import_module(module)  # and wait for another thread that is at it
    found = REGISTRY.get(name)
    return found if found is not None and found.__module__ == module else None


@cache
def own_passes() -> frozenset[str]:
    """Names of our passes: modules here that register one."""
    package = importlib.import_module(PACKAGE)
    names = [each.name.replace("_", "-") for each in pkgutil.iter_modules(package.__path__)]
    return frozenset(name for name in names if _own(name) is not None)


@cache
def entry_points() -> dict[str, EntryPoint]:
    """The entry points of other packages, by name of the pass."""
    from importlib.metadata import entry_points as installed

    return {entry.name: entry for entry in installed(group=GROUP)}


def _load_entry(name: str) -> None:
    entry = entry_points()[name]
    try:
        found = entry.load()
    except Exception as problem:
        raise UnknownPassError(
            f"the pass '{name}' comes from {entry.value}, which cannot be loaded: {problem}"
        ) from problem
    if REGISTRY.get(name) is not found:
        raise UnknownPassError(f"the entry point '{name}' leads to no registered pass of that name")


def load_passes(path: str | Path) -> list[str]:
    """Run a Python file that registers passes; return their names. Its exceptions pass through."""
    file = Path(path).resolve()
    if not file.is_file():
        fail(f"there is no file of passes '{path}'")
    name = "ranvier_loaded_" + re.sub(r"\W", "_", str(file))
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        fail(f"'{path}' is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    found = [each for each, cls in REGISTRY.items() if cls.__module__ == name]
    if not found:
        fail(f"'{path}' registers no pass; decorate the class with @register")
    return found
