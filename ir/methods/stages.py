"""Methods of Runge and Kutta, ``midpoint`` and ``rk4``, with common stages.
All equations go through the stages together, those of ``rk4`` where there are both; the second of
these is that of ``midpoint``. Other variables, and values from outside of the system, stay as they
were before the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep


def staged(system: SystemStep, ops: Sequence[Any]) -> list[Any]:
    """The values after a step of ``midpoint`` and ``rk4``."""
    return (rk4 if any(op.method == "rk4" for op in ops) else midpoint)(system, ops)


def midpoint(system: SystemStep, ops: Sequence[Any]) -> list[Any]:
    """The values after a step with the rates in its middle.

    They are x + (dt/A) R, with A and R at x + (dt/2/A) R.
    """
    half = system.dt * system.number(0.5)
    there = _advance(system, ops, [system.rate(op, {}) for op in ops], half)
    known = dict(zip([op.variable for op in ops], there, strict=True))
    return _advance(system, ops, [system.rate(op, known) for op in ops], system.dt)


def rk4(system: SystemStep, ops: Sequence[Any]) -> list[Any]:
    """The values after a step of four stages.

    They are x + dt/6 (k1 + 2 (k2 + k3) + k4) with k = R/A. Equations with ``midpoint`` take k2.
    """
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
        out.append(system.fused(total, length, system.current(op.variable)))
    return out


def _advance(system: SystemStep, ops: Sequence[Any], rates: Sequence[Any], step: Any) -> list[Any]:
    """The values x + (step/A) R of all equations."""
    return [
        system.fused(rate, step / factor, system.current(op.variable))
        for op, (factor, rate) in zip(ops, rates, strict=True)
    ]
