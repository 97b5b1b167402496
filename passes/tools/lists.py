"""Listings: all passes with their options, all operations with their declarations."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import attrs

from ...ir import dialects
from ...ir.constraints import AnyType
from ...ir.core import Op
from ...ir.declare import OPS
from ...ir.definitions import OpDef
from ..framework.registry import all_passes
from ..framework.typed_values import fields_of, format_value
from ..pipelines import NAMED

_TRAITS = (
    "pure", "terminator", "commutative", "symbol", "symbol_table", "isolated", "reads", "writes",
)  # fmt: skip


def list_passes() -> str:
    """Every pass with its documentation and options, then the named pipelines."""
    blocks = ["\n".join(_pass_lines(name, kind)) for name, kind in all_passes().items()]
    lines = ["named pipelines:"]
    for name, function in NAMED.items():
        lines.append(f"  @{name}: {','.join(function())}")
        lines += textwrap.wrap(inspect.getdoc(function) or "", 92, initial_indent=" " * 4)
    return "\n\n".join([*blocks, "\n".join(lines)])


def _pass_lines(name: str, kind: Any) -> Iterator[str]:
    facts = [f"on each {kind.scope}" if kind.scope == "function" else "on the module"]
    facts += [f"requires {kind.requires}"] if kind.requires else []
    facts += [f"ensures {kind.ensures}"] if kind.ensures else []
    yield f"{name}  ({', '.join(facts)})"
    yield textwrap.indent(_documentation(kind), "  ")
    for option, each in fields_of(kind).items():
        default = "required" if each.default is attrs.NOTHING else format_value(each.default)
        doc = f": {each.doc}" if each.doc else ""
        yield f"  {name}{{{option}=...}} {each.type.described}, default {default}{doc}"


def _documentation(kind: Any) -> str:
    """The docstring, or the module's without the pass name.

    The module's is taken where the docstring refers to it.
    """
    own: str = inspect.getdoc(kind) or ""
    if "see the module" not in own:
        return own
    module = inspect.cleandoc(sys.modules[kind.__module__].__doc__ or "")
    more = inspect.cleandoc(own.partition("see the module.")[2])
    about = module.removeprefix(f"{kind.name}: ")
    return f"{about[:1].upper()}{about[1:]}" + (f"\n\n{more}" if more else "")


def all_operations() -> dict[str, type[Op]]:
    """All declared operations by name, sorted by dialect."""
    for found in pkgutil.iter_modules(dialects.__path__):
        importlib.import_module(f"{dialects.__name__}.{found.name}")
    return dict(sorted(OPS.items()))


def list_operations() -> str:
    """Every operation as it is declared, by dialect."""
    lines: list[str] = []
    last = ""
    for name, kind in all_operations().items():
        dialect = name.partition(".")[0]
        if dialect != last:
            lines += ["", _head(dialect)] if lines else [_head(dialect)]
            last = dialect
        lines += _operation_lines(kind)
    return "\n".join(lines)


def _head(dialect: str) -> str:
    return f"{dialect}: {_about(dialect)}"


def _about(dialect: str) -> str:
    """The first paragraph of a dialect's docstring, without its name.

    The docstring is the module's.
    """
    module = importlib.import_module(f"{dialects.__name__}.{dialect}")
    first = (module.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(first.split()).partition(": ")[2]


def _operation_lines(kind: type[Op]) -> Iterator[str]:
    traits = [trait for trait in _TRAITS if getattr(kind, trait)]
    yield f"  {signature(kind.defn)}{'  [' + ', '.join(traits) + ']' if traits else ''}"
    for line in inspect.cleandoc(kind.defn.doc).splitlines():
        yield f"      {line}".rstrip()
    for head, rows in documented(kind.defn):
        for name, doc in rows:
            yield from textwrap.wrap(
                f"{head} {name}: {doc}", 100, initial_indent=" " * 6, subsequent_indent=" " * 10
            )


def documented(defn: OpDef) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Properties, decisions and regions with their descriptions. Those without one are left out."""
    groups = {
        "property": [(name, decl.doc) for name, decl in defn.props],
        "decision": [(name, decl.doc) for name, decl in defn.decisions],
        "region": list(zip(defn.regions, defn.region_docs, strict=True)),
    }
    for head, rows in groups.items():
        said = [(name, doc) for name, doc in rows if doc]
        if said:
            yield head, said


def signature(defn: OpDef) -> str:
    """``arith.addf(lhs: float, rhs: float) -> (result)  <fastmath?>``."""
    operands = [_value(name, decl) for name, decl in defn.operands]
    results = [_value(name, decl) for name, decl in defn.results]
    text = f"{defn.name}({', '.join(operands)})"
    if defn.successors:
        text += f"[{', '.join(defn.successors)}]"
    if defn.props:
        props = [f"{n}: {_kind(d)}{'' if d.required else '?'}" for n, d in defn.props]
        text += f" <{', '.join(props)}>"
    if defn.regions:
        text += f" {{{', '.join(defn.regions)}}}"
    return f"{text} -> {', '.join(results)}" if results else text


def _value(name: str, decl: Any) -> str:
    dots = "..." if decl.variadic else ""
    if decl.same_type_as:
        return f"{name}{dots}: as {decl.same_type_as}"
    if getattr(decl, "type", None) is not None:
        return f"{name}{dots}: {decl.type}"
    kind = "" if decl.constraint is AnyType else f": {decl.constraint.name}"
    return f"{name}{dots}{kind}"


def _kind(decl: Any) -> str:
    name: str = decl.kind.__name__
    return name.removesuffix("Attr").lower()
