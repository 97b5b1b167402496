"""Computes the coefficients of the mathematical functions: ``python -m benchmarks.fit_math``.

Prints ``passes/functions/coefficients.py``. Each polynomial minimises the largest weighted error on
its interval (Lawson's iteratively reweighted least squares at Chebyshev nodes, 60 digits). Its
coefficients are rounded one by one, lowest first, and the others fitted again after each, so that
the rounding of a coefficient is made up for by those behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen
from mpmath import mp, mpf

mp.dps = 60
PRECISION = {64: 53, 32: 24}
NODES = 6
"""Chebyshev nodes per coefficient."""

Function = Callable[[Any], Any]


@frozen
class Fit:
    """A polynomial to be found. ``weight`` turns its error into that of the function."""

    name: str
    text: str
    function: Function
    low: Any
    high: Any
    counts: dict[int, int]
    weight: Function = lambda x: mpf(1)


def rounded(number: Any, bits: int) -> Any:
    """The nearest number of a format."""
    with mp.workprec(PRECISION[bits]):
        return +number


def split(number: Any, bits: int, parts: int) -> list[Any]:
    """A number as a sum of ``parts`` numbers of a format."""
    found = []
    for _ in range(parts):
        found.append(rounded(number, bits))
        number = number - found[-1]
    return found


def solve(basis: Any, target: Sequence[Any], weights: Sequence[Any]) -> Any:
    """Weighted least squares: the solution of the normal equations."""
    size = len(basis[0])
    matrix, right = mp.matrix(size, size), mp.matrix(size, 1)
    for row, value, weight in zip(basis, target, weights, strict=True):
        for i in range(size):
            scaled = row[i] * weight
            right[i] += scaled * value
            for j in range(i, size):
                matrix[i, j] += scaled * row[j]
    for i in range(size):
        for j in range(i):
            matrix[i, j] = matrix[j, i]
    return mp.lu_solve(matrix, right)


def chebyshev_nodes(fit: Fit, count: int) -> list[Any]:
    """Points of the interval, denser towards its ends; never zero."""
    middle, half = (fit.low + fit.high) / mpf(2), (fit.high - fit.low) / mpf(2)
    return [
        middle + half * mp.cos(mp.pi * (2 * k + 1) / (2 * count)) + mpf(10) ** -40
        for k in range(count)
    ]


def fitted(fit: Fit, bits: int) -> tuple[list[Any], Any]:
    """Coefficients in the format, and the largest weighted error."""
    count = fit.counts[bits]
    nodes = chebyshev_nodes(fit, NODES * count)
    values = [fit.function(x) for x in nodes]
    plain = [fit.weight(x) ** 2 for x in nodes]
    scale = max(abs(fit.low), abs(fit.high))
    basis = [[(x / scale) ** k for k in range(count)] for x in nodes]
    weights = list(plain)
    for _ in range(12):
        found = solve(basis, values, weights)
        errors = [abs(mp.fdot(row, found) - v) for row, v in zip(basis, values, strict=True)]
        weights = [w * e * mp.sqrt(p) for w, e, p in zip(weights, errors, plain, strict=True)]
        total = max(weights)
        weights = [w / total + mpf(10) ** -12 * p for w, p in zip(weights, plain, strict=True)]
    done: list[Any] = []
    left = list(values)
    for k in range(count):
        found = solve([row[k:] for row in basis], left, weights)
        coefficient = rounded(found[0] / scale**k, bits)
        done.append(coefficient)
        left = [v - coefficient * x**k for v, x in zip(left, nodes, strict=True)]
    worst = max(abs(e) * mp.sqrt(p) for e, p in zip(left, plain, strict=True))
    return done, worst


def hexadecimal(number: Any) -> str:
    """Python's spelling of the bits of a number."""
    return float(number).hex().replace("0000000p", "p")


def erfcx_like(k: int) -> Function:
    """``exp(x**2) * erfc(x) * (1 + 2 * x) - 5 / 4`` as a function of ``t = (x - k) / (x + k)``."""

    def function(t: Any) -> Any:
        x = k * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (1 + 2 * x) - mpf("1.25")

    return function


GAMMA_SHIFT = mpf(-13) / 64
"""Close to ``(1 / sqrt(3) - 1) / 2``.

With that shift the terms that the formula lacks fall like ``z**-2``.
"""


def gamma_constant() -> Any:
    """The limit of ``log2(gamma(z)) - (z - 1/2) * log2((z + GAMMA_SHIFT) / e)``."""
    return (mp.log(2 * mp.pi) / 2 - mpf("0.5") - GAMMA_SHIFT) / mp.ln2


def gamma_rest(t: Any) -> Any:
    """The same difference without its limit, by ``t = 1 - 2 / z``."""
    z = 2 / (1 - t)
    leading = (z - mpf("0.5")) * (mp.log(z + GAMMA_SHIFT) - 1)
    return (mp.loggamma(z) - leading) / mp.ln2 - gamma_constant()


