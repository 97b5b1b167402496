"""Coupling of statements: groups of ODEs, and values that statements see.

Statements run as written, and neighbouring ODEs advance together from old values. Two things go
beyond the order of the text:

- ODEs that depend on one another form a *group*, wherever they stand: they advance together from
  the values before the first of them. So do equations with joint methods of one family
  (``midpoint`` and ``rk4``, which have several stages; ``exact``) of which one depends on the
  other.
- To the equations of a group, an assignment that depends on variables of theirs is its *formula*:
  it is evaluated from the values from which they advance, again in every stage; ``exact`` takes
  it for a part of the equation. ::

      dv/dt = q - v   : rk4               "eq.system"() ({
      q = 2*u                      ->       dv/dt = 2*u - v, du/dt = -v     (read in every stage)
      du/dt = -v      : rk4               })
                                          q = 2*u                           (u before the step)

  With other methods that concerns assignments that stand between the equations of a group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Literal

from ...ir.methods import JOINT, METHODS
from ..language.model import Assign, OdeStatement
from ..language.syntax import Expr, Name, Random, walk

Sight = Literal["new", "old", "formula"]
"""A sight of a variable: new or old value, or assignment.

The new value is that of this step, the old one that from before.
"""

Statement = OdeStatement | Assign


class Coupling:
    """Statements of a list, by their places, and their sights.

    ``method`` is for ODEs without their own; ``frozen`` are the variables that a refractory neuron
    keeps.
    """

    def __init__(
        self, statements: Sequence[Statement], method: str, frozen: Iterable[str] = ()
    ) -> None:
        self.statements = statements
        self.methods = [
            (s.method or method) if isinstance(s, OdeStatement) else "" for s in statements
        ]
        self.blocks = _blocks(statements)
        self.frozen = set(frozen)
        self.places = {s.variable: place for place, s in enumerate(statements)}
        self.reads = [self._reads(_sides(s)) for s in statements]
        self.state = cache(self._state)
        self.defines = cache(self._defines)
        self.above = cache(self._above)
        self.groups = self._groups()
        self.spread = any(len({self.blocks[p] for p in g}) > 1 for g in self.groups.values())
        self.as_written = not self.spread and JOINT.isdisjoint(self.methods)

    def _reads(self, expressions: Iterable[Expr]) -> list[int]:
        """The places of the variables that expressions read."""
        names = (node for e in expressions for node in walk(e) if isinstance(node, Name))
        found = (self.places.get(n.name) for n in names if n.scope == "variable")
        return sorted({place for place in found if place is not None})

    def is_ode(self, place: int) -> bool:
        """Whether a differential equation stands there."""
        return isinstance(self.statements[place], OdeStatement)

    def _state(self, place: int) -> set[int]:
        """The ODEs on whose variables a statement depends.

        It does so directly or through assignments.
        """
        found = _reached(place, lambda p: [] if p != place and self.is_ode(p) else self.reads[p])
        return {p for p in found if self.is_ode(p)}

    # ------------------------------------------------------------------ groups

    def _groups(self) -> dict[int, frozenset[int]]:
        """The group of each ODE."""
        odes = [p for p in range(len(self.statements)) if self.is_ode(p)]
        edges = {p: set(self.state(p)) for p in odes}
        for place in odes:
            for other in self.state(place):
                if self._joint(place, other):
                    edges[other].add(place)
        return _mutual(edges)

    def _joint(self, place: int, other: int) -> bool:
        """Whether two equations advance together if one depends on another."""
        one, two = (METHODS[self.methods[p]] for p in (place, other))
        return one.joint and one.group == two.group

    # ------------------------------------------------------------------ what is seen

    def sees(self, reader: int, read: int, within: int | None = None) -> Sight:
        """The sight that the statement ``reader`` has of ``read``'s variable.

        ``within`` is the ODE for which ``reader`` is evaluated as a formula.
        """
        ode = reader if within is None else within
        group = self.groups.get(ode, frozenset())
        if read in group:
            return "old"
        if group and self._is_formula(ode, read):
            return "formula"
        if read >= reader or (group and self._follows(read, group)):
            return "old"
        neighbours = self.is_ode(reader) and self.blocks[reader] == self.blocks[read]
        return "old" if neighbours and self.is_ode(read) else "new"

    def in_stages(self, ode: int, read: int) -> bool:
        """Whether an assignment's value changes between stages of an ODE.

        The stages are those of the method of ``ode``.
        """
        staged = {p for p in self.groups[ode] if self.methods[p] in JOINT}
        return ode in staged and bool(self.state(read) & staged)

    def _is_formula(self, ode: int, read: int) -> bool:
        statement, group = self.statements[read], self.groups[ode]
        if not isinstance(statement, Assign) or not self.defines(read):
            return False
        variable = self.statements[ode].variable
        if statement.variable in self.frozen and variable not in self.frozen:
            return False  # a refractory neuron holds it, though not the equation
        if read > ode and self._draws_from_list(statement):
            return False  # above it, the equation cannot know what is drawn
        if self.in_stages(ode, read):
            return True
        return min(group) < read < max(group) and self._touches(read, group)

    def _draws_from_list(self, statement: Assign) -> bool:
        """Whether a draw's arguments depend on variables of the list.

        Other draws give the same number of this step wherever they are evaluated.
        """
        draws = [node for node in walk(statement.value) if isinstance(node, Random)]
        return any(self._reads(node.args) for node in draws)

    def _touches(self, read: int, group: frozenset[int]) -> bool:
        return bool(self.state(read) & group)

    def _follows(self, read: int, group: frozenset[int]) -> bool:
        """Whether an assignment sees new values of a group.

        It does so directly or through others.
        """
        return not self.is_ode(read) and bool(self.above(read) & group)

    def _above(self, place: int) -> set[int]:
        """Values of this step that an assignment sees.

        It sees them directly or through other assignments.
        """
        return _reached(
            place, lambda p: [] if self.is_ode(p) else [q for q in self.reads[p] if q < p]
        )

    def _defines(self, place: int) -> bool:
        """Whether an assignment defines its variable. Others change it."""
        statement = self.statements[place]
        if not isinstance(statement, Assign) or statement.op != "=":
            return False
        return place not in _reached(place, lambda p: [] if self.is_ode(p) else self.reads[p])

    # ------------------------------------------------------------------ order

    def units(self) -> list[list[int]]:
        """Groups to emit together, in order: ODEs, or one assignment.

        What the equations of a group need of the statements between them comes before them.
        """
        if self.as_written:
            return [self._unit(p) for p, block in enumerate(self.blocks) if p == block]
        order: dict[tuple[int, ...], None] = {}
        done: set[int] = set()
        waiting = [(place, False) for place in reversed(range(len(self.statements)))]
        while waiting:
            place, ready = waiting.pop()
            unit = self._unit(place)
            if ready:
                order[tuple(unit)] = None
            elif place not in done:
                done.update(unit)
                needed = {n for p in unit for n in self.needs(p)}
                waiting.append((place, True))
                waiting += [(n, False) for n in sorted(needed, reverse=True)]
        return [list(unit) for unit in order]

    def _unit(self, place: int) -> list[int]:
        if not self.is_ode(place):
            return [place]
        if self.spread:
            return sorted(self.groups[place])
        return [p for p, block in enumerate(self.blocks) if block == self.blocks[place]]

    def needs(self, place: int) -> set[int]:
        """The statements whose new values a statement sees."""
        return {read for read, sight in self.sights(place) if sight == "new"}

    def sights(self, place: int) -> list[tuple[int, Sight]]:
        """All sights of a statement, directly and by way of formulas."""
        found: dict[tuple[int, Sight], None] = {}
        waiting = [(place, read) for read in self.reads[place]]
        seen = set(waiting)
        while waiting:
            reader, read = waiting.pop()
            sight = self.sees(reader, read, place if reader != place else None)
            found[read, sight] = None
            if sight == "formula":
                more = [(read, each) for each in self.reads[read] if (read, each) not in seen]
                seen.update(more)
                waiting += more
        return list(found)

    def formulas(self, ode: int) -> list[int]:
        """Assignments that an equation sees as formulas. Each stands behind those that it needs."""
        if self.as_written:
            return []
        order: dict[int, None] = {}
        waiting = [(ode, False)]
        while waiting:
            reader, ready = waiting.pop()
            if ready:
                order[reader] = None
            if reader in order:
                continue
            if reader != ode:
                waiting.append((reader, True))
            within = ode if reader != ode else None
            seen = ((read, self.sees(reader, read, within)) for read in self.reads[reader])
            waiting += [(r, False) for r, sight in seen if sight == "formula" and r not in order]
        return list(order)


def _sides(statement: Statement) -> list[Expr]:
    if isinstance(statement, OdeStatement):
        return [statement.lhs, statement.rhs]
    return [e for e in (statement.value, statement.min, statement.max) if e is not None]


def _blocks(statements: Sequence[Statement]) -> list[int]:
    """A number for each statement, the same for neighbouring ODEs."""
    blocks: list[int] = []
    for place, statement in enumerate(statements):
        joins = (
            place > 0
            and isinstance(statement, OdeStatement)
            and isinstance(statements[place - 1], OdeStatement)
        )
        blocks.append(blocks[-1] if joins else place)
    return blocks


def _reached(start: int, following: Callable[[int], Iterable[int]]) -> set[int]:
    """Places that can be reached from ``start``.

    It is one of them only on a way that leads back to it.
    """
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for place in following(waiting.pop()):
            if place not in found:
                found.add(place)
                waiting.append(place)
    return found


def _mutual(edges: dict[int, set[int]]) -> dict[int, frozenset[int]]:
    """Each place with those that it reaches and that reach it."""
    reached = {place: _reached(place, edges.__getitem__) for place in edges}
    return {
        place: frozenset({place} | {p for p in reached[place] if place in reached[p]})
        for place in edges
    }
