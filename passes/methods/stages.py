"""``midpoint`` and ``rk4``: all equations pass through stages jointly.

The stages are those of one step.

Where there are both, they share the stages of ``rk4``, the second of which is that of ``midpoint``:
what depends on one another is then of order 2. Variables of other methods, and what comes from
outside of the system, keep their values during the stages.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ...ir.core import Value
from ...ir.depth import Step, complete
from ...ir.dialects import eq
from .scheme import Ode, Scheme, is_inside


def advance(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """The new values of all equations."""
    solve = rk4 if any(ode.method == "rk4" for ode in odes) else midpoint
    with scheme.build.at(odes[0].op.loc):
        return solve(scheme, odes)


def midpoint(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """An Euler step to the middle, then the whole step. It takes the rates found there."""
    half = scheme.algebra.mul(scheme.dt, scheme.algebra.number(0.5)) or scheme.dt
    middle = {ode.variable: scheme.euler(ode, half, ode.rate) for ode in odes}
    there = _odes_at(scheme, odes, middle)
    return [scheme.euler(ode, scheme.dt, ode.rate) for ode in there]


def rk4(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """Runge-Kutta of order 4.

    x + dt/6 (k1 + 2 k2 + 2 k3 + k4); ``midpoint``: x + dt k2.
    """
    alg = scheme.algebra
    half = alg.mul(scheme.dt, alg.number(0.5)) or scheme.dt
    stages = [odes]
    for length in (half, half, scheme.dt):
        at = {ode.variable: scheme.euler(ode, length, ode.rate) for ode in stages[-1]}
        stages.append(_odes_at(scheme, odes, at))
    sixth = alg.div(scheme.dt, alg.number(6.0)) or scheme.dt
    out = []
    for ode, *others in zip(*stages, strict=True):
        if ode.method == "midpoint":
            out.append(scheme.euler(others[0], scheme.dt, others[0].rate))
            continue
        rates: list[Value | None] = [o.rate for o in (ode, *others)]
        if any(o.factor is not ode.factor for o in others):
            rates = [alg.div(o.rate, o.factor) for o in (ode, *others)]
            ode = evolve(ode, factor=alg.number(1.0))
        k1, k2, k3, k4 = rates
        middle = alg.mul(alg.add(k2, k3), alg.number(2.0))
        out.append(scheme.euler(ode, sixth, alg.add(alg.add(k1, middle), k4) or ode.rate))
    return out


def _odes_at(scheme: Scheme, odes: Sequence[Ode], at: dict[str, Value]) -> list[Ode]:
    """The equations at other values of the variables of ``at``. Everything else stays."""
    copies: dict[Value, Value] = {}

    def copy(value: Value) -> Step[Value]:
        if value not in copies:
            op = value.op
            if isinstance(op, eq.Read) and op.variable in at and is_inside(op):
                copies[value] = at[op.variable]
            elif op is None or not op.pure or not is_inside(op):
                copies[value] = value
            else:
                env = {}
                for operand in op.operands:
                    env[operand] = yield copy(operand)
                changed = any(new is not old for old, new in env.items())
                copies[value] = scheme.build(op.clone(env)) if changed else value
        return copies[value]

    return [
        evolve(ode, factor=complete(copy(ode.factor)), rate=complete(copy(ode.rate)))
        for ode in odes
    ]
