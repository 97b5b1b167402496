"""Types and constants in LLVM's spelling.

==========================  =================================================================
``index``, ``iN``           ``i64``, ``iN``
``f32``, ``f64``            ``float``, ``double``
``vector<8xf64>``           ``<8 x double>``
``memref<?x8xf64>``         ``ptr`` to the first element, or ``ptr addrspace(N)`` where the target
                            has its buffers in another memory; rows follow without gaps
``memref<64xf64, 3>``       ``ptr``, or ``ptr addrspace(3)`` where the target has several memories
``memref<?xmemref<?xf64>>`` ``ptr`` to the first of several such pointers
==========================  =================================================================
"""

from __future__ import annotations

import re
import struct
from functools import cache
from typing import Any

from ...ir.attributes import Attribute
from ...ir.types import FloatType, IndexType, IntegerType, MemRefType, Type, VectorType, scalar_of
from ..errors import CodegenError
from ..widths import bits_of

_PLAIN = re.compile(r"[A-Za-z$._-][A-Za-z0-9$._-]*")


def pointer_type(space: int) -> str:
    """The LLVM type of an address in memory number ``space``."""
    return f"ptr addrspace({space})" if space else "ptr"


def memory_of(type_: MemRefType, space: int) -> int:
    """LLVM's number of the memory of a buffer.

    ``space`` is that of most buffers. Machines with one memory, 0, have no other.
    """
    return (type_.space or space) if space else 0


@cache
def llvm_type(type_: Type, space: int = 0) -> str:
    """The LLVM type of a value. ``space`` is the memory of buffers."""
    if isinstance(type_, VectorType):
        return f"<{type_.size} x {llvm_type(type_.element)}>"
    if isinstance(type_, IndexType):
        return "i64"
    if isinstance(type_, IntegerType):
        return f"i{type_.bits}"
    if isinstance(type_, FloatType):
        return "double" if type_.bits == 64 else "float"
    if isinstance(type_, MemRefType):
        return pointer_type(memory_of(type_, space))
    raise CodegenError(f"type '{type_}' has no LLVM type")


@cache
def symbol(name: str) -> str:
    """The global name of a function. Names that are not plain ASCII are in quotes.

    Names that begin with ``llvm.`` are LLVM's own; models name their parts as they like.
    """
    if name.startswith("llvm."):
        name = f"${name}"
    if _PLAIN.fullmatch(name):
        return f"@{name}"
    quoted = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:02X}"
        for byte in name.encode(errors="surrogateescape")
    )
    return f'@"{quoted}"'


@cache
def overload(type_: Type) -> str:
    """Spelling of a type in names of intrinsics: ``f64``, ``v8f64``."""
    if isinstance(type_, VectorType):
        return f"v{type_.size}{overload(type_.element)}"
    return "i64" if isinstance(type_, IndexType) else str(type_)


@cache
def element_type(type_: MemRefType, space: int = 0) -> str:
    """The step of the first index of a buffer.

    With one index an element, else the array of all inner ones.
    """
    text = llvm_type(type_.element, space)
    for size in reversed(type_.shape[1:]):
        if size is None:
            raise CodegenError(f"'{type_}': only the first dimension may be unknown")
        text = f"[{size} x {text}]"
    return text


def constant(attribute: Attribute, type_: Type) -> str:
    """The literal of a number, or of a vector of numbers."""
    value: Any = attribute.value  # type: ignore[attr-defined]
    scalar = scalar_of(type_)
    if not isinstance(value, tuple):
        return literal(value, scalar)
    lane = llvm_type(scalar)
    if len(set(map(repr, value))) == 1:
        return f"splat ({lane} {literal(value[0], scalar)})"
    return f"<{', '.join(f'{lane} {literal(v, scalar)}' for v in value)}>"


def literal(value: float, type_: Type) -> str:
    """The literal of one number.

    Floats are written as the bits of a double, as LLVM reads them exactly.
    """
    if isinstance(type_, FloatType):
        if type_.bits == 32:
            value = _round_to_single(value)
        return f"0x{struct.pack('>d', value).hex().upper()}"
    if bits_of(type_) == 1:
        return "true" if value else "false"
    return str(int(value))


def _round_to_single(value: float) -> float:
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded
