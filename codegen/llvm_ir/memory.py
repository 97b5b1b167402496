"""Rules of ``memref`` and ``vector``: loads, stores and lanes.

Different buffer arguments never overlap. Accesses say so by alias scopes, not by ``noalias``
arguments: those would also promise that a call touches no buffer it was not given, and across a
barrier other threads write them all.
"""

from __future__ import annotations

from typing import Any

from ...ir.core import Value
from ...ir.dialects import memref, vector
from ...ir.types import MemRefType, VectorType, i1, lanes_of, scalar_of
from ..errors import CodegenError
from ..widths import bytes_of
from .lowering import Ref, Writer, lowers
from .types import element_type, llvm_type, overload

REDUCTIONS = {
    "add": "add", "mul": "mul", "and": "and", "or": "or", "xor": "xor",
    "maxsi": "smax", "minsi": "smin", "maxui": "umax", "minui": "umin",
    "maximumf": "fmaximum", "minimumf": "fminimum",
}  # fmt: skip
"""Kinds of ``vector.reduction`` that are exact, and LLVM's names of them."""


ATOMIC = {
    "addf": "fadd", "addi": "add", "andi": "and", "maxs": "max", "maxu": "umax", "mins": "min",
    "minu": "umin", "ori": "or", "xori": "xor",
}  # fmt: skip
"""LLVM's names of the kinds of ``memref.atomic_rmw``."""


def make_scopes(buffers: list[Value], function: str, write: Writer) -> None:
    """Give each buffer argument an alias scope of its own. No two scopes overlap."""
    if len(buffers) < 2:
        return
    node = write.declarations.node
    domain = node(f'!"{function}"', unique=True)
    own = [node(domain, unique=True) for _ in buffers]
    for i, buffer in enumerate(buffers):
        alone, others = node(own[i]), node(*own[:i], *own[i + 1 :])
        write.scopes[buffer] = f", !alias.scope {alone}, !noalias {others}"


def address(write: Writer, buffer: Value, indices: list[Value]) -> Ref:
    """The address of an element."""
    type_ = buffer.type
    assert isinstance(type_, MemRefType)
    where = ", ".join(str(write[i]) for i in indices)
    start = write[buffer]
    return write.new(start.type, f"getelementptr inbounds {write.element(type_)}, {start}, {where}")


def _access(write: Writer, buffer: Value, type_: Any) -> str:
    """Alignment and alias scope of an access. Vectors are aligned as their elements are."""
    if lanes_of(type_) and scalar_of(type_) is i1:
        raise CodegenError("vectors of i1 are not kept in memory; extend them to i8")
    return f", align {bytes_of(type_)}{write.scopes.get(buffer, '')}"


@lowers(memref.Load)
def load(op: Any, write: Writer) -> Ref:
    """One element."""
    at = address(write, op.memref, op.indices)
    type_ = op.results[0].type
    return write.result(op, f"load {write.type(type_)}, {at}{_access(write, op.memref, type_)}")


@lowers(vector.Load)
def load_vector(op: Any, write: Writer) -> Ref:
    """Consecutive elements."""
    at = address(write, op.base, op.indices)
    type_ = op.results[0].type
    return write.result(op, f"load {llvm_type(type_)}, {at}{_access(write, op.base, type_)}")


@lowers(memref.Store)
def store(op: Any, write: Writer) -> None:
    """One element."""
    at = address(write, op.memref, op.indices)
    write.line(f"store {write[op.value]}, {at}{_access(write, op.memref, op.value.type)}")


@lowers(memref.AtomicUpdate)
def update(op: Any, write: Writer) -> Ref:
    """One element, in no order with others."""
    at = address(write, op.memref, op.indices)
    order = f"{write.declarations.target.scope}monotonic"
    access = _access(write, op.memref, op.value.type)
    return write.result(op, f"atomicrmw {ATOMIC[op.word]} {at}, {write[op.value]} {order}{access}")


@lowers(memref.Alloc)
def allocate(op: Any, write: Writer) -> Ref:
    """A variable of the function, for blocks of one thread."""
    return write.result(op, f"alloca {array_type(op.results[0].type)}, align {ALIGNED}")


def array_type(type_: MemRefType) -> str:
    """The LLVM type of all of a buffer of known size."""
    return f"[{type_.shape[0]} x {element_type(type_)}]"


ALIGNED = 16
"""Bytes to which buffers of a block are aligned."""


