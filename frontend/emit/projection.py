"""Projections: what a synapse transmits, how it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...ir.core import Region
from ...ir.dialects import arith, eq, net
from ...ir.types import Type, i64
from ..language.model import Accumulate, Assign, Ode
from ..language.syntax import Attribute, Expr, Name, Sum, walk
from .expressions import TYPES, Expressions
from .parts import declare, declared, region, unsupported
from .statements import emit_assignment, emit_statements

if TYPE_CHECKING:
    from ..connectivity import Connectivity
    from ..population import Population
    from ..projection import Projection

EVENT_DRIVEN = "event-driven"
LAST_EVENT = "last_event"
"""The variable that holds, for each synapse, how many updates were done at its last event."""


def emit_projection(projection: Projection, method: str) -> net.Projection:
    """The ``net.projection`` of a projection; ``method`` is for ODEs without their own."""
    model = projection.model
    for problem in model.unsupported:
        raise unsupported(problem.what, problem)
    connectivity = projection.connectivity
    op = net.Projection(
        sym_name=projection.name,
        pre=projection.pre_population.name,
        post=projection.post_population.name,
        targets=[projection.target],
        kind={"decoding": "decode"}.get(projection.kind, projection.kind),
        pattern=_pattern(connectivity),
        operation=model.operation,
        delays=_delays(connectivity),
        synapses=connectivity.nnz,
    )
    emitter = _Emitter(projection, method)
    emitter.declarations(op.declarations)
    emitter.transmit(op)
    emitter.learning(op)
    return op


def _pattern(connectivity: Connectivity) -> str:
    """``all_to_all`` only where every pair of the whole populations is connected."""
    if connectivity.pattern == "all_to_all" and connectivity.pre is not None:
        return "sparse"
    return connectivity.pattern


def _delays(connectivity: Connectivity) -> str:
    if connectivity.max_delay_steps <= 1:
        return "none"
    return "one" if isinstance(connectivity.delay_steps, int) else "many"


class _Emitter:
    """Emits the regions of one projection."""

    def __init__(self, projection: Projection, method: str) -> None:
        self.projection = projection
        self.model = projection.model
        self.method = method
        self.types = {d.name: d.type for d in declared(self.model)}
        self.locality = {d.name: d.locality for d in self.model.variables}
        self.events = [s for s in self.model.statements if _is_event_driven(s)]

    def region(self, part: Region) -> Expressions:
        """What emits into a region of the projection."""
        return region(
            part,
            pre=_types_of(self.projection.pre_population),
            post=_types_of(self.projection.post_population),
            target=self.projection.target,
        )

    def declarations(self, part: Region) -> None:
        """Parameters and variables, and a clock for event-driven ones."""
        emit = self.region(part)
        declare(emit, self.model.parameters, "parameter", set())
        declare(emit, self.model.variables, "variable", set())
        if self.events:
            emit.build(
                eq.Variable(sym_name=LAST_EVENT, type=i64, role="variable", locality="local")
            )
        emit.build(eq.Yield())

    def transmit(self, op: net.Projection) -> None:
        """The potential of a synapse, or what happens when a spike arrives."""
        emit = self.region(op.transmit)
        if op.kind == "decode":
            emit.build(eq.Yield(emit.read("w", "float")))
        elif op.kind == "rate":
            assert self.model.psp is not None
            _refuse_sums(self.model.psp)
            emit.build(eq.Yield(emit(self.model.psp)))
        else:
            self._on_spike(emit, self.model.pre_spike)

    def learning(self, op: net.Projection) -> None:
        """Equations of each step, event-driven equations, and ``post_spike``."""
        for statement in self.events:
            _check_event_driven(statement, self.locality)
        emit = self.region(op.events)
        emit_statements(emit, self.events, self.types, self.method)
        emit.build(eq.Yield())
        parts = ((op.shared_equations, "global"), (op.dendrite_equations, "postsynaptic"))
        for part, locality in (*parts, (op.equations, "local")):
            emit = self.region(part)
            chosen = [
                s
                for s in self.model.statements
                if s not in self.events and self.locality[s.variable] == locality
            ]
            for statement in chosen:
                for expression in _expressions(statement):
                    _refuse_sums(expression)
            emit_statements(emit, chosen, self.types, self.method)
            emit.build(eq.Yield())
        self._on_spike(self.region(op.post_spike), self.model.post_spike)

    def _on_spike(self, emit: Expressions, statements: Sequence[Assign | Accumulate]) -> None:
        for statement in statements:
            if statement.unless_post:
                raise unsupported("unless_post", statement)
            _refuse_sums(statement.value)
            if isinstance(statement, Accumulate):
                self._accumulate(emit, statement)
            elif self.locality[statement.variable] != "local":
                what = f"writing '{statement.variable}', which several synapses share,"
                raise unsupported(what, statement)
            else:
                emit_assignment(emit, statement, self.types)
        emit.build(eq.Yield())

    def _accumulate(self, emit: Expressions, statement: Accumulate) -> None:
        bounded = statement.min is not None or statement.max is not None
        if statement.op not in ("+=", "-=") or bounded:
            what = "anything but 'g_target += ...' or 'g_target -= ...' without bounds"
            raise unsupported(what, statement)
        with emit.build.at(statement.span.loc):
            value = emit(statement.value)
            if statement.op == "-=":
                value = emit.build(arith.NegF(value))
            emit.build(eq.Accumulate(value, variable=f"g_{self.projection.target}"))


def _is_event_driven(statement: Ode | Assign) -> bool:
    return isinstance(statement, Ode) and statement.method == EVENT_DRIVEN


def _expressions(statement: Ode | Assign) -> list[Expr]:
    if isinstance(statement, Ode):
        return [statement.lhs, statement.rhs]
    return [statement.value]


def _check_event_driven(statement: Ode | Assign, locality: Mapping[str, str]) -> None:
    """Between events nothing but the variable itself may change."""
    if locality[statement.variable] != "local":
        raise unsupported("'event-driven' for what several synapses share", statement)
    for expression in _expressions(statement):
        for node in walk(expression):
            changing = isinstance(node, Attribute | Sum)
            if isinstance(node, Name) and node.scope not in ("parameter", "constant"):
                changing = node.name != statement.variable
            if changing:
                what = "'event-driven' with something that changes between events"
                raise unsupported(f"{what} ('{node.span.text}')", node)


def _types_of(population: Population) -> Any:
    types = {d.name: TYPES[d.type] for d in declared(population.model)}

    def type_of(name: str) -> Type:
        return types[name]

    return type_of


def _refuse_sums(expression: Expr) -> None:
    for node in walk(expression):
        if isinstance(node, Sum):
            raise unsupported("sum() of a neuron in a synapse", node)
