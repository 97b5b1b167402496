"""choose-storage: decide how the synapses of each projection are stored.

    "net.projection"() <{kind = "rate", pattern = "all_to_all", ...}>
        ->  "net.projection"() <{kind = "rate", pattern = "all_to_all", ..., storage = "dense"}>

Spikes want rows of pre neurons, weighted sums rows of post neurons; sums over every pair of neurons
are stored as dense blocks. Ranks and offsets into rows get the narrowest type that holds them: half
the memory to read for populations of up to 65,536 neurons.
"""

from __future__ import annotations

from ..ir.attributes import IntegerAttr, StringAttr
from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .core import Context, Pass, register


@register
class ChooseStorage(Pass):
    """Set ``storage`` on every projection; see the module."""

    name = "choose-storage"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the projections that have no storage yet."""
        rw = Rewriter()
        sizes = {op.sym_name: op.size for op in module.ops if isinstance(op, net.Population)}
        for op in module.ops:
            if isinstance(op, net.Projection) and op.storage is None:
                if op.kind in ("spike", "decode"):
                    storage, why = "by_pre", "spikes are delivered from pre to post"
                elif op.pattern == "all_to_all":
                    storage, why = "dense", "every pair is connected"
                else:
                    storage, why = "by_post", "sums are taken per post neuron"
                rw.set_prop(op, "storage", StringAttr(storage))
                far = sizes[op.post if storage == "by_pre" else op.pre]
                ranks, offsets = far <= 1 << 16, op.synapses < 1 << 31
                rw.set_prop(op, "rank_bits", IntegerAttr(16 if ranks else 32))
                rw.set_prop(op, "offset_bits", IntegerAttr(32 if offsets else 64))
                ctx.report.did(self.name, op, f"{storage}, {why}", op.loc)
        return rw.changed
