"""Lowering: an interpreter over operations with a table of rules.

A rule takes an operation and a context, and returns whatever replaces the results of the operation:
one object, a tuple of them, or None. ``env`` maps values to their replacements so far. There are
two ways to run a table:

* :func:`lower_block` walks a block and builds another program from it: kernels from equations, LLVM
  instructions from kernels. Operations without a rule go to ``other``: copied, or refused.
* :func:`expand` replaces operations where they stand: random draws by arithmetic.

Locations come from the operation at hand, and :func:`none_left` checks that no operation of the
kind is left over.
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
    """An operation that a lowering does not know, or left over.

    That is a mistake of a pass, not of the user.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = list(diagnostics)


def refuse(op: Op, context: Any = None) -> NoReturn:
    """Refuse an operation that has no rule."""
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
    """Run the rules over a block, up to its terminator.

    ``builder`` gets the location of each operation.
    """
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
    """Run :func:`lower_ops` and return the replaced operands of the terminator."""
    lower_ops(block, rules, context, env, other=other, builder=builder)
    end = block.terminator
    return [env[v] for v in end.operands] if end is not None else []


def bind(env: Env, op: Op, found: Any) -> None:
    """Map the results of ``op`` to ``found``.

    A named tuple stands for one result; only a plain tuple has an entry for each.
    """
    if type(found) is tuple:
        env.update(zip(op.results, found, strict=True))
    else:
        env[op.results[0]] = found


def expand(root: Op, rules: Rules, rw: Rewriter) -> int:
    """Replace every operation that has a rule, where it stands.

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
    """Refuse leftover operations of these classes, or of this dialect.

    Raises :class:`LoweringError` with all of them inside ``root``.
    """
    if isinstance(unwanted, str):
        prefix = unwanted + "."
        left = [op for op in root.walk() if op.name.startswith(prefix)]
    else:
        left = [op for op in root.walk() if type(op) in unwanted]
    if left:
        raise LoweringError(*(error(f"'{op.name}' is left over", op.loc) for op in left))
