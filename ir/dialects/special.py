"""``special``: functions like those of ``math``, which MLIR's ``math`` does not have."""

from __future__ import annotations

from typing import Any

from .math import unary

UNARY = {
    "tgamma": "Gamma function.",
    "lgamma": "Natural logarithm of the magnitude of the gamma function.",
}

OPERATIONS: dict[str, Any] = {name: unary(name, doc, "special") for name, doc in UNARY.items()}
"""All operations of the dialect by their short name, which is that of the C library."""
