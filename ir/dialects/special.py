"""``special``: functions like those of ``math``, which MLIR's ``math`` does not have."""

from __future__ import annotations

from typing import Any

from .math import unary

UNARY = {
    "tgamma": "Gamma function.",
    "lgamma": "Natural logarithm of the magnitude of the gamma function.",
}

OPERATIONS: dict[str, Any] = {name: unary(name, doc, "special") for name, doc in UNARY.items()}
"""Functions by their short name, which is that of the C library."""

BOUNDED_UNARY = {
    "bounded_exp": "e**x, but no more than the largest number.",
    "bounded_expm1": "e**x - 1, but no more than the largest number; 0 also for -0.",
}

BOUNDED: dict[str, Any] = {n: unary(n, doc, "special") for n, doc in BOUNDED_UNARY.items()}
"""Functions that stay finite for every number, so that a product with 0 is 0."""
