"""``net``: what a network is. Populations, projections and monitors are symbols of the module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..attributes import ArrayAttr, IntegerAttr, StringAttr, SymbolRefAttr
from ..core import Op, Region
from ..declare import op, prop, region
from ..suggest import unknown
from .eq import Variable, Yield


@op("net.population", symbol=True, isolated=True)
class Population(Op):
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
        yield from _check_ends(self)
        yield from unknown("kind", self.kind, ("rate", "spike"))
        if self.kind == "spike" and not self.spike.block.ops[-1].operands:
            yield "has no spike condition"


@op("net.projection", symbol=True, isolated=True)
class Projection(Op):
    """Synapses from ``pre`` to ``post``.

    ``kind``: ``rate`` (``transmit`` yields the potential of a synapse, combined by ``operation``
    into the sum of each target), ``spike`` (``transmit`` runs when a spike arrives) or ``decode``
    (spikes become a rate over a window). ``pattern`` says what the connector knows of the
    synapses: ``all_to_all``, ``one_to_one`` or ``sparse``. ``delays``: ``none`` (one step
    everywhere), ``one`` for all synapses or ``many``; the delays themselves are run-time data.

    Further regions, empty where a synapse does not learn: ``events`` brings event-driven variables
    up to date when a spike arrives or the post neuron spikes; the equations of each step for what
    all synapses share, for each post neuron, and for each synapse; ``post_spike`` runs for all
    synapses of a neuron that spiked.

    ``storage``, ``rank_bits`` and ``offset_bits`` are for ``choose-storage`` to say, ``tile`` (the
    number of steps whose sums are computed at once) is for ``tile-time``.
    """

    sym_name: str = prop(StringAttr)
    pre: str = prop(SymbolRefAttr)
    post: str = prop(SymbolRefAttr)
    targets: Any = prop(ArrayAttr)
    kind: str = prop(StringAttr)
    pattern: str = prop(StringAttr)
    operation: str = prop(StringAttr, default="sum")
    delays: str = prop(StringAttr, default="none")
    synapses: int = prop(IntegerAttr, default=0)
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
        yield from _check_ends(self)
        yield from unknown("kind", self.kind, ("rate", "spike", "decode"))
        yield from unknown("operation", self.operation, ("sum", "mean", "min", "max"))
        yield from unknown("pattern", self.pattern, ("all_to_all", "one_to_one", "sparse"))
        yield from unknown("class of delays", self.delays, ("none", "one", "many"))

    @property
    def learns(self) -> bool:
        """Whether equations or post-synaptic spikes change synapses."""
        regions = (self.shared_equations, self.dendrite_equations, self.equations, self.post_spike)
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
