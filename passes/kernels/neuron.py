"""Rules for neurons in kernels: sums, spikes, past, refractory counters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field

from ...ir.attrs_classes import define
from ...ir.buffers import OWN
from ...ir.core import Block, Value
from ...ir.dialects import loops
from .kernel import OwnNeurons
from .population import PopulationLowering
from .spike_lists import Append
from .statements import BufferElement, KernelFrame, lowers


@define
class NeuronFrame(KernelFrame):
    """The frame of statements of a population.

    ``reach`` says whose neurons they may be. ``spikes`` enters spikes of this thread, by the name
    of the list; ``slot`` is that of this step in the past.
    """

    population: PopulationLowering = field(kw_only=True)
    reach: str = OWN
    spikes: dict[str, Append] = field(factory=dict)
    slot: Value | None = None

    def place(self, of: str, variable: str, at: Sequence[Value]) -> BufferElement:
        """The place of a variable. All neurons have those of the population in common."""
        i = at[0] if at else self.kernel.constant(0)
        return self.population.place(self.kernel, variable, i, self.reach)

    def prepare(self, block: Block, own: OwnNeurons) -> None:
        """Build what the loop over neurons needs in front of it. The loop is over ``own``."""
        kernel, p = self.kernel, self.population
        for op in block.ops:
            if isinstance(op, loops.Append):
                self.spikes[op.spikes] = p.spikes(op.spikes).appender(kernel, own)
        if any(isinstance(op, loops.StorePast) for op in block.ops):
            self.slot = p.slot(kernel)


@lowers(loops.Sum)
def _sum(op: loops.Sum, frame: NeuronFrame) -> Any:
    kernel = frame.kernel
    return kernel.load(
        frame.population.sum_buffer(kernel, op.target), frame.env[op.at], None, op.result.name
    )


@lowers(loops.Append)
def _append(op: loops.Append, frame: NeuronFrame) -> None:
    frame.spikes[op.spikes](frame.env[op.hit], frame.env[op.at])


@lowers(loops.Refractory)
def _refractory(op: loops.Refractory, frame: NeuronFrame) -> Any:
    kernel = frame.kernel
    return kernel.load(frame.population.refractory_left(kernel), frame.env[op.at], None, "left")


@lowers(loops.SetRefractory)
def _set_refractory(op: loops.SetRefractory, frame: NeuronFrame) -> None:
    kernel = frame.kernel
    kernel.store(frame.env[op.steps], frame.population.refractory_left(kernel), frame.env[op.at])


@lowers(loops.StorePast)
def _store_past(op: loops.StorePast, frame: NeuronFrame) -> None:
    kernel, p, i = frame.kernel, frame.population, frame.env[op.at]
    place = p.place(kernel, op.variable, i, OWN)
    assert frame.slot is not None
    past = p.past_place(kernel, op.variable, i, frame.slot, OWN)
    kernel.store(frame.load(place), past.buffer, past.at)