@lowers(memref.Prefetch)
def prefetch(op: Any, write: Writer) -> None:
    """A hint to fetch. The address may lie outside of the buffer, so it is not ``inbounds``."""
    element = write.element(op.memref.type)
    where = f"{write[op.memref]}, {write[op.indices[0]]}"
    at = write.new(write.pointer, f"getelementptr {element}, {where}")
    hints = [Ref("i32", str(h)) for h in (op.isWrite, op.localityHint, op.isDataCache)]
    write.call(f"llvm.prefetch.p{write.space}", "void", [at, *hints])


@lowers(vector.Store)
def store_vector(op: Any, write: Writer) -> None:
    """Consecutive elements."""
    at = address(write, op.base, op.indices)
    write.line(f"store {write[op.value]}, {at}{_access(write, op.base, op.value.type)}")


@lowers(vector.Gather)
def gather(op: Any, write: Writer) -> Ref:
    """Elements at ``offset + indices``; lanes that are masked out touch no memory."""
    type_ = op.results[0].type
    base = address(write, op.base, [op.offset])
    lane = llvm_type(type_.element)
    pointers = f"<{type_.size} x {write.pointer}>"
    at = write.new(pointers, f"getelementptr inbounds {lane}, {base}, {write[op.indices]}")
    aligned = Ref(f"{pointers} align {bytes_of(type_)}", at.name)
    name = f"llvm.masked.gather.{overload(type_)}.v{type_.size}p{write.space}"
    kinds = f"{pointers}, {write[op.mask].type}, {llvm_type(type_)}"
    write.declarations.declare(name, f"declare {llvm_type(type_)} @{name}({kinds})")
    args = f"{aligned}, {write[op.mask]}, {write[op.pass_thru]}"
    return write.result(
        op, f"call {llvm_type(type_)} @{name}({args}){write.scopes.get(op.base, '')}"
    )


@lowers(vector.Broadcast)
def broadcast(op: Any, write: Writer) -> Ref:
    """A scalar in every lane."""
    type_ = op.results[0].type
    source = write[op.source]
    if not source.name.startswith("%"):
        return Ref(llvm_type(type_), f"splat ({source})")
    first = write.new(llvm_type(type_), f"insertelement {llvm_type(type_)} poison, {source}, i64 0")
    zeros = f"<{type_.size} x i32> zeroinitializer"
    return write.result(op, f"shufflevector {first}, {llvm_type(type_)} poison, {zeros}")


@lowers(vector.Step)
def step(op: Any, write: Writer) -> Ref:
    """The constant ``<0, 1, 2, ...>``."""
    type_ = op.results[0].type
    lane = llvm_type(type_.element)
    lanes = ", ".join(f"{lane} {i}" for i in range(type_.size))
    return Ref(llvm_type(type_), f"<{lanes}>")


@lowers(vector.FromElements)
def from_elements(op: Any, write: Writer) -> Ref:
    """A vector, filled lane by lane. LLVM finds the instructions that fill several at once."""
    type_ = llvm_type(op.results[0].type)
    whole = Ref(type_, "poison")
    for lane, element in enumerate(op.elements):
        whole = write.new(type_, f"insertelement {whole}, {write[element]}, i64 {lane}")
    return whole


@lowers(vector.Extract)
def extract(op: Any, write: Writer) -> Ref:
    """One lane, at a position known now or at run time."""
    position = write[op.position[0]] if op.position else Ref("i64", str(op.static_position[0]))
    return write.result(op, f"extractelement {write[op.source]}, {position}")


@lowers(vector.Reduction)
def reduce(op: Any, write: Writer) -> Ref:
    """All lanes combined by an exact operation."""
    type_: VectorType = op.vector.type
    name = REDUCTIONS.get(op.kind)
    is_float = llvm_type(type_.element) in ("float", "double")
    if name is None or is_float != name.startswith("f"):
        raise CodegenError(
            f"'vector.reduction' of kind '{op.kind}' is not exact on {type_}", op.loc
        )
    symbol = f"llvm.vector.reduce.{name}.{overload(type_)}"
    return write.call(symbol, llvm_type(type_.element), [write[op.vector]])


@lowers(vector.Bitcast)
def bitcast(op: Any, write: Writer) -> Ref:
    """The same bits as another type.

    The first lane holds the lowest bits, in memory as in registers of little-endian machines.
    """
    return write.result(op, f"bitcast {write[op.source]} to {llvm_type(op.results[0].type)}")


@lowers(vector.Shuffle)
def shuffle(op: Any, write: Writer) -> Ref:
    """Lanes at positions known now."""
    positions = ", ".join(f"i32 {lane}" for lane in op.mask)
    return write.result(
        op, f"shufflevector {write[op.v1]}, {write[op.v2]}, <{len(op.mask)} x i32> <{positions}>"
    )
