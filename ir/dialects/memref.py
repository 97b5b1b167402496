"""``memref``: reading and writing buffers, as in MLIR.

Two different buffer arguments of a function never overlap: passes and code generation rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..constraints import Buffer, Index
from ..core import Op, Value
from ..declare import op, operand, result


def _check_access(op_: Op, value: Value, buffer: Value, indices: Sequence[Value]) -> Iterator[str]:
    if value.type is not buffer.type.element:  # type: ignore[attr-defined]
        yield f"accesses {buffer.type} as {value.type}"
    if len(indices) != len(buffer.type.shape):  # type: ignore[attr-defined]
        yield f"has {len(indices)} indices for {buffer.type}"


@op("memref.load")
class Load(Op):
    """Reads one element."""

    memref: Value = operand(Buffer, reads=True)
    indices: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(infer=lambda m, *i: m.type.element)

    def check(self) -> Iterator[str]:
        """As many indices as dimensions; the result is an element."""
        return _check_access(self, self.results[0], self.memref, self.indices)


@op("memref.store")
class Store(Op):
    """Writes one element."""

    value: Value = operand()
    memref: Value = operand(Buffer, writes=True)
    indices: Sequence[Value] = operand(Index, variadic=True)

    def check(self) -> Iterator[str]:
        """As many indices as dimensions; the value is an element."""
        return _check_access(self, self.value, self.memref, self.indices)
