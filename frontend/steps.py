"""Times in ms as numbers of steps, rounded half to even."""

from __future__ import annotations

from math import isfinite

from .caller import WrongValue, reject


def to_steps(duration: float, dt: float, what: str) -> int:
    """``duration`` ms as steps of ``dt`` ms; ``what`` names it in errors."""
    try:
        number = float(duration)
    except (TypeError, ValueError):
        reject(f"{what} must be a number of ms, not {duration!r:.60}", kind=WrongValue)
    if not isfinite(number) or number < 0:
        reject(f"{what} must be a time of at least 0 ms, not {number}", kind=WrongValue)
    return round(number / dt)
