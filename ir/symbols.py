"""Rules for references to symbols: they exist, and types agree.

``REFERENCES`` has a rule for every operation with a property that is a symbol reference (a test
asserts it). A rule gets the operation and its :class:`Scope` and yields complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import field

from .attrs_classes import frozen
from .core import Op, symbol_name
from .dialects import eq, func, net
from .events import EVENT_OF, events_in
from .suggest import did_you_mean
from .types import Type, i64

Symbols = Mapping[str, Op]


@frozen
class Scope:
    """The surroundings of a reference.

    ``symbols`` are those of the symbol table around it, ``owner`` the one among them it stands in.
    """

    symbols: Symbols
    owner: Any
    declared: dict[Any, dict[str, Any]] = field(factory=dict, eq=False)
    """A cache of the variables of populations and projections. Copies share theirs."""

    def population(self, name: str) -> net.Population | None:
        """The population called ``name``; None if there is none."""
        found = self.symbols.get(name)
        return found if isinstance(found, net.Population) else None

    def variables(self, owner: Any) -> dict[str, Any]:
        """The variables that a population or projection declares."""
        original = owner.original
        if original not in self.declared:
            self.declared[original] = original.variables
        return self.declared[original]


Rule = Callable[[Any, Scope], Iterator[str]]
REFERENCES: dict[type[Op], Rule] = {}


def references(*classes: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator that enters a rule into ``REFERENCES``."""

    def enter(rule: Rule) -> Rule:
        for cls in classes:
            REFERENCES[cls] = rule
        return rule

    return enter


def table_of(root: Op) -> dict[str, Op]:
    """The symbols directly inside ``root``, by their first definition."""
    out: dict[str, Op] = {}
    for region in root.regions:
        for block in region.blocks:
            for op in block.ops:
                name = symbol_name(op)
                if name is not None:
                    out.setdefault(name, op)
    return out


@references(func.Call)
def _call(op: func.Call, scope: Scope) -> Iterator[str]:
    target = scope.symbols.get(op.callee)
    if not isinstance(target, func.Func):
        hint = did_you_mean(
            op.callee, [n for n, o in scope.symbols.items() if type(o) is func.Func]
        )
        yield f"calls @{op.callee}, which is not a function here{hint}"
    elif not op.matches(target):
        yield f"does not match the type of @{op.callee}, {target.function_type}"


def _is_population(scope: Scope, name: str, role: str) -> Iterator[str]:
    if scope.population(name) is None:
        known = [n for n, o in scope.symbols.items() if isinstance(o, net.Population)]
        yield f"has {role} @{name}, which is not a population here{did_you_mean(name, known)}"


@references(net.Projection)
def _projection(op: net.Projection, scope: Scope) -> Iterator[str]:
    yield from _is_population(scope, op.pre, "the pre-synaptic population")
    yield from _is_population(scope, op.post, "the post-synaptic population")
    pre = scope.population(op.pre)
    known = [event.name for event in pre.events] if pre is not None else []
    for event in events_in(op.spikes) if known else ():  # a population may be lowered
        if event not in known:
            yield f"transmits '{event}' of @{op.pre}, which has no such event"


@references(net.Population)
def _population(op: net.Population, scope: Scope) -> Iterator[str]:
    if op.refractory is not None:
        yield from _declared(scope, op, op.refractory, None)


@references(net.Monitor)
def _monitor(op: net.Monitor, scope: Scope) -> Iterator[str]:
    source = scope.population(op.source)
    if source is None:
        yield from _is_population(scope, op.source, "the source")
        return
    for item in op.items:
        subject = item.about.subject
        if subject in ("variable", "conductance"):
            yield from _declared(scope, source, item.name, None)
        if subject == "event" and (item.name not in EVENT_OF or source.kind != "spike"):
            yield f"records '{item.name}' of @{op.source}, which has no such event"


def _declared(scope: Scope, owner: Any, name: str, type_: Type | None) -> Iterator[str]:
    """Check that ``owner`` declares the variable ``name``.

    ``owner`` is a population or projection; the variable must have type ``type_``, if given.
    """
    variable = scope.variables(owner).get(name)
    if variable is None:
        hint = did_you_mean(name, owner.variables)
        yield f"names @{name}, which @{owner.sym_name} does not declare{hint}"
    elif type_ is not None and variable.type is not type_:
        yield f"has the type {type_}, but @{name} of @{owner.sym_name} is {variable.type}"


def _is_net(owner: Any) -> bool:
    return isinstance(owner, net.Population | net.Projection)


@references(eq.Read)
def _read(op: eq.Read, scope: Scope) -> Iterator[str]:
    if _is_net(scope.owner):
        yield from _declared(scope, scope.owner, op.variable, op.result.type)
    else:
        yield "stands outside of populations and projections"


@references(eq.Elapsed)
def _elapsed(op: eq.Elapsed, scope: Scope) -> Iterator[str]:
    if isinstance(scope.owner, net.Projection):
        yield from _declared(scope, scope.owner, op.variable, None)
    else:
        yield "stands outside of a projection"


@references(eq.Variable)
def _clock(op: eq.Variable, scope: Scope) -> Iterator[str]:
    if op.clock is not None and _is_net(scope.owner):
        yield from _declared(scope, scope.owner, op.clock, i64)


@references(eq.Write)
def _write(op: eq.Write, scope: Scope) -> Iterator[str]:
    if _is_net(scope.owner):
        yield from _declared(scope, scope.owner, op.variable, op.value.type)
    else:
        yield "stands outside of populations and projections"


@references(eq.Ddt, eq.Equation)
def _derivative(op: Any, scope: Scope) -> Iterator[str]:
    if not isinstance(op.parent_op, eq.System):
        yield "stands outside of an eq.system"
    elif _is_net(scope.owner):
        type_ = op.result.type if isinstance(op, eq.Ddt) else op.lhs.type
        yield from _declared(scope, scope.owner, op.variable, type_)
        solved = [o.variable for o in op.parent_op.body.block.ops if isinstance(o, eq.Equation)]
        if isinstance(op, eq.Ddt) and op.variable not in solved:
            yield f"is the derivative of @{op.variable}, for which the system has no equation"
        elif isinstance(op, eq.Equation) and solved.count(op.variable) > 1:
            yield f"is one of several equations of @{op.variable} in one system"


def _other_side(op: Any, scope: Scope, type_: Type) -> Iterator[str]:
    """Check a reference to a variable of another neuron."""
    if not isinstance(scope.owner, net.Projection):
        yield "stands outside of a projection"
        return
    side = scope.owner.pre if isinstance(op, eq.Pre) else scope.owner.post
    population = scope.population(side)
    if population is not None:
        yield from _declared(scope, population, op.variable, type_)


@references(eq.Pre, eq.Post)
def _neuron(op: Any, scope: Scope) -> Iterator[str]:
    yield from _other_side(op, scope, op.result.type)


@references(eq.Accumulate)
def _accumulate(op: eq.Accumulate, scope: Scope) -> Iterator[str]:
    yield from _other_side(op, scope, op.value.type)
