"""Networks as modules: one ``net.population``, ``net.projection`` or ``net.monitor`` per object."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ...ir.builder import Builder
from ...ir.dialects import eq, net
from ...ir.dialects.builtin import Module
from ...ir.events import EVENTS
from ...ir.recorded import written
from ...ir.types import Type, f64
from ..description import (
    REFRACTORY,
    MonitorDescription,
    NetworkDescription,
    PopulationDescription,
    describe,
)
from ..language.model import NeuronModel
from .clones import CloneCache
from .declarations import declare, declared, number_type, region
from .projection import emit_projection, gathering
from .refractory import frozen_variables
from .statements import emit_assignment, emit_statements

if TYPE_CHECKING:
    from ..network import Network

__all__ = ["REFRACTORY", "network_module"]


def network_module(network: Network | NetworkDescription) -> Module:
    """The ``net`` module of a network.

    It is made of the network's description alone, see ``description.py``. A part that differs from
    another in identity only is a copy of it (see ``ir/lazy_clone.py``). Raises ModelError for
    models that cannot be lowered yet.
    """
    if not isinstance(network, NetworkDescription):
        network = describe(network)
    module = Module()
    build = Builder(module.body.block)
    number, method = number_type(network.settings["dtype"]), network.settings["method"]
    clones = CloneCache()
    for population in network.populations:
        with build.at(population.loc):
            make = partial(_population, population, method, number)
            build(clones(population, make))
    for projection in network.projections:
        with build.at(projection.loc):
            emit = partial(emit_projection, projection, method, number)
            build(gathering(clones(projection, emit)))
    for monitor in network.monitors:
        with build.at(monitor.loc):
            build(_monitor(monitor))
    return module


def _head(population: PopulationDescription) -> net.Population:
    refractory = population.refractory
    holder = refractory if isinstance(refractory, str) else REFRACTORY
    return net.Population(
        sym_name=population.name,
        size=population.size,
        kind=population.model.kind,
        refractory=None if refractory is None else holder,
    )


def _population(population: PopulationDescription, method: str, number: Type) -> net.Population:
    model, refractory = population.model, population.refractory
    op = _head(population)
    types = {d.name: d.type for d in declared(model)}
    emit = region(op.declarations, number=number)
    declare(emit, model.parameters, "parameter", set())
    if refractory is not None and not isinstance(refractory, str):
        emit.build(_period(REFRACTORY, number))
    frozen = frozen_variables(model)
    declare(emit, model.variables, "variable", frozen)
    emit.build(eq.Yield())
    region(op.constants, number=number).build(eq.Yield())
    shared = {d.name for d in model.variables if d.locality == "global"}
    for part, is_shared in ((op.globals, True), (op.equations, False)):
        emit = region(part, number=number)
        chosen = [s for s in model.statements if (s.variable in shared) == is_shared]
        emit_statements(emit, chosen, types, method, frozen)
        emit.build(eq.Yield())
    _events(op, model, types, number)
    return op


def _events(op: net.Population, model: NeuronModel, types: Mapping[str, str], number: Type) -> None:
    """The conditions of events, and the statements that follow them."""
    happening = {event.name: event for event in model.events}
    for event in EVENTS:
        found = happening.get(event.name)
        emit = region(net.condition(op, event), number=number)
        emit.build(eq.Yield(*([emit(found.condition)] if found is not None else [])))
        emit = region(net.reset(op, event), number=number)
        for statement in found.reset if found is not None else ():
            emit_assignment(emit, statement, types)
        emit.build(eq.Yield())


def _period(name: str, number: Type) -> eq.Variable:
    """A refractory period given as a number. It becomes steps from all its digits."""
    stored = None if number is f64 else f64
    return eq.Variable(
        sym_name=name, type=number, role="parameter", locality="global", stored=stored
    )


def _monitor(monitor: MonitorDescription) -> net.Monitor:
    return net.Monitor(
        sym_name=monitor.name,
        source=monitor.source,
        records=written(monitor.items),
        subset=monitor.subset,
    )
