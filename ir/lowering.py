"""Lowering is an interpreter over operations with a table of rules; this is the interpreter.

A rule takes an operation and a context, and returns what the results of the operation have become:
one thing, a tuple, or None. ``env`` knows what values have become so far. Two ways to run a table:

* :func:`lower_block` walks a block and builds something new from it: kernels from equations, LLVM
  instructions from kernels. Operations without a rule go to ``other``: copied, or refused.
* :func:`expand` replaces operations where they stand: random draws by arithmetic.

Locations come from the operation at hand, and :func:`none_left` checks that the job is done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from .builder import Builder
from .core import Block, Op, Value
from .diagnostics import Diagnostic, RanvierError, error
from .rewriter import Rewriter

Env = dict[Value, Any]
Rule = Callable[[Any, Any], Any]
Rules = Mapping[type[Op], Rule]


class LoweringError(RanvierError):
    """An operation that a lowering does not know, or left over: a mistake of a pass."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = list(diagnostics)


def refuse(op: Op, context: Any = None) -> NoReturn:
    """The rule of operations that have none."""
    raise LoweringError(error(f"'{op.name}' cannot be lowered here", op.loc))


def lower_ops(
    block: Block,
    rules: Rules,
    context: Any,
    env: Env,
    *,
    other: Rule = refuse,
    builder: Builder | None = None,
) -> None:
    """Run the rules over a block up to its terminator; ``builder`` gets each one's location."""
    before = builder.loc if builder is not None else None
    for op in block.ops:
        if op.terminator:
            break
        if builder is not None:
            builder.loc = op.loc
        found = rules.get(type(op), other)(op, context)
        if found is not None:
            bind(env, op, found)
    if builder is not None and before is not None:
        builder.loc = before


def lower_block(
    block: Block,
    rules: Rules,
    context: Any,
    env: Env,
    *,
    other: Rule = refuse,
    builder: Builder | None = None,
) -> list[Any]:
    """:func:`lower_ops`; return what the operands of the terminator have become."""
    lower_ops(block, rules, context, env, other=other, builder=builder)
    end = block.terminator
    return [env[v] for v in end.operands] if end is not None else []


def bind(env: Env, op: Op, found: Any) -> None:
    """Remember what the results of ``op`` have become; a named tuple is one thing, not several."""
    if type(found) is tuple:
        env.update(zip(op.results, found, strict=True))
    else:
        env[op.results[0]] = found


def expand(root: Op, rules: Rules, rw: Rewriter) -> int:
    """Replace every operation that has a rule by what the rule builds in its place.

    The context of the rules is a builder that inserts before the operation, at its location.
    """
    found = [op for op in root.walk() if type(op) in rules]
    for op in found:
        assert op.block is not None
        new = rules[type(op)](op, Builder(op.block, op.loc, op))
        rw.replace(op, *(new if type(new) is tuple else () if new is None else (new,)))
    none_left(root, rules)
    return len(found)


def none_left(root: Op, unwanted: Collection[type[Op]] | str) -> None:
    """Refuse operations of these classes, or of the dialect of this name, inside ``root``."""
    if isinstance(unwanted, str):
        prefix = unwanted + "."
        left = [op for op in root.walk() if op.name.startswith(prefix)]
    else:
        left = [op for op in root.walk() if type(op) in unwanted]
    if left:
        raise LoweringError(*(error(f"'{op.name}' is left over", op.loc) for op in left))
