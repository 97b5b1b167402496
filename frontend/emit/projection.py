"""Projections: the transmission and the learning of synapses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...ir.attributes import IntegerAttr
from ...ir.core import Region
from ...ir.dialects import arith, eq, net
from ...ir.types import Type, i64
from ..description import ProjectionDescription
from ..language.model import Accumulate, Assign, NeuronModel, OdeStatement
from ..language.syntax import Expr, Name, NeuronAttribute, Sum, walk
from .declarations import Traces, declare, declared, number_type, region, unsupported
from .expressions import Expressions, types
from .statements import emit_assignment, emit_statements

EVENT_DRIVEN = "event-driven"

GATHERED = 32
"""Number of different delays from which arrivals are gathered.

The number is rounded up to a power of two.
"""


def emit_projection(projection: ProjectionDescription, method: str, number: Type) -> net.Projection:
    """The ``net.projection`` of a projection.

    ``method`` is for ODEs without their own. ``number`` is the float type of the network.
    """
    model = projection.model
    for problem in model.unsupported:
        raise unsupported(problem.what, problem)
    op = projection_head(projection)
    emitter = _Emitter(projection, method, number)
    emitter.declarations(op.declarations)
    emitter.region(op.constants).build(eq.Yield())
    emitter.transmit(op)
    emitter.learning(op)
    return op


def projection_head(projection: ProjectionDescription) -> net.Projection:
    """The operation with all its properties and without equations."""
    return net.Projection(
        sym_name=projection.name,
        pre=projection.pre,
        post=projection.post,
        targets=[projection.target],
        kind={"decoding": "decode"}.get(projection.kind, projection.kind),
        spikes=projection.model.spikes,
        pattern=projection.pattern,
        no_autapses=projection.no_autapses,
        balanced_rows=projection.balanced_rows,
        operation=projection.model.operation,
        delays=projection.delays,
        synapses=projection.synapses,
        pairs=projection.pairs,
        uniform_weights=projection.uniform_weights,
        distinct_delays=projection.distinct_delays,
        span=projection.span,
    )


def gathering(op: Any) -> Any:
    """Mark a projection with many delays as one that gathers.

    It sums what arrives in a step first.
    """
    if op.distinct_delays >= GATHERED and op.only_adds:
        op.props["gathers"] = IntegerAttr(1)
    else:
        op.props.pop("gathers", None)
    return op


class _Emitter:
    """Emits the regions of one projection."""

    def __init__(self, projection: ProjectionDescription, method: str, number: Type) -> None:
        self.projection = projection
        self.number = number
        self.model = projection.model
        self.method = method
        self.types = {d.name: d.type for d in declared(self.model)}
        self.locality = {d.name: d.locality for d in self.model.variables}
        self.events = [s for s in self.model.statements if _is_event_driven(s)]

    def region(self, part: Region) -> Expressions:
        """Emitter into a region of the projection."""
        return region(
            part,
            pre=_types_of(self.projection.pre_model, self.number),
            post=_types_of(self.projection.post_model, self.number),
            target=self.projection.target,
            number=self.number,
        )

    def declarations(self, part: Region) -> None:
        """Parameters and variables, and a clock for event-driven ones."""
        emit = self.region(part)
        dtype = number_type(self.projection.synapse_dtype)
        stored = None if dtype is self.number else dtype
        declare(emit, self.model.parameters, "parameter", set(), stored=stored)
        clocks = {s.variable: self._clock(s) for s in self.events}
        traces = Traces(clocks, self.projection.differing)
        declare(emit, self.model.variables, "variable", set(), stored=stored, traces=traces)
        for name in sorted(set(clocks.values())):
            emit.build(eq.Variable(sym_name=name, type=i64, role="variable", locality="local"))
        emit.build(eq.Yield())

    def _clock(self, statement: OdeStatement | Assign) -> str:
        """The clock of an event-driven variable.

        It is set by the events that write the variable.
        """
        model, parts = self.model, []
        for part, events in (("transmit", model.pre_spike), ("post_spike", model.post_spike)):
            if statement.variable in _written(events):
                parts.append(part)
        only = [name for name, regions in net.CLOCKS.items() if list(regions) == parts]
        return only[0] if only else next(iter(net.CLOCKS))

    def transmit(self, op: net.Projection) -> None:
        """Emit the potential of a synapse, or its reaction to spikes."""
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
        """Emit equations of each step, event-driven ones, and ``post_spike``."""
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


def _is_event_driven(statement: OdeStatement | Assign) -> bool:
    return isinstance(statement, OdeStatement) and statement.method == EVENT_DRIVEN


def _written(statements: Sequence[OdeStatement | Assign | Accumulate]) -> set[str]:
    """The variables of the synapse that statements write."""
    return {s.variable for s in statements if not isinstance(s, Accumulate)}


def _expressions(statement: OdeStatement | Assign) -> list[Expr]:
    if isinstance(statement, OdeStatement):
        return [statement.lhs, statement.rhs]
    return [statement.value]


def _check_event_driven(statement: OdeStatement | Assign, locality: Mapping[str, str]) -> None:
    """Refuse changes between events by others than the variable itself."""
    if locality[statement.variable] != "local":
        raise unsupported("'event-driven' for what several synapses share", statement)
    for expression in _expressions(statement):
        for node in walk(expression):
            changing = isinstance(node, NeuronAttribute | Sum)
            if isinstance(node, Name) and node.scope not in ("parameter", "constant"):
                changing = node.name != statement.variable
            if changing:
                what = "'event-driven' with something that changes between events"
                raise unsupported(f"{what} ('{node.span.text}')", node)


def _types_of(model: NeuronModel, number: Type) -> Any:
    known = types(number)
    found = {d.name: known[d.type] for d in declared(model)}

    def type_of(name: str) -> Type:
        return found[name]

    return type_of


def _refuse_sums(expression: Expr) -> None:
    for node in walk(expression):
        if isinstance(node, Sum):
            raise unsupported("sum() of a neuron in a synapse", node)
