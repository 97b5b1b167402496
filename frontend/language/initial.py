"""Values known before the simulation: of parameters, and of ``init=``.

A parameter's value may use constants and earlier parameters and is computed at once. An initial
value may be a number, a parameter's name, arithmetic of those, or one distribution.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from .check import ExpressionChecker, check_distribution
from .conversions import assigned
from .draws import check_values
from .evaluate import evaluate
from .model import DistributionCall, Init, InitExpression, ParamRef
from .scope import INITIAL, PARAMETERS, ModelScope, StatementPlace
from .syntax import Cast, Expr, Name, NumberLiteral, Random, Type, walk

ZERO: dict[Type, int | float | bool] = {"float": 0.0, "int": 0, "bool": False}


def is_distribution(value: object) -> bool:
    """Whether a Python object is a random distribution of the API."""
    return hasattr(value, "get_values")


def parameter_value(
    scope: ModelScope, node: Expr, type: Type | None, name: str, values: Mapping[str, Any]
) -> tuple[object, Type]:
    """The value and the type of ``name = node``.

    The type is that of the value, if the flags do not say it.
    """
    if isinstance(node, Random):
        return _distribution(scope, node, type or "float", PARAMETERS), type or "float"
    typed = ExpressionChecker(scope, PARAMETERS).check(node)
    type = type or ("bool" if typed.type == "bool" else "float")
    for found in walk(typed):
        if isinstance(found, Name) and found.scope == "parameter" and found.name not in values:
            raise found.span.fail(f"'{found.name}' is not a number that is known here")
    return _number(typed, type, name, values), type


def initial_value(scope: ModelScope, init: object, type: Type, name: str) -> Init:
    """Meaning of ``init=`` of the variable ``name``."""
    if not isinstance(init, Expr):
        return ZERO[type] if init is None else init
    if isinstance(init, Random):
        return _distribution(scope, init, type, INITIAL)
    for node in walk(init):
        symbol = scope.symbols.get(node.name) if isinstance(node, Name) else None
        if symbol is not None and symbol.scope == "variable":
            raise node.span.fail(
                f"'{symbol.name}' is a variable; an initial value can only use parameters"
            )
    typed = ExpressionChecker(scope, INITIAL).check(init)
    names = [node.name for node in walk(typed) if isinstance(node, Name)
             and node.scope == "parameter"]  # fmt: skip
    if not names:
        return _number(typed, type, name, {})
    converted = assigned(typed, type, name)
    direct = converted.value if isinstance(converted, Cast) else converted
    if isinstance(direct, Name):
        return ParamRef(direct.name)
    return InitExpression(converted, tuple(dict.fromkeys(names)))


def python_number(value: object) -> int | float | bool | None:
    """A Python or numpy scalar as a plain number, else None."""
    if isinstance(value, bool | int | float):
        return value
    item = value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else None
    if isinstance(item, bool | int | float) and not getattr(value, "shape", ()):
        return item
    return float(value) if isinstance(value, numbers.Real) else None


def fitting(value: int | float | bool, type: Type) -> int | float | bool | None:
    """A number as a value of a type, None if unfit."""
    if type == "bool":
        return bool(value) if value in (0, 1) else None
    if isinstance(value, bool):
        return None
    if type == "float":
        return float(value)
    return int(value) if float(value).is_integer() else None


def _number(typed: Expr, type: Type, name: str, values: Mapping[str, Any]) -> int | float | bool:
    if type == "bool" and isinstance(typed, NumberLiteral) and typed.value in (0, 1):
        return bool(typed.value)
    if type == "int" and typed.type == "float":
        value = evaluate(typed, values)
        if float(value).is_integer():
            return int(value)
    value = evaluate(assigned(typed, type, name), values)
    return bool(value) if type == "bool" else value


def _distribution(
    scope: ModelScope, node: Random, type: Type, place: StatementPlace
) -> DistributionCall:
    check_distribution(node)
    if type != "float" and (type, node.distribution) not in (
        ("int", "DiscreteUniform"),
        ("int", "Binomial"),
    ):
        hint = "; 'DiscreteUniform' gives whole numbers" if type == "int" else ""
        raise node.span.fail(
            f"'{node.distribution}' cannot initialise a value of type {type}{hint}"
        )
    constants = evolve(scope, symbols={})

    def constant(argument: Expr) -> Expr:
        for found in walk(argument):
            if isinstance(found, Name) and found.name in scope.symbols:
                raise found.span.fail("the arguments of a random initial value must be constants")
        typed = ExpressionChecker(constants, place).check(argument)
        return assigned(typed, "float", node.distribution)

    args = [constant(argument) for argument in node.args]
    bounds = [None if bound is None else constant(bound) for bound in (node.low, node.high)]
    values = check_values(node, args, bounds)
    for argument in args:
        evaluate(argument, {})  # complains where it has no value
    if values[-2:] == [None, None]:
        values = values[:-2]
    return DistributionCall(node.distribution, tuple(values))
