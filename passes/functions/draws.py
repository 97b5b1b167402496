"""Draws from standard distributions, as the dialect ``rng`` names them.

normal       G. Box, M. Muller (1958): sqrt(-2 log(1 - u)) times cos(2 pi v), and times sin(2 pi v)
             for its neighbour. The angle is reduced while it is still a fraction of a turn, which
             is exact.
gamma        G. Marsaglia, W. W. Tsang, A simple method for generating gamma variables, ACM TOMS 26
             (2000), with the logarithm of the density written so that nothing cancels.
binomial     of the less likely outcome, in f64. Means below 10 by inversion, others by algorithm
             BTRS of W. Hoermann, The generation of binomial random variates, J. Stat. Comput.
             Simul. 46 (1993).

Rejection goes on until every lane has its number. Which words an attempt takes depends on its count
only, so that a lane gets the same number whatever its neighbours do.
"""

from __future__ import annotations

from .coefficients import COS, HALF_PI, SIN
from .control import rarely, repeat
from .exponential import exp
from .logarithm import log1p, log_of_normal
from .number import Number, floor, fma, polynomial, sqrt
from .philox import Philox

ATTEMPTS = 64
"""A number of attempts that no draw reaches."""

INVERSION_BELOW = 10.0
INVERSION_STEPS = 110

STIRLING = (
    0.08333329975637775, -0.0027752961245187677, 0.000760666591324579,
    -0.00040873228277404027, 0.00020124848251288786, -4.973261975058755e-05,
)  # fmt: skip
"""Error of Stirling's formula of z, times z. A polynomial in ``z**-2`` gives it, to 1.3e-8."""


def uniform(philox: Philox, draw: int) -> Number:
    """A number in [0, 1)."""
    return philox.pair(draw >> 1)[draw & 1]


def log_uniform(u: Number) -> Number:
    """The logarithm ``log(1 - u)``, finite because u < 1."""
    return log_of_normal(1.0 - u)


def exponential(philox: Philox) -> Number:
    """An exponential number with mean 1."""
    return -log_uniform(uniform(philox, 0))


def normals(philox: Philox, block: int | Number = 0) -> tuple[Number, Number]:
    """Two normal numbers with mean 0, standard deviation 1."""
    u, v = philox.pair(block)
    radius = sqrt(log_uniform(u) * -2.0)
    cosine, sine = circle(v)
    return radius * cosine, radius * sine


def circle(v: Number) -> tuple[Number, Number]:
    """``cos(2 pi v)`` and ``sin(2 pi v)`` for v in [0, 1)."""
    kind = v.kind
    quarters = v * 4.0
    shifted = quarters + kind.round
    r = (quarters - (shifted - kind.round)) * HALF_PI[kind.bits][0]
    z = r * r
    sine = fma(r * z, polynomial(z, SIN[kind.bits]), r)
    cosine = fma(z * z, polynomial(z, COS[kind.bits]), fma(z, -0.5, 1.0))
    quadrant = shifted.as_bits()
    odd = (quadrant & 1).differs(0)

    def signed(size: Number, quadrant: Number) -> Number:
        sign = (quadrant << (kind.bits - 2)) & kind.sign_bit
        return (size.as_bits() ^ sign).as_float()

    return (
        signed(odd.where(sine, cosine), quadrant + 1),
        signed(odd.where(cosine, sine), quadrant),
    )


def gamma(philox: Philox, shape: Number) -> Number:
    """A gamma number with scale 1."""
    small = shape < 1.0
    size = small.where(shape + 1.0, shape) - 1.0 / 3.0
    slope = 1.0 / sqrt(size * 9.0)

    def attempt(turn: Number, _: Number, state: list[Number]) -> tuple[Number, list[Number]]:
        x, _ = normals(philox, turn + turn)
        t = slope * x
        bend = log1p(t) - t * (1.0 + t * (1.0 + t * (1.0 / 3.0)))
        limit = x * 0.5 * x + size * 3.0 * bend
        decides, _ = philox.pair(turn + turn + 1)
        cube = t + 1.0
        rejected = log_uniform(decides).compare("uge", "", limit)
        return rejected, [size * (cube * cube * cube)]

    (found,) = repeat(ATTEMPTS, shape > 0.0, [shape * float("nan")], attempt)
    (found,) = rarely(
        small, [found], lambda: [found * exp(log_uniform(uniform(philox, 3)) / shape)]
    )
    return found


def binomial(philox: Philox, trials: Number, probability: Number) -> Number:
    """Successes of floor(trials) trials."""
    n, p = floor(trials), probability
    valid = (n >= 0.0) & (p >= 0.0) & (p <= 1.0)
    flipped = p > 0.5
    less = flipped.where(1.0 - p, p)
    mean = n * less
    count = _inversion(philox, valid & (mean < INVERSION_BELOW), n, less)
    many = valid & (mean >= INVERSION_BELOW)
    (count,) = rarely(many, [count], lambda: [_btrs(philox, many, n, less)])
    return valid.where(flipped.where(n - count, count), float("nan"))


def _inversion(philox: Philox, active: Number, n: Number, p: Number) -> Number:
    """Count up until the cumulative probability reaches a uniform number."""
    rest, likely = uniform(philox, 0), exp(n * log1p(-p))
    odds = p / (1.0 - p)
    factor = (n + 1.0) * odds

    def following(_: Number, __: Number, state: list[Number]) -> tuple[Number, list[Number]]:
        rest, likely, count = state
        rest = rest - likely
        count = count + 1.0
        likely = likely * (factor / count - odds)
        return (rest >= likely) & (count < n), [rest, likely, count]

    active = active & (rest >= likely) & (n > 0.0)
    return repeat(INVERSION_STEPS, active, [rest, likely, n.like(0.0)], following)[2]


def _btrs(philox: Philox, active: Number, n: Number, p: Number) -> Number:
    """Transformed rejection with a squeeze."""
    odds = p / (1.0 - p)
    spread = sqrt(n * p * (1.0 - p))
    b = spread * 2.53 + 1.15
    a = b * 0.0248 + -0.0873 + p * 0.01
    alpha, likely = (5.1 / b + 2.83) * spread, 0.92 - 4.2 / b
    mode = floor((n + 1.0) * p)
    most = n - mode + 1.0
    first = (mode + 0.5) * log_of_normal((mode + 1.0) / (odds * most))
    stirling = _stirling(mode + 1.0) + _stirling(most)

    def log_ratio(k: Number) -> Number:
        rest = n - k + 1.0
        logs = first + (n + 1.0) * log_of_normal(most / rest)
        logs = logs + (k + 0.5) * log_of_normal(odds * rest / (k + 1.0))
        return logs + (stirling - _stirling(k + 1.0) - _stirling(rest))

    def attempt(turn: Number, active: Number, _: list[Number]) -> tuple[Number, list[Number]]:
        u, v = philox.pair(turn)
        u = u - 0.5
        us = 0.5 - abs(u)
        k = floor((a * 2.0 / us + b) * u + (n * p + 0.5))
        slow = active & ((us < 0.07) | (v > likely))
        inside = slow & (k >= 0.0) & (k <= n)

        def density() -> list[Number]:
            height = log_of_normal(v * alpha / (a / (us * us) + b))
            return [height.compare("ugt", "", log_ratio(k))]

        return rarely(inside, [slow], density)[0], [k]

    return repeat(ATTEMPTS, active, [n], attempt)[0]


def _stirling(z: Number) -> Number:
    w = 1.0 / z
    return w * polynomial(w * w, STIRLING)
