"""``explicit`` and ``exponential``, which is ``explicit`` where nothing decays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep


def explicit(system: SystemStep, op: Any) -> Any:
    """x + (dt/A) R"""
    factor, rate = system.rate(op, {})
    return system.fused(rate, system.dt / factor, system.current(op.variable))


def exponential(system: SystemStep, op: Any) -> Any:
    """x + (C - B x) (1 - exp(-s))/B; x exp(-s) without C"""
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
    """exp or expm1, the largest number instead of infinity and 0 instead of -0."""
    return min(system.function(name, exponent), system.limits.max) + system.number(0.0)


def _length(system: SystemStep, exponent: Any, step: Any, slope: Any) -> Any:
    """(1 - exp(-s))/B, which is ``step`` where s is no more than a rounding."""
    if abs(exponent) < system.limits.eps / 4 and abs(slope) != 1.0:
        return step
    change = _bounded_function(system, "expm1", exponent)
    length = change * (system.number(1.0) / slope) if system.by_event else change / slope
    return min(length, system.limits.max)
