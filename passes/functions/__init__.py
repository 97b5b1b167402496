"""Elementary functions as arithmetic: one module per family. All are in ``FUNCTIONS``, by name.

Each is a formula on :class:`~.number.Number`, the same for scalars and vectors, f64 and f32 (with
coefficients of its own for each): straight-line, but for the reduction of huge angles. None flushes
or needs denormals, none reads memory, and none calls the C library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .number import Formula

MODULES = {
    "exponential": ("exp", "exp2", "expm1", "bounded_exp", "bounded_expm1"),
    "logarithm": ("log", "log2", "log10", "log1p"),
    "power": ("powf",),
    "roots": ("cbrt", "rsqrt"),
    "trigonometric": ("sin", "cos", "tan"),
    "inverse_trigonometric": ("asin", "acos", "atan", "atan2"),
    "hyperbolic": ("sinh", "cosh", "tanh"),
    "inverse_hyperbolic": ("asinh", "acosh", "atanh"),
    "error": ("erf", "erfc"),
    "gamma": ("tgamma", "lgamma"),
}
"""The functions of each module."""


class _Formulas(Mapping[str, "Formula"]):
    """Formulas by name. A module is loaded when the first of its formulas is used."""

    def __init__(self) -> None:
        self._modules = {name: module for module, names in MODULES.items() for name in names}

    def __getitem__(self, name: str) -> Formula:
        found: Formula = getattr(import_module(f".{self._modules[name]}", __name__), name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


FUNCTIONS: Mapping[str, Formula] = _Formulas()
"""Formulas by the short name of the operation that they replace."""
