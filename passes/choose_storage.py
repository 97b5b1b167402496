"""choose-storage: decide how the synapses of each projection are stored.

    "net.projection"() <{kind = "rate", pattern = "all_to_all", ...}>
        ->  "net.projection"() <{kind = "rate", pattern = "all_to_all", ..., storage = "dense"}>

Spikes want rows of pre neurons, weighted sums rows of post neurons; sums over every pair of
neurons are stored as dense blocks.
"""

from __future__ import annotations

from ..ir.attributes import StringAttr
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
        for op in module.ops:
            if isinstance(op, net.Projection) and op.storage is None:
                if op.kind in ("spike", "decode"):
                    storage, why = "by_pre", "spikes are delivered from pre to post"
                elif op.pattern == "all_to_all":
                    storage, why = "dense", "every pair is connected"
                else:
                    storage, why = "by_post", "sums are taken per post neuron"
                op.props["storage"] = StringAttr(storage)
                report.did(self.name, f"{op.sym_name}: {storage}, {why}")
                changed = True
        return changed
