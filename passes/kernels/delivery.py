"""Kernels that deliver spikes to unchanged synapses, or decode them.

Spikes do not change these synapses; decoded ones become rates.
"""

from __future__ import annotations

from ...ir.buffer_names import ARRIVED, PADDED, RING, SCALE, TOTAL, WINDOW
from ...ir.buffers import STATE, STRUCTURE
from ...ir.core import Value
from ...ir.dialects import arith, loops, memref
from .kernel import Kernel
from .layouts import along
from .layouts.base import AddTo, LoweredDendrite, LoweredSynapse, Transmission
from .nests import Nest, nest_in
from .projection import ProjectionLowering
from .statements import lower, lower_ops, lowers
from .synapse import SynapseFrame, frame_of


def at_synapse(
    j: ProjectionLowering, k: Kernel, nest: Nest, synapse: LoweredSynapse
) -> SynapseFrame:
    """A frame for the effect of a spike on a synapse. The nest gives the synapse its row."""
    frame = frame_of(j, k)
    frame.env[nest.neuron] = synapse.pre
    frame.env.update(zip(nest.body.args, (synapse.place, synapse.post), strict=True))
    return frame


def deliver(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Deliver the spikes that arrive in this step to their synapses."""
    nest = nest_in(j.tasks["transmit"], loops.Arriving)

    def act(synapse: LoweredSynapse, add: AddTo | None = None) -> None:
        frame = at_synapse(j, k, nest, synapse)
        frame.only, frame.accumulate = synapse.present, add
        lower(nest.body, frame)

    ops = [op for op in nest.body.ops if isinstance(op, loops.Add)]
    adds = [(op.variable, op.value.type) for op in ops]
    gathered = list(dict.fromkeys(op.variable for op in ops)) if nest.walk.gathered else []
    along(j, k, low, high).deliver(Transmission(act, adds, gathered))


def decode(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    """Decode spikes to a rate: the total of a ring.

    The ring has ``window`` slots, for the weighted spikes of a step each.

    The running total is summed afresh once per turn of the ring, so that it cannot drift.
    """
    nest, rates = (nest_in(j.tasks["transmit"], kind) for kind in (loops.Arriving, loops.Posts))
    arrived, total, ring = (_window(j, k, name) for name in (ARRIVED, TOTAL, RING))
    _window(j, k, SCALE)
    window, size = k.count(j.name, WINDOW), k.count(j.name, PADDED)
    with k.loop(low, high, parallel=True) as i:
        k.store(k.constant(0.0, j.number), arrived, i)

    def arrive(synapse: LoweredSynapse) -> None:
        lower(nest.body, at_synapse(j, k, nest, synapse))

    along(j, k, low, high).for_spikes(arrive)
    slot = k(arith.RemUI(k.step, window), "slot")
    row = k.mul(slot, size)
    with k.loop(low, high, parallel=True) as i:
        at, new = k.add(row, i), k.load(arrived, i)
        change = k(arith.SubF(new, k.load(ring, at)))
        k.store(k(arith.AddF(k.load(total, i), change)), total, i)
        k(memref.Store(new, ring, at))
    turn = k.compare("eq", k.add(slot, k.constant(1)), window)
    with k.when(turn), k.loop(low, high, parallel=True) as i:
        nothing = k.constant(0.0, j.number)
        with k.reduce(k.constant(0), window, [nothing], "age") as (age, (sum_,), out):
            out.append(k(arith.AddF(sum_, k.load(ring, k.add(k.mul(age, size), i)))))
        k.store(out[0], total, i)
    with k.loop(low, high, parallel=True) as i:
        frame = frame_of(j, k)
        frame.dendrite = LoweredDendrite(k, i, lambda: i)
        frame.env[rates.neuron] = i
        lower_ops(rates.before, frame)


def _window(j: ProjectionLowering, k: Kernel, name: str) -> Value:
    """A buffer that a decoding projection keeps for its post neurons."""
    return j.storage(k, name, j.number, STRUCTURE if name == SCALE else STATE)


@lowers(loops.Collect)
def _collect(op: loops.Collect, frame: SynapseFrame) -> None:
    k, post = frame.kernel, frame.env[op.at]
    arrived = _window(frame.projection, k, ARRIVED)
    k.store(k(arith.AddF(k.load(arrived, post), frame.env[op.value])), arrived, post)


@lowers(loops.Rate)
def _rate(op: loops.Rate, frame: SynapseFrame) -> Value:
    k, i = frame.kernel, frame.env[op.at]
    total, scale = (_window(frame.projection, k, name) for name in (TOTAL, SCALE))
    found: Value = k(arith.MulF(k.load(total, i), k.load(scale, i)), op.result.name)
    return found
