"""``memref``: reading and writing buffers, as in MLIR.

Two different buffer arguments of a function never overlap: passes and code generation rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..attributes import IntegerAttr
from ..constraints import Buffer, Index
from ..core import Op, Value
from ..declare import op, operand, prop, result
from ..types import i32


def _check_access(value: Value, buffer: Value, indices: Sequence[Value]) -> Iterator[str]:
    if value.type is not buffer.type.element:  # type: ignore[attr-defined]
        yield f"accesses {buffer.type} as {value.type}"
    if len(indices) != len(buffer.type.shape):  # type: ignore[attr-defined]
        yield f"has {len(indices)} indices for {buffer.type}"


@op("memref.load", format="$memref `[` $indices `]` attr-dict `:` type($memref)")
class Load(Op):
    """Reads one element of a buffer."""

    memref: Value = operand(Buffer, reads=True)
    indices: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(infer=lambda m, *i: m.type.element)

    def check(self) -> Iterator[str]:
        """Check the number of indices and the type of the result."""
        return _check_access(self.results[0], self.memref, self.indices)


@op(
    "memref.store",
    format="$value `,` $memref `[` $indices `]` attr-dict `:` type($memref)",
    derive={"value": lambda of: of["memref"].element},
)
class Store(Op):
    """Writes one element of a buffer."""

    value: Value = operand()
    memref: Value = operand(Buffer, writes=True)
    indices: Sequence[Value] = operand(Index, variadic=True)

    def check(self) -> Iterator[str]:
        """Check the number of indices and the type of the value."""
        return _check_access(self.value, self.memref, self.indices)


@op(
    "memref.prefetch",
    format="$memref `[` $indices `]` `,` $isWrite `,` `locality` `<` $localityHint `>` `,` "
    "$isDataCache attr-dict `:` type($memref)",
)
class Prefetch(Op):
    """Asks for an element to be in the cache soon.

    The element may lie beyond the end of the buffer.
    """

    memref: Value = operand(Buffer, reads=True)
    indices: Sequence[Value] = operand(Index, variadic=True)
    isWrite: int = prop(IntegerAttr, default=False, words=("read", "write"))  # noqa: N815
    localityHint: int = prop(IntegerAttr, of=i32)  # noqa: N815
    isDataCache: int = prop(IntegerAttr, default=True, words=("instr", "data"))  # noqa: N815


def prefetch(buffer: Value, index: Value) -> Prefetch:
    """A prefetch of data to read once, to all cache levels."""
    return Prefetch(buffer, index, localityHint=IntegerAttr(3, i32))
