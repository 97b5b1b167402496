"""``memref``: reading and writing buffers, as in MLIR.

Two different buffer arguments of a function never overlap: passes and code generation rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..attributes import IntegerAttr
from ..constraints import Buffer, Index
from ..core import Op, Value
from ..declare import op, operand, prop, result
from ..types import SHARED, FloatType, IntegerType, MemRefType, Type, i32


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


_KINDS = (
    "addf", "addi", "andi", "assign", "maximumf", "maxnumf", "maxs", "maxu", "minimumf", "minnumf",
    "mins", "minu", "mulf", "muli", "ori", "xori",
)  # fmt: skip
"""MLIR's kinds of atomic operations, by number."""

ATOMIC = ("addf", "addi", "andi", "maxs", "maxu", "mins", "minu", "ori", "xori")
"""The kinds that all machines have, for 32 and 64 bits."""


@op(
    "memref.atomic_rmw",
    format="$kind $value `,` $memref `[` $indices `]` attr-dict `:` "
    "`(` type($value) `,` type($memref) `)` `->` type($result)",
)
class AtomicUpdate(Op):
    """Combines one element of a buffer with a value.

    The result is the element as it was before. No other thread touches it in between; nothing is
    said of the order of threads, nor of other elements. ``kind`` is a sum, a bitwise operation, or
    the smaller or larger of two numbers with a sign (``maxs``) or without (``maxu``).
    """

    value: Value = operand()
    memref: Value = operand(Buffer, reads=True, writes=True)
    indices: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(same_type_as="value")
    kind: int = prop(IntegerAttr, words=_KINDS)

    @property
    def word(self) -> str:
        """The kind as a word."""
        return _KINDS[self.kind]

    def check(self) -> Iterator[str]:
        """Check the kind, the indices and the type."""
        yield from _check_access(self.value, self.memref, self.indices)
        if not 0 <= self.kind < len(_KINDS) or self.word not in ATOMIC:
            yield f"is of an unknown kind; there are {', '.join(ATOMIC)}"
            return
        kind = self.value.type
        wanted = FloatType if self.word.endswith("f") else IntegerType
        if not isinstance(kind, wanted) or kind.bits not in (32, 64):
            yield f"'{self.word}' cannot combine numbers of type {kind}"


def atomic(word: str, value: Value, buffer: Value, *indices: Value) -> AtomicUpdate:
    """An atomic operation of the kind that is called ``word``."""
    return AtomicUpdate(value, buffer, *indices, kind=_KINDS.index(word))


@op(
    "memref.alloc",
    format="`(` $dynamicSizes `)` (`[` $symbolOperands^ `]`)? attr-dict `:` type($memref)",
)
class Alloc(Op):
    """A buffer that all threads of a block share.

    It is theirs for one run of the function. All of them come here together, at the beginning of
    the function or behind a barrier. Nothing is known of its contents before somebody writes.
    """

    dynamicSizes: Sequence[Value] = operand(Index, variadic=True)  # noqa: N815
    symbolOperands: Sequence[Value] = operand(Index, variadic=True)  # noqa: N815
    memref: Value = result(Buffer)

    def check(self) -> Iterator[str]:
        """Check the size, the memory and the place."""
        kind: Any = self.results[0].type
        if self.operands or None in kind.shape or not kind.shape:
            yield "has a size that is not known now"
        if kind.space != SHARED or isinstance(kind.element, MemRefType):
            yield f"allocates numbers in the memory of a block (memref<..., {SHARED}>)"
        if self.parent_op is not None and not self.parent_op.isolated:
            yield "must not stand in a loop or branch"


def alloc(type_: Type) -> Alloc:
    """A buffer of a block."""
    return Alloc((), (), result_type=type_)


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
