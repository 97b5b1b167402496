"""The arguments of ``Synapse(...)`` -> `SynapseModel`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from attrs import evolve

from ...ir.events import EVENTS, SPIKE, joined
from .analysis import Equations, ModelAnalysis, Parameters, only
from .check import ExpressionChecker
from .conversions import condition, to_float
from .declarations import Creating, Pruning
from .flags import IN_CREATING, IN_POST_SPIKE, IN_PRE_SPIKE, IN_PRUNING, IN_SYNAPSE, read_flags
from .model import (
    Accumulate,
    Assign,
    OdeStatement,
    Operation,
    ParameterDecl,
    StructuralRule,
    SynapseKind,
    SynapseModel,
    Unsupported,
    VariableDecl,
)
from .model_cache import sharing_models
from .names import named
from .parser import parse_expression
from .problems import Problems, noting
from .scope import POST_SPIKE, PRE_SPIKE, PSP, ModelScope, StatementPlace, Symbol
from .source import SourceText, Span
from .statements import Draft, check_event, check_update, declaration, declare, failure
from .suggest import did_you_mean
from .syntax import Expr

_OPERATIONS = ("sum", "mean", "min", "max")


@sharing_models
def analyse_synapse(
    *,
    parameters: Parameters = None,
    equations: Equations = None,
    psp: str | None = None,
    operation: str = "sum",
    post_spike: str | None = None,
    functions: str | None = None,
    pruning: str | Pruning | None = None,
    creating: str | Creating | None = None,
    name: str | None = None,
    description: str | None = None,
    extra_values: Mapping[str, object] | None = None,
    file: str = "",
    line: int = 0,
    **arrivals: str | None,
) -> SynapseModel:
    """Parse and check a synapse.

    ``file``:``line`` is the call of the user's constructor, ``arrivals`` are the statements for
    spikes that arrive, by the names of the arguments (``ir/events.py``). Raises a ModelError with
    every error found, each at its place in the user's file.
    """
    spiking = post_spike is not None or any(text is not None for text in arrivals.values())
    scope = ModelScope("synapse", spiking, constants=named(extra_values))
    analysis = _SynapseAnalysis(scope, file, line)
    with noting(f"in synapse '{name}'" if name else "in this synapse", analysis.loc):
        checked_operation = analysis.check_operation(operation)
        analysis.read_functions(functions)
        declared = analysis.read_parameters(parameters)
        spikes, arrival = analysis.check_arrivals(arrivals)
        analysis.collect(declared, equations, arrival, post_spike)
        analysis.check_statements(spiking)
        kind: SynapseKind = "spike" if spiking else "rate" if psp or equations else "default"
        potential = analysis.check_psp(psp, kind)
        pruned = analysis.check_structure(pruning, "pruning", IN_PRUNING)
        created = analysis.check_structure(creating, "creating", IN_CREATING)
    return SynapseModel(
        name=name or "",
        kind=kind,
        parameters=tuple(analysis.parameters),
        variables=tuple(analysis.variables),
        statements=tuple(analysis.statements),
        psp=potential,
        operation=checked_operation,
        pre_spike=tuple(analysis.pre_spike),
        spikes=spikes,
        post_spike=tuple(analysis.post_spike),
        pruning=pruned,
        creating=created,
        pre_attributes=tuple(scope.attributes["pre"]),
        post_attributes=tuple(scope.attributes["post"]),
        pre_sums=tuple(scope.sums["pre"]),
        post_sums=tuple(scope.sums["post"]),
        unsupported=tuple(scope.unsupported),
        draws=scope.draws,
        description=description or "",
        loc=analysis.loc,
    )


class _SynapseAnalysis(ModelAnalysis):
    """The analysis of a synapse. Results collect in the attributes."""

    def __init__(self, scope: ModelScope, file: str, line: int) -> None:
        super().__init__(scope, file, line)
        self.parameters: list[ParameterDecl] = []
        self.variables: list[VariableDecl] = []
        self.statements: list[OdeStatement | Assign] = []
        self.pre_spike: list[Assign | Accumulate] = []
        self.post_spike: list[Assign] = []
        self._drafts: list[Draft] = []
        self._pre: list[Draft] = []
        self._post: list[Draft] = []
        self._weight: ParameterDecl | None = None
        self._new: list[Draft] = []  # variables that pre_spike or post_spike declare

    def check_operation(self, operation: str) -> Operation:
        """The operation: one of sum, mean, min, max."""
        if operation not in _OPERATIONS:
            hint = did_you_mean(str(operation), _OPERATIONS) or "; use sum, mean, min or max"
            raise failure(f"unknown operation '{operation}'{hint}", self.argument("operation"))
        return cast(Operation, operation)

    def check_arrivals(self, texts: Mapping[str, str | None]) -> tuple[str, tuple[str, str | None]]:
        """The list of spikes that reach a synapse, and its statements.

        The argument with the statements is named, too. Spikes of several events do the same.
        """
        only(texts, (event.arrival for event in EVENTS))
        found = {event.name: (event.arrival, texts.get(event.arrival)) for event in EVENTS}
        given = {name: each for name, each in found.items() if each[1] is not None}
        if not given:
            return SPIKE.name, found[SPIKE.name]
        (what, text), *others = given.values()
        for other, its in others:
            if _words(its) != _words(text):
                raise failure(
                    f"'{other}' differs from '{what}': spikes of several events do the same in one "
                    "projection; write the same statements, or connect two projections",
                    self.argument(other),
                )
        return joined(given), (what, text)

    def collect(
        self,
        parameters: list[ParameterDecl],
        equations: Equations,
        arrival: tuple[str, str | None],
        post_spike: str | None,
    ) -> None:
        """Parse all texts and declare every variable. ``w`` is declared where the user does not."""
        weight = next((p for p in parameters if p.name == "w"), None)
        # Whether w is a variable shows only when all statements are read.
        self.scope.symbols.pop("w", None)
        self._drafts = self.read_equations(equations, IN_SYNAPSE)
        what, text = arrival
        self._pre = self.read_event(text, what, IN_PRE_SPIKE)
        self._post = self.read_event(post_spike, "post_spike", IN_POST_SPIKE)
        for found in (*self._pre, *self._post):
            self._declare_new(found)
        if "w" in self.scope.symbols:
            parameters = [p for p in parameters if p.name != "w"]
        elif weight is None:
            weight = ParameterDecl("w", "float", "local", 0.0)
            parameters = [weight, *parameters]
        if weight is not None and "w" not in self.scope.symbols:
            symbol = Symbol("w", weight.type, weight.locality, "parameter", weight.span)
            self.scope.symbols["w"] = symbol
        self.parameters = parameters
        self._weight = weight

    def _declare_new(self, found: Draft) -> None:
        """Declare a name that ``pre_spike`` or ``post_spike`` assigns first."""
        name = found.variable
        if found.ode or name == "g_target" or name in self.scope.symbols:
            return
        if name.startswith("g_"):
            raise found.span.fail(
                f"unknown variable '{name}'; the target is written 'g_target' in a synapse"
            )
        declare(self.scope, [], found)
        self._new.append(found)

    def check_statements(self, spiking: bool) -> None:
        """Type every statement."""
        problems = Problems()
        for found in self._drafts:
            with problems.catch():
                self.statements.append(check_update(self.scope, found))
                method_span = found.flags.method_span
                if found.flags.method == "event-driven" and method_span is not None and not spiking:
                    raise method_span.fail(
                        "'event-driven' needs spikes: give 'pre_spike' or 'post_spike'"
                    )
        for found in (*self._drafts, *self._new):
            with problems.catch():
                self._declaration(found)
        for found in self._pre:
            with problems.catch():
                self.pre_spike.append(check_event(self.scope, found, PRE_SPIKE))
        for found in self._post:
            with problems.catch():
                if found.variable == "g_target":
                    raise found.span.fail("'g_target' can only be used in 'pre_spike'")
                statement = check_event(self.scope, found, POST_SPIKE)
                assert isinstance(statement, Assign)
                self.post_spike.append(statement)
        problems.raise_any()

    def _declaration(self, found: Draft) -> None:
        variable = declaration(self.scope, found)
        if variable.name == "w" and found.init is None and self._weight is not None:
            variable = evolve(variable, init=self._weight.value)
        self.variables.append(variable)

    def check_psp(self, psp: str | None, kind: SynapseKind) -> Expr | None:
        """The contribution of a synapse. It is given, or the default of rate-coded synapses."""
        if kind == "default":
            target = self.read_default("g_target += w", IN_PRE_SPIKE)
            self.pre_spike = [check_event(self.scope, target, PRE_SPIKE)]
        if psp is None and kind == "spike":
            return None
        source = SourceText("w * pre.r", "psp") if psp is None else self.text(psp, "psp")
        node, _ = parse_expression(source, self.scope.symbols)
        checked = to_float(ExpressionChecker(self.scope, PSP).check(node))
        if kind == "spike":
            self._unsupported("'psp' of a spiking synapse", checked.span)
        return checked

    def read_default(self, text: str, allowed: frozenset[str]) -> Draft:
        """A default statement, for synapses without one of their own."""
        return self.read_event(text, "pre_spike", allowed)[0]

    def check_structure(
        self, rule: object, what: str, allowed: frozenset[str]
    ) -> StructuralRule | None:
        """The checked rule of ``pruning`` or ``creating``."""
        if rule is None:
            return None
        given = isinstance(rule, Pruning | Creating)
        source = self.text(rule.equation if isinstance(rule, Pruning | Creating) else rule, what)
        node, flags = parse_expression(source, self.scope.symbols, flags=True)
        found = read_flags(flags, allowed)
        checker = ExpressionChecker(self.scope, StatementPlace(f"'{what}'"))
        values: dict[str, Expr | None] = {"proba": found.proba, "w": found.w, "d": found.d}
        for name in values if given else ():
            value = getattr(rule, name, None)
            if value is not None:
                text = SourceText(str(value), name, self.file, self.line)
                values[name] = parse_expression(text, self.scope.symbols)[0]
        typed = {
            name: None if value is None else to_float(checker.check(value))
            for name, value in values.items()
        }
        self._unsupported(f"'{what}'", node.span)
        checked = condition(checker.check(node))
        return StructuralRule(checked, typed["proba"], typed["w"], typed["d"])

    def _unsupported(self, what: str, span: Span) -> None:
        self.scope.unsupported.append(Unsupported(what, span, span.loc))


def _words(text: object) -> list[list[str]]:
    """The words of each line of a text. Empty lines say nothing."""
    return [words for line in str(text).splitlines() if (words := line.split())]
