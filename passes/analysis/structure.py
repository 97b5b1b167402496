"""Operations as values that compare, without names and locations.

Names of SSA values do not count.
"""

from __future__ import annotations

from typing import Any

from ...ir.core import Op, Region, Value
from ...ir.lazy_clone import LazyClone


def structure(region: Region, numbers: dict[Value, int] | None = None) -> tuple[Any, ...]:
    """Structure of a region, its values numbered by order of definition."""
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


class Structures:
    """Structures of operations, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._originals: dict[Op, int] = {}
        self._wholes: dict[Any, int] = {}
        self._latest: dict[Op, tuple[Any, int]] = {}

    def of(self, op: Op) -> int:
        """A number for all of an operation but its identity."""
        own = op.defn.identity
        props = [pair for pair in op.props.items() if pair[0] not in own]
        said = props, op.attributes
        original = op.shared_original if isinstance(op, LazyClone) else None
        latest = self._latest.get(original) if original is not None else None
        if latest is not None and latest[0] == said:  # the same attributes compare fast
            return latest[1]
        key = tuple(props), tuple(op.attributes.items()), self.inside(op)
        number = self._wholes.setdefault(key, len(self._wholes))
        if original is not None:
            self._latest[original] = (props, dict(op.attributes)), number
        return number

    def inside(self, op: Op) -> int:
        """A number for the contents of an operation's regions. Copies have the same one."""
        original = op.shared_original if isinstance(op, LazyClone) else None
        number = self._originals.get(original) if original is not None else None
        if number is None:
            inside = tuple([structure(region) for region in (original or op).regions])
            number = self._numbers.setdefault(inside, len(self._numbers))
            if original is not None:
                self._originals[original] = number
        return number
