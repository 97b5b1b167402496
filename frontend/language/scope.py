"""Names of a model: their meanings by text, and their use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import Factory

from ...ir.attrs_classes import define, frozen
from ...ir.diagnostics import ModelError
from .functions import CONSTANTS, FUNCTION_NAMES, OPEN_NAMES, REDUCTIONS
from .model import Locality, Unsupported
from .source import Span
from .suggest import did_you_mean
from .syntax import Boolean, Expr, FunctionDefinition, Name, NumberLiteral, Scope, Side, Type

_TIMES = frozenset({"t", "dt", "t_last", "t_pre", "t_post", "last_spike"})
_RESERVED = _TIMES | {"rk_pre", "rk_post", "size", "name", "pre", "post", "sum", "g_target"}
_NEURON_RESERVED = _RESERVED | {"active", "refractory", "geometry", "neuron"}
_SYNAPSE_RESERVED = _RESERVED | {"synapse", "target"}


@frozen
class Symbol:
    """A declared parameter or variable."""

    name: str
    type: Type
    locality: Locality
    scope: Literal["parameter", "variable"]
    span: Span | None = None


@frozen
class StatementPlace:
    """A text of a model, and its special expressions. They may stand in no plain expression."""

    what: str  # as a user calls it: "'spike'"
    random: bool = False
    target: bool = False  # g_target may be read
    derivative: bool = False


def quoted(argument: str) -> StatementPlace:
    """The text of an argument that holds plain expressions."""
    return StatementPlace(f"'{argument}'")


EQUATIONS = StatementPlace("equations", random=True, derivative=True)
PSP = StatementPlace("'psp'")
PRE_SPIKE = StatementPlace("'pre_spike'", target=True)
POST_SPIKE = StatementPlace("'post_spike'")
INITIAL = StatementPlace("an initial value")
PARAMETERS = StatementPlace("a parameter's value")


@define
class ModelScope:
    """Names of one neuron or synapse. Records the targets, attributes and draws it uses."""

    kind: Literal["neuron", "synapse"]
    spiking: bool
    symbols: dict[str, Symbol] = Factory(dict)
    functions: dict[str, FunctionDefinition] = Factory(dict)
    constants: Mapping[str, object] = Factory(dict)  # extra values, for parameters and init=
    targets: list[str] = Factory(list)
    sums_all: bool = False
    implicit: list[Symbol] = Factory(list)
    attributes: dict[Side, list[str]] = Factory(lambda: {"pre": [], "post": []})
    sums: dict[Side, list[str | None]] = Factory(lambda: {"pre": [], "post": []})
    unsupported: list[Unsupported] = Factory(list)
    draws: int = 0

    def declare(self, symbol: Symbol) -> None:
        """Add a name. Raises if it is reserved or taken (and has a span to point at)."""
        problem = self.problem_with(symbol.name)
        if problem and symbol.span:
            raise symbol.span.fail(problem)
        self.symbols[symbol.name] = symbol
        if symbol.scope == "variable" and self.is_conductance(symbol.name):
            self.use_target(symbol.name.removeprefix("g_"))

    def problem_with(self, name: str) -> str | None:
        """The reason why ``name`` cannot be declared, None if it can."""
        reserved = _NEURON_RESERVED if self.kind == "neuron" else _SYNAPSE_RESERVED
        if name in reserved:
            return f"'{name}' is reserved; choose another name"
        if name in FUNCTION_NAMES - OPEN_NAMES:
            return f"'{name}' is a built-in function; choose another name"
        if name == "r" and self.kind == "neuron" and self.spiking:
            return "'r' is the mean firing rate of a spiking neuron; choose another name"
        if name in self.functions:
            return f"'{name}' is already the name of a function"
        return f"'{name}' is declared twice" if name in self.symbols else None

    def is_conductance(self, name: str) -> bool:
        """Whether a name is the input ``g_<target>`` of a spiking neuron."""
        neuron = self.kind == "neuron" and self.spiking
        return neuron and name.startswith("g_") and len(name) > 2

    def use_target(self, target: str) -> None:
        """Record a target that the neuron listens to."""
        if target not in self.targets:
            self.targets.append(target)

    def resolve(self, node: Name, place: StatementPlace) -> Expr:
        """The name with its meaning and type."""
        name = node.name
        if name in self.symbols:
            symbol = self.symbols[name]
            return self._named(node, symbol.scope, symbol.type)
        if name in self.constants and place in (INITIAL, PARAMETERS):
            return _constant(node, self.constants[name])
        if name in ("t", "dt") and place not in (INITIAL, PARAMETERS):
            return self._named(node, "t" if name == "t" else "dt")
        if name in CONSTANTS:
            return self._named(node, "constant")
        if place.target and name == "g_target":
            return self._named(node, "target")
        if place not in (INITIAL, PARAMETERS):
            if name in ("t_pre", "t_post") and self.kind == "synapse" and self.spiking:
                self.unsupported.append(Unsupported(f"'{name}'", node.span, node.span.loc))
                return self._named(node, "t_pre" if name == "t_pre" else "t_post")
            if self.is_conductance(name) and name != "g_target":
                return self._conductance(node)
        raise self._unknown(node, place)

    def _named(self, node: Name, scope: Scope, type: Type = "float") -> Name:
        return Name(node.name, scope, span=node.span, type=type)

    def _conductance(self, node: Name) -> Name:
        """Declare a ``g_<target>`` that is mentioned without an equation."""
        symbol = Symbol(node.name, "float", "local", "variable", node.span)
        self.declare(symbol)
        self.implicit.append(symbol)
        return self._named(node, "variable")

    def _unknown(self, node: Name, place: StatementPlace) -> ModelError:
        name = node.name
        special = self._special(name)
        if special:
            return node.span.fail(special)
        if place in (INITIAL, PARAMETERS) and name in ("t", "dt"):
            return node.span.fail(f"'{name}' is not known when the model is defined")
        known: list[str] = [*self.symbols, *CONSTANTS]
        if place not in (INITIAL, PARAMETERS):
            known += ["t", "dt"]
        hint = did_you_mean(name, known)
        if name == "E":
            hint += " A" if hint else "; a"
            hint += " reversal potential is a parameter, as in 'E = 0.0', and e is 'exp(1.0)'"
        elif not hint and self.kind == "synapse":
            hint = f"; an attribute of a neuron is 'pre.{name}' or 'post.{name}'"
        return node.span.fail(f"unknown name '{name}'{hint}")

    def _special(self, name: str) -> str | None:
        """Advice on a name with a meaning in other texts only."""
        neuron = self.kind == "neuron"
        if name in self.functions or name in FUNCTION_NAMES or name in REDUCTIONS:
            return f"'{name}' is a function: write '{name}(...)'"
        if name == "sum":
            return "write 'sum(target)', for example 'sum(exc)'"
        if name in ("pre", "post"):
            return f"write '{name}.x' for an attribute of the {name}-synaptic neuron"
        if name == "g_target":
            if neuron:
                return "'g_target' belongs to 'pre_spike' of a synapse; write for example 'g_exc'"
            return "'g_target' can only be used in 'pre_spike'"
        if name.startswith("g_") and neuron:
            target = name.removeprefix("g_") or "exc"
            return f"unknown name '{name}'; a rate-coded neuron reads its inputs as 'sum({target})'"
        if name == "t_last" and neuron and self.spiking:
            return "'t_last' is not supported yet; set a variable of yours in 'reset': 'last = t'"
        if name == "r" and neuron and self.spiking:
            return "the firing rate 'r' of a spiking neuron is not supported in equations yet"
        if name in ("t_pre", "t_post", "t_last"):
            return (
                f"'{name}' exists in spiking {'neurons' if name == 't_last' else 'synapses'} only"
            )
        return None

    def function_names(self) -> Iterable[str]:
        """Names of everything that can be called."""
        return [*self.functions, *FUNCTION_NAMES, *REDUCTIONS, "sum"]


def _constant(node: Name, value: object) -> Expr:
    """An extra value in place of its name."""
    match value:
        case bool():
            return Boolean(value, span=node.span, type="bool")
        case int():
            return NumberLiteral(value, span=node.span, type="int")
        case float():
            return NumberLiteral(value, span=node.span, type="float")
    raise node.span.fail(f"the extra value '{node.name}' is not a number")
