"""Loops over neurons, spikes and synapses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...attributes import ArrayAttr, IntegerAttr, StringAttr
from ...constraints import Index
from ...core import Op, Region, Value
from ...declare import op, operand, prop, region, result
from ...events import SPIKE
from ...types import Type, index
from .step import Yield


class _Walk(Op):
    """A loop, whose region takes arguments of the types ``gives``."""

    __slots__ = ()

    gives: tuple[Type, ...] = ()

    def check(self) -> Iterator[str]:
        """Check that the region takes these arguments and yields nothing."""
        if tuple(a.type for a in self.regions[0].block.args) != self.gives:
            yield f"must give its region {' and '.join(map(str, self.gives)) or 'nothing'}"
        if not isinstance(self.regions[0].block.terminator, Yield):
            yield "must end its region with loops.yield"


_EVERY = "arguments($body) $body attr-dict"


def _walk(name: str, format: str) -> Any:
    """Declare a loop, which reads and writes whatever its region does."""
    return op(name, format=format, implicit="loops.yield", reads=True, writes=True, recursive=True)


@_walk("loops.once", "$body attr-dict")
class Once(_Walk):
    """Statements that run once, for a whole population or projection."""

    body: Region = region()


@_walk("loops.neurons", _EVERY)
class Neurons(_Walk):
    """Loop over all neurons, by rank. None sees the effects of another one here."""

    gives = (index,)
    body: Region = region()


@_walk("loops.posts", _EVERY)
class Posts(_Walk):
    """Loop over all post neurons, by rank. None sees the effects of another one here."""

    gives = (index,)
    body: Region = region()


_OF_LIST = "(`of` word($spikes)^)?"
LIST = "the list of spikes: an event, or several joined by `+`"
"""About the property ``spikes`` of operations."""


@_walk("loops.arriving", f"{_OF_LIST} (`gathered` $gathered^)? {_EVERY}")
class Arriving(_Walk):
    """Loop over the spikes that arrive in this step.

    Those with shorter delays come first, those of equal delay by pre rank. The region gets the rank
    of the pre neuron and the delay in steps. Where they are ``gathered``, spikes with longer delays
    come first, and what ``loops.add`` adds inside is summed by itself, from 0; a sum that is not 0
    is then added to the variable.
    """

    gives = (index, index)
    spikes: str = prop(StringAttr, default=SPIKE.name, doc=LIST)
    gathered: int = prop(IntegerAttr, default=False)
    body: Region = region()


@_walk("loops.row", "$pre `delay` $delay arguments($body) $body attr-dict")
class Row(_Walk):
    """Loop over the synapses of a pre neuron with this delay.

    They come by post rank. The region gets the synapse and the rank of the post neuron.
    """

    gives = (index, index)
    pre: Value = operand(Index)
    delay: Value = operand(Index)
    body: Region = region()


@op(
    "loops.dendrite",
    format="$post arguments($body) (`from` `(` $inits^ `)` `:` type($inits) `->` "
    "type($values))? $body attr-dict",
    reads=True,
    writes=True,
    recursive=True,
)
class Dendrite(Op):
    """Loop over the synapses of a post neuron, by pre rank.

    It carries values from iteration to iteration: the region gets the synapse, the rank of the pre
    neuron and the carried values, and yields the next ones. Sums are taken in this order on every
    target.
    """

    post: Value = operand(Index)
    inits: Sequence[Value] = operand(variadic=True)
    values: Sequence[Value] = result(variadic=True)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check arguments of the region and types of carried values."""
        block, end = self.regions[0].block, self.regions[0].block.terminator
        if [a.type for a in block.args[:2]] != [index, index]:
            yield "must give its region index and index first"
        kinds = [v.type for v in self.inits]
        yielded = [v.type for v in end.operands] if isinstance(end, Yield) else None
        carried, results = [a.type for a in block.args[2:]], [v.type for v in self.results]
        if not kinds == carried == yielded == results:
            yield "initial, carried, yielded and resulting types differ"


@_walk("loops.fired", _EVERY)
class Fired(_Walk):
    """Loop over post neurons that spiked in this step, by rank."""

    gives = (index,)
    body: Region = region()


@op(
    "loops.traces",
    format="$neuron $variables arguments($body) `->` type($values) $body attr-dict",
    reads=True,
    recursive=True,
)
class Traces(Op):
    """Current values of the event-driven variables of a neuron.

    ``neuron`` stands at the other end of a synapse, ``variables`` are the names. The region gets
    the rank of the neuron and computes the values from variables of this neuron and of the whole
    projection alone. No event of the step writes these, so once per neuron is enough.
    """

    neuron: Value = operand(Index)
    values: Sequence[Value] = result(variadic=True)
    variables: Any = prop(ArrayAttr)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check arguments and yielded types; the region must not write."""
        if len(self.results) != len(self.variables):
            yield "has another number of results than of variables"
        block = self.regions[0].block
        if tuple(a.type for a in block.args) != (index,):
            yield "must give its region index"
        end, types = block.terminator, [v.type for v in self.results]
        if not isinstance(end, Yield) or [v.type for v in end.values] != types:
            yield "does not yield the types of the results"
        if any(inner.writes and not inner.recursive for each in block.ops for inner in each.walk()):
            yield "writes while it looks at traces"
