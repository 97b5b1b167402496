"""Declared operations.

Groups of operands, successors, effects, and what is generated for them.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Sequence

import pytest

from ranvier.ir.attributes import DenseElementsAttr, FloatAttr, segment_sizes
from ranvier.ir.constraints import Buffer, Float
from ranvier.ir.core import Block, Op, Value
from ranvier.ir.declare import OPS, op, operand, successor
from ranvier.ir.dialects import arith, cf, eq, func, memref, scf, vector
from ranvier.ir.effects import effects
from ranvier.ir.types import FloatType, MemRefType, f64, i1, i64, index
from ranvier.ir.types import memref as buffer_of
from ranvier.ir.types import vector as vector_of


@pytest.fixture
def registry() -> Iterator[None]:
    """Operations that a test declares are forgotten afterwards."""
    known = dict(OPS)
    yield
    OPS.clear()
    OPS.update(known)


def arguments(*types: object) -> list[Value]:
    """Some values of the types."""
    return Block(types).args  # type: ignore[arg-type]


def problems(op_: Op) -> list[str]:
    """Problems found by the generated verifier."""
    return list(op_.verify())


def test_groups_of_operands(registry: None) -> None:
    """Each variadic group is a sequence; the property counts them."""

    @op("test.launch")
    class Launch(Op):
        """Starts something."""

        grid: Sequence[Value] = operand(variadic=True)
        stream: Value = operand()
        values: Sequence[Value] = operand(Float, variadic=True)

    a, b, c = arguments(index, i64, f64)
    made = Launch([a, a], b, [c])
    assert made.operands == [a, a, b, c]
    assert made.props == {"operandSegmentSizes": segment_sizes(2, 1, 1)}
    assert (made.grid, made.stream, made.values) == ([a, a], b, [c])
    assert '"operandSegmentSizes' not in str(made) and "array<i32: 2, 1, 1>" in str(made)
    assert problems(made) == []
    made.props["operandSegmentSizes"] = segment_sizes(2, 1, 2)
    assert problems(made) == ["has operands that are not those counted in operandSegmentSizes"]
    made = Launch([a, a], b, [c, c])
    assert made.values == [c, c] and problems(made) == []
    made.props["operandSegmentSizes"] = segment_sizes(3, 0, 2)
    assert problems(made) == ["expects operandSegmentSizes of 3 groups of operands"]
    made.props["operandSegmentSizes"] = segment_sizes(1, 1, 3)
    assert problems(made) == ["operand 'values' expects a float or a vector of floats, got i64"]


def test_successors(registry: None) -> None:
    @op("test.jump", terminator=True)
    class Jump(Op):
        """Goes somewhere."""

        target: Block = successor()

    block = Block()
    made = Jump(target=block)
    assert made.target is block and made.successors == (block,)
    assert problems(made) == []
    made.successors = ()
    assert problems(made) == ["expects 1 successors, got 0"]


def test_branches_pass_what_blocks_take() -> None:
    (x, c) = arguments(f64, i1)
    takes, nothing = Block((f64,)), Block()
    assert problems(cf.Branch(x, target=takes)) == []
    assert problems(cf.Branch(x, target=nothing)) == [
        "passes f64 to the block, which takes nothing"
    ]
    fork = cf.CondBranch(c, [], [x], true_target=takes, false_target=takes)
    assert problems(fork) == ["passes nothing to the first block, which takes f64"]


def test_effects_say_which_buffer(registry: None) -> None:
    buffer, other, i, x, lanes = arguments(
        buffer_of(f64), buffer_of(i64), index, f64, vector_of(8, f64)
    )

    @op("test.append")
    class Append(Op):
        """Adds to a list and counts."""

        list: Value = operand(Buffer, writes=True)
        count: Value = operand(Buffer, reads=True, writes=True)

    def found(op_: Op) -> list[tuple[bool, object]]:
        return [(e.writes, e.target) for e in effects(op_)]

    assert found(memref.Load(buffer, i)) == [(False, buffer)]
    assert found(memref.Store(x, buffer, i)) == [(True, buffer)]
    assert found(vector.Store(lanes, buffer, i)) == [(True, buffer)]
    assert found(Append(buffer, other)) == [(False, other), (True, buffer), (True, other)]
    assert found(eq.read("tau", f64)) == [(False, "tau")]
    assert found(eq.Accumulate(x, variable="g")) == [
        (False, ("post", "g")),
        (True, ("post", "g")),
    ]
    assert found(func.Call(callee="f")) == [(False, None), (True, None)]
    assert found(arith.AddF(x, x)) == []


def test_effects_of_what_is_inside() -> None:
    buffer, i, c, x = arguments(buffer_of(f64), index, i1, f64)
    choice = scf.If(c)
    choice.then.block.append(memref.Load(buffer, i))
    assert not any(e.writes for e in effects(choice))
    store = choice.then.block.append(memref.Store(x, buffer, i))
    assert [e.op for e in effects(choice)][-1] is store


def test_flags_follow_from_what_is_declared(registry: None) -> None:
    assert memref.Load.reads and not memref.Load.writes
    assert memref.Store.writes and not memref.Store.reads
    assert eq.Accumulate.reads and eq.Accumulate.writes
    assert not arith.AddF.reads and not arith.AddF.writes

    @op("test.fill")
    class Fill(Op):
        """Writes all of a buffer."""

        target: Value = operand(Buffer, writes=True)

    assert Fill.writes and not Fill.reads


def test_types_are_unique() -> None:
    """However they are made, copied or pickled."""
    assert FloatType(64) is f64
    assert MemRefType((None,), FloatType(64)) is buffer_of(f64)
    assert copy.deepcopy(vector_of(8, f64)) is vector_of(8, f64)
    assert pickle.loads(pickle.dumps(vector_of(8, f64))) is vector_of(8, f64)


def test_constants_are_equal_where_all_bits_are() -> None:
    """Lanes of 0.0 and of -0.0 are different constants.

    NaN is equal to itself.
    """
    lanes = vector_of(2, f64)
    assert DenseElementsAttr((0.0, 0.0), lanes) != DenseElementsAttr((-0.0, 0.0), lanes)
    assert DenseElementsAttr((float("nan"), 0.0), lanes) == DenseElementsAttr(
        (float("nan"), 0.0), lanes
    )
    assert FloatAttr(0.0) != FloatAttr(-0.0)
    assert hash(FloatAttr(float("nan"))) == hash(FloatAttr(float("nan")))
