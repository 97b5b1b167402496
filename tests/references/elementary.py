"""Elementary functions by mpmath, and distances from them.

They say how far a result is off.

The distance is in units in the last place (ulp) of the exact value: 2**-52 (f32: 2**-23) of the
power of two below it, but at least the smallest denormal number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen
from mpmath import mp, mpf

mp.prec = 100


@frozen
class Format:
    """A floating point format.

    Bits of the significand, exponents of the extremes.
    """

    dtype: Any
    precision: int
    smallest: int
    largest: int

    @property
    def integer(self) -> Any:
        """The integers of the same width."""
        return np.dtype(f"i{np.dtype(self.dtype).itemsize}")


FORMATS = {64: Format(np.float64, 53, -1074, 1024), 32: Format(np.float32, 24, -149, 128)}


def _erfc(x: Any) -> Any:
    if abs(x) > 1000:  # mpmath does not like these
        return mpf(0) if x > 0 else mpf(2)
    return mp.erfc(x)


def _erf(x: Any) -> Any:
    return mp.sign(x) if abs(x) > 1000 else mp.erf(x)


def _beyond(limit: float, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function if its value could be a number.

    Otherwise mpmath would go on for long.
    """
    return lambda x: function(max(min(x, limit), -limit))


def _power(x: Any, y: Any) -> Any:
    exponent = y * mp.log(x)
    if abs(exponent) > 2000:
        return mpf(2) ** 3000 if exponent > 0 else mpf(0)
    return mp.exp(exponent)


def _cbrt(x: Any) -> Any:
    return mp.sign(x) * mp.cbrt(abs(x))


def _asinh(x: Any) -> Any:
    x = mpf(x)
    return x - x**3 / 6 if abs(x) < 1e-20 else mp.sign(x) * mp.log1p(_hyperbolic(abs(x)))


def _hyperbolic(x: Any) -> Any:
    return x + x * x / (1 + mp.sqrt(1 + x * x))


def _acosh(x: Any) -> Any:
    x = mpf(x)
    return mp.log1p((x - 1) + mp.sqrt((x - 1) * (x + 1)))


def _atanh(x: Any) -> Any:
    x = mpf(x)
    return x + x**3 / 3 if abs(x) < 1e-20 else mp.log1p(2 * x / (1 - x)) / 2


def _tgamma(x: Any) -> Any:
    if x > 200:
        return mpf(2) ** 3000
    if x < -200:
        return mpf(2) ** -3000 * (1 if math.floor(x) % 2 == 0 else -1)
    return mp.gamma(x)


def _lgamma(x: Any) -> Any:
    if x > 0:
        return mp.loggamma(x)
    with mp.workprec(200):  # terms of opposite signs
        sine = abs(mp.sinpi(mpf(x)))
        return mp.log(mp.pi) - mp.log(-mpf(x) * sine) - mp.loggamma(-mpf(x))


REFERENCES: dict[str, Callable[..., Any]] = {
    "exp": _beyond(2000, mp.exp),
    "exp2": _beyond(3000, lambda x: mp.exp(mpf(x) * mp.ln2)),
    "expm1": _beyond(2000, mp.expm1),
    "bounded_exp": _beyond(2000, mp.exp),
    "bounded_expm1": _beyond(2000, mp.expm1),
    "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.ln2,
    "log10": mp.log10,
    "log1p": mp.log1p,
    "powf": _power,
    "cbrt": _cbrt,
    "rsqrt": lambda x: 1 / mp.sqrt(x),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "atan2": mp.atan2,
    "sinh": _beyond(2000, mp.sinh),
    "cosh": _beyond(2000, mp.cosh),
    "tanh": _beyond(2000, mp.tanh),
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "erf": _erf,
    "erfc": _erfc,
    "tgamma": _tgamma,
    "lgamma": _lgamma,
}
"""The functions on finite numbers of their domains."""

BOUNDS = {"exp": 1.0, "bounded_exp": 1.0, "log": 1.0, "tanh": 1.0}
"""Errors in ulp that no result may exceed.

It is 2 for all others.
"""

OTHERS = 2.0

LEAST_UNITS = {("lgamma", 64): (-2.0, -54)}
"""Arguments below which errors have a least unit.

They are counted in units of at least this power of two.

There, lgamma goes through zero twice between any two poles; around these zeros only the distance to
the exact value is small, not the distance in its own ulps.
"""

DOMAINS: dict[str, tuple[float, float]] = {
    "log": (0, math.inf), "log2": (0, math.inf), "log10": (0, math.inf), "rsqrt": (0, math.inf),
    "log1p": (-1, math.inf), "asin": (-1, 1), "acos": (-1, 1), "atanh": (-1, 1),
    "acosh": (1, math.inf), "powf": (0, math.inf),
}  # fmt: skip
"""The domain of a function, in its first operand.

There it is a number; everywhere if not named.
"""

