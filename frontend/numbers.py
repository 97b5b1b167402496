"""Real numbers of users, and their lossless conversion to arrays.

Text, complex numbers, objects and masked elements are refused, wherever a number is expected.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .user_errors import WrongValue, reject, shown

Array = NDArray[Any]


def real_array(values: object, what: str) -> Array:
    """``values`` as an array of booleans, whole numbers or floats.

    Raises :class:`WrongValue` for other values; ``what`` names them in the message.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        reject(f"{what} must be numbers, but some are masked; fill them first", kind=WrongValue)
    try:
        array = np.asarray(values)
    except (ValueError, TypeError):
        reject(f"{what} cannot be set to lists of different lengths", kind=WrongValue)
    if array.dtype.kind == "O":
        array = _unpacked(array)
    if array.dtype.kind not in "biuf":
        real = "real " if array.dtype.kind == "c" else ""
        wanted = f"{real}numbers" if array.ndim else f"a {real}number"
        reject(f"{what} must be {wanted}, not {shown(values)}", kind=WrongValue)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    return array


def _unpacked(array: Array) -> Array:
    """Numbers too large for NumPy's whole ones, as floats. ``2**70`` is one."""
    flat = array.reshape(-1).tolist()
    if not all(isinstance(each, (Real, np.bool_)) for each in flat):
        return array
    try:
        return np.array([float(each) for each in flat], np.float64).reshape(array.shape)
    except OverflowError:
        return array


def real_number(value: object) -> float | None:
    """``value`` as a float, None if it is no real number.

    A number that no float can hold is none, either.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "biuf":
        return float(value)
    if not isinstance(value, (Real, np.bool_)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def filler(value: object) -> float:
    """The number for places of a matrix without synapse, also NaN."""
    number = real_number(value)
    if number is None:
        reject(f"'fill' must be a number, not {shown(value)}", kind=WrongValue)
    return number


def real_floats(values: object, what: str, missing: bool = False) -> NDArray[np.float64]:
    """``values`` as an array of floats. With ``missing`` None is NaN."""
    given = _without_none(values) if missing else values
    return np.array(real_array(given, what), dtype=np.float64)


def _without_none(values: Any) -> Any:
    """Values with NaN for every None.

    They are lists, or arrays of objects (tables become such arrays).
    """
    if values is None:
        return np.nan
    if isinstance(values, (list, tuple)):
        return [_without_none(each) for each in values]
    if hasattr(values, "__array__") and not isinstance(values, (np.generic, np.ma.MaskedArray)):
        array = np.asarray(values)
        return _without_none(array.tolist()) if array.dtype.kind == "O" else array
    return values


def whole_numbers(values: object, what: str, given: object = None) -> NDArray[np.int64]:
    """``values`` as 64-bit whole numbers.

    Raises WrongValue where one is not whole, or too large.
    """
    array = real_array(values, what)
    written = shown(values if given is None else given)
    exact = np.asarray(values)
    if exact.dtype.kind == "O" and all(isinstance(n, int) for n in exact.reshape(-1).tolist()):
        reject(f"{what} takes whole numbers of 64 bits, not {written}", kind=WrongValue)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or not (array == np.rint(array)).all():
            reject(f"{what} takes whole numbers, not {written}", kind=WrongValue)
        outside = (array >= 2.0**63) | (array < -(2.0**63))
    else:
        outside = array > np.array(2**63 - 1) if array.dtype == np.uint64 else np.array(False)
    if outside.any():
        reject(f"{what} takes whole numbers of 64 bits, not {written}", kind=WrongValue)
    return array.astype(np.int64)


def finite(values: Array, what: str) -> None:
    """Raise an error where a number is NaN or infinite."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        bad = values[~np.isfinite(values)].reshape(-1)[0]
        reject(f"{what} must be finite, not {bad}", kind=WrongValue)


def durations(values: Array, what: str) -> None:
    """Refuse times (ms) that are negative, infinite or NaN."""
    wrong = ~(values >= 0) | ~np.isfinite(values)
    if wrong.any():
        bad = values[wrong].reshape(-1)[0]
        reject(f"{what} must be a time of at least 0 ms, not {bad:g}", kind=WrongValue)
