"""Tables of the language's functions, distributions and constants.

There is one row for each.

`FUNCTIONS` says how a call is typed, under which canonical name it goes on, and what it computes
(used for constant arithmetic and initial values). Functions that are only another way of writing
something (``pos``, ``clip``, ``ite``, ``pow``, ...) are in `REWRITTEN`; ``check.py`` replaces
them, so that a checked tree calls nothing outside `COMPUTE`.

Not everyone agrees on these, so: ``round`` rounds halves away from zero (as C's), ``sign(0)`` is 0,
``Heaviside(0)`` is 0.5. ``gamma(x)`` is the gamma function, ``Gamma(alpha, beta)`` a random number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from attrs import Factory

from ...ir.attrs_classes import frozen

Typing = Literal[
    "float",  # float arguments, float result
    "number",  # the common type of the arguments is the type of the result
    "test",  # float arguments, bool result
]


@frozen
class Function:
    """A function of the IR: its arity, types and value."""

    canonical: str
    arity: int
    typing: Typing
    compute: Callable[..., Any]


@frozen
class Distribution:
    """A distribution: names of its arguments. If ``bounded``, it also takes ``min`` and ``max``."""

    arguments: tuple[str, ...]
    bounded: bool = False
    defaults: Mapping[str, float] = Factory(dict)


def _round(x: Any) -> Any:
    whole = np.floor(np.abs(x))
    return np.copysign(whole + (np.abs(x) - whole >= 0.5), x)


def _row(
    canonical: str, arity: int, compute: Callable[..., Any], typing: Typing = "float"
) -> Function:
    return Function(canonical, arity, typing, compute)


_erf = np.vectorize(math.erf, otypes=[np.float64])
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def _gamma_of_one(x: float) -> float:
    """The gamma function as in C, where Python raises.

    It is infinite at 0 and beyond, not a number at other poles.
    """
    try:
        return math.gamma(x)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.copysign(math.inf, x) if x == 0 else math.nan


def _lgamma_of_one(x: float) -> float:
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return math.inf


_gamma = np.vectorize(_gamma_of_one, otypes=[np.float64])
_lgamma = np.vectorize(_lgamma_of_one, otypes=[np.float64])

FUNCTIONS: dict[str, Function] = {
    "exp": _row("exp", 1, np.exp),
    "expm1": _row("expm1", 1, np.expm1),
    "log": _row("log", 1, np.log),
    "ln": _row("log", 1, np.log),
    "log1p": _row("log1p", 1, np.log1p),
    "log2": _row("log2", 1, np.log2),
    "log10": _row("log10", 1, np.log10),
    "sqrt": _row("sqrt", 1, np.sqrt),
    "cbrt": _row("cbrt", 1, np.cbrt),
    "sin": _row("sin", 1, np.sin),
    "cos": _row("cos", 1, np.cos),
    "tan": _row("tan", 1, np.tan),
    "asin": _row("asin", 1, np.arcsin),
    "acos": _row("acos", 1, np.arccos),
    "atan": _row("atan", 1, np.arctan),
    "atan2": _row("atan2", 2, np.arctan2),
    "sinh": _row("sinh", 1, np.sinh),
    "cosh": _row("cosh", 1, np.cosh),
    "tanh": _row("tanh", 1, np.tanh),
    "asinh": _row("asinh", 1, np.arcsinh),
    "acosh": _row("acosh", 1, np.arccosh),
    "atanh": _row("atanh", 1, np.arctanh),
    "erf": _row("erf", 1, _erf),
    "erfc": _row("erfc", 1, _erfc),
    "gamma": _row("tgamma", 1, _gamma),
    "tgamma": _row("tgamma", 1, _gamma),
    "lgamma": _row("lgamma", 1, _lgamma),
    "gammaln": _row("lgamma", 1, _lgamma),
    "floor": _row("floor", 1, np.floor),
    "ceil": _row("ceil", 1, np.ceil),
    "ceiling": _row("ceil", 1, np.ceil),
    "round": _row("round", 1, _round),
    "sign": _row("sign", 1, np.sign, "number"),
    "Heaviside": _row("heaviside", 1, lambda x: np.heaviside(x, 0.5)),
    "abs": _row("abs", 1, np.abs, "number"),
    "fabs": _row("abs", 1, np.abs, "number"),
    "max": _row("max", 2, np.maximum, "number"),
    "min": _row("min", 2, np.minimum, "number"),
    "isnan": _row("isnan", 1, np.isnan, "test"),
    "isfinite": _row("isfinite", 1, np.isfinite, "test"),
}

COMPUTE: dict[str, Callable[..., Any]] = {f.canonical: f.compute for f in FUNCTIONS.values()}
"""Every function of a checked tree, by its canonical name."""

REWRITTEN: dict[str, int] = {
    "pos": 1,  # max(x, 0)
    "positive": 1,
    "neg": 1,  # min(x, 0)
    "negative": 1,
    "clip": 3,  # max(min(x, b), a)
    "ite": 3,  # if c: a else: b
    "pow": 2,  # x ** n
    "power": 2,
    "modulo": 2,  # int(a) % int(b)
    "exprel": 1,  # expm1(x) / x, 1 at 0
    "int": 1,  # Cast
    "float": 1,
}
"""Functions that the check replaces by other nodes, with their arity."""

DISTRIBUTIONS: dict[str, Distribution] = {
    "Uniform": Distribution(("min", "max")),
    "Normal": Distribution(("mu", "sigma"), bounded=True),
    "LogNormal": Distribution(("mu", "sigma"), bounded=True),
    "Exponential": Distribution(("Lambda",), bounded=True),
    "DiscreteUniform": Distribution(("min", "max")),
    "Gamma": Distribution(("alpha", "beta"), bounded=True, defaults={"beta": 1.0}),
    "Binomial": Distribution(("n", "p")),
}

REDUCTIONS = frozenset({"mean", "min", "max", "norm1", "norm2"})
"""Functions of one variable over a whole population."""

CONSTANTS: dict[str, float] = {"pi": math.pi}
"""Numbers that have names, unless a model declares these.

``E`` is not among them: where it is not declared, a reversal potential was forgotten.
"""

OPEN_NAMES = frozenset({"gamma"})
"""Functions whose names a model may declare.

Many models have such a parameter; the function is then no longer known.
"""

HINTS = {
    "gamma": "; a random number is 'Gamma(alpha, beta)'",
    "Gamma": "; the gamma function is 'gamma(x)', with a small letter",
}
"""Hints for calls that do not make sense."""

FUNCTION_NAMES = frozenset(FUNCTIONS) | frozenset(REWRITTEN) | frozenset(DISTRIBUTIONS)
