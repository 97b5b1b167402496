"""Before and after in the docstring of a pass.

::

    func.func @f(%x: f64) -> f64 {
      %one = arith.constant 1.0 : f64
      %y = arith.mulf %x, %one : f64
      return %y : f64
    }
    ==>
    func.func @f(%x: f64) -> f64 {
      return %x : f64
    }

An indented block with a line ``==>`` in it. What stands before is IR; the pass of the module runs
on it (``==> cse,licm``: these passes), and what comes out must be what stands after, where ``...``
is any text, or any lines where it is a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from attrs import frozen

from ranvier.ir.parser import parse
from ranvier.ir.printer import print_custom
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager

ARROW = re.compile(r"^==>(?: (.*))?$", re.MULTILINE)


@frozen
class Snippet:
    """A text before and after a pipeline.

    If it is the pass of the module, ``pipeline`` is empty.
    """

    before: str
    pipeline: str
    after: str


def snippets(docstring: str) -> Iterator[Snippet]:
    """All blocks with an arrow in them."""
    for block in re.findall(r"(?:^(?:    .*)?\n)+", docstring + "\n", re.MULTILINE):
        text = dedent(block).strip("\n")
        arrow = ARROW.search(text)
        if arrow:
            before, after = text[: arrow.start()], text[arrow.end() :]
            yield Snippet(before.rstrip(), arrow[1] or "", after.strip("\n"))


def outcome(snippet: Snippet, name: str) -> str:
    """The outcome of a snippet.

    The operations of the module, one after the other.
    """
    module = parse(snippet.before)
    verify(module)
    context = Context.from_environment(verify=2)
    PassManager(snippet.pipeline or name, context).run(module)
    return "\n".join(print_custom(op) for op in module.ops)


def pattern(text: str) -> re.Pattern[str]:
    """The outputs that a text with ``...`` in it stands for."""
    lines = []
    for line in text.splitlines():
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*")
        else:
            lines.append(".*".join(re.escape(part) for part in line.split("...")) + r"\n")
    return re.compile("".join(lines))
