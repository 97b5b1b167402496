"""Rings of the past: spikes and values of earlier steps. Delayed synapses read them.

Kernels write step k into the slot ``k mod slots``. Here the past is seen by age instead (1: the
last step), so that it can be carried to another number of threads, to a longer history or to
another number of the step. Rings have more slots than ages that anybody reads, since one thread may
write while another still reads. Before the first step no spike is in them, whatever its number is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.buffer_names import PAST, SPIKE_COUNT, SPIKE_MASK, SPIKES
from ..ir.buffers import RING, Key
from .arguments import Arguments
from .device import Device, DeviceBuffer
from .extents import Extents
from .spike_rings import ListRing, MaskRing, SpikeRing
from .value_rings import ValueRing

Array = NDArray[Any]


def spikes_of(ranks: Key) -> tuple[Key, Key]:
    """Keys of a spike list in a state.

    One is for the ranks, one for how many there are of each age.
    """
    return ranks, Key(ranks.owner, "spikes_per_step", ranks.item)


@define
class Rings:
    """All rings of a network. ``spikes`` and ``values`` have them by the key of their buffer."""

    spikes: dict[Key, SpikeRing] = field(factory=dict)
    values: dict[Key, ValueRing] = field(factory=dict)

    @classmethod
    def of(
        cls,
        arguments: Arguments,
        buffers: Mapping[Key, DeviceBuffer],
        device: Device,
        extents: Extents,
        *,
        histories: Mapping[str, int],
        threads: int,
    ) -> Rings:
        """The rings that kernels take. ``histories`` is how many ages of a population count."""
        rings = cls()
        for buffer in arguments.of_role(RING):
            owner, found, item = buffer.owner, buffers[buffer.key], buffer.item
            long = buffer.extent.kind in ("past", "past_words")
            ages, slots = (histories[owner], extents.slots[owner]) if long else (1, 1)
            common = device, extents.populations[owner], ages, slots
            if buffer.name == SPIKES:
                counts = buffers[Key(owner, SPIKE_COUNT, item)]
                rings.spikes[buffer.key] = ListRing(*common, found, counts, threads)
            elif buffer.name == SPIKE_MASK:
                rings.spikes[Key(owner, SPIKES, item)] = MaskRing(*common, found)
            elif buffer.name == PAST:
                rings.values[buffer.key] = ValueRing(device, found, *common[1:])
        return rings

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Ages stay what they are."""
        for spikes in self.spikes.values():
            spikes.move(by)
        for values in self.values.values():
            values.move(by)

    def state(self, step: int) -> dict[Key, Array]:
        """The past by age, for any number of threads."""
        out: dict[Key, Array] = {}
        for key, ring in self.spikes.items():
            out |= zip(spikes_of(key), ring.state(step), strict=True)
        return out | {key: values.state(step) for key, values in self.values.items()}

    def restore(self, step: int, state: Mapping[str, Array]) -> None:
        """Take over a former ``state``. Rings that it does not know keep what they hold."""
        for key, ring in self.spikes.items():
            ranks, lengths = map(str, spikes_of(key))
            if ranks in state:
                ring.restore(step, state[ranks], state[lengths])
        for key, values in self.values.items():
            if str(key) in state:
                values.restore(step, state[str(key)])
