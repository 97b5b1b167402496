"""What operations do, as values that compare: names of SSA values and locations do not count."""

from __future__ import annotations

from typing import Any

from ..ir.core import Op, Region, Value


def structure(region: Region, numbers: dict[Value, int] | None = None) -> tuple[Any, ...]:
    """What a region does, with values as numbers in order of their definition."""
    known: dict[Value, int] = {} if numbers is None else numbers
    found: list[Any] = []
    for block in region.blocks:
        for arg in block.args:
            known[arg] = len(known)
        found.append(tuple(arg.type for arg in block.args))
        found += [_operation(op, known) for op in block.ops]
    return tuple(found)


def _operation(op: Op, known: dict[Value, int]) -> tuple[Any, ...]:
    operands = tuple([known[v] for v in op.operands])
    inside = tuple([structure(region, known) for region in op.regions])
    for value in op.results:
        known[value] = len(known)
    return (
        type(op),
        operands,
        tuple(op.props.items()),
        tuple(op.attributes.items()),
        tuple([value.type for value in op.results]),
        inside,
    )