def lgamma_between(u: Any) -> Any:
    """``lgamma(x) / (x - 1) / (x - 2) - 1 / 2`` as a function of ``u = x - 3 / 2``."""
    return mp.loggamma(u + 1.5) / (u * u - 0.25) - 0.5


def _square_root(function: Function) -> Function:
    return lambda z: function(mp.sqrt(z))


FITS = [
    Fit(
        "EXP", "(exp(r) - 1 - r) / r**2, |r| <= 0.35",
        lambda r: (mp.expm1(r) - r) / r**2, mpf(-0.35), mpf(0.35), {64: 11, 32: 6}, abs,
    ),
    Fit(
        "EXP_SHORT", "(exp(r) - 1 - r) / r**2, |r| <= 0.35, where 1 is added at the end",
        lambda r: (mp.expm1(r) - r) / r**2, mpf(-0.35), mpf(0.35), {64: 10, 32: 5},
        lambda r: r**2 / mp.exp(r),
    ),
    Fit(
        "EXP2", "(2**r - 1 - r * ln2) / r**2, |r| <= 0.5",
        lambda r: (mp.expm1(r * mp.ln2) - r * mp.ln2) / r**2, mpf(-0.505), mpf(0.505),
        {64: 11, 32: 5}, abs,
    ),
    Fit(
        "SINH", "(sinh(r) / r - 1) / z, z = r**2, |r| <= 0.35",
        _square_root(lambda r: (mp.sinh(r) / r - 1) / r**2), mpf(0), mpf(0.35) ** 2,
        {64: 5, 32: 3}, abs,
    ),
    Fit(
        "COSH", "(cosh(r) - 1) / z, z = r**2, |r| <= 0.35",
        _square_root(lambda r: (mp.cosh(r) - 1) / r**2), mpf(0), mpf(0.35) ** 2,
        {64: 6, 32: 3}, abs,
    ),
    Fit(
        "LOG", "(2 * atanh(s) / s - 2) / z, z = s**2, |s| <= 0.1717",
        _square_root(lambda s: (2 * mp.atanh(s) / s - 2) / s**2), mpf(0), mpf(0.0295),
        {64: 7, 32: 3}, abs,
    ),
    Fit(
        "LOG2", "(2 * atanh(s) / s - 2 - 2 / 3 * z) / ln2 / z**2, z = s**2, |s| <= 0.1717",
        _square_root(lambda s: (2 * mp.atanh(s) / s - 2 - 2 * s**2 / 3) / mp.ln2 / s**4),
        mpf(0), mpf(0.0295), {64: 8, 32: 4}, lambda z: z**2,
    ),
    Fit(
        "SIN", "(sin(r) / r - 1) / z, z = r**2, |r| <= 0.8",
        _square_root(lambda r: (mp.sin(r) / r - 1) / r**2), mpf(0), mpf(0.64),
        {64: 6, 32: 4}, abs,
    ),
    Fit(
        "COS", "(cos(r) - 1 + z / 2) / z**2, z = r**2, |r| <= 0.8",
        _square_root(lambda r: (mp.cos(r) - 1 + r**2 / 2) / r**4), mpf(0), mpf(0.64),
        {64: 6, 32: 3}, lambda z: z**2,
    ),
    Fit(
        "ATAN", "(atan(t) / t - 1) / z, z = t**2, |t| <= tan(pi / 8)",
        _square_root(lambda t: (mp.atan(t) / t - 1) / t**2), mpf(0), mpf(0.1717),
        {64: 12, 32: 5}, abs,
    ),
    Fit(
        "ASIN", "(asin(x) / x - 1) / z, z = x**2, |x| <= 0.5",
        _square_root(lambda x: (mp.asin(x) / x - 1) / x**2), mpf(0), mpf(0.25),
        {64: 13, 32: 5}, abs,
    ),
    Fit(
        "CBRT", "m**(-1/3), 1 <= m <= 2, a first guess",
        lambda m: mp.cbrt(1 / m), mpf(1), mpf(2), {64: 6, 32: 4},
    ),
    Fit(
        "ERF", "erf(x) / x - 1, z = x**2, |x| <= 1",
        _square_root(lambda x: mp.erf(x) / x - 1), mpf(0), mpf(1), {64: 13, 32: 7},
    ),
    Fit(
        "GAMMA",
        "log2(gamma(z)) - (z - 1/2) * log2((z - 13/64) / e) - GAMMA_LIMIT, t = 1 - 2 / z, z >= 1",
        gamma_rest, mpf(-1), mpf(1), {64: 26, 32: 9},
    ),
    Fit(
        "LGAMMA",
        "lgamma(x) / (x - 1) / (x - 2) - 1/2, u = x - 3/2, 15/16 <= x <= 17/8",
        lgamma_between, mpf(-9) / 16, mpf(5) / 8, {64: 24, 32: 11},
    ),
]  # fmt: skip
# On (-1, 1) by the largest x of each format where erfc(x) is not zero.
for _bits, _k, _largest, _count in ((64, 4, 28, 24), (32, 2, 11, 12)):
    FITS.append(
        Fit(
            f"ERFC_{_bits}",
            "exp(x**2) * erfc(x) * (1 + 2 * x) - 5 / 4, "
            f"t = (x - {_k}) / (x + {_k}), 0 <= x <= {_largest}",
            erfcx_like(_k), mpf(-1), mpf(_largest - _k) / (_largest + _k), {_bits: _count},
        )
    )  # fmt: skip

