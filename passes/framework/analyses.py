"""Analyses of the IR: computed on demand, kept until it changes.

``ctx.analyses.get(Loops, func)`` builds ``Loops(func)`` or returns the one built before. It holds
as long as the ``version`` of the module, function, population or projection around the operation
stays the same: rewriters count it up, and so does the pass manager after a pass that changed
something. There is nothing to declare, so nothing to declare wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Op
from ...ir.dialects import loops, scf
from ..analysis.memory_accesses import Access, accesses


class Analysis(Protocol):
    """Anything that is computed from an operation alone."""

    def __init__(self, op: Any) -> None: ...


A = TypeVar("A", bound=Analysis)


@define(eq=False)
class Analyses:
    """The cache. ``computed`` is called with the name and operation of every computation."""

    computed: list[Callable[[str, Op], None]] = field(factory=list)
    _known: dict[tuple[type, Op], tuple[int, Any]] = field(factory=dict)

    def get(self, kind: type[A], op: Op) -> A:
        """The analysis ``kind`` of ``op`` as it is now."""
        version = isolated_around(op).version
        found = self._known.get((kind, op))
        if found is None or found[0] != version:
            found = version, kind(op)
            self._known[kind, op] = found
            for hook in self.computed:
                hook(kind.__name__, op)
        result: A = found[1]
        return result

    def clear(self) -> None:
        """Forget everything, and with it the IR."""
        self._known.clear()


def isolated_around(op: Op) -> Op:
    """The nearest isolated operation around ``op``, or ``op`` itself. Its version counts."""
    while not op.isolated:
        outer = op.parent_op
        if outer is None:
            return op
        op = outer
    return op


class Walks:
    """All loops inside an operation, also those over neurons or synapses.

    The others are ``scf.for``.
    """

    def __init__(self, op: Op) -> None:
        self.all: list[Any] = [each for each in op.walk() if isinstance(each, WALKS)]

    @property
    def inner_first(self) -> list[Any]:
        """Inner before outer."""
        return self.all[::-1]


WALKS = (
    scf.For,
    loops.Neurons,
    loops.Posts,
    loops.Arriving,
    loops.Row,
    loops.Dendrite,
    loops.Fired,
)
"""The classes of loops: their region runs any number of times."""


class Loops:
    """The ``scf.for`` loops inside an operation, outer before inner."""

    def __init__(self, op: Op) -> None:
        self.all: list[scf.For] = [each for each in op.walk() if isinstance(each, scf.For)]

    @property
    def inner_first(self) -> list[scf.For]:
        """Inner before outer."""
        return self.all[::-1]

    @property
    def parallel(self) -> list[scf.For]:
        """Loops with independent iterations, inner before outer."""
        return [each for each in self.inner_first if each.parallel]


class MemoryEffects:
    """The memory accesses inside an operation. ``accesses`` is None if it may touch anything."""

    def __init__(self, op: Op) -> None:
        self.accesses: list[Access] | None = accesses(op)

    @property
    def written(self) -> set[Any] | None:
        """The buffers and variables that may be written; None: any."""
        return None if self.accesses is None else {a.buffer for a in self.accesses if a.writes}
