"""``net``: the description of a network.

Populations, projections and monitors are symbols of the module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..attributes import ArrayAttr, DictAttr, IntegerAttr, StringAttr, SymbolRefAttr
from ..core import Op, Region
from ..declare import decision, op, prop, region
from ..events import EVENT_OF, EVENTS, SPIKE, NeuronEvent, events_in
from ..lazy_clone import LazyClone
from ..recorded import RECORDS, Recorded, problems, read
from ..suggest import unknown
from ..types import FloatType, Type, f64
from .eq import Accumulate, Post, Pre, Random, Read, Time, TimeStep, Variable, Write, Yield


@op(
    "net.population",
    format="$sym_name `size` $size `kind` word($kind) (`refractory` $refractory^)? "
    "attr-dict-with-keyword regions",
    implicit="eq.yield",
    symbol=True,
    isolated=True,
)
class Population(LazyClone):
    """Neurons of one type."""

    sym_name: str = prop(StringAttr, identity=True, doc="its name")
    size: int = prop(IntegerAttr, identity=True, doc="the number of neurons")
    kind: str = prop(StringAttr, doc="`rate` or `spike`")
    refractory: str = prop(
        SymbolRefAttr, optional=True, doc="the variable that holds the refractory period in ms"
    )
    level: int = decision(
        IntegerAttr,
        default=0,
        doc="the order in tiles of several steps: populations of a higher level run after those "
        "of a lower one (`tile-time`)",
    )
    declarations: Region = region("parameters and variables")
    constants: Region = region("values that follow from parameters and stay as they are in a run")
    globals: Region = region("equations of population-wide variables")
    equations: Region = region("equations of each neuron")
    spike: Region = region("the spike condition: yields i1; empty in a rate-coded population")
    reset: Region = region(
        "statements after a spike of the neuron; empty in a rate-coded population"
    )
    axon_spike: Region = region("the condition of an axonal spike: yields i1; empty without one")
    axon_reset: Region = region("statements after an axonal spike of the neuron")

    @property
    def variables(self) -> dict[str, Variable]:
        """The declared parameters and variables by name."""
        return declared(self.declarations)

    def check(self) -> Iterator[str]:
        """Check the ends of regions, and for a spike condition.

        Only a spiking population needs one.
        """
        yield from _check_ends(self.original)
        yield from unknown("kind", self.kind, ("rate", "spike"))
        lowered = all(idle(part) for part in self.original.regions[1:])
        if self.kind == "spike" and not (lowered or condition(self, SPIKE).block.ops[-1].operands):
            yield "has no spike condition"

    @property
    def events(self) -> list[NeuronEvent]:
        """The events for which its neurons have a condition, as tested."""
        return [e for e in EVENTS if condition(self, e).block.ops[-1].operands]


def condition(population: Population, event: NeuronEvent) -> Region:
    """The region with the condition of an event, for reading only."""
    found: Region = getattr(population.original, event.name)
    return found


def reset(population: Population, event: NeuronEvent) -> Region:
    """The region with the statements after an event, for reading only."""
    found: Region = getattr(population.original, event.reset)
    return found


CLOCKS: dict[str, tuple[str, ...]] = {
    "$last_event": ("transmit", "post_spike"),
    "$last_pre_event": ("transmit",),
    "$last_post_event": ("post_spike",),
}
"""Clocks of event-driven variables, and the regions whose events set them.

No variable of a user has such a name.
"""


def is_conductance(variable: str) -> bool:
    """Whether a variable of spiking neurons is a conductance, as ``g_exc``.

    Synapses of the target add to it.
    """
    return variable.startswith("g_")


SIDES = {"transmit": "presynaptic", "post_spike": "postsynaptic"}
"""The locality of variables that the synapses of one event share.

