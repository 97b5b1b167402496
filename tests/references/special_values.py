"""Exact values of the elementary functions: C99, Annex F, and thresholds."""

from __future__ import annotations

import math
import sys
from typing import Any

INF, NAN = math.inf, math.nan
PI = math.pi
LARGEST_SINGLE = 2.0**128 - 2.0**104

ODD: dict[str, list[tuple[float, float]]] = {
    "expm1": [(INF, INF)],
    "log1p": [(0.0, 0.0), (INF, INF)],
    "cbrt": [(0.0, 0.0), (INF, INF), (8.0, 2.0), (27.0, 3.0), (1.0, 1.0), (0.125, 0.5)],
    "sin": [(0.0, 0.0), (INF, NAN)],
    "tan": [(0.0, 0.0), (INF, NAN)],
    "asin": [(0.0, 0.0), (1.0, PI / 2), (1.5, NAN), (INF, NAN)],
    "atan": [(0.0, 0.0), (INF, PI / 2), (1e30, PI / 2), (1.0, PI / 4)],
    "sinh": [(0.0, 0.0), (INF, INF), (800.0, INF)],
    "tanh": [(0.0, 0.0), (INF, 1.0), (800.0, 1.0), (20.0, 1.0)],
    "asinh": [(0.0, 0.0), (INF, INF)],
    "atanh": [(0.0, 0.0), (1.0, INF), (1.5, NAN), (INF, NAN)],
    "erf": [(0.0, 0.0), (INF, 1.0), (30.0, 1.0)],
}
"""Functions with f(-x) = -f(x); only positive arguments are listed."""

OTHERS: dict[str, list[tuple[float, float]]] = {
    "exp": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e30, INF), (-1e30, 0.0)],
    "exp2": [
        *((0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e30, INF), (-1e30, 0.0)),
        *((float(k), 2.0**k) for k in range(-149, 128)),
    ],
    "expm1": [(-INF, -1.0), (-1e30, -1.0), (-0.0, -0.0), (0.0, 0.0), (1e30, INF)],
    "bounded_exp": [(0.0, 1.0), (-0.0, 1.0), (-INF, 0.0), (-1e30, 0.0)],
    "bounded_expm1": [(0.0, 0.0), (-0.0, 0.0), (-INF, -1.0), (-1e30, -1.0)],
    "log": [(0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, NAN), (-INF, NAN)],
    "log2": [
        *((0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, NAN), (-INF, NAN)),
        *((2.0**k, float(k)) for k in range(-149, 128)),
    ],
    "log10": [
        *((0.0, -INF), (-0.0, -INF), (1.0, 0.0), (INF, INF), (-1.0, NAN), (-INF, NAN)),
        *((10.0**k, float(k)) for k in range(11)),
    ],
    "log1p": [(-1.0, -INF), (-1.5, NAN), (-INF, NAN), (-0.0, -0.0)],
    "rsqrt": [(0.0, INF), (-0.0, -INF), (INF, 0.0), (-1.0, NAN), (4.0, 0.5)],
    "cos": [(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN)],
    "acos": [(1.0, 0.0), (-1.0, PI), (1.5, NAN), (-1.5, NAN), (INF, NAN), (0.0, PI / 2)],
    "cosh": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, INF), (-800.0, INF)],
    "acosh": [(1.0, 0.0), (0.5, NAN), (-INF, NAN), (INF, INF)],
    "erfc": [(INF, 0.0), (-INF, 2.0), (0.0, 1.0), (-0.0, 1.0), (30.0, 0.0), (-30.0, 2.0)],
    "tgamma": [
        *((0.0, INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (200.0, INF), (1e30, INF)),
        *((-float(k), NAN) for k in (1, 2, 3, 100, 10**30)),
        *((-200.5, -0.0), (-199.5, 0.0), (-300.75, -0.0), (0.5, 1.772453850905516)),
        *((float(k), float(math.factorial(k - 1))) for k in range(1, 15)),
    ],
    "lgamma": [
        *((0.0, INF), (-0.0, INF), (INF, INF), (-INF, INF), (1.0, 0.0), (2.0, 0.0)),
        *((-float(k), INF) for k in (1, 2, 3, 100, 10**30)),
        *((3.0, math.log(2.0)), (0.5, math.log(PI) / 2), (10.0, math.log(362880.0))),
    ],
}  # fmt: skip
"""All other functions of one operand, and more of those above."""

