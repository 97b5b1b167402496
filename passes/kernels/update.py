"""Kernels of a population: one loop per concern; ``fuse-loops`` makes them one.

``@P_clear``   sums start with zero, or with what is known before: settled ones, those of tiles
``@P_global``  equations of population-wide variables, run by the first thread
``@P_update``  what happens to the neurons of a thread in one step
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.buffers import FIRST
from ...ir.core import Value
from ...ir.dialects import loops
from ...ir.dialects.func import Func
from .kernel import Kernel
from .monitor import MonitorLowering
from .neuron import NeuronFrame
from .population import PopulationLowering
from .statements import Env, lower, lower_ops, plain


def clear(p: PopulationLowering) -> Func | None:
    """``@P_clear``, but for targets whose sums a projection starts (``opened``)."""
    task = p.tasks.get("clear")
    walks = [op for op in task.body.block.ops if isinstance(op, loops.Neurons)] if task else []
    clears = [op for walk in walks for op in walk.body.block.ops if isinstance(op, loops.ClearSum)]
    targets = [op.target for op in clears if op.target not in p.opened]
    if not targets:
        return None
    k = Kernel(f"{p.name}_clear", p.op.loc)
    low, high = k.partition(p.name)
    for target in targets:
        with k.loop(low, high, parallel=True) as i:
            k.store(p.sum_start(k, target, i), p.sum_buffer(k, target), i)
    return k.finish()


def global_update(p: PopulationLowering) -> Func | None:
    """``@P_global``, if there is anything to do."""
    task = p.tasks.get("global")
    if task is None:
        return None
    k = Kernel(f"{p.name}_global", p.op.loc)
    for op in task.body.block.ops:
        if isinstance(op, loops.Once):
            with k.when(k.compare("eq", k.thread, k.constant(0))):
                lower(op.body.block, NeuronFrame(k, p.name, Env(k), population=p, reach=FIRST))
    return k.finish()


def update(p: PopulationLowering, monitors: Mapping[str, MonitorLowering]) -> Func | None:
    """``@P_update``."""
    task = p.tasks.get("update")
    if task is None:
        return None
    k = Kernel(f"{p.name}_update", p.op.loc)
    low, high = k.partition(p.name)
    recorders = [monitors[name] for name in task.recorders]
    frame = NeuronFrame(k, p.name, Env(k), population=p)
    for op in task.body.block.ops:
        if isinstance(op, loops.Record):
            recorders[op.monitor].record(k, p, (low, high), op)
        elif isinstance(op, loops.RecordSpikes):
            recorders[op.monitor].record_spikes(k, p, low)
        elif isinstance(op, loops.Neurons):
            _neurons(frame.inside(), op, low, high)
        else:
            lower_ops(plain([op]), frame)
    return k.finish()


def _neurons(frame: NeuronFrame, walk: loops.Neurons, low: Value, high: Value) -> None:
    """A loop over the neurons of this thread."""
    block = walk.body.block
    frame.prepare(block, low)
    with frame.kernel.loop(low, high, parallel=True) as i:
        frame.env[block.args[0]] = i
        lower(block, frame)
