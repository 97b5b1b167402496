"""Times in ms as numbers of steps, rounded half to even."""

from __future__ import annotations

from math import isfinite

from .caller import WrongValue, reject
from .numbers import real_number

_MOST = 2**53
"""Beyond this not every number of steps is a float, and the time of a step is no longer its own."""


def to_steps(duration: float, dt: float, what: str) -> int:
    """``duration`` ms as steps of ``dt`` ms; ``what`` names it in errors."""
    found = real_number(duration)
    if found is None:
        reject(f"{what} must be a number of ms, not {duration!r:.60}", kind=WrongValue)
    number = found
    if not isfinite(number) or number < 0:
        reject(f"{what} must be a time of at least 0 ms, not {number}", kind=WrongValue)
    if number / dt > _MOST:
        reject(f"{what} is too long: {number:g} ms at dt = {dt:g} ms", kind=WrongValue)
    return round(number / dt)
