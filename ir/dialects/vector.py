"""``vector``: lanes, as in MLIR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..attributes import DenseArrayAttr, EnumAttr
from ..constraints import Buffer, Index, Vector
from ..core import Op, Value
from ..custom_form import by_hand
from ..declare import op, operand, prop, result
from ..types import i1, lanes_of, scalar_of, vector


@op("vector.broadcast", format="$source attr-dict `:` type($source) `to` type($vector)", pure=True)
class Broadcast(Op):
    """A scalar in every lane."""

    source: Value = operand()
    vector: Value = result(Vector)

    def check(self) -> Iterator[str]:
        """Check that the source has the type of a lane."""
        if self.source.type is not self.results[0].type.element:  # type: ignore[attr-defined]
            yield f"cannot fill {self.results[0].type} with {self.source.type}"


def broadcast(source: Value, lanes: int) -> Broadcast:
    """A vector of ``lanes`` lanes, each of them ``source``."""
    return Broadcast(source, result_type=vector(lanes, source.type))


def _check_access(value: Value, buffer: Value, indices: Sequence[Value]) -> Iterator[str]:
    kind: Any = buffer.type
    if scalar_of(value.type) is not kind.element:
        yield f"accesses {kind} as {value.type}"
    if len(indices) != len(kind.shape):
        yield f"has {len(indices)} indices for {kind}"


@op("vector.load", format="$base `[` $indices `]` attr-dict `:` type($base) `,` type($result)")
class Load(Op):
    """Consecutive elements, starting at the indices."""

    base: Value = operand(Buffer, reads=True)
    indices: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(Vector)

    def check(self) -> Iterator[str]:
        """Check the number of indices and the type of lanes."""
        return _check_access(self.result, self.base, self.indices)


@op(
    "vector.store",
    format="$value `,` $base `[` $indices `]` attr-dict `:` type($base) `,` type($value)",
)
class Store(Op):
    """Writes consecutive elements, starting at the indices."""

    value: Value = operand(Vector)
    base: Value = operand(Buffer, writes=True)
    indices: Sequence[Value] = operand(Index, variadic=True)

    def check(self) -> Iterator[str]:
        """Check the number of indices and the type of lanes."""
        return _check_access(self.value, self.base, self.indices)


@op(
    "vector.gather",
    format="$base `[` $offset `]` `[` $indices `]` `,` $mask `,` $pass_thru attr-dict `:` "
    "type($base) `,` type($indices) `,` type($mask) `,` type($pass_thru) `into` type($result)",
)
class Gather(Op):
    """Elements at indices of their own, lane by lane.

    Where the mask is set it is that at ``offset + indices[lane]``, else the lane of ``pass_thru``.
    """

    base: Value = operand(Buffer, reads=True)
    offset: Value = operand(Index)
    indices: Value = operand(Vector)
    mask: Value = operand(Vector)
    pass_thru: Value = operand(Vector)
    result: Value = result(same_type_as="pass_thru")

    def check(self) -> Iterator[str]:
        """Check the numbers of lanes and the types of elements."""
        yield from _check_access(self.pass_thru, self.base, (self.offset,))
        lanes = lanes_of(self.pass_thru.type)
        if lanes_of(self.indices.type) != lanes or lanes_of(self.mask.type) != lanes:
            yield "has another number of indices or truth values than of lanes"
        if scalar_of(self.mask.type) is not i1:
            yield f"has {self.mask.type} as mask"


@op("vector.step", format="attr-dict `:` type($result)", pure=True)
class Step(Op):
    """``[0, 1, 2, ...]`` as a vector of index."""

    result: Value = result(Vector)


@op(
    "vector.from_elements",
    format="$elements attr-dict `:` type($dest)",
    derive={"elements": lambda of: of["dest"].element},
    pure=True,
)
class FromElements(Op):
    """A vector of these lanes."""

    elements: Sequence[Value] = operand(variadic=True)
    dest: Value = result(Vector)

    def check(self) -> Iterator[str]:
        """Check that there is an element for each lane."""
        kind: Any = self.results[0].type
        if [v.type for v in self.elements] != [kind.element] * kind.size:
            yield f"cannot make {kind} of {', '.join(str(v.type) for v in self.elements)}"


def from_elements(elements: Sequence[Value]) -> FromElements:
    """The vector of ``elements``, of which there is one at least."""
    return FromElements(*elements, result_type=vector(len(elements), elements[0].type))


@op("vector.extract", format=by_hand("extract", "ExtractForm"), pure=True)
class Extract(Op):
    """The lane of a vector at ``position``."""

    source: Value = operand(Vector)
    position: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(infer=lambda v, *i: v.type.element)
    static_position: Any = prop(DenseArrayAttr)


DYNAMIC = -(2**63)
"""MLIR's mark for a position that is a value."""


