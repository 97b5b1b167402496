"""Structured control flow that is known, or that does nothing."""

from __future__ import annotations

from typing import Any

from ...ir.core import Op, Region
from ...ir.dialects import arith, scf
from ...ir.rewriter import Rewriter, pattern
from .match import const_value, constant

DEPTH = 8
"""Operations around a branch that are searched for its condition."""


def _idle(region: Region) -> bool:
    """Whether a branch holds nothing but its end."""
    return not region.blocks or len(region.block.ops) <= 1


def _take(op: Any, region: Region, rw: Rewriter) -> None:
    """Replace a branch by the body of one of its regions."""
    results = rw.inline_before(op, region.block, ()) if region.blocks else []
    rw.replace(op, *results)


@pattern(scf.If, examples=["when(1, addf(x, y), x)", "when(0, x, mulf(x, y))"])
def if_known(op: Any, rw: Rewriter) -> None:
    """if true A else B -> A; if false A else B -> B"""
    known = const_value(op.condition)
    if known is None:
        return rw.skip("the condition is not constant")
    _take(op, op.regions[0 if known else 1], rw)


@pattern(
    scf.If, examples=["when(p, when(p, addf(x, y), y), x)", "when(p, x, when(p, y, addf(x, y)))"]
)
def if_again(op: Any, rw: Rewriter) -> None:
    """inside a branch on p, if p A else B -> A or B"""
    inner = op
    for _ in range(DEPTH):
        outer = inner.parent_op
        if outer is None or outer.isolated:
            break
        if isinstance(outer, scf.If) and outer.operands[0] is op.condition:
            return _take(op, op.regions[outer.regions.index(inner.block.parent)], rw)
        inner = outer
    rw.skip("no branch around it has the same condition")


@pattern(scf.If, examples=["when(p, x, y)"])
def if_to_select(op: Any, rw: Rewriter) -> None:
    """if p yield x else yield y -> select(p, x, y)"""
    if not op.results:
        return rw.skip("it has no results")
    if not (_idle(op.then) and _idle(op.otherwise)):
        return rw.skip("a branch computes something")
    pairs = zip(op.then.block.ops[-1].operands, op.otherwise.block.ops[-1].operands, strict=True)
    rw.replace(op, *[arith.Select(op.condition, one, other) for one, other in pairs])


@pattern(scf.If, examples=["do(when(p, None, None), x)"])
def if_nothing(op: Any, rw: Rewriter) -> None:
    """if p nothing else nothing -> nothing"""
    if op.results or not (_idle(op.then) and _idle(op.otherwise)):
        return rw.skip("a branch does something")
    rw.replace(op)


@pattern(scf.If, examples=["do(when(p, store(x, m, 0), None), x)"])
def if_without_else(op: Any, rw: Rewriter) -> None:
    """if p A else nothing -> if p A"""
    if op.results or not op.otherwise.blocks or not _idle(op.otherwise):
        return rw.skip("there is another branch")
    then = rw.take_region(op.then)
    rw.replace(op, scf.If(op.condition, then=then, otherwise=Region()))


@pattern(scf.If, examples=["do(when(p, None, store(x, m, 0)), x)"])
def if_inverted(op: Any, rw: Rewriter) -> None:
    """if p nothing else A -> if not p A"""
    if op.results or not _idle(op.then) or _idle(op.otherwise):
        return rw.skip("the first branch does something, or the second one nothing")
    true = rw.insert_before(op, constant(1, op.condition.type))
    negated = rw.insert_before(op, arith.XOrI(op.condition, true))
    then = rw.take_region(op.otherwise)
    rw.replace(op, scf.If(negated, then=then, otherwise=Region()))


def _bounds(op: Any) -> tuple[int, int, int] | None:
    low, high, step = (const_value(v) for v in op.operands[:3])
    if low is None or high is None or step is None or step <= 0:
        return None
    return low, high, step


@pattern(scf.For, examples=["loop(3, 3, 1, x, addf(acc, y))", "loop(5, -2, 2, x, mulf(acc, acc))"])
def for_never(op: Any, rw: Rewriter) -> None:
    """a loop without iterations -> its initial values"""
    bounds = _bounds(op)
    if bounds is None or bounds[0] < bounds[1]:
        return rw.skip("it is not known to have no iteration")
    rw.replace(op, *op.inits)


@pattern(
    scf.For,
    examples=["loop(3, 4, 1, x, addf(acc, y))", "loop(2, 5, 16, a[index], addi(acc, i))"],
)
def for_once(op: Any, rw: Rewriter) -> None:
    """a loop of one iteration -> its body"""
    bounds = _bounds(op)
    if bounds is None or not bounds[0] < bounds[1] <= bounds[0] + bounds[2]:
        return rw.skip("it is not known to have one iteration")
    rw.replace(op, *rw.inline_before(op, op.body.block, (op.lower, *op.inits)))


@pattern(
    scf.For,
    examples=["loop(0, 5, 1, x, acc)", "loop(3, 2, 1, x, acc)"],
)
def for_idle(op: Any, rw: Rewriter) -> None:
    """a value that a loop hands on unchanged -> its initial value"""
    end: Op = op.body.block.ops[-1]
    for i, (arg, init, value) in enumerate(zip(op.carried, op.inits, end.operands, strict=True)):
        if value is arg and (arg.uses.keys() - {(end, i)} or op.results[i].uses):
            rw.replace_uses(op.results[i], init)
            for user, k in list(arg.uses):
                if (user, k) != (end, i):
                    rw.set_operand(user, k, init)
            return None
    rw.skip("every value changes")
