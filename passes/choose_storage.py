"""choose-storage: decide how the synapses of each projection are stored.

    "net.projection"() <{kind = "rate", pattern = "all_to_all", ...}>
        ->  "net.projection"() <{kind = "rate", pattern = "all_to_all", ..., storage = "dense"}>

Ranks and offsets into rows get the narrowest type that holds them: half the memory to read for
populations of up to 65,536 neurons. Spikes want rows of pre neurons, weighted sums rows of post neurons; sums over every pair of
neurons are stored as dense blocks.
"""

from __future__ import annotations

from ..ir.attributes import IntegerAttr, StringAttr
from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from .core import Pass, Report, register


@register
class ChooseStorage(Pass):
    """Set ``storage`` on every projection; see the module."""

    name = "choose-storage"

    def run(self, module: Module, report: Report) -> bool:
        """Visit the projections that have no storage yet."""
        changed = False
        sizes = {op.sym_name: op.size for op in module.ops if isinstance(op, net.Population)}
        for op in module.ops:
            if isinstance(op, net.Projection) and op.storage is None:
                if op.kind in ("spike", "decode"):
                    storage, why = "by_pre", "spikes are delivered from pre to post"
                elif op.pattern == "all_to_all":
                    storage, why = "dense", "every pair is connected"
                else:
                    storage, why = "by_post", "sums are taken per post neuron"
                op.props["storage"] = StringAttr(storage)
                far = sizes[op.post if storage == "by_pre" else op.pre]
                op.props["rank_bits"] = IntegerAttr(16 if far <= 1 << 16 else 32)
                op.props["offset_bits"] = IntegerAttr(32 if op.synapses < 1 << 31 else 64)
                report.did(self.name, f"{op.sym_name}: {storage}, {why}")
                changed = True
        return changed
