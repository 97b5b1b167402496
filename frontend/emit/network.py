"""Networks as modules: one ``net.population``, ``net.projection`` or ``net.monitor`` per object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...ir.builder import Builder
from ...ir.core import Region
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, eq, net
from ...ir.dialects.builtin import Module
from ...ir.types import Type, f64
from ..language.model import (
    Accumulate,
    Assign,
    NeuronModel,
    ParameterDecl,
    SynapseModel,
    VariableDecl,
)
from ..language.syntax import Expr, Sum, walk
from .expressions import TYPES, Expressions
from .statements import emit_assignment, emit_statements

if TYPE_CHECKING:
    from ..connectivity import Connectivity
    from ..monitor import Monitor
    from ..network import Network
    from ..population import Population
    from ..projection import Projection

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
            build(_projection(projection))
    for monitor in network.monitors:
        with build.at(monitor.loc):
            build(_monitor(monitor))
    return module


def _region(region: Region, owner: str, **context: Any) -> Expressions:
    return Expressions(Builder(region.block), owner, **context)


def _declare(emit: Expressions, declarations: Any, role: str, frozen: set[str]) -> None:
    for d in declarations:
        if d.locality == "postsynaptic":
            raise _unsupported(f"the postsynaptic attribute '{d.name}'", d)
        span = getattr(d, "span", None)
        loc = span.loc if span is not None else getattr(d, "loc", None)
        with emit.build.at(loc or emit.build.loc):
            emit.build(
                eq.Variable(
                    sym_name=d.name,
                    type=TYPES[d.type],
                    role=role,
                    locality=d.locality,
                    frozen=d.name in frozen,
                )
            )


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
    emit = _region(op.declarations, name)
    _declare(emit, model.parameters, "parameter", set())
    if refractory is not None and not isinstance(refractory, str):
        emit.build(eq.Variable(sym_name=holder, type=f64, role="parameter", locality="global"))
    _declare(emit, model.variables, "variable", _frozen(model.variables))
    emit.build(eq.Yield())
    shared = {d.name for d in model.variables if d.locality == "global"}
    for region, is_shared in ((op.globals, True), (op.equations, False)):
        emit = _region(region, name)
        chosen = [s for s in model.statements if (s.variable in shared) == is_shared]
        emit_statements(emit, chosen, types, method)
        emit.build(eq.Yield())
    emit = _region(op.spike, name)
    emit.build(eq.Yield(*([emit(model.spike)] if model.spike is not None else [])))
    emit = _region(op.reset, name)
    for statement in model.reset:
        emit_assignment(emit, statement, types)
    emit.build(eq.Yield())
    return op


def _frozen(variables: tuple[VariableDecl, ...]) -> set[str]:
    """Variables that a refractory neuron keeps: the flagged ones, else all but conductances."""
    flagged = {v.name for v in variables if v.unless_refractory}
    return flagged or {v.name for v in variables if not v.name.startswith("g_")}


def _projection(projection: Projection) -> net.Projection:
    model = projection.model
    for problem in model.unsupported:
        raise _unsupported(problem.what, problem)
    kind = {"decoding": "decode"}.get(projection.kind, projection.kind)
    op = net.Projection(
        sym_name=projection.name,
        pre=projection.pre_population.name,
        post=projection.post_population.name,
        targets=[projection.target],
        kind=kind,
        pattern=projection.connectivity.pattern,
        operation=model.operation,
        delays=_delays(projection.connectivity),
        synapses=projection.connectivity.nnz,
    )
    emit = _region(op.declarations, projection.name)
    _declare(emit, model.parameters, "parameter", set())
    _declare(emit, model.variables, "variable", set())
    emit.build(eq.Yield())
    emit = _region(
        op.transmit,
        projection.name,
        pre=_types_of(projection.pre_population),
        post=_types_of(projection.post_population),
        target=projection.target,
    )
    if kind == "decode":
        emit.build(eq.Yield(emit.read("w", "float")))
    elif kind == "rate":
        assert model.psp is not None
        _refuse_sums(model.psp)
        emit.build(eq.Yield(emit(model.psp)))
    else:
        _pre_spike(emit, projection)
    return op


def _delays(connectivity: Connectivity) -> str:
    if connectivity.max_delay_steps <= 1:
        return "none"
    return "one" if isinstance(connectivity.delay_steps, int) else "many"


def _pre_spike(emit: Expressions, projection: Projection) -> None:
    model = projection.model
    types = {d.name: d.type for d in declared(model)}
    shared = {d.name for d in model.variables if d.locality != "local"}
    for statement in model.pre_spike:
        if statement.unless_post:
            raise _unsupported("unless_post", statement)
        _refuse_sums(statement.value)
        if isinstance(statement, Assign):
            if statement.variable in shared:
                raise _unsupported(
                    f"writing '{statement.variable}', which all synapses share,", statement
                )
            emit_assignment(emit, statement, types)
        else:
            _accumulate(emit, statement, projection.target)
    emit.build(eq.Yield())


def _accumulate(emit: Expressions, statement: Accumulate, target: str) -> None:
    if statement.op not in ("+=", "-=") or statement.min is not None or statement.max is not None:
        raise _unsupported(
            "anything but 'g_target += ...' or 'g_target -= ...' without bounds", statement
        )
    with emit.build.at(statement.span.loc):
        value = emit(statement.value)
        if statement.op == "-=":
            value = emit.build(arith.NegF(value))
        emit.build(eq.Accumulate(value, variable=f"g_{target}"))


def declared(model: NeuronModel | SynapseModel) -> list[ParameterDecl | VariableDecl]:
    """All parameters and variables of a model."""
    return [*model.parameters, *model.variables]


def _types_of(population: Population) -> Any:
    types = {d.name: TYPES[d.type] for d in declared(population.model)}

    def type_of(name: str) -> Type:
        return types[name]

    return type_of


def _refuse_sums(expression: Expr) -> None:
    for node in walk(expression):
        if isinstance(node, Sum):
            raise _unsupported("sum() of a neuron in a synapse", node)


def _unsupported(what: str, where: Any) -> ModelError:
    loc = getattr(where, "loc", None) or where.span.loc
    span = getattr(where, "span", None)
    line = span.source.line_text(span.start) if span is not None else None
    return ModelError(error(f"{what} is not supported yet", loc, line))


def _monitor(monitor: Monitor) -> net.Monitor:
    ranks = monitor.ranks
    return net.Monitor(
        sym_name=monitor.name,
        source=monitor.population.name,
        variables=monitor.variables,
        subset=ranks is not None,
    )
