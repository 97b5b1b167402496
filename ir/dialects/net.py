"""``net``: what a network is. Populations, projections and monitors are symbols of the module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..attributes import ArrayAttr, IntegerAttr, StringAttr, SymbolRefAttr
from ..copyable import Copyable
from ..core import Op, Region
from ..declare import op, prop, region
from ..suggest import unknown
from .eq import Accumulate, Post, Pre, Random, Read, Time, TimeStep, Variable, Write, Yield


@op("net.population", symbol=True, isolated=True)
class Population(Copyable):
    """Neurons of one type.

    ``kind`` is ``rate`` or ``spike``. Regions: declarations; equations of population-wide
    variables; equations of each neuron; the spike condition (yields i1); the reset statements.
    The last two are empty in a rate-coded population. ``refractory`` names the variable that
    holds the refractory period in ms. ``level`` is for ``tile-time`` to say: populations of a
    higher level run after those of a lower one, several steps at a time.
    """

    sym_name: str = prop(StringAttr)
    size: int = prop(IntegerAttr)
    kind: str = prop(StringAttr)
    level: int = prop(IntegerAttr, default=0)
    refractory: str = prop(SymbolRefAttr, optional=True)
    declarations: Region = region()
    globals: Region = region()
    equations: Region = region()
    spike: Region = region()
    reset: Region = region()

    @property
    def variables(self) -> dict[str, Variable]:
        """The declared parameters and variables by name."""
        return declared(self.declarations)

    def check(self) -> Iterator[str]:
        """A spiking population has a condition; all regions end with eq.yield."""
        yield from _check_ends(self.original)
        yield from unknown("kind", self.kind, ("rate", "spike"))
        if self.kind == "spike" and not self.original.spike.block.ops[-1].operands:
            yield "has no spike condition"


CLOCKS: dict[str, tuple[str, ...]] = {
    "last_event": ("transmit", "post_spike"),
    "last_pre_event": ("transmit",),
    "last_post_event": ("post_spike",),
}
"""The clocks of event-driven variables, and the regions whose events set them."""

SIDES = {"transmit": "presynaptic", "post_spike": "postsynaptic"}
"""The locality of what all synapses of a neuron have in common when an event runs a region."""


_ADDING = (Read, Accumulate, Time, TimeStep, Yield)

PATTERNS = ("all_to_all", "block", "one_to_one", "sparse")
"""What may be known of the synapses of a projection."""


@op("net.projection", symbol=True, isolated=True)
class Projection(Copyable):
    """Synapses from ``pre`` to ``post``.

    ``kind``: ``rate`` (``transmit`` yields the potential of a synapse, combined by ``operation``
    into the sum of each target), ``spike`` (``transmit`` runs when a spike arrives) or ``decode``
    (spikes become a rate over a window). ``pattern`` says what the connector knows of the
    synapses: ``all_to_all``, ``block`` (every neuron of a range of pre with every one of a range of
    post, with ``no_self`` except itself), ``one_to_one`` (one range with another of the same
    length) or ``sparse``. ``delays``: ``none`` (one step everywhere), ``one`` for all synapses or
    ``many``; ranges and delays are run-time data. ``synapses`` is their number
    among ``pairs`` of neurons, those of the ranges that have synapses; ``alike`` says that all
    start with the same values. ``classes`` is the number of different delays and ``span`` the
    number of steps from the shortest to the longest, both rounded up to a power of two.

    ``gathers``: what spikes bring to a post neuron in one step is summed first, from 0, earlier
    spikes first, those of one step by pre rank; the sum is then added. Else it is added spike by
    spike, those with shorter delays first.

    Further regions, empty where a synapse does not learn: ``events`` brings event-driven variables
    up to date when a spike arrives or the post neuron spikes; the equations of each step for what
    all synapses share, for each post neuron, and for each synapse; ``post_spike`` runs for all
    synapses of a neuron that spiked.

    Event-driven variables are brought up to date for the statements of an event; what they are then
    is kept, and their clock set, where the event concerns their clock (``CLOCKS``). Else they keep
    the value of the last event that did, and go on from there. A variable of which there is one per
    pre (post) neuron is written when a spike arrives (the post neuron fires): every synapse of the
    neuron sees the values from before the event, and what they leave, the same for all, is kept.

    ``even``: rows of post neurons are about equally long. ``settles`` is for ``constant-inputs`` to
    say: after so many steps of a run the sums stay as they are (0: they do not). ``silent`` is for
    ``activity-sparsity``: below so many percent of active pre neurons the others are left out.
    ``deferred`` is for ``fuse-learning``: synapses learn when the next sums are taken. ``opens`` is
    for ``open-sums``: the sums of its targets start here.

    ``waiting`` is for ``defer-post-spikes`` to say: spikes of post neurons act on synapses when
    somebody next looks at these. ``storage``, ``rank_bits`` and ``offset_bits`` are for
    ``choose-storage`` to say, and so is ``whole``: the synapses are one-to-one, and all neurons of
    both populations, which are of one size, have one. ``tile`` (the
    number of steps whose sums are computed at once) is for ``tile-time``.
    """

    sym_name: str = prop(StringAttr)
    pre: str = prop(SymbolRefAttr)
    post: str = prop(SymbolRefAttr)
    targets: Any = prop(ArrayAttr)
    kind: str = prop(StringAttr)
    pattern: str = prop(StringAttr)
    operation: str = prop(StringAttr, default="sum")
    no_self: int = prop(IntegerAttr, default=False)
    silent: int = prop(IntegerAttr, default=0)
    deferred: int = prop(IntegerAttr, default=False)
    opens: int = prop(IntegerAttr, default=False)
    whole: int = prop(IntegerAttr, default=False)
    even: int = prop(IntegerAttr, default=False)
    settles: int = prop(IntegerAttr, default=0)
    delays: str = prop(StringAttr, default="none")
    waiting: int = prop(IntegerAttr, default=False)
    synapses: int = prop(IntegerAttr, default=0)
    pairs: int = prop(IntegerAttr, default=0)
    alike: int = prop(IntegerAttr, default=False)
    classes: int = prop(IntegerAttr, default=1)
    span: int = prop(IntegerAttr, default=1)
    gathers: int = prop(IntegerAttr, default=False)
    storage: str = prop(StringAttr, optional=True)
    tile: int = prop(IntegerAttr, default=0)
    rank_bits: int = prop(IntegerAttr, default=32)
    offset_bits: int = prop(IntegerAttr, default=64)
    declarations: Region = region()
    transmit: Region = region()
    events: Region = region()
    shared_equations: Region = region()
    dendrite_equations: Region = region()
    equations: Region = region()
    post_spike: Region = region()

    @property
    def delayed(self) -> bool:
        """Whether some delay is longer than one step."""
        return self.delays is not None and self.delays != "none"

    @property
    def variables(self) -> dict[str, Variable]:
        """The declared parameters and variables by name."""
        return declared(self.declarations)

    def check(self) -> Iterator[str]:
        """All regions end with eq.yield; what is a choice is one that there is."""
        yield from _check_ends(self.original)
        yield from unknown("kind", self.kind, ("rate", "spike", "decode"))
        yield from unknown("operation", self.operation, ("sum", "mean", "min", "max"))
        yield from unknown("pattern", self.pattern, PATTERNS)
        yield from unknown("class of delays", self.delays, ("none", "one", "many"))
        if self.gathers and not self.only_adds:
            yield "gathers, but its spikes do more than add what is the same at any time"

    def keeps(self, part: str) -> list[str]:
        """The event-driven variables that an event of the region named ``part`` sets."""
        found = self.original.variables.items()
        return [name for name, v in found if v.clock is not None and part in CLOCKS[v.clock]]

    @property
    def eventful(self) -> bool:
        """Whether a spike that arrives changes what all synapses of a neuron share, or traces."""
        original = self.original
        written = [op_ for op_ in original.transmit.block.ops if isinstance(op_, Write)]
        variables = original.variables
        shared = any(variables[op_.variable].locality != "local" for op_ in written)
        return shared or not idle(original.events)

    @property
    def adds(self) -> bool:
        """Whether spikes of a step do nothing but add to post neurons what synapses say."""
        ops = self.original.transmit.block.ops
        allowed = all(isinstance(op_, _ADDING) or op_.pure for op_ in ops)
        varying = any(isinstance(op_, Post | Pre | Random) for op_ in ops)
        return self.kind == "spike" and allowed and not (varying or self.learns or self.eventful)

    @property
    def only_adds(self) -> bool:
        """Whether spikes do nothing but add to post neurons, and the same whenever they arrive."""
        ops = self.original.transmit.block.ops
        return self.adds and not any(isinstance(op_, Time) for op_ in ops)

    @property
    def gathered(self) -> list[str]:
        """The variables of post neurons for which it gathers what arrives."""
        ops = self.original.transmit.block.ops if self.gathers else ()
        return list(dict.fromkeys(op_.variable for op_ in ops if isinstance(op_, Accumulate)))

    @property
    def learns(self) -> bool:
        """Whether equations or post-synaptic spikes change synapses."""
        at = self.original
        regions = (at.shared_equations, at.dendrite_equations, at.equations, at.post_spike)
        return not all(map(idle, regions))


@op("net.monitor", symbol=True)
class Monitor(Op):
    """Records ``variables`` of the population ``source``; ``spike`` records its spikes.

    ``subset`` says that only some neurons are recorded (their ranks are run-time data).
    """

    sym_name: str = prop(StringAttr)
    source: str = prop(SymbolRefAttr)
    variables: Any = prop(ArrayAttr)
    subset: int = prop(IntegerAttr, default=False)


OWN = frozenset(("sym_name", "size", "pre", "post", "synapses", "pairs"))
"""Properties in which populations and projections of one kind differ."""


def declared(declarations: Region) -> dict[str, Variable]:
    """The variables declared in a region by name."""
    return {op_.sym_name: op_ for op_ in declarations.block.ops if isinstance(op_, Variable)}


def idle(part: Region) -> bool:
    """Whether a region of a population or projection holds nothing but its eq.yield."""
    return len(part.block.ops) == 1


def _check_ends(op_: Op) -> Iterator[str]:
    for i, part in enumerate(op_.regions):
        if not part.blocks or not isinstance(part.block.terminator, Yield):
            yield f"region {i} does not end with eq.yield"
