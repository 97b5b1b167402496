"""Operations on registers, by opcode."""

from __future__ import annotations

from . import bits, compare, conversions, floats, integers  # noqa: F401  (they register opcodes)
from .registry import Array, Operation, dtype, known, operation, unsigned

__all__ = ["Array", "Operation", "dtype", "known", "operation", "unsigned"]
