"""``loops``: a step as loops over neurons, spikes and synapses.

All equations are lowered; nothing is said of threads, layouts of synapses, or targets. A module of
this level keeps populations, projections and monitors as declarations and has one ``loops.step``:
phases, and in each the tasks of one population or projection. It runs as written, one operation
after the other; ``map-to-threads`` finds out which of them may run at the same time.

A task names neurons and synapses by their place in it (``of``): ``own`` is the population or
projection of the task, ``pre`` and ``post`` are the populations of the projection. So tasks of
equal structure have the same regions. An *own* neuron or synapse is one of the task's owner.

Decisions of passes (``decisions`` of ``net.projection``: layout, tile, ...) change how a task is
mapped, never what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..attributes import ArrayAttr, DictAttr, IntegerAttr, StringAttr, SymbolRefAttr
from ..constraints import FixedInteger, Float, Index, Number, Truth
from ..core import Op, Region, Value
from ..declare import op, operand, prop, region, result
from ..events import SPIKE
from ..lazy_clone import LazyClone
from ..recorded import RECORDS, Recorded, problems, read
from ..suggest import unknown
from ..types import Type, i1, i32, i64, index

TASKS = ("clear", "transmit", "global", "update", "shared", "learn", "post")
"""Purposes of tasks."""


_BOTH: Any = {"reads": True, "writes": True}

# ---------------------------------------------------------------------- the step


@op("loops.step", format="$body attr-dict", isolated=True)
class Step(Op):
    """The program of one step: phases, in order."""

    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the step holds nothing but phases."""
        if any(not isinstance(each, Phase) for each in self.regions[0].block.ops):
            yield "holds more than phases"

    @property
    def tasks(self) -> list[Task]:
        """The tasks of all phases in order."""
        return [task for phase in self.body.block.ops for task in phase.regions[0].block.ops]  # type: ignore[misc]


@op("loops.phase", format="word($label) $body attr-dict", reads=True, writes=True, recursive=True)
class Phase(Op):
    """Tasks that run one after the other. Later phases see all that they did."""

    label: str = prop(StringAttr)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the phase holds nothing but tasks."""
        if any(not isinstance(each, Task) for each in self.regions[0].block.ops):
            yield "holds more than tasks"


@op(
    "loops.task",
    format="word($what) `of` $owner (`recorded` `by` $monitors^)? attr-dict-with-keyword $body",
    implicit="loops.yield",
    isolated=True,
    reads=True,
    writes=True,
    recursive=True,
)
class Task(LazyClone):
    """A task of a population or projection, for one purpose.

    ``owner`` is the population or projection, ``what`` the purpose. ``clear``: sums of a population
    start at zero; ``transmit``: a projection combines or delivers the signals that reach its post
    neurons; ``global``, ``update``: equations of a population as a whole, and of each neuron;
    ``shared``, ``learn``: equations of synapses; ``post``: effects of the spikes of post neurons.
    ``monitors`` are those that the task records into.
    """

    what: str = prop(StringAttr)
    owner: str = prop(SymbolRefAttr, identity=True)
    monitors: Any = prop(ArrayAttr, optional=True, identity=True)
    body: Region = region()

    def check(self) -> Iterator[str]:
        """Check that the purpose is known and the region plain."""
        yield from unknown("purpose", self.what, TASKS)
        block = self.original.body.block
        if block.args or not isinstance(block.terminator, Yield):
            yield "must have a region without arguments that ends with loops.yield"

    @property
    def recorders(self) -> list[str]:
        """The names of the monitors that the task records into."""
        return [each.value for each in self.monitors or ()]


@op("loops.yield", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Yield(Op):
    """Ends a region and hands values to the operation around it."""

    values: Sequence[Value] = operand(variadic=True)


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
_LIST = "the list of spikes: an event, or several joined by `+`"


@_walk("loops.arriving", f"{_OF_LIST} (`gathered` $gathered^)? {_EVERY}")
class Arriving(_Walk):
    """Loop over the spikes that arrive in this step.

    Those with shorter delays come first, those of equal delay by pre rank. The region gets the rank
    of the pre neuron and the delay in steps. Where they are ``gathered``, spikes with longer delays
    come first, and what ``loops.add`` adds inside is summed by itself, from 0; a sum that is not 0
    is then added to the variable.
    """

    gives = (index, index)
    spikes: str = prop(StringAttr, default=SPIKE.name, doc=_LIST)
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


_OF = "`of` word($of) attr-dict `:`"


@op("loops.load", format=f"$variable (`[` $at^ `]`)? {_OF} type($result)")
class Load(Op):
    """The value of a variable of a neuron or synapse.

    ``at`` is the neuron or synapse, absent for a value that all share. The result has the type of
    the variable, or the type that is stored in memory.
    """

    at: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads=True)
    of: str = prop(StringAttr, default="own")


@op("loops.store", format=f"$value `,` $variable (`[` $at^ `]`)? {_OF} type($value)")
class Store(Op):
    """Sets a variable of a neuron or synapse. Fewer bits in memory mean rounding."""

    value: Value = operand(Number)
    at: Sequence[Value] = operand(Index, variadic=True)
    variable: str = prop(SymbolRefAttr, writes=True)
    of: str = prop(StringAttr, default="own")


@op("loops.add", format=f"$value `,` $variable `[` $at `]` {_OF} type($value)")
class Add(Op):
    """Adds to a variable of a neuron. Additions happen in the order of the loops."""

    value: Value = operand(Float)
    at: Value = operand(Index)
    variable: str = prop(SymbolRefAttr, reads=True, writes=True)
    of: str = prop(StringAttr, default="post")


@op("loops.load_past", format=f"$variable `[` $at `]` `ago` $ago {_OF} type($result)")
class LoadPast(Op):
    """The value that a variable had ``ago`` steps before this one.

    It is that at the end of the step; before the first step, that with which the first step began.
    Only variables that ``loops.store_past`` stores have a past.
    """

    at: Value = operand(Index)
    ago: Value = operand(Index)
    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="past")
    of: str = prop(StringAttr, default="pre")


@op("loops.store_past", format="$variable `[` $at `]` attr-dict")
class StorePast(Op):
    """Stores a value of an own neuron for later steps. It is that at the end of this step."""

    at: Value = operand(Index)
    variable: str = prop(SymbolRefAttr, reads=True, writes="past")


# ---------------------------------------------------------------------- sums, spikes, recordings


@op("loops.clear_sum", format="word($target) `[` $at `]` attr-dict")
class ClearSum(Op):
    """Sets the sum of a target of a neuron to zero."""

    at: Value = operand(Index)
    target: str = prop(StringAttr, writes="sum")


@op("loops.add_to_sum", format="$value `,` word($target) `[` $at `]` attr-dict `:` type($value)")
class AddToSum(Op):
    """Adds to the sum of a target of a post neuron. Projections add in their order."""

    value: Value = operand(Float)
    at: Value = operand(Index)
    target: str = prop(StringAttr, reads="sum", writes="sum")


@op("loops.sum", format="word($target) `[` $at `]` attr-dict `:` type($result)")
class Sum(Op):
    """The sum of a target of a neuron. It is one of the task's own population."""

    at: Value = operand(Index)
    result: Value = result(Float)
    target: str = prop(StringAttr, reads="sum")


