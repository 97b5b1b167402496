"""Kernels that deliver spikes to unchanged synapses, or decode them.

Spikes do not change these synapses; decoded ones become rates.
"""

from __future__ import annotations

from ...ir.buffer_names import ARRIVED, PADDED, RING, SCALE, TOTAL, WINDOW
from ...ir.buffers import STATE, STRUCTURE
from ...ir.core import Value
from ...ir.dialects import arith, loops, memref
from .kernel import Kernel, OwnNeurons
from .layouts import along
from .layouts.base import AddTo, LoweredDendrite, LoweredSynapse, Transmission
from .nests import Nest, nest_in
from .projection import ProjectionLowering
from .statements import lower, lower_ops, lowers
from .synapse import SynapseFrame, frame_of


def at_synapse(
    projection: ProjectionLowering, kernel: Kernel, nest: Nest, synapse: LoweredSynapse
) -> SynapseFrame:
    """A frame for the effect of a spike on a synapse. The nest gives the synapse its row."""
    frame = frame_of(projection, kernel)
    frame.env[nest.neuron] = synapse.pre
    frame.env.update(zip(nest.body.args, (synapse.place, synapse.post), strict=True))
    return frame


def deliver(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> None:
    """Deliver the spikes that arrive in this step to their synapses."""
    nest = nest_in(projection.tasks["transmit"], loops.Arriving)

    def act(synapse: LoweredSynapse, add: AddTo | None = None) -> None:
        frame = at_synapse(projection, kernel, nest, synapse)
        frame.write_mask, frame.accumulate = synapse.present, add
        lower(nest.body, frame)

    ops = [op for op in nest.body.ops if isinstance(op, loops.Add)]
    adds = [(op.variable, op.value.type) for op in ops]
    gathered = list(dict.fromkeys(op.variable for op in ops)) if nest.walk.gathered else []
    along(projection, kernel, own).deliver(Transmission(act, adds, gathered))


def decode(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> None:
    """Decode spikes to a rate."""
    nest = nest_in(projection.tasks["transmit"], loops.Arriving)
    arrived = arrived_now(projection, kernel)
    for name in (TOTAL, RING, SCALE):
        _window(projection, kernel, name)
    kernel.count(projection.name, WINDOW)
    kernel.count(projection.name, PADDED)
    with kernel.each(own) as i:
        kernel.store(kernel.constant(0.0, projection.number), arrived, i)

    def arrive(synapse: LoweredSynapse) -> None:
        lower(nest.body, at_synapse(projection, kernel, nest, synapse))

    along(projection, kernel, own).for_spikes(arrive)
    take_rates(projection, kernel, own)


def arrived_now(projection: ProjectionLowering, kernel: Kernel) -> Value:
    """The buffer for what a decoding projection gets in a step."""
    return _window(projection, kernel, ARRIVED)


def take_rates(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> None:
    """Take rates from what arrived: the total of a ring.

    The ring has ``window`` slots, for the weighted spikes of a step each.

    The running total is summed afresh once per turn of the ring, so that it cannot drift.
    """
    rates = nest_in(projection.tasks["transmit"], loops.Posts)
    arrived, total, ring = (_window(projection, kernel, name) for name in (ARRIVED, TOTAL, RING))
    window, size = kernel.count(projection.name, WINDOW), kernel.count(projection.name, PADDED)
    slot = kernel(arith.RemUI(kernel.step, window), "slot")
    row = kernel.mul(slot, size)
    with kernel.each(own) as i:
        at, new = kernel.add(row, i), kernel.load(arrived, i)
        change = kernel(arith.SubF(new, kernel.load(ring, at)))
        kernel.store(kernel(arith.AddF(kernel.load(total, i), change)), total, i)
        kernel(memref.Store(new, ring, at))
    turn = kernel.compare("eq", kernel.add(slot, kernel.constant(1)), window)
    with kernel.when(turn), kernel.each(own) as i:
        nothing = kernel.constant(0.0, projection.number)
        with kernel.reduce(kernel.constant(0), window, [nothing], "age") as (age, (sum_,), out):
            out.append(
                kernel(arith.AddF(sum_, kernel.load(ring, kernel.add(kernel.mul(age, size), i))))
            )
        kernel.store(out[0], total, i)
    with kernel.each(own) as i:
        frame = frame_of(projection, kernel)
        frame.dendrite = LoweredDendrite(kernel, i, lambda: i)
        frame.env[rates.neuron] = i
        lower_ops(rates.before, frame)


def _window(projection: ProjectionLowering, kernel: Kernel, name: str) -> Value:
    """A buffer that a decoding projection keeps for its post neurons."""
    return projection.storage(
        kernel, name, projection.number, STRUCTURE if name == SCALE else STATE
    )


@lowers(loops.Collect)
def _collect(op: loops.Collect, frame: SynapseFrame) -> None:
    kernel, post = frame.kernel, frame.env[op.at]
    arrived = _window(frame.projection, kernel, ARRIVED)
    kernel.store(kernel(arith.AddF(kernel.load(arrived, post), frame.env[op.value])), arrived, post)


@lowers(loops.Rate)
def _rate(op: loops.Rate, frame: SynapseFrame) -> Value:
    kernel, i = frame.kernel, frame.env[op.at]
    total, scale = (_window(frame.projection, kernel, name) for name in (TOTAL, SCALE))
    found: Value = kernel(arith.MulF(kernel.load(total, i), kernel.load(scale, i)), op.result.name)
    return found