It goes by the region that the event runs.
"""


_ADDING = (Read, Accumulate, Time, TimeStep, Yield)

PATTERNS = ("all_to_all", "block", "one_to_one", "sparse")
"""Patterns of the synapses of a projection."""


@op(
    "net.projection",
    format="$sym_name `from` $pre `to` $post $targets `kind` word($kind) `pattern` word($pattern) "
    "attr-dict-with-keyword regions",
    implicit="eq.yield",
    symbol=True,
    isolated=True,
)
class Projection(LazyClone):
    """Synapses of one type from ``pre`` to ``post``.

    Which pairs have synapses, and with which delays, is run-time data.

    Event-driven variables are brought up to date for the statements of an event. Where the event
    concerns their clock (``CLOCKS``), the values after it are written and the clock is set; else
    they keep the value of the last event that did, and go on from there. A variable with one value
    per pre (post) neuron is written when a spike arrives (the post neuron fires): every synapse of
    the neuron sees the values from before the event, and leaves the same value, which is written.
    """

    sym_name: str = prop(StringAttr, identity=True, doc="its name")
    pre: str = prop(SymbolRefAttr, identity=True, doc="the population it comes from")
    post: str = prop(SymbolRefAttr, identity=True, doc="the population it leads to")
    targets: Any = prop(ArrayAttr, doc="the inputs of the post neurons that it contributes to")
    kind: str = prop(
        StringAttr,
        doc="`rate`: `transmit` yields the potential of a synapse, combined by `operation` into "
        "the sum of each target; `spike`: `transmit` runs when a spike arrives; `decode`: spikes "
        "become a rate over a window",
    )
    spikes: str = prop(
        StringAttr,
        default=SPIKE.name,
        doc="the list of spikes of `pre` that it transmits: an event, or several joined by `+`",
    )
    pattern: str = prop(
        StringAttr,
        doc="the pattern of the pairs: `all_to_all`; `block`: every neuron of a range of pre "
        "with every one of a range of post; `one_to_one`: one range with another of the same "
        "length; `sparse`: any pairs",
    )
    operation: str = prop(StringAttr, default="sum", doc="`sum`, `mean`, `min` or `max`")
    no_autapses: int = prop(
        IntegerAttr,
        default=False,
        doc="whether a `block` leaves out synapses of a neuron with itself",
    )
    balanced_rows: int = prop(
        IntegerAttr, default=False, doc="whether rows of post neurons are about equally long"
    )
    delays: str = prop(
        StringAttr,
        default="none",
        doc="`none`: one step everywhere; `one` for all synapses; `many`",
    )
    synapses: int = prop(IntegerAttr, default=0, identity=True, doc="the number of synapses")
    pairs: int = prop(
        IntegerAttr,
        default=0,
        identity=True,
        doc="the number of pairs of neurons in the ranges that have synapses",
    )
    uniform_weights: int = prop(
        IntegerAttr, default=False, doc="whether all synapses start with the same values"
    )
    distinct_delays: int = prop(
        IntegerAttr,
        default=1,
        identity=True,
        doc="the number of different delays, rounded up to a power of two",
    )
    span: int = prop(
        IntegerAttr,
        default=1,
        identity=True,
        doc="the number of steps from the shortest delay to the longest, rounded up to a power of "
        "two",
    )
    gathers: int = prop(
        IntegerAttr,
        default=False,
        doc="whether the input that spikes bring to a post neuron in one step is summed first, "
        "from 0, earlier spikes first, those of one step by pre rank, and the sum then added. Else "
        "it is added spike by spike, those with shorter delays first",
    )
    layout: str = decision(StringAttr, doc="the layout of synapses in memory (`choose-layout`)")
    rank_bits: int = decision(
        IntegerAttr, default=32, doc="width of ranks in rows (`choose-layout`)"
    )
    offset_bits: int = decision(
        IntegerAttr, default=64, doc="width of positions of rows (`choose-layout`)"
    )
    identity: int = decision(
        IntegerAttr,
        default=False,
        doc="whether it is one-to-one between all neurons of two populations of one size "
        "(`choose-layout`)",
    )
    constant_after: int = decision(
        IntegerAttr,
        default=0,
        doc="the number of steps of a run after which the sums stay as they are; 0: they do not "
        "(`constant-inputs`)",
    )
    tile: int = decision(
        IntegerAttr,
        default=0,
        doc="the number of steps whose sums are computed at once (`tile-time`)",
    )
    skip_inactive_below: int = decision(
        IntegerAttr,
        default=0,
        doc="the percentage of active pre neurons below which the others are left out "
        "(`activity-sparsity`)",
    )
    initialises_sum: int = decision(
        IntegerAttr, default=False, doc="whether sums of its targets start here (`initialise-sums`)"
    )
    fused_learning: int = decision(
        IntegerAttr,
        default=False,
        doc="whether synapses learn in the pass that takes the next sums (`fuse-learning`)",
    )
    lazy_post_spikes: int = decision(
        IntegerAttr,
        default=False,
        doc="whether spikes of post neurons act on synapses only when these are next looked at "
        "(`lazy-post-spikes`)",
    )
    declarations: Region = region("parameters and variables")
    constants: Region = region("values that follow from parameters and stay as they are in a run")
    transmit: Region = region("the potential of a synapse, or statements when a spike arrives")
    events: Region = region(
        "updates of event-driven variables, before a spike arrives or the post neuron spikes"
    )
    shared_equations: Region = region(
        "equations of each step for variables that all synapses share"
    )
    dendrite_equations: Region = region("equations of each step for each post neuron")
    equations: Region = region("equations of each step for each synapse")
    post_spike: Region = region("statements for all synapses of a post neuron that spiked")

    @property
    def delayed(self) -> bool:
        """Whether some delay is longer than one step."""
        return self.delays is not None and self.delays != "none"

    @property
    def variables(self) -> dict[str, Variable]:
        """The declared parameters and variables by name."""
        return declared(self.declarations)

    def check(self) -> Iterator[str]:
        """Check that regions end with eq.yield, and that choices are known."""
        yield from _check_ends(self.original)
        yield from unknown("kind", self.kind, ("rate", "spike", "decode"))
        yield from unknown("operation", self.operation, ("sum", "mean", "min", "max"))
        yield from unknown("pattern", self.pattern, PATTERNS)
        yield from unknown("class of delays", self.delays, ("none", "one", "many"))
        for event in events_in(self.spikes):
            yield from unknown("event", event, [*EVENT_OF])
        if self.gathers and not self.only_adds:
            yield "gathers, but its spikes do more than add what is the same at any time"

    def event_driven(self, part: str) -> list[str]:
        """The event-driven variables that events of the region ``part`` set."""
        found = self.original.variables.items()
        return [name for name, v in found if v.clock is not None and part in CLOCKS[v.clock]]

    @property
    def eventful(self) -> bool:
        """Whether arriving spikes change traces, or variables that synapses share.

        Shared are those with one value for all synapses of a neuron.
        """
        original = self.original
        written = [op_ for op_ in original.transmit.block.ops if isinstance(op_, Write)]
        variables = original.variables
        shared = any(variables[op_.variable].locality != "local" for op_ in written)
        return shared or not idle(original.events)

    @property
    def adds(self) -> bool:
        """Whether spikes do nothing but add to variables of post neurons."""
        ops = self.original.transmit.block.ops
        allowed = all(isinstance(op_, _ADDING) or op_.pure for op_ in ops)
        varying = any(isinstance(op_, Post | Pre | Random) for op_ in ops)
        return self.kind == "spike" and allowed and not (varying or self.learns or self.eventful)

    @property
    def only_adds(self) -> bool:
        """Whether spikes only add, and the same at any time."""
        ops = self.original.transmit.block.ops
        return self.adds and not any(isinstance(op_, Time) for op_ in ops)

    @property
    def gathered(self) -> list[str]:
        """The variables of post neurons whose input it gathers."""
        ops = self.original.transmit.block.ops if self.gathers else ()
        return list(dict.fromkeys(op_.variable for op_ in ops if isinstance(op_, Accumulate)))

    @property
    def learns(self) -> bool:
        """Whether equations or post-synaptic spikes change synapses."""
        at = self.original
        regions = (at.shared_equations, at.dendrite_equations, at.equations, at.post_spike)
        return not all(map(idle, regions))


@op("net.monitor", format="$sym_name `of` $source `records` $records attr-dict", symbol=True)
class Monitor(Op):
    """Records variables, inputs, sums and spikes of a population."""

    sym_name: str = prop(StringAttr, identity=True, doc="its name")
    source: str = prop(SymbolRefAttr, identity=True, doc="the population")
    records: Any = prop(DictAttr, doc=RECORDS)
    subset: int = prop(
        IntegerAttr,
        default=False,
        doc="whether only some neurons are recorded; their ranks are run-time data",
    )

    def check(self) -> Iterator[str]:
        """Check the kinds of what is recorded."""
        yield from problems(self.records)

    @property
    def items(self) -> list[Recorded]:
        """Everything that it records."""
        return read(self.records)


def declared(declarations: Region) -> dict[str, Variable]:
    """The variables declared in a region by name."""
    return {op_.sym_name: op_ for op_ in declarations.block.ops if isinstance(op_, Variable)}


def number_type(ops: Iterable[Op]) -> Type:
    """The float type of a network, from its first float variable."""
    for op_ in ops:
        if isinstance(op_, Population | Projection):
            for variable in op_.original.variables.values():
                if isinstance(variable.type, FloatType):
                    return variable.type
    return f64


def idle(part: Region) -> bool:
    """Whether a region holds nothing but its eq.yield."""
    return len(part.block.ops) == 1


def _check_ends(op_: Op) -> Iterator[str]:
    for i, part in enumerate(op_.regions):
        if not part.blocks or not isinstance(part.block.terminator, Yield):
            yield f"region {i} does not end with eq.yield"
