"""``scf``: structured control flow, as in MLIR.

``scf.for`` may carry the attribute ``parallel = n``: its iterations are independent of one another,
and its lower bound and its number of iterations are multiples of n. ``fuse-loops`` and
``vectorize`` rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..attributes import IntegerAttr
from ..constraints import IndexOrInteger, ScalarTruth
from ..core import Block, Op, Region, Value
from ..custom_form import by_hand
from ..declare import op, operand, region, result
from ..types import Type

PARALLEL = "parallel"


@op("scf.for", format=by_hand("loops", "ForForm"), reads=True, writes=True, recursive=True)
class For(Op):
    """A counting loop that carries values from iteration to iteration.

    It runs as ``for iv in range(lower, upper, step)``.
    """

    lower: Value = operand(IndexOrInteger)
    upper: Value = operand(IndexOrInteger, same_type_as="lower")
    step: Value = operand(IndexOrInteger, same_type_as="lower")
    inits: Sequence[Value] = operand(variadic=True)
    values: Sequence[Value] = result(variadic=True)
    body: Region = region()

    @property
    def iv(self) -> Value:
        """The induction variable."""
        return self.regions[0].block.args[0]

    @property
    def carried(self) -> list[Value]:
        """The block arguments that carry values."""
        return self.regions[0].block.args[1:]

    @property
    def parallel(self) -> int:
        """The number of iterations that may form a vector.

        They are independent then, and bounds are multiples of this number. 0: none may.
        """
        found = self.attributes.get(PARALLEL)
        return found.value if isinstance(found, IntegerAttr) else 0

    def check(self) -> Iterator[str]:
        """Check that initial, carried, yielded and resulting types agree."""
        block = self.regions[0].block
        if not block.args or block.args[0].type is not self.lower.type:
            yield "the first block argument must have the type of the bounds"
        kinds = [v.type for v in self.inits]
        end = block.terminator
        yielded = [v.type for v in end.operands] if isinstance(end, Yield) else None
        if (
            not kinds
            == [a.type for a in block.args[1:]]
            == [v.type for v in self.results]
            == yielded
        ):
            yield "initial, carried, yielded and resulting types differ"


@op("scf.if", format=by_hand("loops", "IfForm"), reads=True, writes=True, recursive=True)
class If(Op):
    """Chooses one of two branches.

    Without results the second region may be empty.
    """

    condition: Value = operand(ScalarTruth)
    values: Sequence[Value] = result(variadic=True)
    then: Region = region()
    otherwise: Region = region()

    def check(self) -> Iterator[str]:
        """Check that both branches yield the types of the results."""
        kinds = [v.type for v in self.results]
        for i, branch in enumerate(self.regions):
            if not branch.blocks and i == 1 and not kinds:
                continue
            end = branch.blocks[0].terminator if branch.blocks else None
            if not isinstance(end, Yield) or [v.type for v in end.operands] != kinds:
                yield f"branch {i} does not yield the types of the results"


@op("scf.while", format=by_hand("loops", "WhileForm"), reads=True, writes=True, recursive=True)
class While(Op):
    """A loop that tests a condition before each iteration.

    It runs ``before``; while that passes true to ``scf.condition``, it runs ``after`` and repeats.
    """

    inits: Sequence[Value] = operand(variadic=True)
    values: Sequence[Value] = result(variadic=True)
    before: Region = region()
    after: Region = region()

    def check(self) -> Iterator[str]:
        """Check the types of values at the borders of both regions."""
        before, after = self.before.block, self.after.block
        condition, end = before.terminator, after.terminator
        if not isinstance(condition, Condition) or not isinstance(end, Yield):
            yield "must end its regions with scf.condition and scf.yield"
            return
        first, second = _types(before.args), _types(after.args)
        passed, again = _types(condition.arguments), _types(end.values)
        if _types(self.inits) != first or again != first:
            yield "starts or repeats the first region with other types than it takes"
        if passed != second or passed != _types(self.values):
            yield "passes other types than the second region and the results have"


def _types(values: Sequence[Value]) -> list[Type]:
    return [v.type for v in values]


@op(
    "scf.condition",
    format="`(` $condition `)` attr-dict ($arguments^ `:` type($arguments))?",
    terminator=True,
)
class Condition(Op):
    """Ends the first region of ``scf.while``."""

    condition: Value = operand(ScalarTruth)
    arguments: Sequence[Value] = operand(variadic=True)


@op("scf.yield", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Yield(Op):
    """Ends a region and hands values to the operation around it."""

    values: Sequence[Value] = operand(variadic=True)


def loop_block(iv_type: Type, carried: Sequence[Type] = (), names: Sequence[str] = ()) -> Block:
    """The block of an ``scf.for``."""
    return Block((iv_type, *carried), tuple(names))
