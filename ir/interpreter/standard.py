"""Draws from standard distributions, number by number.

They use the uniform numbers of :mod:`.philox`.

normal       sqrt(-2 log(1 - u)) times cos(2 pi v) or sin(2 pi v), of the two numbers of block 0
             (Box, Muller 1958), whose id is without the bit of 8: with it one takes the sine.
exponential  -log(1 - u) of the first number of block 0.
gamma        G. Marsaglia, W. W. Tsang, A simple method for generating gamma variables, ACM TOMS 26
             (2000). Attempt n takes a normal number of block 2n, and the first number of block
             2n + 1 decides. A shape below 1 is drawn as shape + 1, times U**(1 / shape), U being
             the second number of block 1.
binomial     of the less likely outcome. A mean below 10: inversion, of the first number of block 0.
             Else W. Hoermann, The generation of binomial random variates, J. Stat. Comput. Simul.
             46 (1993), algorithm BTRS; attempt n takes block n.

Rejection gives up after ``ATTEMPTS``, which does not happen in the lifetime of the universe.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve

from ..attrs_classes import frozen
from ..dialects.rng import PAIRED
from ..types import FloatType, Type, f64
from .libm import library_function
from .philox import uniform
from .values import dtype_of

ATTEMPTS = 64
INVERSION_BELOW = 10.0
INVERSION_STEPS = 110
STIRLING = (
    0.08333329975637775, -0.0027752961245187677, 0.000760666591324579,
    -0.00040873228277404027, 0.00020124848251288786, -4.973261975058755e-05,
)  # fmt: skip
"""The coefficients of the correction to Stirling's formula for log(k!).

The correction is 1 / (k + 1) times a polynomial in 1 / (k + 1)**2, to 1.3e-8.
"""


@frozen
class Draw:
    """One draw in the equations of one neuron, in one step."""

    seed: int
    stream: int
    step: int
    rank: int
    type: Type

    @property
    def bits(self) -> int:
        """The width of the numbers."""
        assert isinstance(self.type, FloatType)
        return self.type.bits

    def number(self, value: float) -> Any:
        """A number of the type of the draw."""
        return dtype_of(self.type).type(value)

    def uniform(self, draw: int = 0) -> Any:
        """A uniform number in [0, 1).

        ``draw`` tells the numbers of one draw apart.
        """
        return self.number(
            uniform(self.seed, self.stream, self.step, self.rank, draw, bits=self.bits)
        )

    def call(self, name: str, x: Any) -> Any:
        """The value of a function of the C library."""
        return self.number(library_function(name, 1, self.bits)(x))

    def log_uniform(self, draw: int = 0) -> Any:
        """The logarithm of 1 - u, finite because u < 1."""
        return self.call("log", self.number(1.0) - self.uniform(draw))


def normal(d: Draw) -> Any:
    """A normal number of mean 0 and standard deviation 1.

    It is one of the two numbers of a block that two ids share.
    """
    pair = normals(evolve(d, rank=d.rank & ~PAIRED), 0)
    return pair[d.rank & PAIRED != 0]


def normals(d: Draw, block: int) -> tuple[Any, Any]:
    """Two normal numbers, from one block.

    The angle is reduced exactly to an eighth of a turn.
    """
    radius = np.sqrt(d.number(-2.0) * d.log_uniform(2 * block))
    quarters = d.number(4.0) * d.uniform(2 * block + 1)
    quadrant = np.rint(quarters)
    angle = (quarters - quadrant) * d.number(1.5707963267948966)
    turns = (("cos", 1), ("sin", -1), ("cos", -1), ("sin", 1))

    def coordinate(quadrant: int) -> Any:
        name, sign = turns[quadrant & 3]
        return radius * (d.number(sign) * d.call(name, angle))

    return coordinate(int(quadrant)), coordinate(int(quadrant) - 1)


def exponential(d: Draw) -> Any:
    """An exponential number of mean 1."""
    return -d.log_uniform()


def gamma(d: Draw, shape: Any) -> Any:
    """A gamma number of scale 1."""
    if not shape > 0:
        return d.number(np.nan)
    with np.errstate(all="ignore"):
        result = _gamma_from_one(d, shape + d.number(1.0) if shape < 1 else shape)
        if shape < 1:
            result *= d.call("exp", d.log_uniform(3) / shape)
    return result


def _gamma_from_one(d: Draw, shape: Any) -> Any:
    one = d.number(1.0)
    size = shape - d.number(1.0 / 3.0)
    slope = one / np.sqrt(d.number(9.0) * size)
    for attempt in range(ATTEMPTS):
        x, _ = normals(d, 2 * attempt)
        t = slope * x
        bend = d.call("log1p", t) - t * (one + t * (one + t * d.number(1.0 / 3.0)))
        limit = d.number(0.5) * x * x + d.number(3.0) * size * bend
        if d.log_uniform(4 * attempt + 2) < limit:
            break
    cube = one + t
    return size * (cube * cube * cube)


def binomial(d: Draw, trials: Any, probability: Any) -> Any:
    """A binomial number, computed in f64 whatever the type is."""
    n, p = float(np.floor(trials)), float(probability)
    if not (n >= 0 and 0 <= p <= 1):
        return d.number(np.nan)
    less = min(p, 1.0 - p)
    wide = evolve(d, type=f64)
    with np.errstate(all="ignore"):
        count = (_inversion if n * less < INVERSION_BELOW else _btrs)(wide, n, less)
    return d.number(count if p <= 0.5 else n - count)


def _inversion(d: Draw, n: float, p: float) -> float:
    rest, likely = d.uniform(), d.call("exp", n * d.call("log1p", -p))
    odds = p / (1.0 - p)
    factor, count = (n + 1.0) * odds, 0.0
    while rest >= likely and count < min(n, INVERSION_STEPS):
        rest -= likely
        count += 1.0
        likely *= factor / count - odds
    return count


def _btrs(d: Draw, n: float, p: float) -> float:
    odds = p / (1.0 - p)
    spread = np.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha, likely = (2.83 + 5.1 / b) * spread, 0.92 - 4.2 / b
    mode = np.floor((n + 1.0) * p)
    for attempt in range(ATTEMPTS):
        u, v = d.uniform(2 * attempt) - 0.5, d.uniform(2 * attempt + 1)
        us = 0.5 - abs(u)
        k = np.floor((2.0 * a / us + b) * u + (n * p + 0.5))
        if us >= 0.07 and v <= likely:
            break
        if 0 <= k <= n:
            height = d.call("log", v * alpha / (a / (us * us) + b))
            if height <= _log_ratio(d, n, odds, mode, k):
                break
    return float(k)


def _log_ratio(d: Draw, n: float, odds: float, mode: float, k: float) -> float:
    """The logarithm of P(k) / P(mode)."""
    rest, most = n - k + 1.0, n - mode + 1.0
    logs = (mode + 0.5) * d.call("log", (mode + 1.0) / (odds * most))
    logs += (n + 1.0) * d.call("log", most / rest)
    logs += (k + 0.5) * d.call("log", odds * rest / (k + 1.0))
    logs += _stirling(mode + 1.0) + _stirling(most) - _stirling(k + 1.0) - _stirling(rest)
    return float(logs)


def _stirling(z: float) -> float:
    w = 1.0 / z
    return float(w * np.polyval(STIRLING[::-1], w * w))
