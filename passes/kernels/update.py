"""Kernels of a population, a loop per concern. ``fuse-loops`` makes them one.

``@P_clear``   sums start with zero, or with what is known before: constant sums, those of tiles
``@P_global``  equations of population-wide variables, run by the first thread
``@P_update``  what happens to the neurons of a thread in one step
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.buffers import FIRST
from ...ir.dialects import loops
from ...ir.dialects.func import Func
from .kernel import OwnNeurons
from .monitor import MonitorLowering
from .neuron import NeuronFrame
from .population import PopulationLowering
from .statements import Env, lower, lower_ops, plain


def clear(population: PopulationLowering) -> Func | None:
    """The kernel ``@P_clear``, but for targets with started sums.

    A projection initialises these (``initialised_sums``).
    """
    task = population.tasks.get("clear")
    walks = [op for op in task.body.block.ops if isinstance(op, loops.Neurons)] if task else []
    clears = [op for walk in walks for op in walk.body.block.ops if isinstance(op, loops.ClearSum)]
    targets = [op.target for op in clears if op.target not in population.initialised_sums]
    if not targets:
        return None
    kernel = population.kernel("clear")
    own = kernel.partition(population.name)
    for target in targets:
        with kernel.each(own) as i:
            kernel.store(
                population.sum_start(kernel, target, i), population.sum_buffer(kernel, target), i
            )
    return kernel.finish()


def global_update(population: PopulationLowering) -> Func | None:
    """``@P_global``, if there is anything to do."""
    task = population.tasks.get("global")
    if task is None:
        return None
    kernel = population.kernel("global")
    for op in task.body.block.ops:
        if isinstance(op, loops.Once):
            with kernel.when(kernel.compare("eq", kernel.thread, kernel.constant(0))):
                frame = NeuronFrame(
                    kernel, population.name, Env(kernel), population=population, reach=FIRST
                )
                lower(op.body.block, frame)
    return kernel.finish()


def update(population: PopulationLowering, monitors: Mapping[str, MonitorLowering]) -> Func | None:
    """``@P_update``."""
    task = population.tasks.get("update")
    if task is None:
        return None
    kernel = population.kernel("update")
    own = kernel.partition(population.name)
    recorders = [monitors[name] for name in task.recorders]
    frame = NeuronFrame(kernel, population.name, Env(kernel), population=population)
    for op in task.body.block.ops:
        if isinstance(op, loops.Record):
            recorders[op.monitor].record(kernel, population, own, op)
        elif isinstance(op, loops.Neurons):
            _neurons(frame.inside(), op, own)
        else:
            lower_ops(plain([op]), frame)
    return kernel.finish()


def _neurons(frame: NeuronFrame, walk: loops.Neurons, own: OwnNeurons) -> None:
    """A loop over the neurons of this thread."""
    block = walk.body.block
    frame.prepare(block, own)
    with frame.kernel.each(own) as i:
        frame.env[block.args[0]] = i
        lower(block, frame)
