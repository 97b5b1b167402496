"""The arguments of ``Neuron(...)`` -> `NeuronModel`."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...ir.location import Loc
from .analysis import Equations, ModelAnalysis, Parameters
from .flags import IN_NEURON, IN_RESET
from .initial import python_number
from .model import Assign, NeuronModel, OdeStatement, VariableDecl
from .model_cache import remembered
from .names import canonical, named
from .problems import Problems, noting
from .scope import RESET, SPIKE, ModelScope
from .source import Span
from .statements import Draft, check_event, check_update, declaration, failure
from .suggest import did_you_mean
from .syntax import Expr


@remembered
def analyse_neuron(
    *,
    parameters: Parameters = None,
    equations: Equations = None,
    spike: str | None = None,
    axon_spike: str | None = None,
    reset: str | None = None,
    axon_reset: str | None = None,
    refractory: float | str | None = None,
    functions: str | None = None,
    name: str | None = None,
    description: str | None = None,
    extra_values: Mapping[str, object] | None = None,
    file: str = "",
    line: int = 0,
) -> NeuronModel:
    """Parse and check a neuron; ``file``:``line`` is the call of the user's constructor.

    Raises a ModelError with every error found, each at its place in the user's file.
    """
    scope = ModelScope("neuron", spike is not None, constants=named(extra_values))
    analysis = _NeuronAnalysis(scope, file, line)
    with noting(f"in neuron '{name}'" if name else "in this neuron", analysis.loc):
        analysis.refuse_axon(axon_spike=axon_spike, axon_reset=axon_reset)
        analysis.read_functions(functions)
        declared = analysis.read_parameters(parameters)
        drafts = analysis.read_equations(equations, IN_NEURON)
        analysis.check_output(equations is not None)
        statements, variables = analysis.check_equations(drafts)
        condition, assignments = analysis.check_spike(spike, reset)
        pause = analysis.check_refractory(refractory)
    return NeuronModel(
        name=name or "",
        kind="spike" if scope.spiking else "rate",
        parameters=tuple(declared),
        variables=(*variables, *analysis.implicit_variables()),
        statements=statements,
        spike=condition,
        reset=assignments,
        refractory=pause,
        targets=tuple(scope.targets),
        sums_all=scope.sums_all,
        draws=scope.draws,
        description=description or "",
        loc=analysis.loc,
    )


class _NeuronAnalysis(ModelAnalysis):
    """The steps that only neurons need."""

    def refuse_axon(self, **texts: str | None) -> None:
        """A second kind of spike is not there yet."""
        for what, text in texts.items():
            if text is not None:
                raise failure(f"'{what}' is not supported yet; use 'spike'", self.argument(what))

    def check_output(self, has_equations: bool) -> None:
        """A rate-coded neuron needs ``r``."""
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

    def check_spike(self, spike: object, reset: object) -> tuple[Expr | None, tuple[Assign, ...]]:
        """The condition of a spike and what happens after it."""
        if spike is None:
            if reset is not None:
                text = "'reset' needs 'spike': a rate-coded neuron emits no spikes"
                raise failure(text, self.argument("reset"))
            return None, ()
        condition: Expr | None = None
        assignments: list[Assign] = []
        problems = Problems()
        with problems.catch():
            condition = self.condition(spike, SPIKE)
        with problems.catch():
            for draft in self.read_event(reset, "reset", IN_RESET):
                with problems.catch():
                    statement = check_event(self.scope, draft, RESET)
                    assert isinstance(statement, Assign)
                    assignments.append(statement)
        problems.raise_any()
        return condition, tuple(assignments)

    def implicit_variables(self) -> list[VariableDecl]:
        """The conductances that no equation updates."""
        return [
            VariableDecl(symbol.name, "float", "local", 0.0, implicit=True, span=symbol.span)
            for symbol in self.scope.implicit
        ]

    def check_refractory(self, refractory: object) -> float | str | None:
        """A time in ms, or the name of something that holds one."""
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
