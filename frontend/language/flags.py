"""Flags after the ``:`` of an equation: names, places and meanings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import ModelError
from ...ir.methods import BY_EVENT, NAMES
from .model import Locality, Method
from .source import Span
from .suggest import did_you_mean
from .syntax import Expr, Flag, Type

LOCALITIES: dict[str, Locality] = {
    "local": "local",
    "global": "global",
    "population": "global",
    "projection": "global",
    "postsynaptic": "postsynaptic",
    "semiglobal": "postsynaptic",
}
METHODS: dict[str, Method] = NAMES
"""Numerical methods by their names in equations."""
TYPES: dict[str, Type] = {"int": "int", "float": "float", "bool": "bool"}
_VALUES = frozenset({"init", "min", "max", "proba", "w", "d"})
_MARKS = frozenset({"unless_refractory", "unless_post"})
_KNOWN = frozenset(LOCALITIES) | frozenset(METHODS) | frozenset(TYPES) | _VALUES | _MARKS

_BOUNDS = frozenset({"min", "max"})
_NEURON_LOCALITIES = frozenset({"local", "global", "population"})
_SYNAPSE_LOCALITIES = frozenset(LOCALITIES) - {"population"}
IN_NEURON = (
    _NEURON_LOCALITIES
    | (frozenset(METHODS) - BY_EVENT)
    | frozenset(TYPES)
    | _BOUNDS
    | {"init", "unless_refractory"}
)
IN_SYNAPSE = _SYNAPSE_LOCALITIES | frozenset(METHODS) | frozenset(TYPES) | _BOUNDS | {"init"}
IN_RESET = _BOUNDS
IN_PRE_SPIKE = _BOUNDS | frozenset(TYPES) | {"init", "unless_post"}
IN_POST_SPIKE = _BOUNDS | frozenset(TYPES) | {"init"}
IN_NEURON_PARAMETERS = _NEURON_LOCALITIES | frozenset(TYPES)
IN_SYNAPSE_PARAMETERS = _SYNAPSE_LOCALITIES | frozenset(TYPES)
IN_PRUNING = frozenset({"proba"})
IN_CREATING = frozenset({"proba", "w", "d"})

_BELONGS = {
    "event-driven": "to equations of a synapse",
    "unless_post": "to 'pre_spike' of a synapse",
    "unless_refractory": "to equations of a neuron",
    "population": "to neurons; in a synapse write 'projection'",
    "projection": "to synapses; in a neuron write 'population'",
    "postsynaptic": "to synapses",
    "semiglobal": "to synapses",
    "proba": "to 'pruning' and 'creating'",
    "w": "to 'creating'",
    "d": "to 'creating'",
    "init": "to variables",
    "min": "to variables",
    "max": "to variables",
}


@frozen
class Flags:
    """The flags of one statement, None where not given. ``init`` may be a distribution object."""

    locality: Locality | None = None
    type: Type | None = None
    method: Method | None = None
    init: object = None
    min: Expr | None = None
    max: Expr | None = None
    proba: Expr | None = None
    w: Expr | None = None
    d: Expr | None = None
    unless_refractory: bool = False
    unless_post: bool = False
    method_span: Span | None = None


def read_flags(flags: Iterable[Flag], allowed: frozenset[str], ode: bool = False) -> Flags:
    """The meaning of flags. Raises for unknown, misplaced, repeated and incomplete ones."""
    values: dict[str, Any] = {}
    groups: dict[str, Flag] = {}
    for flag in flags:
        _check(flag, allowed, ode)
        group, value = _meaning(flag)
        if group in groups:
            earlier = groups[group].name
            if earlier == flag.name:
                raise flag.span.fail(f"the flag '{flag.name}' is given twice")
            raise flag.span.fail(f"the flags '{earlier}' and '{flag.name}' exclude each other")
        groups[group] = flag
        values[group] = value
        if group == "method":
            values["method_span"] = flag.span
    return Flags(**values)


def _check(flag: Flag, allowed: frozenset[str], ode: bool) -> None:
    name = flag.name
    if name not in _KNOWN and name not in METHODS:
        raise flag.span.fail(f"unknown flag '{name}'{did_you_mean(name, allowed)}")
    if name in _VALUES and flag.value is None:
        raise flag.span.fail(f"the flag '{name}' needs a value: '{name}=0.0'")
    if name not in _VALUES and flag.value is not None:
        raise flag.span.fail(f"the flag '{name}' takes no value")
    if name not in allowed and not _is_added(name, allowed):
        raise _misplaced(flag, allowed)
    if name in METHODS and not ode:
        raise flag.span.fail(
            f"'{name}' is a numerical method, but this equation has no derivative 'dx/dt'"
        )


def _is_added(name: str, allowed: frozenset[str]) -> bool:
    """Whether a method that was added later may stand here."""
    return name in METHODS and ("event-driven" if name in BY_EVENT else "explicit") in allowed


def _misplaced(flag: Flag, allowed: frozenset[str]) -> ModelError:
    name = flag.name
    if name in METHODS and name not in BY_EVENT:
        return flag.span.fail(f"the flag '{name}' belongs to an equation with a derivative")
    home = _BELONGS.get(name, "to equations")
    return flag.span.fail(f"the flag '{name}' belongs {home}")


def _meaning(flag: Flag) -> tuple[str, object]:
    """The field of `Flags` and its value."""
    name = flag.name
    if name in LOCALITIES:
        return "locality", LOCALITIES[name]
    if name in METHODS:
        return "method", METHODS[name]
    if name in TYPES:
        return "type", TYPES[name]
    return (name, flag.value) if name in _VALUES else (name, True)


def named_locality(name: str) -> Locality | None:
    """The locality of a `Parameter` or `Variable`, None for unknown words."""
    return LOCALITIES.get(name)


def named_type(name: str) -> Type | None:
    """The type of a `Parameter` or `Variable`, None for unknown words."""
    return TYPES.get(name)
