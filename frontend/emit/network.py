"""Networks as modules: one ``net.population``, ``net.projection`` or ``net.monitor`` per object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ir.builder import Builder
from ...ir.dialects import eq, net
from ...ir.dialects.builtin import Module
from ...ir.types import f64
from ..language.model import VariableDecl
from .parts import declare, declared, region
from .projection import emit_projection
from .statements import emit_assignment, emit_statements

if TYPE_CHECKING:
    from ..monitor import Monitor
    from ..network import Network
    from ..population import Population

REFRACTORY = "refractory"
"""The parameter that holds a refractory period given as a number, in ms."""


def network_module(network: Network) -> Module:
    """The ``net`` module of a network; raises ModelError for what cannot be lowered yet."""
    module = Module()
    build = Builder(module.body.block)
    for population in network.populations:
        with build.at(population.loc):
            build(_population(population, network.options.method))
    for projection in network.projections:
        with build.at(projection.loc):
            build(emit_projection(projection, network.options.method))
    for monitor in network.monitors:
        with build.at(monitor.loc):
            build(_monitor(monitor))
    return module


def _population(population: Population, method: str) -> net.Population:
    model, name = population.model, population.name
    refractory = population.refractory
    holder = refractory if isinstance(refractory, str) else REFRACTORY
    op = net.Population(
        sym_name=name,
        size=population.size,
        kind=model.kind,
        refractory=None if refractory is None else holder,
    )
    types = {d.name: d.type for d in declared(model)}
    emit = region(op.declarations)
    declare(emit, model.parameters, "parameter", set())
    if refractory is not None and not isinstance(refractory, str):
        emit.build(eq.Variable(sym_name=holder, type=f64, role="parameter", locality="global"))
    declare(emit, model.variables, "variable", _frozen(model.variables))
    emit.build(eq.Yield())
    shared = {d.name for d in model.variables if d.locality == "global"}
    for part, is_shared in ((op.globals, True), (op.equations, False)):
        emit = region(part)
        chosen = [s for s in model.statements if (s.variable in shared) == is_shared]
        emit_statements(emit, chosen, types, method)
        emit.build(eq.Yield())
    emit = region(op.spike)
    emit.build(eq.Yield(*([emit(model.spike)] if model.spike is not None else [])))
    emit = region(op.reset)
    for statement in model.reset:
        emit_assignment(emit, statement, types)
    emit.build(eq.Yield())
    return op


def _frozen(variables: tuple[VariableDecl, ...]) -> set[str]:
    """Variables that a refractory neuron keeps: the flagged ones, else all but conductances."""
    flagged = {v.name for v in variables if v.unless_refractory}
    return flagged or {v.name for v in variables if not v.name.startswith("g_")}


def _monitor(monitor: Monitor) -> net.Monitor:
    ranks = monitor.ranks
    return net.Monitor(
        sym_name=monitor.name,
        source=monitor.population.name,
        variables=monitor.variables,
        subset=ranks is not None,
    )