DOUBLE: dict[str, list[tuple[float, float]]] = {
    "exp": [
        (709.782712893384, 1.7976931348622732e308), (709.7827128933841, INF),
        (-745.1332191019411, 5e-324), (-745.1332191019412, 0.0), (5e-324, 1.0),
    ],
    "bounded_exp": [(x, sys.float_info.max) for x in (INF, 1e30, 709.7827128933841)],
    "bounded_expm1": [(x, sys.float_info.max) for x in (INF, 1e30, 709.7827128933841)],
    "exp2": [(-1074.0, 5e-324), (-1075.0, 0.0), (1023.0, 2.0**1023), (1024.0, INF)],
    "log2": [(5e-324, -1074.0), (2.0**1023, 1023.0)],
    "log10": [(10.0**k, float(k)) for k in range(23)],
    "sinh": [
        (5e-324, 5e-324), (710.4758600739439, 1.7976931348621744e308), (710.475860073944, INF),
    ],
    "cosh": [(5e-324, 1.0), (710.475860073944, INF)],
    "tanh": [(5e-324, 5e-324), (-5e-324, -5e-324)],
    "sin": [(5e-324, 5e-324), (1e-310, 1e-310)],
    "expm1": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "log1p": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "asinh": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "atanh": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "atan": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "asin": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "tan": [(5e-324, 5e-324), (-1e-310, -1e-310)],
    "cbrt": [(2.0**-1074, 2.0**-358), (2.0**1023, 2.0**341), (-(3.0**30), -(3.0**10))],
    "erfc": [(27.3, 0.0), (5e-324, 1.0)],
    "tgamma": [
        *((5e-324, INF), (-5e-324, -INF), (2.0**-1023, 2.0**1023), (-(2.0**-1000), -(2.0**1000))),
        *((171.6243769563027, 1.7976931348622299e308), (171.62437695630274, INF)),
        *((float(k), float(math.factorial(k - 1))) for k in range(15, 24)),
    ],
    "lgamma": [
        *((5e-324, 744.4400719213812), (-5e-324, 744.4400719213812)),
        *((1e300, 6.897755278982137e302), (2.5599833278516387e305, INF)),
        (2.5599833278516383e305, 1.7976931348623157e308),
    ],
}  # fmt: skip
"""Values in f64 only."""

SINGLE: dict[str, list[tuple[float, float]]] = {
    "exp": [(88.72283935546875, INF), (-103.97208404541016, 0.0), (-103.97207641601562, 2.0**-149)],
    "bounded_exp": [(x, LARGEST_SINGLE) for x in (INF, 1e30, 88.72283935546875)],
    "bounded_expm1": [(x, LARGEST_SINGLE) for x in (INF, 1e30, 88.72283935546875)],
    "exp2": [(-149.0, 2.0**-149), (-150.0, 0.0), (128.0, INF)],
    "log2": [(2.0**-149, -149.0)],
    "tanh": [(2.0**-149, 2.0**-149)],
    "sin": [(2.0**-149, 2.0**-149)],
    "cbrt": [(2.0**-149 * 4, 2.0**-49), (2.0**126, 2.0**42)],
    "tgamma": [(2.0**-149, INF), (-(2.0**-149), -INF), (2.0**-127, 2.0**127), (35.0401, INF)],
    "lgamma": [(2.0**-149, 149 * math.log(2.0)), (4.0850043e36, INF)],
}
"""Values in f32 only."""

