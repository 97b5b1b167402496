"""What ``eq.system`` means: neighbouring differential equations advance together.

Every equation is ``A dx/dt = R``. R is a function of the values before the step, and where a method
says so linear in x: ``R = C - B x``. All new values are computed before any is written.

=============  ===============================================================================
explicit       x + (dt/A) R
exponential    x + (C - B x) (1 - exp(-s))/B with s = (dt/A) B, whose limit for B = 0 is
               x + (dt/A) C; x exp(-s) without C
event-driven   as exponential, with the time since the variable was last kept as dt
semiimplicit   x + (C - B x) dt/(A + dt B); x A/(A + dt B) without C
implicit       (x + (dt/A) C) / (1 + (dt/A) B); equations that share unknowns are solved jointly
midpoint       x + (dt/A) R, A and R taken at x + (dt/2/A) R
rk4            x + dt/6 (k1 + 2 (k2 + k3) + k4) with k = R/A
=============  ===============================================================================

All equations with ``midpoint`` or ``rk4`` go through the stages together, those of ``rk4`` where
there are both; the second of them is that of ``midpoint``. Other variables, and values from outside
of the system, stay as they were before the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core import Op, Value
from ..depth import Step, complete
from ..dialects import arith, eq, math
from ..types import FloatType
from .affine import Affine, NotLinearError, affine, apply, combine, unknown
from .core import RULES, Env, Interpreter, InterpreterError, interprets
from .equations import Frame, assign, frame_of
from .fused import fused
from .libm import library_function
from .values import convert, dtype_of

EVENT_DRIVEN = "event-driven"

HALF = -0.5
"""Where ``semiimplicit`` takes away more of x, x is multiplied by what is left instead."""


class System:
    """The equations of one ``eq.system`` in one frame."""

    def __init__(self, op: Any, env: Env, interpreter: Interpreter) -> None:
        self.env = env
        self.interpreter = interpreter
        self.frame: Frame = frame_of(interpreter, op)
        self.equations = [o for o in op.body.block.ops if isinstance(o, eq.Equation)]
        self.type = self.equations[0].lhs.type
        length = self.frame.length
        self.dt = self.number(self.frame.clock.dt if length is None else length)
        self.by_event = False

    def number(self, value: float) -> Any:
        """A number of the type of the equations."""
        return convert(value, self.type)

    def current(self, variable: str) -> Any:
        """The value before the step."""
        return self.frame.own(variable).read(self.type)

    def step_over(self, factor: Any) -> Any:
        """dt / factor; since the last event: dt * (1 / factor)"""
        return self.dt * (self.number(1.0) / factor) if self.by_event else self.dt / factor

    def evaluate(self, value: Value, known: Mapping[str, Any], derivative: Any) -> Any:
        """An expression with some variables at other values than the current ones."""
        memory: Env = {}

        def find(v: Value) -> Step[Any]:
            if v in self.env:
                return self.env[v]
            if v not in memory:
                memory[v] = yield from compute(v)
            return memory[v]

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
            found = RULES[type(op)](op, local, self.interpreter)
            return found[v.index] if isinstance(found, tuple) else found

        return complete(find(value))

    def sides(self, op: Any, known: Mapping[str, Any]) -> tuple[Any, Affine]:
        """A and R of an equation, given values (or unknowns) of some variables."""
        name = "d/dt"
        dx = unknown(name, self.number(1.0))
        try:
            left, right = (
                Affine() if _is_zero(v) else affine(self.evaluate(v, known, dx))
                for v in (op.lhs, op.rhs)
            )
        except NotLinearError as problem:
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
        """A, B and C of ``A dx/dt = C - sum of B[y] y`` over the unknowns; C of None is 0."""
        one = self.number(1.0)
        factor, rate = self.sides(op, {name: unknown(name, one) for name in unknowns})
        return factor, {name: -slope for name, slope in rate.slopes.items()}, rate.rest

    def rate(self, op: Any, known: Mapping[str, Any]) -> tuple[Any, Any]:
        """A and R as numbers."""
        factor, rate = self.sides(op, known)
        return factor, self.number(0.0) if rate.rest is None else rate.rest


def _without_zeros(op: Op, operands: Sequence[Any]) -> list[Any]:
    """The operands of a sum without the terms that are written as 0, as if they were not there."""
    first = {arith.AddF: 0, arith.SubF: 0, math.Fma: 2}.get(type(op), len(operands))
    return [
        Affine() if i >= first and _is_zero(v) else x
        for i, (v, x) in enumerate(zip(op.operands, operands, strict=True))
    ]


def _is_zero(value: Value) -> bool:
    return isinstance(value.op, arith.Constant) and value.op.literal == 0.0


def explicit(system: System, op: Any) -> Any:
    """x + (dt/A) R"""
    factor, rate = system.rate(op, {})
    return fused(rate, system.dt / factor, system.current(op.variable))


def exponential(system: System, op: Any) -> Any:
    """x + (C - B x) (1 - exp(-s))/B; x exp(-s) without C"""
    factor, decay, drive = system.linear(op, [op.variable])
    if not decay:
        return explicit(system, op)
    x, slope, step = system.current(op.variable), -decay[op.variable], system.step_over(factor)
    exponent = step * slope
    if drive is not None:
        return fused(fused(slope, x, drive), _length(system, exponent, step, slope), x)
    return x * _bounded_function(system, "exp", exponent)


def _bounded_function(system: System, name: str, exponent: Any) -> Any:
    """exp or expm1, the largest number instead of infinity and 0 instead of -0."""
    found = system.number(library_function(name, 1, _bits(system))(exponent))
    return min(found, np.finfo(dtype_of(system.type)).max) + system.number(0.0)


def _length(system: System, exponent: Any, step: Any, slope: Any) -> Any:
    """(1 - exp(-s))/B, which is ``step`` where s is no more than a rounding."""
    if abs(exponent) < np.finfo(dtype_of(system.type)).eps / 4 and abs(slope) != 1.0:
        return step
    change = _bounded_function(system, "expm1", exponent)
    length = change * (system.number(1.0) / slope) if system.by_event else change / slope
    return min(length, np.finfo(dtype_of(system.type)).max)


def _bits(system: System) -> int:
    assert isinstance(system.type, FloatType)
    return system.type.bits


def event_driven(system: System, op: Any) -> Any:
    """As exponential; the step is the time since the variable was last kept."""
    elapsed = system.frame.elapsed
    if elapsed is None:
        raise InterpreterError(f"'{EVENT_DRIVEN}' is for the events of projections only", op.loc)
    system.dt, system.by_event = system.number(elapsed(op.variable)), True
    return exponential(system, op)


def semiimplicit(system: System, op: Any) -> Any:
    """x + (C - B x) dt/(A + dt B); x A/(A + dt B) without C"""
    factor, decay, drive = system.linear(op, [op.variable])
    if not decay:
        return explicit(system, op)
    x, b = system.current(op.variable), decay[op.variable]
    both = fused(b, system.dt, factor)
    if drive is not None:
        return fused(fused(-b, x, drive), system.dt / both, x)
    change = system.dt * -b / both
    return fused(x, change, x) if change > HALF else x * (factor / both)


def implicit(system: System, ops: Sequence[Any]) -> list[Any]:
    """Solves ``x' + (dt/A) sum of B[y] y' = x + (dt/A) C`` for the values x' after the step."""
    names = [op.variable for op in ops]
    matrix, right = np.eye(len(ops), dtype=dtype_of(system.type)), []
    for row, op in enumerate(ops):
        factor, decay, drive = system.linear(op, names)
        step = system.dt / factor
        for name, b in decay.items():
            at = row, names.index(name)
            matrix[at] = fused(b, step, matrix[at])
        x = system.current(op.variable)
        right.append(x if drive is None else fused(drive, step, x))
    if np.count_nonzero(matrix) == np.count_nonzero(np.diag(matrix)):
        return [r / system.number(d) for r, d in zip(right, np.diag(matrix), strict=True)]
    return [system.number(x) for x in np.linalg.solve(matrix, np.array(right))]


