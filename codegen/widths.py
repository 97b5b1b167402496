"""Widths of values in registers and in memory."""

from __future__ import annotations

from ..ir.types import FloatType, IntegerType, Type, scalar_of


def bits_of(type_: Type) -> int:
    """Bits of a number or of a lane. An index has 64."""
    scalar = scalar_of(type_)
    if isinstance(scalar, IntegerType | FloatType):
        return scalar.bits
    return 64


def bytes_of(type_: Type) -> int:
    """Bytes of an element in memory. Accesses may rely on it as their alignment."""
    return max(1, bits_of(type_) // 8)
