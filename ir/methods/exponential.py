"""``explicit`` and ``exponential``, which is ``explicit`` without decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep


def explicit(system: SystemStep, op: Any) -> Any:
    """The value after an explicit step, x + (dt/A) R."""
    factor, rate = system.rate(op, {})
    return system.fused(rate, system.dt / factor, system.current(op.variable))


def exponential(system: SystemStep, op: Any) -> Any:
    """The value after exponential decay to a steady state.

    It is x + (C - B x) (1 - exp(-s))/B, and x exp(-s) without C; s is (dt/A) B.
    """
    factor, decay, drive = system.linear(op, [op.variable])
    if not decay:
        return explicit(system, op)
    x, slope, step = system.current(op.variable), -decay[op.variable], system.step_over(factor)
    exponent = step * slope
    if drive is not None:
        rate = system.fused(slope, x, drive)
        return system.fused(rate, _length(system, exponent, step, slope), x)
    return x * _bounded_function(system, "exp", exponent)


def _bounded_function(system: SystemStep, name: str, exponent: Any) -> Any:
    """exp or expm1, never infinite and never -0.

    Infinity is replaced by the largest number.
    """
    return min(system.function(name, exponent), system.limits.max) + system.number(0.0)


def _length(system: SystemStep, exponent: Any, step: Any, slope: Any) -> Any:
    """The effective length of a step, (1 - exp(-s))/B.

    It is ``step`` where s is no more than a rounding.
    """
    if abs(exponent) < system.limits.eps / 4 and abs(slope) != 1.0:
        return step
    change = _bounded_function(system, "expm1", exponent)
    length = change * (system.number(1.0) / slope) if system.by_event else change / slope
    return min(length, system.limits.max)