def midpoint(system: System, ops: Sequence[Any]) -> list[Any]:
    """A whole step with what holds in its middle."""
    half = system.dt * system.number(0.5)
    there = _advance(system, ops, [system.rate(op, {}) for op in ops], half)
    known = dict(zip([op.variable for op in ops], there, strict=True))
    return _advance(system, ops, [system.rate(op, known) for op in ops], system.dt)


def rk4(system: System, ops: Sequence[Any]) -> list[Any]:
    """The classical method of Runge and Kutta; ``midpoint`` takes the rate of its second stage."""
    names, half = [op.variable for op in ops], system.dt * system.number(0.5)
    stages = [[system.rate(op, {}) for op in ops]]
    for length in (half, half, system.dt):
        known = dict(zip(names, _advance(system, ops, stages[-1], length), strict=True))
        stages.append([system.rate(op, known) for op in ops])
    two, sixth = system.number(2.0), system.dt / system.number(6.0)
    out = []
    for op, *parts in zip(ops, *stages, strict=True):
        if op.method == "midpoint":
            out += _advance(system, [op], parts[1:2], system.dt)
            continue
        factor = parts[0][0]
        if all(part[0] == factor for part in parts):
            k1, k2, k3, k4 = (rate for _, rate in parts)
            length = sixth / factor
        else:
            k1, k2, k3, k4 = (rate / each for each, rate in parts)
            length = sixth
        total = (k1 + (k2 + k3) * two) + k4
        out.append(fused(total, length, system.current(op.variable)))
    return out


def _advance(system: System, ops: Sequence[Any], rates: Sequence[Any], step: Any) -> list[Any]:
    """``x + (step/A) R`` of every equation."""
    return [
        fused(rate, step / factor, system.current(op.variable))
        for op, (factor, rate) in zip(ops, rates, strict=True)
    ]


SINGLE = {
    "explicit": explicit,
    "exponential": exponential,
    EVENT_DRIVEN: event_driven,
    "semiimplicit": semiimplicit,
}
"""Methods that advance one equation, with all others at their values before the step."""


def staged(system: System, ops: Sequence[Any]) -> list[Any]:
    """The new values of equations with ``midpoint`` and ``rk4``."""
    return (rk4 if any(op.method == "rk4" for op in ops) else midpoint)(system, ops)


JOINT = (({"implicit"}, implicit), ({"midpoint", "rk4"}, staged))
"""Methods that advance all their equations of a system together."""


@interprets(eq.System)
def advance(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Computes all new values, then writes them in the order of the equations."""
    system = System(op, env, interpreter)
    new: dict[str, Any] = {}
    for methods, solve in JOINT:
        group = [o for o in system.equations if o.method in methods]
        if group:
            new |= zip([o.variable for o in group], solve(system, group), strict=True)
    for equation in system.equations:
        if equation.method in SINGLE:
            new[equation.variable] = SINGLE[equation.method](system, equation)
        elif equation.variable not in new:
            raise InterpreterError(f"there is no method '{equation.method}'", equation.loc)
    for equation in system.equations:
        assign(system.frame, equation.variable, new[equation.variable])
