"""Times in ms as numbers of steps, rounded half to even."""

from __future__ import annotations

from math import isfinite

import numpy as np

from .user_errors import WrongValue, reject, shown

_MOST = 2**53
"""The most steps: every number up to here is a float.

Beyond it the time of a step is no longer its own.
"""


def to_steps(duration: float, dt: float, what: str) -> int:
    """``duration`` ms as steps of ``dt`` ms. ``what`` names it in errors."""
    try:
        number = float(duration)
    except OverflowError:
        reject(f"{what} is too long: {shown(duration)} ms at dt = {dt:g} ms", kind=WrongValue)
    except (TypeError, ValueError):
        reject(f"{what} must be a number of ms, not {shown(duration)}", kind=WrongValue)
    if isinstance(duration, (str, bytes, bool, np.bool_)):
        reject(f"{what} must be a number of ms, not {shown(duration)}", kind=WrongValue)
    if not isfinite(number) or number < 0:
        reject(f"{what} must be a time of at least 0 ms, not {number}", kind=WrongValue)
    if number / dt > _MOST:
        reject(f"{what} is too long: {number:g} ms at dt = {dt:g} ms", kind=WrongValue)
    return round(number / dt)