POWERS: list[tuple[float, float, float]] = [
    *((x, zero, 1.0) for x in (0.0, -0.0, 1.0, -2.5, INF, -INF, NAN) for zero in (0.0, -0.0)),
    *((1.0, y, 1.0) for y in (INF, -INF, NAN, 1e30, -0.5)),
    *((-1.0, y, 1.0) for y in (INF, -INF, 2.0, -4.0, 1e30)),
    *((-1.0, y, -1.0) for y in (1.0, -3.0, 16777215.0)),
    *((0.0, y, INF) for y in (-1.0, -3.0, -2.0, -0.5, -INF)),
    *((-0.0, y, -INF) for y in (-1.0, -3.0)),
    *((-0.0, y, INF) for y in (-2.0, -0.5, -INF)),
    *((0.0, y, 0.0) for y in (1.0, 2.0, 0.5, INF)),
    *((-0.0, y, -0.0) for y in (1.0, 3.0)),
    *((-0.0, y, 0.0) for y in (2.0, 0.5, INF)),
    *((x, -INF, INF) for x in (0.5, -0.5, 1e-30)),
    *((x, -INF, 0.0) for x in (1.5, -1.5, 1e30)),
    *((x, INF, 0.0) for x in (0.5, -0.5, 1e-30)),
    *((x, INF, INF) for x in (1.5, -1.5, 1e30)),
    *((-INF, y, -0.0) for y in (-1.0, -3.0)),
    *((-INF, y, 0.0) for y in (-2.0, -0.5, -INF)),
    *((-INF, y, -INF) for y in (1.0, 3.0)),
    *((-INF, y, INF) for y in (2.0, 0.5, INF)),
    *((INF, y, 0.0) for y in (-1.0, -0.5, -INF)),
    *((INF, y, INF) for y in (1.0, 0.5, INF)),
    *((x, 0.5, NAN) for x in (-1.0, -2.5, -1e-30)),
    *((NAN, y, NAN) for y in (1.0, -0.5, INF)),
    *((x, NAN, NAN) for x in (0.0, -1.0, 2.0, INF)),
    *((float(x), float(y), float(x**y)) for x in range(2, 13) for y in range(1, 7)),
    *((-float(x), float(y), float((-x) ** y)) for x in range(2, 13) for y in range(1, 7)),
    *((float(x * x), 0.5, float(x)) for x in range(1, 100)),
    *((2.0, float(y), 2.0**y) for y in range(-149, 128)),
    *((4.0, -0.5, 0.5), (10.0, -1.0, 0.1), (1e30, 12.0, INF), (1e-30, 12.0, 0.0)),
    *((-1e30, 11.0, -INF), (-1e-30, 11.0, -0.0)),
]
"""x, y, x**y."""

ANGLES: list[tuple[float, float, float]] = [
    *((0.0, x, 0.0) for x in (0.0, 1.0, INF)),
    *((-0.0, x, -0.0) for x in (0.0, 1.0, INF)),
    *((0.0, x, PI) for x in (-0.0, -1.0, -INF)),
    *((-0.0, x, -PI) for x in (-0.0, -1.0, -INF)),
    *((y, x, math.copysign(PI / 2, y)) for y in (1.0, -1.0, INF, -INF) for x in (0.0, -0.0)),
    *((y, x, math.copysign(PI / 2, y)) for y in (INF, -INF) for x in (1.0, -1.0, 1e30)),
    *((y, INF, math.copysign(0.0, y)) for y in (1.0, -1.0, 1e30)),
    *((y, -INF, math.copysign(PI, y)) for y in (1.0, -1.0, 1e30)),
    *((y, INF, math.copysign(PI / 4, y)) for y in (INF, -INF)),
    *((y, -INF, math.copysign(3 * PI / 4, y)) for y in (INF, -INF)),
    *((1.0, 1.0, PI / 4), (-1e30, 1e30, -PI / 4), (1e-30, -1e-30, 3 * PI / 4)),
    *((NAN, 1.0, NAN), (1.0, NAN, NAN), (NAN, INF, NAN), (0.0, NAN, NAN)),
]
"""y, x, atan2(y, x)."""


def special_values(name: str, bits: int) -> list[tuple[Any, ...]]:
    """Operands and result, of one function in one format."""
    if name == "powf":
        rows: list[tuple[Any, ...]] = list(POWERS)
    elif name == "atan2":
        rows = list(ANGLES)
    else:
        odd = ODD.get(name, [])
        rows = [*odd, *((-x, -y) for x, y in odd if name not in ("expm1", "log1p"))]
        rows += OTHERS.get(name, [])
        rows += (DOUBLE if bits == 64 else SINGLE).get(name, [])
        rows.append((NAN, NAN))
    return rows