CONSTANTS: list[tuple[str, str, Any, int]] = [
    ("LN2", "ln(2)", mp.ln2, 2),
    ("LOG2_E", "1 / ln(2)", 1 / mp.ln2, 2),
    ("LOG10_E", "1 / ln(10)", 1 / mp.ln(10), 2),
    ("PI", "pi", mp.pi, 2),
    ("HALF_PI", "pi / 2", mp.pi / 2, 3),
    ("TWO_OVER_PI", "2 / pi", 2 / mp.pi, 1),
    ("LOG2_PI", "log2(pi)", mp.log(mp.pi) / mp.ln2, 2),
    ("GAMMA_LIMIT", "log2(sqrt(2 * pi / e)) + 13/64 * log2(e)", gamma_constant(), 2),
    ("POW_0", "2 / ln(2)", 2 / mp.ln2, 2),
    ("POW_1", "2 / (3 * ln(2))", 2 / (3 * mp.ln2), 2),
]


def short(number: Any, bits: int) -> list[Any]:
    """A number in two parts, the first shorter than the format.

    It ends with so many zeros that multiples up to 2**11 (f32: 2**9) are exact.
    """
    with mp.workprec(PRECISION[bits] - {64: 11, 32: 9}[bits]):
        high = +number
    return [high, rounded(number - high, bits)]


def two_over_pi_words(count: int) -> list[str]:
    """The first bits of 2 / pi in words of 64."""
    with mp.workprec(64 * (count + 1)):
        number = 2 / mp.pi
        words = [int(mp.floor(number * mpf(2) ** (64 * k))) for k in range(1, count + 1)]
    return [f"0x{word % 2**64:X}" for word in words]


def show(numbers: Sequence[Any]) -> str:
    """Lines of hexadecimal numbers."""
    words, lines, line = [hexadecimal(n) for n in numbers], [], ""
    for word in words:
        if len(line) + len(word) > 88:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    return "\n        ".join([*lines, line])


HEADER = '''\
"""Constants and polynomial coefficients, as the bits of hexadecimal floats.

Made by ``python -m benchmarks.fit_math``, which says how; do not edit. Coefficients go from the
lowest power up. "Error" is the largest error of the polynomial, relative to the function it is
part of, in exact arithmetic with these rounded coefficients.
"""

from __future__ import annotations


def _table(text: str) -> tuple[float, ...]:
    return tuple(map(float.fromhex, text.split()))

'''


def marked(text: str) -> str:
    """A formula and what its variables are, marked as code."""
    first, *more = text.split(", ")
    more = [f"``{part}``" if re.match(r"\w = ", part) else part for part in more]
    return ", ".join([f"``{first}``", *more])


def polynomial_text(fit: Fit) -> str:
    """The table of one polynomial."""
    tables, errors = [], []
    for bits in fit.counts:
        found, worst = fitted(fit, bits)
        tables.append(f'    {bits}: _table("""\n        {show(found)}\n    """),')
        errors.append(f"2**{float(mp.log(worst, 2)):.1f} for f{bits}")
    text = f'"""{marked(fit.text)}.\n\nError: {", ".join(errors)}.\n"""'
    return "\n".join([f"{fit.name} = {{", *tables, "}", text])


def main() -> None:
    """Print the module."""
    print(HEADER)
    for name, text, number, parts in CONSTANTS:
        rows = [f'    {bits}: _table("{show(split(number, bits, parts))}"),' for bits in PRECISION]
        what = f"{marked(text)}, as a sum of {parts} numbers" if parts > 1 else marked(text)
        print("\n".join([f"{name} = {{", *rows, f'}}\n"""{what}."""\n']))
    for name, text, number in (("LN2", "ln(2)", mp.ln2), ("LOG10_2", "log10(2)", mp.log10(2))):
        rows = [f'    {bits}: _table("{show(short(number, bits))}"),' for bits in PRECISION]
        what = f"{marked(text)}, as a sum. Whole multiples of the first number are exact"
        print("\n".join([f"{name}_SHORT = {{", *rows, f'}}\n"""{what}."""\n']))
    words = two_over_pi_words(19)
    print("TWO_OVER_PI_WORDS = (\n    0x0,  # zeros in front of the binary point")
    print("".join(f"    {word},\n" for word in words) + ")")
    print('"""Bits of 2 / pi behind the binary point, 64 in each word."""\n')
    print("\n\n".join(map(polynomial_text, FITS)))


if __name__ == "__main__":
    main()
