"""Parameters of a model: text ``name = value : flags``, or a dict.

Text gives local parameters unless a flag says otherwise; a dict, of Python values, gives global
ones, except where the value is an array or a distribution, which only a local parameter can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import evolve

from ...ir.diagnostics import ModelError, error
from ...ir.location import UNKNOWN, Loc, file_loc
from .declarations import Parameter
from .flags import (
    IN_NEURON_PARAMETERS,
    IN_SYNAPSE_PARAMETERS,
    named_locality,
    named_type,
    read_flags,
)
from .initial import fitting, is_distribution, parameter_value, python_number
from .literals import find_key
from .model import DistributionCall, ParameterDecl
from .names import canonical
from .parser import parse_equations
from .problems import Problems
from .scope import ModelScope, Symbol
from .source import SourceText
from .suggest import did_you_mean
from .syntax import Equation, Name, Type


def argument_loc(file: str, line: int, name: str, in_call: bool = True) -> Loc:
    """The location of a keyword (or dict key), or the call's.

    It is ``name`` of the call at ``line``.
    """
    if not file:
        return UNKNOWN
    found = find_key(file, line, name, in_call)
    return file_loc(file, *(found or (line, 1)))


def text_parameters(scope: ModelScope, source: SourceText) -> list[ParameterDecl]:
    """The parameters of a text; each is declared in ``scope``."""
    found: list[ParameterDecl] = []
    values: dict[str, Any] = {}
    problems = Problems()
    for equation in parse_equations(source):
        with problems.catch():
            declaration = _from_text(scope, equation, values)
            if isinstance(declaration.value, int | float):
                values[declaration.name] = declaration.value
            found.append(declaration)
    problems.raise_any()
    return found


def _from_text(scope: ModelScope, equation: Equation, values: Mapping[str, Any]) -> ParameterDecl:
    name = equation.lhs
    if not isinstance(name, Name):
        raise equation.lhs.span.fail("a parameter is written 'name = value'")
    if equation.op != "=":
        raise equation.op_span.fail("a parameter is written 'name = value'")
    allowed = IN_NEURON_PARAMETERS if scope.kind == "neuron" else IN_SYNAPSE_PARAMETERS
    problem = scope.problem_with(name.name)
    if problem:
        raise name.span.fail(problem)
    # A broken value still declares its name, lest equations complain about it as well.
    symbol = Symbol(name.name, "float", "local", "parameter", name.span)
    try:
        flags = read_flags(equation.flags, allowed)
        value, type = parameter_value(scope, equation.rhs, flags.type, name.name, values)
    finally:
        scope.declare(symbol)
    locality = flags.locality or "local"
    if isinstance(value, DistributionCall) and locality == "global":
        raise equation.rhs.span.fail("a global parameter has a single value, not a distribution")
    scope.symbols[name.name] = evolve(symbol, type=type, locality=locality)
    return ParameterDecl(
        name=name.name, type=type, locality=locality, value=value, span=name.span, loc=name.span.loc
    )


def dict_parameters(
    scope: ModelScope, parameters: Mapping[Any, object], file: str, line: int
) -> list[ParameterDecl]:
    """The parameters of a dict; each is declared in ``scope``."""
    found: list[ParameterDecl] = []
    problems = Problems()
    for name, given in parameters.items():
        with problems.catch():
            loc = argument_loc(file, line, str(name), in_call=False)
            declaration = _from_value(scope, name, given, loc)
            known = declaration.name
            scope.symbols[known] = Symbol(
                known, declaration.type, declaration.locality, "parameter"
            )
            found.append(declaration)
    problems.raise_any()
    return found


def _from_value(scope: ModelScope, name: object, given: object, loc: Loc) -> ParameterDecl:
    if not isinstance(name, str) or not name.isidentifier():
        raise ModelError(error(f"the name of a parameter must be an identifier, not {name!r}", loc))
    name = canonical(name)
    problem = scope.problem_with(name)
    if problem:
        raise ModelError(error(problem, loc))
    if not isinstance(given, Parameter):
        many = python_number(given) is None
        plain: Type = "bool" if isinstance(given, bool | np.bool_) else "float"
        value = _checked_value(name, given, plain, loc)
        # A weight belongs to its synapse, and arrays and distributions give one value to each.
        local = many or (name == "w" and scope.kind == "synapse")
        return ParameterDecl(name, plain, "local" if local else "global", value, loc=loc)
    locality, type = named_locality(given.locality), named_type(given.type)
    if locality is None or given.locality == _foreign_locality(scope):
        hint = did_you_mean(given.locality, ("local", "global"))
        raise ModelError(error(f"unknown locality '{given.locality}' of '{name}'{hint}", loc))
    if type is None:
        hint = did_you_mean(given.type, ("float", "int", "bool"))
        raise ModelError(error(f"unknown type '{given.type}' of '{name}'{hint}", loc))
    value = _checked_value(name, given.value, type, loc)
    if locality == "global" and python_number(value) is None:
        text = f"'{name}' is global and has a single value; write Parameter(..., 'local')"
        raise ModelError(error(text, loc))
    return ParameterDecl(name, type, locality, value, loc=loc)


def _foreign_locality(scope: ModelScope) -> str:
    return "projection" if scope.kind == "neuron" else "population"


def _checked_value(name: str, value: object, type: Type, loc: Loc) -> object:
    number = python_number(value)
    if number is not None:
        fitted = fitting(number, type)
        if fitted is None:
            raise ModelError(error(f"{value!r} is not a value of type {type} ('{name}')", loc))
        return fitted
    if is_distribution(value):
        return value
    array = np.asarray(value) if isinstance(value, list | tuple | np.ndarray) else None
    if array is None or array.dtype.kind not in "biuf":
        text = f"'{name}' must be a number, an array or a distribution, not {value!r}"
        raise ModelError(error(text, loc))
    dtype = {"float": np.float64, "int": np.int64, "bool": np.bool_}[type]
    return array.astype(dtype)
