"""Equations -> typed statements and declarations of their variables.

Two rounds: `declare` finds the variable of each equation (so that equations may mention each other
in any order), `check_update` and `check_event` then type the expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import ModelError, error
from ...ir.location import Loc
from .check import ExpressionChecker
from .conversions import assigned, to_float
from .declarations import Variable
from .flags import LOCALITIES, METHODS, TYPES, Flags, read_flags
from .initial import initial_value, is_distribution
from .model import Accumulate, Assign, Locality, OdeStatement, VariableDecl
from .ode import check_linear, contains_derivative, derivatives
from .parser import parse_equations, parse_expression
from .scope import EQUATIONS, ModelScope, StatementPlace, Symbol
from .source import SourceText, Span
from .suggest import did_you_mean
from .syntax import Equation, Expr, Flag, Name, NeuronAttribute, NumberLiteral, Sum, Type, walk

_RANK: dict[Locality, int] = {"local": 0, "postsynaptic": 1, "global": 2}


@frozen
class Draft:
    """An equation whose variable is known. ``ode`` if by its derivative."""

    equation: Equation
    flags: Flags
    variable: str
    ode: bool
    span: Span  # of the variable's name

    @property
    def init(self) -> object:
        """Value of ``init=``, None without."""
        return self.flags.init


def draft(equation: Equation, allowed: frozenset[str], init: object = None) -> Draft:
    """Find the variable of an equation, and read its flags."""
    found = derivatives(equation.lhs) + derivatives(equation.rhs)
    if len(found) > 1:
        raise found[1].span.fail("an equation can hold one derivative only")
    if found and equation.op != "=":
        raise equation.op_span.fail(f"a differential equation needs '=', not '{equation.op}'")
    flags = read_flags(equation.flags, allowed, ode=bool(found))
    if init is not None:
        flags = evolve(flags, init=init)
    if found:
        variable = found[0]
        return Draft(equation, flags, variable.variable, True, variable.span)
    name = equation.lhs
    if not isinstance(name, Name):
        raise _no_variable(name)
    return Draft(equation, flags, name.name, False, name.span)


def _no_variable(lhs: Expr) -> ModelError:
    if isinstance(lhs, NeuronAttribute | Sum):
        return lhs.span.fail(f"'{lhs.span.text}' cannot be assigned")
    return lhs.span.fail(
        "the left side must be the name of a variable, or the equation must hold a derivative"
        " 'dx/dt'"
    )


def variable_equation(variable: Variable, source: SourceText, names: Iterable[str]) -> Equation:
    """The equation of a `Variable` object. Its arguments become flags."""
    found = parse_equations(source, frozenset(names))
    if len(found) != 1:
        span = Span(source, 0, len(source.text)) if not found else found[1].span
        raise span.fail("a 'Variable' holds exactly one equation")
    equation = found[0]
    flags = list(equation.flags)
    span = equation.span
    for given, known, what in (
        (variable.locality, LOCALITIES, "locality"),
        (variable.type, TYPES, "type"),
        (variable.method, METHODS, "method"),
    ):
        if given is None:
            continue
        if given not in known:
            raise span.fail(f"unknown {what} '{given}'{did_you_mean(given, known)}")
        if given not in ("local", "float"):
            flags.append(Flag(given, None, span=span))
    for name, value in (("init", variable.init), ("min", variable.min), ("max", variable.max)):
        if value is not None and not is_distribution(value):
            flags.append(Flag(name, _python_value(value, name, source, span), span=span))
    return evolve(equation, flags=tuple(flags))


def _python_value(value: object, what: str, source: SourceText, span: Span) -> Expr:
    if isinstance(value, str):
        text = SourceText(value, what, source.file, source.line)
        return parse_expression(text)[0]
    if isinstance(value, bool):
        return parse_expression(SourceText(str(value), what))[0]
    if isinstance(value, int | float):
        type: Type = "int" if isinstance(value, int) else "float"
        return NumberLiteral(value, span=span, type=type)
    raise span.fail(f"'{what}' must be a number or text, not {value!r}")


def declare(scope: ModelScope, drafts: Sequence[Draft], found: Draft) -> None:
    """Declare the variable of ``found``; ``drafts`` are those declared before."""
    name = found.variable
    for earlier in drafts:
        if earlier.variable == name:
            wrong = found.span.fail(f"'{name}' already has an equation")
            wrong.diagnostics[0].note("the first one is here", earlier.span.loc)
            raise ModelError(*wrong.diagnostics)
    symbol = scope.symbols.get(name)
    if symbol is not None and symbol.scope == "parameter":
        text = "cannot have a differential equation" if found.ode else "cannot be assigned"
        raise found.span.fail(f"'{name}' is a parameter, it {text}")
    type, locality = found.flags.type or "float", found.flags.locality or "local"
    if found.ode and type != "float":
        raise found.span.fail(f"'{name}' has a differential equation, it cannot be of type {type}")
    scope.declare(Symbol(name, type, locality, "variable", found.span))


def declaration(scope: ModelScope, found: Draft) -> VariableDecl:
    """The declaration of a draft's variable."""
    symbol = scope.symbols[found.variable]
    init = initial_value(scope, found.init, symbol.type, symbol.name)
    if isinstance(found.init, Expr):
        _check_localities(scope, symbol, [found.init])
    return VariableDecl(
        symbol.name,
        symbol.type,
        symbol.locality,
        init,
        found.flags.unless_refractory,
        span=found.span,
    )


