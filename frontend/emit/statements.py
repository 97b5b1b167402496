"""Statements of a checked model: assignments, and neighbouring ODEs as one ``eq.system``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from ...ir.dialects import eq
from ...ir.location import named_loc
from ..language.model import Assign, Ode
from .expressions import Expressions


def emit_statements(
    emit: Expressions, statements: Sequence[Ode | Assign], types: Mapping[str, str], method: str
) -> None:
    """Emit statements in order; ``method`` is for ODEs without a flag of their own."""
    for is_ode, group in groupby(statements, lambda s: isinstance(s, Ode)):
        if is_ode:
            _system(emit, [s for s in group if isinstance(s, Ode)], types, method)
        else:
            for statement in group:
                if isinstance(statement, Assign):
                    emit_assignment(emit, statement, types)


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


def _system(emit: Expressions, odes: list[Ode], types: Mapping[str, str], method: str) -> None:
    build = emit.build
    with build.at(named_loc("equations", odes[0].span.loc)):
        system = eq.System()
        build(system)
    with build.inside(system.body.block):
        for ode in odes:
            with build.at(named_loc(f"d{ode.variable}/dt", ode.span.loc)):
                lhs, rhs = emit(ode.lhs), emit(ode.rhs)
                chosen = ode.method or method
                build(eq.Equation(lhs, rhs, variable=ode.variable, method=chosen))
    for ode in odes:
        if ode.min is not None or ode.max is not None:
            with build.at(named_loc(ode.variable, ode.span.loc)):
                value = emit.read(ode.variable, types[ode.variable])
                build(eq.write(ode.variable, emit.clamp(value, ode.min, ode.max)))
