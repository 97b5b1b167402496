"""Recording inside the step: taps in the loop of the population."""

from __future__ import annotations

from ...ir.dialects import loops, net
from .kernel import Kernel, OwnNeurons
from .population import PopulationLowering
from .tapping import Tapping
from .taps import TAPS


class MonitorLowering:
    """Lowers one ``net.monitor`` into the update of its population."""

    def __init__(self, op: net.Monitor) -> None:
        self.op = op
        self.name = op.sym_name

    def record(
        self,
        kernel: Kernel,
        pop: PopulationLowering,
        own: OwnNeurons,
        op: loops.Record,
    ) -> None:
        """Record items of this thread's neurons. Each kind of item has its tap."""
        tapping = Tapping(self.op, kernel, pop, own)
        events = all(item.holds_spikes for item in op.items)
        sample = None if events else tapping.sample()
        for item in op.items:
            TAPS[item.kind](tapping, item, sample)
