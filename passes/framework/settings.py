"""Settings of all around passes: environment variables and ``with ranvier.options(...)``.

The table of all of them is ``docs/environment.md``; it is made of the declarations below.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Literal

import attrs

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import fail
from ...ir.suggest import did_you_mean
from .typed_values import Field, fields_of

PREFIX = "RANVIER_"

LOADED = time.time()
"""Time at which Ranvier was loaded. Sources that changed later are not what runs."""


def _option(default: Any, doc: str) -> Any:
    return attrs.field(default=default, metadata={"doc": doc})


@frozen
class Options:
    """The settings of one compilation. Every field is an environment variable too."""

    print_ir_before: tuple[str, ...] = _option(
        (), "print the IR before these passes (`all`: before every pass)"
    )
    print_ir_after: tuple[str, ...] = _option(
        (), "print the IR after these passes (`all`: after every pass)"
    )
    print_ir_after_change: bool = _option(False, "print the IR after every pass that changed it")
    print_ir_filter: tuple[str, ...] = _option(
        (), "print, compare and dump only these functions, populations or projections"
    )
    diff: bool = _option(False, "print what each pass changed as a unified diff")
    dump_dir: str = _option(
        "", "write the IR after every pass that changed it, LLVM IR and assembly to this folder"
    )
    time: bool = _option(False, "print how long every stage and pass took")
    stats: bool = _option(False, "print what every pass counted")
    verify: Literal[0, 1, 2] = _option(
        0, "0 verifies the IR between stages, 1 after every pass, 2 prints and parses it too"
    )
    trace_rewrites: bool = _option(False, "print every rewrite with the file and line of its rule")
    reproducer_dir: str = _option(
        "", "where a failing pass leaves its reproducer (default: the temporary folder)"
    )
    opt: Literal[0, 1] = _option(
        1, "0 runs no optimisation, only the passes that lower the network; 1 is the default"
    )
    target: str = _option("cpu", "the kind of machine that kernels are made for: cpu or cuda")
    gpu_arch: str = _option(
        "", "the architecture that code for `cuda` is made for, such as sm_80 (default: the GPU's)"
    )
    gpu_atomics: Literal["ordered", "fast"] = _option(
        "ordered",
        "fast: spikes add to neurons of a GPU in any order, so that last bits differ from run to "
        "run (`Network.config(atomics=...)`)",
    )
    gpu_driver: str = _option(
        "",
        "the package that is asked for the GPU: pycuda or cuda-bindings (default: the first one "
        "that can be imported)",
    )
    check: Literal["none", "bounds"] = _option(
        "none",
        "bounds: kernels test every index, buffers lie between guard pages (`compile(check=...)`)",
    )
    cache: bool = _option(
        True, "0 neither reads nor fills the cache of compiled networks (`compile(cache=False)`)"
    )
    cache_dir: str = _option(
        "", "where compiled networks are kept on disk (default: the system's folder for caches)"
    )
    cache_size: int = _option(
        256, "MB that they may take there; the least recently used go first, 0: no disk"
    )

    exact_threads: bool = _option(
        False,
        "1 runs as many threads as asked for (else one), even where fewer are faster",
    )

    @property
    def watched(self) -> bool:
        """Whether an option shows passes at work, so they must run."""
        silent = Options()
        return any(getattr(self, name) != getattr(silent, name) for name in _WATCHING)


_WATCHING = (
    "print_ir_before",
    "print_ir_after",
    "print_ir_after_change",
    "diff",
    "dump_dir",
    "time",
    "stats",
    "verify",
    "trace_rewrites",
)

AROUND = (
    "FIGURES",
    "BENCH_KIT",
    "PEERS",
    "BLESS",
    "FUZZ_CASES",
    "MLIR_TOOLS",
    "TEST_SEEDS",
    "NIGHTLY",
)
"""Environment variables of examples, benchmarks and tests, without the prefix."""


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def options_from(environment: Mapping[str, str]) -> Options:
    """The options that environment variables ask for. An error names one with a bad value."""
    given = {}
    _warn_unknown(environment)
    for each in fields_of(Options).values():
        text = environment.get(variable(each.attribute), "")
        if text:
            given[each.attribute] = _parsed(each, text)
    return Options(**given)


def _warn_unknown(environment: Mapping[str, str]) -> None:
    """Warn of unknown variables with our prefix: they are misspelt."""
    known = [variable(each.attribute) for each in fields_of(Options).values()]
    known += [PREFIX + name for name in AROUND]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            text = f"the environment variable {name} has no effect{did_you_mean(name, known)}"
            warnings.warn(text, stacklevel=2)


def _parsed(each: Field, text: str) -> Any:
    words = [w.strip() for w in text.split(",") if w.strip()] if each.type.many else [text.strip()]
    try:
        return each.type.parse(words)
    except ValueError as problem:
        fail(f"the environment variable {variable(each.attribute)} {problem}")


def environment_options() -> Options:
    """The options of this process's environment, as it is now."""
    return _options_of(tuple(each for each in os.environ.items() if each[0].startswith(PREFIX)))