@op("loops.collect", format="$value `at` $at attr-dict `:` type($value)", touches="window", **_BOTH)
class Collect(Op):
    """Adds to the input of a post neuron. ``loops.rate`` takes that of several steps."""

    value: Value = operand(Float)
    at: Value = operand(Index)


@op("loops.rate", format="$at attr-dict `:` type($result)", touches="window", reads=True)
class Rate(Op):
    """The mean rate at a post neuron in Hz, per synapse.

    It is the sum of what ``loops.collect`` added over the window, taken from the oldest step of the
    window to this one.
    """

    at: Value = operand(Index)
    result: Value = result(Float)


_APPEND = "$at `if` $hit (`to` word($spikes)^)? attr-dict `:` type($hit)"
_SET = "$at `for` $steps attr-dict `:` type($steps)"


@op("loops.append", format=_APPEND, touches="spikes", **_BOTH)
class Append(Op):
    """Appends an own neuron to this step's spikes, if ``hit``."""

    hit: Value = operand(Truth)
    at: Value = operand(Index)
    spikes: str = prop(StringAttr, default=SPIKE.name, doc=_LIST)


@op("loops.refractory", format="$at attr-dict", touches="refractory", reads=True)
class Refractory(Op):
    """The number of refractory steps that remain to an own neuron."""

    at: Value = operand(Index)
    result: Value = result(FixedInteger, type=i32)


@op("loops.set_refractory", format=_SET, touches="refractory", writes=True)
class SetRefractory(Op):
    """Sets the number of refractory steps of an own neuron."""

    steps: Value = operand(FixedInteger)
    at: Value = operand(Index)


@op("loops.record", format="$monitor $records attr-dict", reads=True, writes=True)
class Record(Op):
    """Records events or a sample for a monitor that wants one.

    Nothing happens while the monitor is paused.
    """

    monitor: int = prop(IntegerAttr, doc="its number among those of the task")
    records: Any = prop(DictAttr, doc=RECORDS)

    def check(self) -> Iterator[str]:
        """Check the kinds of the recorded items."""
        yield from problems(self.records)

    @property
    def items(self) -> list[Recorded]:
        """The recorded items."""
        return read(self.records)


@op("loops.now", format="attr-dict", pure=True)
class Now(Op):
    """The number of this step."""

    result: Value = result(FixedInteger, type=i64)


@op("loops.clock", format="attr-dict", pure=True)
class Clock(Op):
    """The number to which events of this task set clocks.

    It counts the updates that neurons have had by then: it is the number of this step, and one more
    where post neurons spiked in it.
    """

    result: Value = result(FixedInteger, type=i64)


@op("loops.dt", format="attr-dict `:` type($result)", pure=True)
class TimeStep(Op):
    """The length of a step in ms."""

    result: Value = result(Float)


@op("loops.period", format="attr-dict `:` type($result)", pure=True)
class Period(Op):
    """The time in ms between two updates of own synapses."""

    result: Value = result(Float)


@op("loops.size", format="word($of) attr-dict", pure=True)
class Size(Op):
    """The number of neurons of a population."""

    result: Value = result(Index, type=index)
    of: str = prop(StringAttr, default="pre")


@op("loops.stream", format="attr-dict", pure=True)
class Stream(Op):
    """Key and count, in this step, of the owner's random numbers."""

    key: Value = result(FixedInteger, type=i64)
    count: Value = result(FixedInteger, type=i64)


@op("loops.delay", format="$synapse attr-dict", pure=True)
class Delay(Op):
    """The delay of a synapse in steps."""

    synapse: Value = operand(Index)
    result: Value = result(Index, type=index)


@op("loops.fan_in", format="$post attr-dict", pure=True)
class FanIn(Op):
    """The number of synapses of a post neuron."""

    post: Value = operand(Index)
    result: Value = result(Index, type=index)


@op("loops.due", format="attr-dict", pure=True)
class Due(Op):
    """Whether synapses are to be updated in this step."""

    result: Value = result(Truth, type=i1)


@op("loops.fixed", format="attr-dict", pure=True)
class Fixed(Op):
    """Whether the user holds the weights fixed."""

    result: Value = result(Truth, type=i1)
