"""Features that have no form on a grid yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...ir.core import Op
from ...ir.dialects import loops
from ..kernels.nests import Nest, nest_in, with_operands
from ..kernels.network import LoweredNetwork
from ..kernels.population import PopulationLowering
from ..kernels.projection import ProjectionLowering


def obstacles(network: LoweredNetwork) -> Iterator[tuple[Op, str]]:
    """The parts of a network without a form on a grid.

    Each comes with the reason.
    """
    for projection in network.projections:
        for reason in _of_projection(projection, network):
            yield projection.op, reason


def _of_projection(projection: ProjectionLowering, network: LoweredNetwork) -> Iterator[str]:
    op = projection.op
    if not projection.layout.can("grid"):
        yield f"its synapses are kept as '{op.layout}'"
    elif op.kind != "rate":
        yield from _of_spikes(projection, network)


def _of_spikes(projection: ProjectionLowering, network: LoweredNetwork) -> Iterator[str]:
    tasks = projection.tasks
    transmit = tasks.get("transmit")
    if transmit is not None:
        nest = nest_in(transmit, loops.Arriving)
        yield from _of_event(projection, [*nest.before, *nest.body.ops])
        if projection.op.delays == "many" and _depends(nest):
            yield "what spikes with several delays add depends on what they change"
        if reads_added(projection, network):
            yield "what it adds depends on what others add"
    if "post" in tasks:
        nest = nest_in(tasks["post"], loops.Fired)
        yield from _of_event(projection, [*nest.before, *nest.body.ops])


def reads_added(projection: ProjectionLowering, network: LoweredNetwork) -> bool:
    """Whether a projection transmits what depends on what spikes add."""
    transmit = projection.tasks.get("transmit")
    if transmit is None:
        return False
    added = {"pre": _added(projection.pre, network), "post": _added(projection.post, network)}
    return any(each.variable in added.get(each.of, ()) for each in _loads(transmit))


def _of_event(projection: ProjectionLowering, ops: Iterable[Op]) -> Iterator[str]:
    """Reasons why subgroups cannot run the statements of an event."""
    stored = set[str]()
    for op in ops:
        if isinstance(op, loops.Load) and op.of == "own" and op.variable in stored:
            yield f"'{op.variable}' is read after it has been changed"
        if isinstance(op, loops.Store):
            if op.of != "own":
                yield f"it changes '{op.variable}' of a neuron"
            stored.add(op.variable)


def _added(population: PopulationLowering, network: LoweredNetwork) -> set[str]:
    """Variables of a population's neurons to which spikes add."""
    onto = [each for each in network.projections if each.post is population]
    tasks = [each.tasks["transmit"] for each in onto if "transmit" in each.tasks]
    adds = [op for task in tasks for op in task.original.walk() if isinstance(op, loops.Add)]
    return {op.variable for op in adds}


def _loads(task: loops.Task) -> list[Any]:
    return [op for op in task.original.walk() if isinstance(op, loops.Load)]


def _depends(nest: Nest) -> bool:
    """Whether values that synapses add depend on changes at the neuron."""
    changed = {op.variable for op in nest.before if isinstance(op, loops.Store)}
    ops = [*nest.before, *nest.body.ops]
    wanted = with_operands(ops, lambda op: isinstance(op, loops.Add | loops.Collect))
    return any(isinstance(op, loops.Load) and op.variable in changed for op in wanted)