def extract(source: Value, position: Value) -> Extract:
    """The lane of ``source`` at a position known at run time."""
    return Extract(source, position, static_position=DenseArrayAttr((DYNAMIC,)))


def lane_of(source: Value, lane: int) -> Extract:
    """The lane of ``source`` at a position known now."""
    return Extract(source, static_position=DenseArrayAttr((lane,)))


@op(
    "vector.reduction",
    format="$kind `,` $vector attr-dict `:` type($vector) `into` type($dest)",
    pure=True,
)
class Reduction(Op):
    """All lanes combined by ``kind``.

    Only exact ones are used: ``or``, ``and``, ``add`` of integers.
    """

    vector: Value = operand(Vector)
    dest: Value = result(infer=lambda v: v.type.element)
    kind: str = prop(EnumAttr, of="vector.kind")


def reduction(kind: str, source: Value) -> Reduction:
    """All lanes of ``source`` combined by ``kind``, such as ``"or"``."""
    return Reduction(source, kind=EnumAttr(kind, "vector.kind"))


@op("vector.bitcast", format="$source attr-dict `:` type($source) `to` type($result)", pure=True)
class Bitcast(Op):
    """The same bits as a vector of other lanes.

    8 truth values become one i8, the first its lowest bit.
    """

    source: Value = operand(Vector)
    result: Value = result(Vector)

    def check(self) -> Iterator[str]:
        """Check that source and result have as many bits."""
        source, target = self.source.type, self.results[0].type
        bits = [lanes_of(t) * getattr(scalar_of(t), "bits", 0) for t in (source, target)]
        if bits[0] != bits[1] or not bits[0]:
            yield f"{source} and {target} differ in width"


@op(
    "vector.shuffle",
    format="$v1 `,` $v2 $mask attr-dict `:` type($v1) `,` type($v2)",
    derive={"vector": lambda of: vector(len(of["mask"].value), of["v1"].element)},
    pure=True,
)
class Shuffle(Op):
    """Lanes of two vectors in the order of ``mask``.

    It numbers the lanes of the first vector, then those of the second.
    """

    v1: Value = operand(Vector)
    v2: Value = operand(Vector, same_type_as="v1")
    vector: Value = result(Vector)
    mask: Any = prop(DenseArrayAttr)

    def check(self) -> Iterator[str]:
        """Check the number of lanes, and that each exists."""
        source, target = self.v1.type, self.results[0].type
        if scalar_of(source) is not scalar_of(target) or lanes_of(target) != len(self.mask):
            yield f"makes {target} of {len(self.mask)} lanes of {source}"
        if not all(0 <= lane < 2 * lanes_of(source) for lane in self.mask):
            yield "names a lane that is not there"


def joined(low: Value, high: Value) -> Shuffle:
    """The lanes of ``low``, then those of ``high``."""
    lanes = 2 * lanes_of(low.type)
    mask = DenseArrayAttr(tuple(range(lanes)))
    return Shuffle(low, high, mask=mask, result_type=vector(lanes, scalar_of(low.type)))
