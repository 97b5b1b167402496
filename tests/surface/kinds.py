"""Kinds of arguments.

Each says of a value whether it is right, wrong, or unsaid.

``True``: the call must not fail for its sake. ``False``: it must be refused. ``None``: either, as
long as an error is located.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import ranvier as rv

Kind = Callable[[Any], bool | None]


def anything(value: Any) -> bool | None:
    """Says nothing."""
    return None


def flag(value: Any) -> bool | None:
    """True or False."""
    return None if isinstance(value, (bool, int, np.bool_)) and value in (0, 1) else False


def text(value: Any) -> bool | None:
    """Text, which may still be wrong."""
    return None if isinstance(value, str) else False


def real(value: Any) -> bool:
    """Whether it is a real number that a float can hold."""
    if _scalar(value):
        return True
    if isinstance(value, (str, bytes, complex)) or not isinstance(value, (int, float, np.number)):
        return False
    size: Any = abs(value)
    with np.errstate(over="ignore"):
        return bool(size < 1.7e308)


def number(value: Any) -> bool | None:
    """A finite number."""
    return None if real(value) else False


def time(value: Any) -> bool | None:
    """A time of at least 0 ms."""
    return None if real(value) and 0 <= value < 2**53 else False


def not_negative(value: Any) -> bool | None:
    """A number of at least 0, however large."""
    return None if (real(value) and value >= 0) or value is math.inf else False


def positive(value: Any) -> bool | None:
    """A number of more than 0."""
    return None if real(value) and value > 0 else False


def whole(value: Any) -> bool | None:
    """A whole number that is not negative."""
    return None if isinstance(value, (int, np.integer)) and value >= 0 else False


def rank(value: Any) -> bool | None:
    """The rank of one of few neurons."""
    return None if isinstance(value, (int, np.integer)) and -10 < value < 10 else False


def function(value: Any) -> bool | None:
    """A callable."""
    return None if callable(value) else False


def weight(value: Any) -> bool | None:
    """A number or a distribution."""
    return None if real(value) or isinstance(value, rv.Uniform) or _scalar(value) else False


def delay(value: Any) -> bool | None:
    """A time or a distribution."""
    return (
        None
        if (real(value) and value >= 0) or isinstance(value, rv.Uniform) or _scalar(value)
        else False
    )


def _scalar(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 0


def values(value: Any) -> bool | None:
    """One number or several, or a distribution: real ones."""
    if isinstance(value, (str, bytes, complex, dict, set)) or value is None or callable(value):
        return False
    if isinstance(value, np.ndarray) and value.dtype.kind not in "biuf":
        return False
    return None


def optional(kind: Kind) -> Kind:
    """``kind`` or None."""
    return lambda value: None if value is None else kind(value)


def or_text(kind: Kind) -> Kind:
    """``kind`` or text."""
    return lambda value: None if isinstance(value, str) else kind(value)


def instance(*types: type) -> Kind:
    """An object of one of some classes."""
    return lambda value: None if isinstance(value, types) else False


def wrong_values() -> list[Any]:
    """Values that are given by mistake.

    They are made each time, for some are used up.
    """
    return [
        None,
        "nonsense",
        "",
        b"bytes",
        object(),
        3j,
        math.nan,
        math.inf,
        -math.inf,
        -1,
        -1.5,
        0,
        0.5,
        7,
        2**70,
        -(2**70),
        1e300,
        10**400,
        True,
        [],
        [1.0, "x"],
        [[1.0], [1.0, 2.0]],
        [None],
        {},
        {"x": 1},
        {1},
        np.array(["a"]),
        np.zeros(0),
        np.ones((3, 2)),
        np.array([1.0, math.nan]),
        np.array([1 + 1j]),
        np.array(2.0),
        np.ma.array([1.0, 2.0], mask=[True, False]),
        np.datetime64("2020-01-01"),
        np.float32(math.nan),
        int,
        rv.Uniform,
        rv.Uniform(-2.0, -1.0),
        lambda *args, **kwargs: None,
        iter([1, 2]),
        slice(1, None),
    ]
