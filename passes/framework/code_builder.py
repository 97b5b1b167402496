"""Builder of kernels and tasks: shared constants, widths of floats, conditions.

Constants are made once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...ir.builder import Builder
from ...ir.core import Block, Op, Region, Value
from ...ir.dialects import arith, scf
from ...ir.location import Loc
from ...ir.types import FloatType, Type, index


class CodeBuilder:
    """Code in ``block``. Calling it with an operation appends that, as a builder does."""

    def __init__(self, block: Block, loc: Loc) -> None:
        self.block, self.loc = block, loc
        self.build = Builder(block, loc)
        self._constants: dict[tuple[float, bool, Type], Value] = {}

    def __call__(self, op: Op, name: str | None = None) -> Any:
        """Append an operation; see :class:`~ranvier.ir.builder.Builder`."""
        return self.build(op, name)

    def constant(self, number: float, type_: Type = index) -> Value:
        """A constant, made once at the start of the block."""
        key = (number, math.copysign(1.0, number) < 0, type_)  # -0.0 equals 0.0 and is another
        if key not in self._constants:
            op = arith.constant(number, type_)
            op.loc, op.block = self.loc, self.block
            self.block.ops.insert(len(self._constants), op)
            self._constants[key] = op.results[0]
        return self._constants[key]

    def resized(self, value: Value, type_: Type, name: str | None = None) -> Any:
        """A float as float ``type_``, exactly or rounded. Anything else stays as it is."""
        if not (isinstance(type_, FloatType) and isinstance(value.type, FloatType)):
            return value
        if type_.bits == value.type.bits:
            return value
        cast = arith.ExtF if type_.bits > value.type.bits else arith.TruncF
        return self(cast(value, result_type=type_), name)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """``if condition`` without results."""
        chosen = scf.If(condition, otherwise=Region())
        self(chosen)
        with self.build.inside(chosen.then.block):
            yield
            self(scf.Yield())