@lru_cache(maxsize=8)
def _options_of(variables: tuple[tuple[str, str], ...]) -> Options:
    return options_from(dict(variables))


_CHANGED: ContextVar[Options | None] = ContextVar("ranvier_options", default=None)


def current_options() -> Options:
    """The options in force. The innermost ``with options(...)`` sets them, else the environment."""
    return _CHANGED.get() or environment_options()


def options(**changes: Any) -> AbstractContextManager[Options]:
    """Change options inside a ``with``: ``with ranvier.options(print_ir_after="all"): ...``.

    The names are those of the environment variables in lower case, without the prefix.
    """
    return _changed(changed_options(current_options(), changes))


@contextmanager
def _changed(wanted: Options) -> Iterator[Options]:
    token = _CHANGED.set(wanted)
    try:
        yield current_options()
    finally:
        _CHANGED.reset(token)


def changed_options(before: Options, changes: Mapping[str, Any]) -> Options:
    """``before`` with checked changes; text is parsed as in the environment."""
    known = {each.attribute: each for each in fields_of(Options).values()}
    checked = {}
    for name, value in changes.items():
        if name not in known:
            fail(f"there is no option '{name}'{did_you_mean(name, known)}")
        checked[name] = _checked(known[name], value)
    return attrs.evolve(before, **checked)


def _checked(each: Field, value: Any) -> Any:
    if each.type.many and isinstance(value, str):
        value = [w.strip() for w in value.split(",") if w.strip()]
    values = list(value) if each.type.many else [value]
    try:
        return each.type.parse([str(v) for v in values])
    except ValueError as problem:
        wrong = f"the option '{each.attribute}' {problem}"
        if each.type.choices and not isinstance(value, str | int):
            wrong = (
                f"the option '{each.attribute}' expects {each.type.described}, got {value!r:.60}"
            )
        fail(f"{wrong}{_way_out(each, value)}", None, each.doc)


def _way_out(each: Field, value: Any) -> str:
    """A hint at the word to write instead of the value."""
    words = [choice for choice in each.type.choices if isinstance(choice, str)]
    if isinstance(value, str) or not words:
        return ""
    meant = words[0] if value is False else words[-1]
    if isinstance(value, list | tuple | set) and (found := [v for v in value if v in words]):
        meant = found[0]
    return f"; write {each.attribute}='{meant}'"


def table() -> str:
    """The options as a table in Markdown, for the documentation."""
    rows = ["| variable | option | value | effect |", "|---|---|---|---|"]
    for each in fields_of(Options).values():
        value = _SHOWN.get(each.attribute, "0 or 1" if each.type.scalar is bool else "")
        cells = (f"`{variable(each.attribute)}`", f"`{each.attribute}`", value, each.doc)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


_SHOWN = {
    "print_ir_before": "passes",
    "print_ir_after": "passes",
    "print_ir_filter": "symbols",
    "dump_dir": "folder",
    "reproducer_dir": "folder",
    "verify": "0, 1 or 2",
    "opt": "0 or 1",
    "check": "none or bounds",
    "target": "target",
    "gpu_arch": "architecture",
    "gpu_driver": "package",
    "cache_dir": "folder",
    "cache_size": "MB",
}
"""Values in the table of options, where types do not tell."""
