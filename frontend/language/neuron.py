"""The arguments of ``Neuron(...)`` -> `NeuronModel`."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...ir.events import EVENTS, SPIKE, NeuronEvent
from ...ir.location import Loc
from .analysis import Equations, ModelAnalysis, Parameters, only
from .flags import IN_NEURON, IN_RESET
from .initial import python_number
from .model import Assign, EventModel, NeuronModel, OdeStatement, VariableDecl
from .model_cache import sharing_models
from .names import canonical, named
from .problems import Problems, noting
from .scope import ModelScope, quoted
from .source import Span
from .statements import Draft, check_event, check_update, declaration, failure
from .suggest import did_you_mean
from .syntax import Expr


@sharing_models
def analyse_neuron(
    *,
    parameters: Parameters = None,
    equations: Equations = None,
    refractory: float | str | None = None,
    functions: str | None = None,
    name: str | None = None,
    description: str | None = None,
    extra_values: Mapping[str, object] | None = None,
    file: str = "",
    line: int = 0,
    **events: str | None,
) -> NeuronModel:
    """Parse and check a neuron.

    ``file``:``line`` is the call of the user's constructor, ``events`` are the conditions and
    resets of events (``ir/events.py``), by the names of the arguments. Raises a ModelError with
    every error found, each at its place in the user's file.
    """
    spiking = events.get(SPIKE.name) is not None
    scope = ModelScope("neuron", spiking, constants=named(extra_values))
    analysis = _NeuronAnalysis(scope, file, line)
    with noting(f"in neuron '{name}'" if name else "in this neuron", analysis.loc):
        analysis.read_functions(functions)
        declared = analysis.read_parameters(parameters)
        drafts = analysis.read_equations(equations, IN_NEURON)
        analysis.check_output(equations is not None)
        statements, variables = analysis.check_equations(drafts)
        happening = analysis.check_events(events)
        pause = analysis.check_refractory(refractory)
    return NeuronModel(
        name=name or "",
        kind="spike" if scope.spiking else "rate",
        parameters=tuple(declared),
        variables=(*variables, *analysis.implicit_variables()),
        statements=statements,
        events=happening,
        refractory=pause,
        targets=tuple(scope.targets),
        sums_all=scope.sums_all,
        draws=scope.draws,
        description=description or "",
        loc=analysis.loc,
    )


class _NeuronAnalysis(ModelAnalysis):
    """The analysis of a neuron."""

    def check_output(self, has_equations: bool) -> None:
        """Refuse a rate-coded neuron without ``r``."""
        if self.scope.spiking or "r" in self.scope.symbols:
            return
        text = "a rate-coded neuron must define its output 'r', as in 'r = pos(v)'"
        loc: Loc = self.argument("equations") if has_equations else self.loc
        raise failure(f"{text}; a spiking one needs 'spike'", loc)

    def check_equations(
        self, drafts: list[Draft]
    ) -> tuple[tuple[OdeStatement | Assign, ...], list[VariableDecl]]:
        """All equations, typed, and the declarations of their variables."""
        statements: list[OdeStatement | Assign] = []
        variables: list[VariableDecl] = []
        problems = Problems()
        for draft in drafts:
            with problems.catch():
                statements.append(check_update(self.scope, draft))
                variables.append(declaration(self.scope, draft))
        problems.raise_any()
        return tuple(statements), variables

    def check_events(self, texts: Mapping[str, str | None]) -> tuple[EventModel, ...]:
        """The events of a neuron: conditions, and assignments after them."""
        only(texts, (name for event in EVENTS for name in (event.name, event.reset)))
        found: list[EventModel] = []
        problems = Problems()
        for event in EVENTS:
            condition, reset = texts.get(event.name), texts.get(event.reset)
            for what, text in ((event.name, condition), (event.reset, reset)):
                if text is not None:
                    self._check_event_place(event, what, condition)
            if condition is not None:
                with problems.catch():
                    found.append(self._check_event(event, condition, reset))
        problems.raise_any()
        return tuple(found)

    def _check_event_place(self, event: NeuronEvent, what: str, condition: object) -> None:
        """Refuse arguments of events that a neuron cannot have.

        They need a neuron that spikes, and the condition of the event.
        """
        needed = SPIKE.name if not self.scope.spiking else event.name
        if (not self.scope.spiking and event is not SPIKE) or condition is None:
            why = ": a rate-coded neuron emits no spikes" if not self.scope.spiking else ""
            raise failure(f"'{what}' needs '{needed}'{why}", self.argument(what))

    def _check_event(self, event: NeuronEvent, condition: object, reset: object) -> EventModel:
        problems = Problems()
        checked: Expr | None = None
        assignments: list[Assign] = []
        with problems.catch():
            checked = self.condition(condition, quoted(event.name))
        with problems.catch():
            for draft in self.read_event(reset, event.reset, IN_RESET):
                with problems.catch():
                    statement = check_event(self.scope, draft, quoted(event.reset))
                    assert isinstance(statement, Assign)
                    assignments.append(statement)
        problems.raise_any()
        assert checked is not None
        return EventModel(event.name, checked, tuple(assignments))

    def implicit_variables(self) -> list[VariableDecl]:
        """The conductances that no equation updates."""
        return [
            VariableDecl(symbol.name, "float", "local", 0.0, implicit=True, span=symbol.span)
            for symbol in self.scope.implicit
        ]

    def check_refractory(self, refractory: object) -> float | str | None:
        """A time in ms, or the name of an attribute."""
        if refractory is None:
            return None
        loc = self.argument("refractory")
        if not self.scope.spiking:
            raise failure("'refractory' needs 'spike': a rate-coded neuron emits no spikes", loc)
        if isinstance(refractory, str):
            return self._refractory_name(refractory)
        value = python_number(refractory)
        if value is None or isinstance(value, bool) or math.isnan(value) or value < 0.0:
            raise failure(f"'refractory' must be a time in ms or a name, not {refractory!r}", loc)
        return float(value)

    def _refractory_name(self, text: str) -> str:
        source = self.text(text, "refractory")
        written = text.strip()
        name = canonical(written)
        symbol = self.scope.symbols.get(name)
        if symbol is not None and symbol.type != "bool":
            return name
        start = len(text) - len(text.lstrip())
        span = Span(source, start, start + max(1, len(written)))
        if symbol is not None:
            raise span.fail(f"'refractory' must be a number, '{name}' is a bool")
        hint = did_you_mean(name, self.scope.symbols)
        raise span.fail(f"'refractory' names nothing: '{name}' is unknown{hint}")
