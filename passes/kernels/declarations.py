"""Declarations of a module of kernels, made of ``net`` operations."""

from __future__ import annotations

from typing import Any

from ...ir.buffers import CLOCK
from ...ir.core import Op
from ...ir.declarations import (
    Declarations,
    DeclaredMonitor,
    DeclaredPopulation,
    DeclaredProjection,
    DeclaredVariable,
)
from ...ir.dialects import net
from ...ir.dialects.builtin import Module
from ...ir.dialects.eq import CONSTANT


def declarations_of(module: Module) -> Declarations:
    """The declarations of a module's ``net`` operations.

    They say what these are when they are lowered.
    """
    numbers: dict[tuple[DeclaredVariable, ...], int] = {}
    known: dict[Op, int] = {}

    def number(op: Any) -> int:
        original = op.shared_original or op
        if original not in known:
            known[original] = numbers.setdefault(_variables(op), len(numbers))
        return known[original]

    ops: list[Any] = module.ops
    return Declarations(
        tuple(
            DeclaredPopulation(op.sym_name, op.size, number(op))
            for op in ops
            if isinstance(op, net.Population)
        ),
        tuple(
            DeclaredProjection(
                name=op.sym_name,
                pre=op.pre,
                post=op.post,
                kind=op.kind,
                layout=op.layout or "",
                tile=op.tile,
                of=number(op),
            )
            for op in ops
            if isinstance(op, net.Projection)
        ),
        tuple(DeclaredMonitor(op.sym_name, op.source) for op in ops if isinstance(op, net.Monitor)),
        tuple(numbers),
    )


def _variables(op: Any) -> tuple[DeclaredVariable, ...]:
    found = []
    for name, variable in op.original.variables.items():
        if variable.role == CONSTANT:  # of kernels alone
            continue
        role = CLOCK.value if name in net.CLOCKS else variable.role
        declared = variable.declared or variable.locality
        stored = variable.locality if variable.declared else ""
        found.append(DeclaredVariable(name, variable.stored_type, declared, role, stored))
    return tuple(found)
