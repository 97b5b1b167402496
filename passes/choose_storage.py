"""choose-storage: decide how the synapses of each projection are stored.

    "net.projection"() <{kind = "rate", pattern = "all_to_all", ...}>
        ->  "net.projection"() <{kind = "rate", pattern = "all_to_all", ..., storage = "dense"}>

Spikes want rows of pre neurons, of all post neurons of a range (``rows``) or of some (``by_pre``);
where many synapses have one weight, a matrix of bits helps to count them (``bits``); where delays
differ, what is going to arrive waits in queues (``arrivals``). Weighted sums
want rows of post neurons; sums over every pair of two ranges of neurons are stored as dense blocks,
one-to-one synapses like variables of post neurons. Ranks and offsets into rows get the narrowest
type that holds them: half the memory to read for populations of up to 65,536 neurons.
"""

from __future__ import annotations

from attrs import frozen

from ..ir.attributes import IntegerAttr, StringAttr, attribute
from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from ..ir.interface import BLOCK
from ..ir.rewriter import Rewriter
from .core import Context, Pass, register

ROOM = 1 << 22
"""Sums of what is going to arrive that there may be whatever the synapses are: 32 MiB."""

DENSITY = 16
"""A matrix of bits is worth its memory where one pair of neurons in so many is connected."""


@register
@frozen
class ChooseStorage(Pass):
    """Set ``storage`` on every projection; see the module.

    ``queues``: what a projection gathers may wait in queues.
    """

    name = "choose-storage"
    requires = "net"
    queues: bool = True

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the projections that have no storage yet."""
        rw = Rewriter()
        sizes = {op.sym_name: op.size for op in module.ops if isinstance(op, net.Population)}
        for op in module.ops:
            if isinstance(op, net.Projection) and op.storage is None:
                if op.kind == "decode":
                    storage, why = "by_pre", "spikes are delivered from pre to post"
                elif op.gathers and self.queues:
                    storage, why = _for_arrivals(op, sizes)
                elif op.kind == "spike":
                    storage, why = _for_spikes(op, sizes)
                elif op.pattern == "all_to_all":
                    storage, why = "dense", "every pair is connected"
                elif op.pattern == "block":
                    storage, why = "dense", f"every pair of two ranges is connected{_but(op)}"
                elif op.pattern == "one_to_one":
                    storage, why = "diagonal", "each post neuron of a range has one pre neuron"
                    if op.synapses == sizes[op.pre] == sizes[op.post]:
                        rw.set_prop(op, "whole", attribute(True))
                        why = "each neuron has one of the same rank"
                else:
                    storage, why = "by_post", "sums are taken per post neuron"
                rw.set_prop(op, "storage", StringAttr(storage))
                far = sizes[op.post if storage in ("by_pre", "bits", "arrivals") else op.pre]
                ranks, offsets = far <= 1 << 16, op.synapses < 1 << 31
                rw.set_prop(op, "rank_bits", IntegerAttr(16 if ranks else 32))
                rw.set_prop(op, "offset_bits", IntegerAttr(32 if offsets else 64))
                ctx.report.did(self.name, op, f"{storage}, {why}{_kept_as(op)}", op.loc)
        return rw.changed


def _for_arrivals(op: net.Projection, sizes: dict[str, int]) -> tuple[str, str]:
    """The storage of synapses whose delays differ, and why.

    Queues may need memory for all steps from the shortest delay to the longest, rows that are
    cut by delay for each delay that there is.
    """
    room = op.span * (sizes[op.post] + BLOCK)
    if room > max(ROOM, 8 * op.synapses, sizes[op.pre] * op.classes) or op.span > 1 << 16:
        return "by_pre", f"spikes are delivered for each delay; {op.span} queues take more room"
    return "arrivals", f"delays differ: what is to arrive waits in queues of {op.span} steps"


def _kept_as(op: net.Projection) -> str:
    """What is said of synapses that are stored in another precision than sums are taken in."""
    found = {str(v.stored) for v in op.original.variables.values() if v.stored is not None}
    return "".join(f"; its synapses are kept as {name}" for name in sorted(found))


def _for_spikes(op: net.Projection, sizes: dict[str, int]) -> tuple[str, str]:
    """The storage of synapses that spikes travel along, and why."""
    still = not op.learns and not op.eventful and op.delays != "many"
    if still and op.alike and op.adds:
        if sizes[op.pre] >= 1 << 15:
            return "by_pre", "spikes of 32,768 neurons and more are too many to count in 16 bits"
        if DENSITY * op.synapses >= op.pairs:
            return "bits", "spikes are counted, all add the same weight"
    if still and not op.alike and op.pattern in ("all_to_all", "block"):
        return "rows", f"spikes reach every neuron of a range{_but(op)}"
    return "by_pre", "spikes are delivered from pre to post"


def _but(op: net.Projection) -> str:
    return ", but no neuron with itself" if op.no_self else ""
