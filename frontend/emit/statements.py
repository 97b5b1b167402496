"""Statements of a checked model: assignments, and systems of ODEs.

ODEs that advance together are an ``eq.system``. ``coupling.py`` says which do, and which values
each statement sees of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from ...ir.core import Value
from ...ir.dialects import eq
from ...ir.location import named_loc
from ..language.model import Assign, OdeStatement
from ..language.syntax import Random, walk
from .coupling import Coupling
from .expressions import Expressions


def emit_statements(
    emit: Expressions,
    statements: Sequence[OdeStatement | Assign],
    types: Mapping[str, str],
    method: str,
    frozen: Iterable[str] = (),
) -> None:
    """Emit statements.

    ``method`` is for ODEs without a flag of their own. ``frozen`` are the variables that a
    refractory neuron keeps.
    """
    _List(emit, Coupling(statements, method, frozen), types).emit_all()


class _List:
    """Emits the statements of one list.

    ``old_values`` holds values from before the step, of variables that others still see after a
    write.
    """

    def __init__(self, emit: Expressions, coupling: Coupling, types: Mapping[str, str]) -> None:
        self.emit = emit
        self.coupling = coupling
        self.types = types
        self.order = coupling.units()
        self.written: set[int] = set()
        self.old_values: dict[int, Value] = {}
        self.wanted = self._wanted()

    def _wanted(self) -> set[int]:
        """Variables whose old values are read after they are written."""
        if self.coupling.as_written:
            return set()
        turn = {place: n for n, unit in enumerate(self.order) for place in unit}
        return {
            read
            for place in turn
            for read, sight in self.coupling.sights(place)
            if sight == "old" and turn[read] < turn[place]
        }

    def emit_all(self) -> None:
        """Emit everything in order."""
        for unit in self.order:
            for place in sorted(self.wanted.intersection(unit)):
                self.old_values[place] = self._read(place)
            first = self.coupling.statements[unit[0]]
            if isinstance(first, Assign):
                with self.emit.seeing(partial(self._see, unit[0])):
                    emit_assignment(self.emit, first, self.types)
            else:
                self._system(unit)
            self.written.update(unit)

    def _read(self, place: int) -> Value:
        name = self.coupling.statements[place].variable
        value: Value = self.emit.read(name, self.types[name])
        return value

    def _see(self, reader: int, name: str) -> Value | None:
        """An old value of a variable, None to read it now.

        The old value is that from before the step.
        """
        place = self.coupling.places.get(name)
        if place is None or place not in self.written or not self.wanted:
            return None
        return self.old_values[place] if self.coupling.sees(reader, place) == "old" else None

    # ------------------------------------------------------------------ differential equations

    def _system(self, unit: list[int]) -> None:
        build = self.emit.build
        odes = {p: s for p in unit if isinstance(s := self.coupling.statements[p], OdeStatement)}
        with build.at(named_loc("equations", odes[unit[0]].span.loc)):
            formulas = {place: _Formulas(self, place) for place in odes}
            system = eq.System()
            build(system)
        with build.inside(system.body.block):
            for place, ode in odes.items():
                with build.at(named_loc(f"d{ode.variable}/dt", ode.span.loc)):
                    formulas[place].inside()
                    with self.emit.seeing(formulas[place]):
                        lhs, rhs = self.emit(ode.lhs), self.emit(ode.rhs)
                    method = self.coupling.methods[place]
                    build(eq.Equation(lhs, rhs, variable=ode.variable, method=method))
        for ode in odes.values():
            if ode.min is not None or ode.max is not None:
                with build.at(named_loc(ode.variable, ode.span.loc)):
                    value = self.emit.read(ode.variable, self.types[ode.variable])
                    build(eq.write(ode.variable, self.emit.clamp(value, ode.min, ode.max)))


class _Formulas:
    """Formulas that a differential equation sees.

    They are made in front of its ``eq.system``: formulas that do not change during the step are
    evaluated there, and so are all draws.
    """

    def __init__(self, emitter: _List, ode: int) -> None:
        self.emitter = emitter
        self.coupling = emitter.coupling
        self.ode = ode
        self.values: dict[int, Value] = {}
        self.staged: list[int] = []
        for read in self.coupling.formulas(ode):
            if self.coupling.in_stages(ode, read):
                self.staged.append(read)
                self._draw(read)
            else:
                self.values[read] = self._evaluate(read)

    def inside(self) -> None:
        """Evaluate, where the equation stands, formulas that change between stages."""
        for read in self.staged:
            self.values[read] = self._evaluate(read)

    def _draw(self, read: int) -> None:
        """Draw the numbers of a formula, the same in every stage."""
        statement = self.coupling.statements[read]
        assert isinstance(statement, Assign)
        with self.emitter.emit.seeing(partial(self._see, read)):
            for node in walk(statement.value):
                if isinstance(node, Random):
                    self.emitter.emit(node)

    def __call__(self, name: str) -> Value | None:
        """The value that the equation sees, None to read the variable."""
        return self._see(self.ode, name)

    def _see(self, reader: int, name: str) -> Value | None:
        place = self.coupling.places.get(name)
        if place is None or self.coupling.as_written:
            return None
        within = self.ode if reader != self.ode else None
        sight = self.coupling.sees(reader, place, within)
        if sight == "formula":
            return self.values[place] if place in self.values else self._evaluate(place)
        old = sight == "old" and place in self.emitter.written
        return self.emitter.old_values[place] if old else None

    def _evaluate(self, place: int) -> Value:
        """The formula of an assignment, where the builder stands."""
        statement = self.coupling.statements[place]
        assert isinstance(statement, Assign)
        emit = self.emitter.emit
        with emit.seeing(partial(self._see, place)), emit.build.at(statement.span.loc):
            return emit.clamp(emit(statement.value), statement.min, statement.max)


def emit_assignment(emit: Expressions, statement: Assign, types: Mapping[str, str]) -> None:
    """``x = e``, ``x += e``, ..., within bounds."""
    build = emit.build
    with build.at(named_loc(statement.variable, statement.span.loc)):
        value = emit(statement.value)
        if statement.op != "=":
            old = emit.read(statement.variable, types[statement.variable])
            value = emit.combine(statement.op[0], old, value)
        value = emit.clamp(value, statement.min, statement.max)
        build(eq.write(statement.variable, value))
