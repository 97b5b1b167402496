"""Projections on a grid."""

from __future__ import annotations

from ...ir.buffers import ANYTHING, OWN, Extent, neurons
from ...ir.core import Value
from ..kernels.kernel import Kernel
from ..kernels.projection import ProjectionLowering
from .kernel import GridKernel
from .population import GridPopulation, SpikeMask


class GridProjection(ProjectionLowering):
    """A projection whose synapses the threads of a grid share.

    Those of a layout by post neurons belong to the thread of the neuron; rows of pre neurons are
    for whoever has the spike.
    """

    pre: GridPopulation
    post: GridPopulation
    waits = False
    fast = False

    def add_in_any_order(self) -> None:
        """Add arrivals at once, in any order, unless they are decoded."""
        if self.scatters and self.op.kind != "decode":
            self.fast = True
            self.depends = self.number, "fast"

    def wait(self) -> None:
        """Take sums in turn with those of decoded spikes."""
        self.waits = True
        self.depends = self.number, "waits"

    def kernel(self, what: str) -> GridKernel:
        """A new kernel ``@J_what`` of this projection J."""
        return GridKernel(f"{self.name}_{what}", self.op.loc, self.post.machine)

    @property
    def mask(self) -> SpikeMask:
        """The spikes of pre neurons that it transmits."""
        return self.pre.spikes(self.op.spikes)

    @property
    def scatters(self) -> bool:
        """Whether subgroups go along the rows of its spikes."""
        return self.op.kind != "rate" and self.layout.can("events")

    @property
    def reach(self) -> str:
        """The part of its synapses that a thread touches."""
        return ANYTHING if self.layout.side == "pre" else OWN

    def end(self, kernel: Kernel, locality: str, i: Value) -> tuple[Value, Extent]:
        """Index and extent of a value per pre or post neuron."""
        if locality == "postsynaptic":
            return i, neurons(self.post.name)
        return i, Extent("neurons_per_worker", self.pre.name)

    def reach_at(self, locality: str) -> str:
        """The part of its neurons' values that a thread touches."""
        return self.reach if locality == "postsynaptic" else ANYTHING