INTERVALS: dict[str, tuple[float, float]] = {
    "exp": (-746, 710), "exp2": (-1076, 1025), "expm1": (-40, 710), "sinh": (-711, 711),
    "cosh": (-711, 711), "tanh": (-20, 20), "log": (0.5, 2), "log2": (0.5, 2), "log10": (0.5, 2),
    "log1p": (-0.9, 2), "asin": (-1, 1), "acos": (-1, 1), "atanh": (-1, 1), "acosh": (1, 3),
    "erf": (-6, 6), "erfc": (-6, 27.3), "powf": (0, 20), "tgamma": (-185, 172), "lgamma": (-6, 6),
}  # fmt: skip
"""The interval in which a function is interesting in f64.

It is (-10, 10) if not named; f32 scales large ones.
"""


def interval(name: str, bits: int) -> tuple[float, float]:
    """The interval in which a function is interesting."""
    name = name.removeprefix("bounded_")
    low, high = INTERVALS.get(name, (-10.0, 10.0))
    if bits == 32 and name in ("exp", "exp2", "expm1", "sinh", "cosh"):
        return max(low, -40.0) if name == "expm1" else low / 7, high / 7.9
    if bits == 32 and name == "tgamma":
        return -43, 36
    return (low, 10.2) if bits == 32 and name == "erfc" else (low, high)


def points(name: str, bits: int, count: int, seed: int = 1) -> tuple[np.ndarray[Any, Any], ...]:
    """Operands in the domain.

    Random bits (denormal, huge), an interval, small numbers.
    """
    rng = np.random.default_rng(seed)
    found: list[tuple[np.ndarray[Any, Any], ...]] = []
    while sum(len(x[0]) for x in found) < count:
        operands = _candidates(name, bits, 3 * max(count // 2, 50), rng)
        low, high = DOMAINS.get(name, (-math.inf, math.inf))
        good = np.logical_and.reduce([np.isfinite(x) & (x != 0) for x in operands])
        good &= (operands[0] >= low) & (operands[0] <= high)
        if name in ("log1p", "atanh"):
            good &= np.abs(operands[0]) != 1
        if name in ("tgamma", "lgamma"):
            with np.errstate(invalid="ignore"):  # some are signalling
                good &= (operands[0] > 0) | (operands[0] != np.trunc(operands[0]))
        found.append(tuple(x[good] for x in operands))
    return tuple(np.concatenate(x)[:count] for x in zip(*found, strict=True))


def _candidates(name: str, bits: int, count: int, rng: Any) -> tuple[np.ndarray[Any, Any], ...]:
    """Operands in random order, a third of each kind.

    Some lie outside of the domain.
    """
    kind, third = FORMATS[bits], count // 3
    info = np.iinfo(kind.integer)

    def one() -> np.ndarray[Any, Any]:
        any_bits = rng.integers(info.min, info.max, third, kind.integer).view(kind.dtype)
        inside = rng.uniform(*interval(name, bits), third)
        spread = rng.choice([-1, 1], third) * np.exp2(rng.uniform(-30, 8, third))
        others = np.concatenate([inside, spread]).astype(kind.dtype)
        return rng.permutation(np.concatenate([any_bits, others]))  # type: ignore[no-any-return]

    if name == "atan2":
        return one(), one()
    if name != "powf":
        return (one(),)
    base = np.abs(one())
    with np.errstate(all="ignore"):
        reach = kind.largest / np.maximum(np.abs(np.log2(base.astype(np.float64))), 1e-9)
        power = (rng.uniform(-1.1, 1.1, len(base)) * reach).astype(kind.dtype)
    return base, np.where(rng.random(len(base)) < 0.7, power, one())


def error(name: str, bits: int, found: float, *x: float) -> float:
    """Distance of ``found`` from the exact value, in ulp.

    It is infinite if that is no number.
    """
    kind = FORMATS[bits]
    exact = REFERENCES[name](*x)
    if name.startswith("bounded_"):
        exact = min(exact, mpf(float(np.finfo(kind.dtype).max)))
    if math.isnan(found):
        return math.inf
    if exact == 0:
        return 0.0 if found == 0 else math.inf
    negative, significand, exponent, size = exact._mpf_
    # Beyond the largest number, ulps do not grow.
    unit = min(max(size + exponent, kind.smallest + kind.precision), kind.largest) - kind.precision
    limit, least = LEAST_UNITS.get((name, bits), (-math.inf, unit))
    if x[0] < limit:
        unit = max(unit, least)
    if math.isinf(found):
        if (found < 0) != bool(negative):
            return math.inf
        halfway = 2 ** (kind.precision + 1) - 1  # between the largest number and the next power
        if exact.__abs__() >= mpf(halfway) * mpf(2) ** (kind.largest - kind.precision - 1):
            return 0.0
        found = math.copysign(2.0 ** (kind.precision - 1), found)  # the next power, in its place
        shift = kind.largest - kind.precision + 1
    else:
        shift = 0
    # Everything in units of 2**-GUARD ulp, as integers.
    scale = unit - GUARD
    fraction, power = math.frexp(found)
    whole, power = int(math.ldexp(fraction, 53)), power - 53 + shift
    difference = _shifted(whole, power - scale) - _shifted(
        -significand if negative else significand, exponent - scale
    )
    return float(min(abs(difference), 2**1000) / 2**GUARD)


GUARD = 40
"""Bits behind the unit in the last place.

Errors are computed with them.
"""


def _shifted(whole: int, bits: int) -> int:
    return whole << bits if bits >= 0 else whole >> -bits
