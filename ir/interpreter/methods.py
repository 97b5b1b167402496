"""Meaning of ``eq.system``: differential equations that advance together.

Every equation is ``A dx/dt = R``. R is a function of the values before the step; some methods ask
for one that is linear in x: ``R = C - B x``. All values after the step are computed before any is
written, each by its method (``ir/methods``) with the help of :class:`SystemStep`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from ..core import Op, Value
from ..depth import Step, complete
from ..dialects import arith, eq, math
from ..methods import METHODS
from ..types import FloatType
from .affine import Affine, NotAffineError, affine, apply, combine, unknown
from .core import Env, Interpreter, InterpreterError, interprets, needed_rule
from .equations import EquationState, assign, frame_of
from .fused import fused
from .libm import library_function
from .values import convert, dtype_of


class SystemStep:
    """The equations of one ``eq.system`` in one frame."""

    def __init__(self, op: Any, env: Env, interpreter: Interpreter) -> None:
        self.env = env
        self.interpreter = interpreter
        self.frame: EquationState = frame_of(interpreter, op)
        self.equations = [o for o in op.body.block.ops if isinstance(o, eq.Equation)]
        self.type = self.equations[0].lhs.type
        self.dt = self.number(self.length)
        self.by_event = False
        self.limits = np.finfo(dtype_of(self.type))

    @property
    def length(self) -> np.float64:
        """The length of the step in ms, in double precision."""
        length = self.frame.length
        return np.float64(self.frame.clock.dt if length is None else length)

    def is_held(self, variable: str) -> bool:
        """Whether a variable keeps its value in this step."""
        return self.frame.held and self.frame.own(variable).frozen

    def since_event(self, op: Any) -> SystemStep:
        """The system with the time since an event as its step.
        It is the last event of the variable of ``op``.
        """
        elapsed = self.frame.elapsed
        if elapsed is None:
            text = f"'{op.method}' is for the events of projections only"
            raise InterpreterError(text, op.loc)
        other = copy(self)
        other.dt, other.by_event = self.number(elapsed(op.variable)), True
        return other

    def fused(self, a: Any, b: Any, c: Any) -> Any:
        """The fused multiply-add ``a * b + c``."""
        return fused(a, b, c)

    def function(self, name: str, x: Any) -> Any:
        """A function of the C library."""
        assert isinstance(self.type, FloatType)
        return self.number(library_function(name, 1, self.type.bits)(x))

    def number(self, value: float) -> Any:
        """A number of the type of the equations."""
        return convert(value, self.type)

    def current(self, variable: str) -> Any:
        """The value of a variable before the step."""
        return self.frame.own(variable).read(self.type)

    def step_over(self, factor: Any) -> Any:
        """The step over a factor: dt / factor.

        Since the last event it is dt * (1 / factor).
        """
        return self.dt * (self.number(1.0) / factor) if self.by_event else self.dt / factor

    def evaluate(self, value: Value, known: Mapping[str, Any], derivative: Any) -> Any:
        """The value of an expression, with other values of some variables.

        ``known`` are these values, ``derivative`` is that of ``eq.ddt``.
        """
        computed: Env = {}

        def find(v: Value) -> Step[Any]:
            if v in self.env:
                return self.env[v]
            if v not in computed:
                computed[v] = yield from compute(v)
            return computed[v]

        def compute(v: Value) -> Step[Any]:
            op = v.op
            assert op is not None
            if isinstance(op, eq.Read) and op.variable in known:
                return known[op.variable]
            if isinstance(op, eq.Ddt):
                return derivative
            operands = []
            for operand in op.operands:
                operands.append((yield find(operand)))
            if any(isinstance(x, Affine) for x in operands):
                return apply(op, _without_zeros(op, operands))
            local = dict(zip(op.operands, operands, strict=True))
            found = needed_rule(op)(op, local, self.interpreter)
            return found[v.index] if isinstance(found, tuple) else found

        return complete(find(value))

    def sides(self, op: Any, known: Mapping[str, Any]) -> tuple[Any, Affine]:
        """A and R of an equation ``A dx/dt = R``.

        ``known`` are values, or unknowns, for some variables.
        """
        name = "d/dt"
        dx = unknown(name, self.number(1.0))
        try:
            left, right = (
                Affine() if _is_zero(v) else affine(self.evaluate(v, known, dx))
                for v in (op.lhs, op.rhs)
            )
        except NotAffineError as problem:
            text = f"the equation of '{op.variable}' is not linear where it has to be"
            raise InterpreterError(text, problem.op.loc) from None
        if name not in left.slopes:
            left, right = right, left
        gap = combine(left, right, -1)
        factor = gap.slopes.pop(name, None)
        if factor is None:
            raise InterpreterError(f"d{op.variable}/dt cancels out of its equation", op.loc)
        return factor, combine(Affine(), gap, -1)

    def linear(self, op: Any, unknowns: Sequence[str]) -> tuple[Any, dict[str, Any], Any]:
        """A, B and C of ``A dx/dt = C - sum of B[y] y``.

        The sum is over the unknowns; a C of None is an exact zero.
        """
        one = self.number(1.0)
        factor, rate = self.sides(op, {name: unknown(name, one) for name in unknowns})
        return factor, {name: -slope for name, slope in rate.slopes.items()}, rate.rest

    def rate(self, op: Any, known: Mapping[str, Any]) -> tuple[Any, Any]:
        """A and R of an equation as numbers."""
        factor, rate = self.sides(op, known)
        return factor, self.number(0.0) if rate.rest is None else rate.rest


def _without_zeros(op: Op, operands: Sequence[Any]) -> list[Any]:
    """The operands of a sum, without those written as 0."""
    first = {arith.AddF: 0, arith.SubF: 0, math.Fma: 2}.get(type(op), len(operands))
    return [
        Affine() if i >= first and _is_zero(v) else x
        for i, (v, x) in enumerate(zip(op.operands, operands, strict=True))
    ]


def _is_zero(value: Value) -> bool:
    return isinstance(value.op, arith.Constant) and value.op.literal == 0.0


@interprets(eq.System)
def advance(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Compute all values after the step, then write them in order.

    It is the order of the equations.
    """
    system = SystemStep(op, env, interpreter)
    groups: dict[str, list[Any]] = {}
    for equation in system.equations:
        method = METHODS.get(equation.method)
        if method is None:
            raise InterpreterError(f"there is no method '{equation.method}'", equation.loc)
        groups.setdefault(method.group, []).append(equation)
    new: dict[str, Any] = {}
    for ops in groups.values():
        values = METHODS[ops[0].method].meaning(system, ops)
        new |= zip([o.variable for o in ops], values, strict=True)
    for equation in system.equations:
        assign(system.frame, equation.variable, new[equation.variable])