def check_update(scope: ModelScope, found: Draft) -> OdeStatement | Assign:
    """The typed statement of one of the model's equations."""
    if not found.ode:
        statement = check_event(scope, found, EQUATIONS)
        assert isinstance(statement, Assign)
        return statement
    checker = ExpressionChecker(scope, EQUATIONS)
    equation = found.equation
    lhs, rhs = to_float(checker.check(equation.lhs)), to_float(checker.check(equation.rhs))
    if len(derivatives(lhs) + derivatives(rhs)) != 1:
        raise found.span.fail("a derivative cannot be passed to a function")
    check_linear(lhs if contains_derivative(lhs) else rhs)
    low, high = _bounds(checker, found, "float")
    _check_localities(scope, scope.symbols[found.variable], [lhs, rhs, low, high])
    return OdeStatement(
        variable=found.variable,
        lhs=lhs,
        rhs=rhs,
        method=found.flags.method,
        min=low,
        max=high,
        span=equation.span,
    )


def check_event(scope: ModelScope, found: Draft, place: StatementPlace) -> Assign | Accumulate:
    """The typed assignment of an equation, of ``reset``, ``pre_spike`` or ``post_spike``."""
    if found.ode:
        raise found.span.fail(f"a derivative cannot stand in {place.what}")
    checker = ExpressionChecker(scope, place)
    equation, flags = found.equation, found.flags
    value = checker.check(equation.rhs)
    if found.variable == "g_target":
        low, high = _bounds(checker, found, "float")
        value = assigned(value, "float", "g_target")
        return Accumulate(equation.op, value, low, high, flags.unless_post, span=equation.span)
    symbol = _assignable(scope, found, place)
    if equation.op != "=" and symbol.type == "bool":
        raise equation.op_span.fail(f"'{symbol.name}' is a bool, it takes '=' only")
    if equation.op == "/=" and symbol.type == "int":
        raise equation.op_span.fail(f"'{symbol.name}' is an int, '/=' would give a float")
    value = assigned(value, symbol.type, symbol.name)
    low, high = _bounds(checker, found, symbol.type)
    if place is EQUATIONS:
        _check_localities(scope, symbol, [value, low, high])
    return Assign(
        variable=symbol.name,
        op=equation.op,
        value=value,
        min=low,
        max=high,
        unless_post=flags.unless_post,
        span=equation.span,
    )


def _assignable(scope: ModelScope, found: Draft, place: StatementPlace) -> Symbol:
    """The variable that a statement assigns, if it may."""
    name = found.variable
    symbol = scope.symbols.get(name)
    if symbol is None and scope.is_conductance(name) and name != "g_target":
        scope.resolve(Name(name, span=found.span), place)  # declares it
        symbol = scope.symbols[name]
    if symbol is None:
        variables = [s.name for s in scope.symbols.values() if s.scope == "variable"]
        problem = scope.problem_with(name)
        raise found.span.fail(
            problem or f"unknown variable '{name}'{did_you_mean(name, variables)}"
        )
    if symbol.scope == "parameter":
        raise found.span.fail(f"'{name}' is a parameter, it cannot be assigned")
    if place is not EQUATIONS and symbol.locality == "global":
        raise found.span.fail(
            f"'{name}' is global, it cannot be assigned in {place.what}, which runs for each"
            f" {scope.kind}"
        )
    return symbol


def _bounds(
    checker: ExpressionChecker, found: Draft, type: Type
) -> tuple[Expr | None, Expr | None]:
    """The typed values of ``min=`` and ``max=``."""
    bounds = []
    for value in (found.flags.min, found.flags.max):
        if value is not None and type == "bool":
            raise value.span.fail(f"'{found.variable}' is a bool, it has no 'min' or 'max'")
        bounds.append(
            None if value is None else assigned(checker.check(value), type, found.variable)
        )
    return bounds[0], bounds[1]


def _check_localities(scope: ModelScope, symbol: Symbol, exprs: Iterable[Expr | None]) -> None:
    """Refuse values shared by many that depend on one of them."""
    rank = _RANK[symbol.locality]
    for expr in exprs:
        for node in walk(expr) if rank and expr is not None else ():
            if rank > _rank(scope, node):
                where = "postsynaptic" if symbol.locality == "postsynaptic" else "global"
                raise node.span.fail(
                    f"'{symbol.name}' is {where}, it cannot depend on the local '{node.span.text}'"
                )


def _rank(scope: ModelScope, node: Expr) -> int:
    match node:
        case Name(name=name) if name in scope.symbols:
            return _RANK[scope.symbols[name].locality]
        case NeuronAttribute(side=side):
            return 1 if side == "post" else 0
        case Sum(side=side):
            return 1 if side == "post" else 0
        case _:
            return 2


def failure(text: str, loc: Loc) -> ModelError:
    """The exception for an error that no text of equations shows."""
    return ModelError(error(text, loc))
