"""Elementary functions as arithmetic: one module per family, all by name in ``FUNCTIONS``.

Each is a formula on :class:`~.number.Number`, the same for scalars and vectors, f64 and f32 (with
coefficients of its own for each): straight-line, but for the reduction of huge angles. None flushes
or needs denormals, none reads memory, and none calls the C library.
"""

from __future__ import annotations

from .error import erf, erfc
from .exponential import exp, exp2, expm1
from .gamma import lgamma, tgamma
from .hyperbolic import cosh, sinh, tanh
from .inverse_hyperbolic import acosh, asinh, atanh
from .inverse_trigonometric import acos, asin, atan, atan2
from .logarithm import log, log1p, log2, log10
from .number import Formula
from .power import powf
from .roots import cbrt, rsqrt
from .trigonometric import cos, sin, tan

FUNCTIONS: dict[str, Formula] = {
    function.__name__: function
    for function in (
        *(exp, exp2, expm1, log, log2, log10, log1p, powf, cbrt, rsqrt),
        *(sin, cos, tan, asin, acos, atan, atan2),
        *(sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc),
        *(tgamma, lgamma),
    )
}
"""Formulas by the short name of the operation that they replace."""
