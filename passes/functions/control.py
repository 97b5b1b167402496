"""Formulas with branches and loops, for rare cases and further tries.

A branch on lanes is taken if one of them wants it; the others keep what they had. So every lane
gets the same number whatever its neighbours are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...ir.attributes import TypeAttr
from ...ir.builder import Builder
from ...ir.core import Block, Op, Region, Value
from ...ir.dialects import func, scf, vector
from ...ir.dialects.builtin import Module
from ...ir.types import function, i32
from .number import Code, Number

Several = Callable[..., Sequence[Number]]
"""A formula with several results."""


def rarely(
    condition: Number, usual: Sequence[Number], otherwise: Callable[[], Sequence[Number]]
) -> list[Number]:
    """``usual``, but ``otherwise()`` in lanes where ``condition`` holds.

    ``otherwise`` is computed only if the condition holds in some lane.
    """
    code = condition.code
    build, values = code.build, [n.value for n in usual]
    is_any = _in_any_lane(condition)
    then, other, constants = Block(), Block(), code.constants
    code.constants = {}  # what is built in a branch stays there
    with build.inside(then):
        found = [condition.where(a, b) for a, b in zip(otherwise(), usual, strict=True)]
        build(scf.Yield(*[n.value for n in found]))
    with build.inside(other):
        build(scf.Yield(*values))
    code.constants = constants
    chosen: Op = build.insert(
        scf.If(
            is_any,
            then=Region(then),
            otherwise=Region(other),
            result_types=tuple(v.type for v in values),
        )
    )
    return [Number(code, v) for v in chosen.results]


def rarely_called(
    condition: Number, usual: Sequence[Number], formula: Several, *arguments: Number
) -> list[Number]:
    """``usual``, but ``formula(*arguments)`` in lanes where ``condition`` holds.

    The formula is a function of its own, which all calls of the module share.
    """
    functions = condition.code.functions
    if functions is None:
        return rarely(condition, usual, lambda: formula(*arguments))
    return rarely(condition, usual, lambda: functions.call(formula, arguments))


class Functions:
    """Formulas as private functions of a module. Each type has its own, made when first called."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.known = {op.sym_name: op for op in module.ops if isinstance(op, func.Func)}

    def call(self, formula: Several, arguments: Sequence[Number]) -> list[Number]:
        """Call the function of a formula."""
        code = arguments[0].code
        lanes = f"x{code.lanes}" if code.lanes else ""
        name = f"{formula.__name__}_{code.kind.scalar}{lanes}"
        if name not in self.known:
            self.known[name] = self._define(name, formula, arguments)
        values = [a.value for a in arguments]
        results = self.known[name].function_type.results
        call = code.build.insert(func.Call(*values, callee=name, result_types=results))
        return [Number(code, v) for v in call.results]

    def _define(self, name: str, formula: Several, like: Sequence[Number]) -> func.Func:
        old = like[0].code
        inputs = tuple(a.value.type for a in like)
        block = Block(inputs)
        build = Builder(block, old.build.loc)
        code = Code(build, old.kind, old.lanes, self)
        values = [n.value for n in formula(*[Number(code, v) for v in block.args])]
        build(func.Return(*values))
        type_ = function(inputs, tuple(v.type for v in values))
        made = func.Func(
            function_type=TypeAttr(type_),
            sym_name=name,
            sym_visibility="private",
            body=Region(block),
        )
        Builder(self.module.body.block, old.build.loc, self.module.ops[0])(made)
        return made


def _in_any_lane(condition: Number) -> Value:
    if not condition.code.lanes:
        return condition.value
    found: Value = condition.code.build(vector.reduction("or", condition.value))
    return found


Turn = Callable[[Number, Number, list[Number]], tuple[Number, Sequence[Number]]]
"""One turn of a loop over lanes.

It takes the count of turns (a scalar), the lanes that take part, and the state. It gives the lanes
that go on, and the next state.
"""


def repeat(limit: int, active: Number, state: Sequence[Number], turn: Turn) -> list[Number]:
    """Take turns while a lane is ``active``, at most ``limit``. Other lanes keep their state."""
    code = active.code
    build, constants = code.build, code.constants
    zero = code.constant(0, i32)
    inits = [zero.value, active.value, *[n.value for n in state]]
    types = tuple(v.type for v in inits)
    before, after = Block(types, ("turn", "active")), Block(types, ("turn", "active"))
    code.constants = {}  # what is built in the loop stays there
    with build.inside(before):
        count, going, *_ = (Number(code, v) for v in before.args)
        build(
            scf.Condition(((count < limit) & Number(code, _in_any_lane(going))).value, *before.args)
        )
    code.constants = {}
    with build.inside(after):
        count, going, *old = (Number(code, v) for v in after.args)
        again, new = turn(count, going, old)
        selected = [going.where(a, b) for a, b in zip(new, old, strict=True)]
        build(scf.Yield((count + 1).value, (going & again).value, *[n.value for n in selected]))
    code.constants = constants
    done: Op = build.insert(
        scf.While(
            *inits,
            before=Region(before),
            after=Region(after),
            result_types=types,
        )
    )
    return [Number(code, v) for v in done.results[2:]]
