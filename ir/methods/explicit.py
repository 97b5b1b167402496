"""``explicit``: Euler's method, ``x + (dt/A) R``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .method import Method, alone

if TYPE_CHECKING:
    from ..interpreter.methods import System


def explicit(system: System, op: Any) -> Any:
    """x + (dt/A) R"""
    factor, rate = system.rate(op, {})
    return system.fused(rate, system.dt / factor, system.current(op.variable))


METHOD = Method("explicit", alone(explicit))
