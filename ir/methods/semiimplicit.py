"""``semiimplicit``: implicit in its own variable, ``x + (C - B x) dt/(A + dt B)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .explicit import explicit
from .method import Method, alone

if TYPE_CHECKING:
    from ..interpreter.methods import System

HALF = -0.5
"""Where more of x is taken away, x is multiplied by what is left instead."""


def semiimplicit(system: System, op: Any) -> Any:
    """x + (C - B x) dt/(A + dt B); x A/(A + dt B) without C"""
    factor, decay, drive = system.linear(op, [op.variable])
    if not decay:
        return explicit(system, op)
    x, b = system.current(op.variable), decay[op.variable]
    both = system.fused(b, system.dt, factor)
    if drive is not None:
        return system.fused(system.fused(-b, x, drive), system.dt / both, x)
    change = system.dt * -b / both
    return system.fused(x, change, x) if change > HALF else x * (factor / both)


METHOD = Method("semiimplicit", alone(semiimplicit))
