"""The reference of all operations, made of their declarations.

``python -m ranvier.passes.tools.op_reference docs/op_reference.md`` writes it; a test complains if
the file is not what would be written.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from ...ir import dialects
from ...ir.core import Op
from ...ir.layouts import LAYOUTS
from .lists import all_operations, documented, signature
from .op_syntax import syntax

HEAD = """\
# Operations

Made of the declarations in `ir/dialects` by

    python -m ranvier.passes.tools.op_reference docs/op_reference.md

An operation is written as `name(operands) <properties> {regions} -> results`. After a colon stands
what a value may be (nothing: any type), `...` means any number of values, `?` a property that may
be left out. Decisions are what passes say of an operation: entries of its property `decisions`.

*Written* shows the custom form, without the attributes that may follow: `<name>` is a property in
short, and `(...)?` may be left out.

| trait | meaning |
|---|---|
| pure | touches no memory: may be shared, dropped and moved |
| commutative | the operands may change places |
| reads, writes | touches memory or variables |
| terminator | ends a block |
| symbol | defines a name |
| symbol table | names in it are defined once |
| isolated | uses no values from outside |
"""

LAYOUTS_HEAD = """\
Values of the decision `layout` of `net.projection` (`ir/layouts.py`). Bytes are those of a synapse
beside its attributes and its delay, with ranks of 16 and of 32 bits. `block` is that of the target,
`part` one of `parts` into which rows are cut for workers."""

TRAITS = (
    "pure",
    "commutative",
    "reads",
    "writes",
    "terminator",
    "symbol",
    "symbol_table",
    "isolated",
)


def reference() -> str:
    """The whole page."""
    lines = [HEAD]
    ours = [kind for kind in all_operations().values() if _is_ours(kind)]
    for dialect, kinds in groupby(ours, lambda kind: kind.name.partition(".")[0]):
        lines += [f"## {dialect}", "", _about(dialect), ""]
        for kind in kinds:
            lines += _entry(kind)
    return "\n".join([*lines, *_layouts()]).rstrip() + "\n"


def _layouts() -> Iterator[str]:
    """The layouts that the decision ``layout`` of a projection names."""
    yield "## Layouts of synapses"
    yield ""
    yield LAYOUTS_HEAD
    yield ""
    yield "| layout | synapses | bytes | place of a synapse, or of a row |"
    yield "|---|---|---|---|"
    for each in LAYOUTS.values():
        widths = " or ".join(dict.fromkeys(str(each.bytes_per_synapse(bits)) for bits in (16, 32)))
        yield f"| `{each.name}` | {each.summary} | {widths} | `{each.address}` |"
    yield ""


def _is_ours(kind: type[Op]) -> bool:
    """Whether a dialect declares it. Others may have declared operations, too."""
    return kind.__module__.startswith(f"{dialects.__name__}.")


def _about(dialect: str) -> str:
    """The docstring of the dialect's module, as one line per paragraph."""
    doc = inspect.cleandoc(import_module(f"{dialects.__name__}.{dialect}").__doc__ or "")
    text = doc.partition(": ")[2]
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return _markdown("\n\n".join([p[:1].upper() + p[1:] for p in paragraphs]))


def _entry(kind: type[Op]) -> Iterator[str]:
    traits = [trait.replace("_", " ") for trait in TRAITS if getattr(kind, trait)]
    yield f"### {kind.name}"
    yield ""
    yield f"`{signature(kind.defn)}`" + (f" ({', '.join(traits)})" if traits else "")
    yield ""
    yield _markdown(inspect.cleandoc(kind.defn.doc))
    yield ""
    if syntax(kind):
        yield f"Written `{syntax(kind)}`."
        yield ""
    for head, rows in documented(kind.defn):
        yield f"| {head} | |"
        yield "|---|---|"
        yield from (f"| `{name}` | {doc} |" for name, doc in rows)
        yield ""


def _markdown(text: str) -> str:
    """Docstrings mark code with two quotes, Markdown with one."""
    return text.replace("``", "`")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
