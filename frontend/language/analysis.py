"""Common analysis of neurons and synapses: texts, functions, parameters, equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...ir.location import UNKNOWN, Loc, file_loc
from .check import ExpressionChecker, check_functions
from .conversions import condition
from .declarations import Variable
from .initial import is_distribution
from .lexer import assigned_names
from .model import ParameterDecl
from .parameters import argument_loc, dict_parameters, text_parameters
from .parser import parse_equations, parse_expression, parse_functions
from .problems import Problems
from .scope import ModelScope, StatementPlace
from .source import SourceText
from .statements import Draft, declare, draft, failure, variable_equation
from .syntax import Equation, Expr

Parameters = str | Mapping[str, object] | None
Equations = str | Variable | Iterable[str | Variable] | None


def only(texts: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError for arguments that do not exist."""
    surplus = sorted(set(texts) - set(known))
    if surplus:
        raise TypeError(f"unexpected arguments: {', '.join(surplus)}")


class ModelAnalysis:
    """The analysis of one neuron or synapse. ``file``:``line`` is where the user defines it."""

    def __init__(self, scope: ModelScope, file: str, line: int) -> None:
        self.scope = scope
        self.file = file
        self.line = line
        self.loc: Loc = file_loc(file, line, 1) if file else UNKNOWN

    def text(self, value: object, what: str) -> SourceText:
        """The text given as argument ``what``."""
        if not isinstance(value, str):
            raise failure(f"'{what}' must be text, not {value!r}", self.argument(what))
        return SourceText(value, what, self.file, self.line)

    def argument(self, name: str) -> Loc:
        """The location of the argument ``name`` of the definition."""
        return argument_loc(self.file, self.line, name)

    def read_functions(self, functions: object) -> None:
        """Take in the user's functions."""
        if functions is None:
            return
        for function in parse_functions(self.text(functions, "functions")):
            problem = self.scope.problem_with(function.name)
            if problem:
                raise function.span.fail(problem)
            self.scope.functions[function.name] = function
        check_functions(self.scope)

    def read_parameters(self, parameters: Parameters) -> list[ParameterDecl]:
        """Declare the parameters."""
        if parameters is None:
            return []
        if isinstance(parameters, str):
            return text_parameters(self.scope, self.text(parameters, "parameters"))
        if not isinstance(parameters, Mapping):
            text = f"'parameters' must be text or a dict, not {parameters!r}"
            raise failure(text, self.argument("parameters"))
        return dict_parameters(self.scope, parameters, self.file, self.line)

    def read_equations(self, equations: Equations, allowed: frozenset[str]) -> list[Draft]:
        """Parse the equations and declare their variables."""
        pieces = self._pieces(equations)
        names = frozenset(self.scope.symbols).union(*(assigned_names(s) for s, _ in pieces))
        drafts: list[Draft] = []
        problems = Problems()
        for source, variable in pieces:
            with problems.catch():
                for equation, init in self._equations(source, variable, names):
                    with problems.catch():
                        found = draft(equation, allowed, init)
                        declare(self.scope, drafts, found)
                        drafts.append(found)
        problems.raise_any()
        return drafts

    def read_event(self, text: object, what: str, allowed: frozenset[str]) -> list[Draft]:
        """Parse the statements of ``reset``, ``pre_spike`` or ``post_spike``."""
        if text is None:
            return []
        equations = parse_equations(self.text(text, what), self.scope.symbols)
        return [draft(equation, allowed) for equation in equations]

    def condition(self, text: object, place: StatementPlace) -> Expr:
        """The condition that a whole text is."""
        node, _ = parse_expression(self.text(text, place.what.strip("'")), self.scope.symbols)
        return condition(ExpressionChecker(self.scope, place).check(node))

    def _pieces(self, equations: Equations) -> list[tuple[SourceText, Variable | None]]:
        if equations is None:
            return []
        if isinstance(equations, str | Variable):
            equations = [equations]
        if not isinstance(equations, Iterable):
            text = f"'equations' must be text, a Variable or a list of these, not {equations!r}"
            raise failure(text, self.argument("equations"))
        pieces: list[tuple[SourceText, Variable | None]] = []
        for piece in equations:
            if isinstance(piece, Variable):
                pieces.append((self.text(piece.equation, "equation"), piece))
            else:
                pieces.append((self.text(piece, "equations"), None))
        return pieces

    def _equations(
        self, source: SourceText, variable: Variable | None, names: frozenset[str]
    ) -> list[tuple[Equation, object]]:
        if variable is None:
            return [(equation, None) for equation in parse_equations(source, names)]
        init = variable.init if is_distribution(variable.init) else None
        return [(variable_equation(variable, source, names), init)]
