"""Typing of expressions: names resolved, every type explicit.

User functions are inlined: their arguments are checked once, at the call, and the checked argument
takes the place of the name in the body (a random argument that is used twice is one draw).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from attrs import Factory, evolve

from ...ir.attrs_classes import frozen
from ...ir.depth import Step, complete
from ...ir.diagnostics import ModelError
from .conversions import cast, condition, fold, integer, number, same_type, to_float
from .draws import bounded, check_values
from .functions import (
    CONSTANTS,
    DISTRIBUTIONS,
    FUNCTIONS,
    HINTS,
    OPEN_NAMES,
    REDUCTIONS,
    REWRITTEN,
)
from .problems import noting
from .scope import INITIAL, PARAMETERS, ModelScope, StatementPlace
from .suggest import did_you_mean
from .syntax import (
    MOST,
    Binary,
    Boolean,
    Call,
    Compare,
    Derivative,
    Expr,
    FunctionDefinition,
    IfElse,
    Logic,
    Name,
    NeuronAttribute,
    NumberLiteral,
    Random,
    Sum,
    Type,
    Unary,
    refuse_long,
    too_long,
    walk,
)

_Item = TypeVar("_Item")


@frozen
class _Frame:
    """The inside of one inlined call (or of the equation itself)."""

    arguments: Mapping[str, Expr] | None = None  # None: not in a function
    stack: tuple[str, ...] = ()
    draws: dict[int, int] = Factory(dict)


class ExpressionChecker:
    """Checker of the expressions of one text of a model."""

    def __init__(self, scope: ModelScope, place: StatementPlace) -> None:
        self._scope = scope
        self._place = place
        self._frame = _Frame()
        self._whole: Expr
        self._steps = 0

    def check(self, node: Expr) -> Expr:
        """The typed tree of a parsed one. Raises a ModelError that points at the culprit."""
        self._whole, self._steps = node, 0
        typed = complete(self._check(node))
        refuse_long(typed)
        return typed

    def _check(self, node: Expr) -> Step[Expr]:
        self._steps += 1
        if self._steps > MOST:
            raise too_long(self._whole)
        match node:
            case NumberLiteral(value=int(value)):
                return integer(value, node)
            case NumberLiteral() | Boolean():
                return node
            case Name():
                return self._name(node)
            case Unary():
                return (yield from self._unary(node))
            case Binary():
                return (yield from self._binary(node))
            case Compare():
                return (yield from self._compare(node))
            case Logic():
                left = condition((yield self._check(node.left)))
                right = condition((yield self._check(node.right)))
                return evolve(node, left=left, right=right, type="bool")
            case IfElse():
                return (yield from self._choice(node, node.cond, node.then, node.other))
            case Call():
                return (yield from self._call(node))
            case Random():
                return (yield from self._random(node))
            case _:
                return self._special(node)

    def _all(self, nodes: Iterable[Expr]) -> Step[list[Expr]]:
        found = []
        for node in nodes:
            found.append((yield self._check(node)))
        return found

    def _name(self, node: Name) -> Expr:
        arguments = self._frame.arguments
        if arguments is None:
            return self._scope.resolve(node, self._place)
        if node.name in arguments:
            return evolve(arguments[node.name], span=node.span)
        return evolve(node, scope="constant")

    def _special(self, node: Expr) -> Expr:
        """Derivatives, sums and attributes, which belong to some texts only."""
        if isinstance(node, Derivative):
            if not self._place.derivative:
                raise node.span.fail(f"a derivative cannot stand in {self._place.what}")
            return node
        neuron = self._scope.kind == "neuron"
        if isinstance(node, NeuronAttribute):
            if neuron:
                raise node.span.fail(f"'{node.side}.{node.name}' can only be used in a synapse")
            _append(self._scope.attributes[node.side], node.name)
            return node
        assert isinstance(node, Sum)
        if neuron == (node.side is not None):
            where = "a neuron; in a synapse write 'post.sum(exc)'"
            if neuron:
                where = f"a synapse; here write 'sum({node.target or ''})'"
            raise node.span.fail(f"'{node.span.text}' can only be used in {where}")
        if node.side is not None:
            _append(self._scope.sums[node.side], node.target)
        elif node.target is None:
            self._scope.sums_all = True
        else:
            self._scope.use_target(node.target)
        return node

    def _unary(self, node: Unary) -> Step[Expr]:
        value = yield self._check(node.value)
        if node.op == "not":
            return evolve(node, value=condition(value), type="bool")
        value = number(value)
        return fold(evolve(node, value=value, type=value.type))

    def _binary(self, node: Binary) -> Step[Expr]:
        left, right = yield from self._all((node.left, node.right))
        if node.op == "**":
            return _power(node, left, right)
        if node.op == "/":
            left, right = to_float(left), to_float(right)
        else:
            left, right = same_type(left, right)
        return fold(evolve(node, left=left, right=right, type=left.type))

    def _compare(self, node: Compare) -> Step[Expr]:
        left, right = yield from self._all((node.left, node.right))
        if not (node.op in ("==", "!=") and left.type == right.type == "bool"):
            left, right = same_type(left, right)
        return evolve(node, left=left, right=right, type="bool")

    def _choice(self, node: Expr, cond: Expr, then: Expr, other: Expr) -> Step[Expr]:
        cond = condition((yield self._check(cond)))
        then, other = yield from self._all((then, other))
        if not then.type == other.type == "bool":
            then, other = same_type(then, other)
        return IfElse(cond, then, other, span=node.span, type=then.type)

    def _call(self, node: Call) -> Step[Expr]:
        name = node.function
        if name in self._scope.functions:
            return (yield from self._inline(node, self._scope.functions[name]))
        if name in OPEN_NAMES and self._is_declared(name):
            raise self._unknown_function(node)
        if name in REDUCTIONS and len(node.args) == 1:
            raise node.span.fail(
                f"'{name}(...)' over a whole population is not supported yet; project the"
                " population onto itself with connect_all_to_all and read 'sum(target)'"
            )
        if name in REWRITTEN:
            _check_arity(node, REWRITTEN[name])
            return (yield from self._rewrite(node))
        if name not in FUNCTIONS:
            raise self._unknown_function(node)
        function = FUNCTIONS[name]
        _check_arity(node, function.arity)
        args = tuple((yield from self._all(node.args)))
        if function.typing == "number":
            args = same_type(*args)
            return evolve(node, function=function.canonical, args=args, type=args[0].type)
        args = tuple(to_float(argument) for argument in args)
        type: Type = "bool" if function.typing == "test" else "float"
        return evolve(node, function=function.canonical, args=args, type=type)

    def _is_declared(self, name: str) -> bool:
        return name in self._scope.symbols or name in (self._frame.arguments or ())

    def _unknown_function(self, node: Call) -> ModelError:
        name = node.function
        if self._is_declared(name):
            other = "; the gamma function is also 'tgamma(x)'" if name == "gamma" else ""
            return node.name_span.fail(f"'{name}' is not a function; write '{name}*(...)'{other}")
        hint = did_you_mean(name, self._scope.function_names())
        return node.name_span.fail(f"unknown function '{name}'{hint}")

    def _rewrite(self, node: Call) -> Step[Expr]:
        """The expression that a call of a rewritten function stands for."""
        span, args = node.span, node.args
        match node.function:
            case "ite":
                return (yield from self._choice(node, *args))
            case "int" | "float" as type:
                return cast((yield self._check(args[0])), type)
            case "pow" | "power":
                found: Expr = yield self._check(Binary("**", args[0], args[1], span=span))
                return found
            case "exprel":
                return self._exprel(node, to_float((yield self._check(args[0]))))
            case "modulo":
                left, right = yield from self._all(args)
                left, right = cast(number(left), "int"), cast(number(right), "int")
                return Binary("%", left, right, span=span, type="int")
        typed = yield from self._all(args)
        if node.function == "clip":
            value, low, high = same_type(*typed)
            inner = evolve(node, function="min", args=(value, high), type=value.type)
            return evolve(node, function="max", args=(inner, low), type=value.type)
        value, zero = same_type(typed[0], NumberLiteral(0, span=span, type="int"))
        function = "max" if node.function in ("pos", "positive") else "min"
        return evolve(node, function=function, args=(value, zero), type=value.type)

    def _exprel(self, node: Call, x: Expr) -> Expr:
        """``(exp(x) - 1) / x`` without the hole at 0.

        There is no cancellation around it, either.
        """
        zero, one = (NumberLiteral(v, span=node.span, type="float") for v in (0.0, 1.0))
        numerator = evolve(node, function="expm1", args=(x,), type="float")
        quotient = Binary("/", numerator, x, span=node.span, type="float")
        at_zero = Compare("==", x, zero, span=node.span, type="bool")
        return IfElse(at_zero, one, quotient, span=node.span, type="float")

    def _inline(self, node: Call, function: FunctionDefinition) -> Step[Expr]:
        if function.name in self._frame.stack:
            raise node.span.fail(f"function '{function.name}' calls itself")
        _check_arity(node, len(function.arguments))
        args = yield from self._all(node.args)
        outer = self._frame
        self._frame = _Frame(
            dict(zip(function.arguments, args, strict=True)), (*outer.stack, function.name)
        )
        try:
            with noting(f"in the call '{node.span.text}'", node.span.loc):
                body: Expr = yield self._check(function.body)
        finally:
            self._frame = outer
        return evolve(body, span=node.span)

    def _random(self, node: Random) -> Step[Expr]:
        one_argument = "," not in node.span.text
        hint = HINTS.get(node.distribution, "") if one_argument else ""
        if self._place in (INITIAL, PARAMETERS):
            raise node.span.fail(
                f"a random value is one distribution alone, as in 'x = {node.span.text}'{hint}"
            )
        if not self._place.random:
            raise node.span.fail(
                f"random numbers cannot be drawn in {self._place.what}; draw into a variable in"
                f" 'equations' and use the variable{hint}"
            )
        check_distribution(node)
        args = [to_float(argument) for argument in (yield from self._all(node.args))]
        low = None if node.low is None else (yield self._check(node.low))
        high = None if node.high is None else (yield self._check(node.high))
        check_values(node, args, (low, high))
        if id(node) not in self._frame.draws:
            self._frame.draws[id(node)] = self._scope.draws
            self._scope.draws += 1
        drawn = evolve(
            node, args=tuple(args), low=None, high=None, draw=self._frame.draws[id(node)]
        )
        return bounded(drawn, low, high)


def check_distribution(node: Random) -> None:
    """Check the number of arguments of a distribution."""
    distribution = DISTRIBUTIONS[node.distribution]
    names = ", ".join(distribution.arguments)
    if len(node.args) != len(distribution.arguments):
        raise node.span.fail(
            f"'{node.distribution}({names})' takes {_arguments(len(distribution.arguments))},"
            f" {len(node.args)} given"
        )


def check_functions(scope: ModelScope) -> None:
    """Check bodies of user functions: names, callees and recursion. Types depend on the call."""
    callable_names = {*scope.functions, *FUNCTIONS, *REWRITTEN}
    done: set[str] = set()
    for function in scope.functions.values():
        _check_body(function, callable_names)
        _check_recursion(scope, function, done)


def _check_body(function: FunctionDefinition, callable_names: Collection[str]) -> None:
    for node in walk(function.body):
        if isinstance(node, Name) and node.name not in (*function.arguments, *CONSTANTS):
            hint = did_you_mean(node.name, function.arguments)
            raise node.span.fail(f"function '{function.name}' only knows its arguments{hint}")
        if isinstance(node, Derivative | Sum | NeuronAttribute):
            raise node.span.fail(f"'{node.span.text}' cannot stand in a function; pass it in")
        if isinstance(node, Call) and node.function not in callable_names:
            hint = did_you_mean(node.function, callable_names)
            raise node.name_span.fail(f"unknown function '{node.function}'{hint}")


def _check_recursion(scope: ModelScope, first: FunctionDefinition, done: set[str]) -> None:
    """Refuse a function that comes back to itself. Those that are ``done`` do not."""
    path = {first.name: _calls(scope, first)}
    while path:
        last = next(reversed(path))
        node = next(path[last], None)
        if node is None:
            del path[last]
            done.add(last)
        elif node.function in path:
            raise node.name_span.fail(f"function '{node.function}' calls itself")
        elif node.function not in done:
            path[node.function] = _calls(scope, scope.functions[node.function])


def _calls(scope: ModelScope, function: FunctionDefinition) -> Iterator[Call]:
    """The calls of other functions of the user in a body."""
    known = scope.functions
    return (x for x in walk(function.body) if isinstance(x, Call) and x.function in known)


def _power(node: Binary, left: Expr, right: Expr) -> Expr:
    # From 63 on every power of a whole number but -1, 0 and 1 is beyond 64 bits.
    whole = isinstance(right, NumberLiteral) and right.type == "int" and 0 <= right.value < 63
    if left.type == "int" and whole:
        return evolve(node, left=left, right=right, type="int")
    return evolve(node, left=to_float(left), right=to_float(right), type="float")


def _check_arity(node: Call, arity: int) -> None:
    if len(node.args) != arity:
        raise node.span.fail(
            f"'{node.function}' takes {_arguments(arity)}, {len(node.args)} given"
            f"{HINTS.get(node.function, '')}"
        )


def _arguments(count: int) -> str:
    return f"{count} argument" + ("s" if count != 1 else "")


def _append(values: list[_Item], value: _Item) -> None:
    if value not in values:
        values.append(value)
