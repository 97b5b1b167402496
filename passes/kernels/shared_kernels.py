"""Kernels lowered once for all populations and projections of one kind.

Two populations are of one kind if they differ in nothing but names: their equations, what
projections want of them, what monitors record of them. Two projections are of one kind if their
synapses and both their populations are. The kernels of the first of a kind then serve the others:

    @pop0_update(..., %pop0.v)      and for pop1 only the names that say with which buffers:
                                    @pop0_update(..., %pop1.v)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...ir.dialects.func import Func
from ..analysis.structure import Structures
from .kernel_calls import Calls, Shared
from .monitor import MonitorLowering
from .population import PopulationLowering
from .projection import ProjectionLowering

Owner = PopulationLowering | ProjectionLowering


class SharedKernels:
    """Kernels by the kind of their owners. Without ``share`` each is lowered by itself."""

    def __init__(self, share: bool, monitors: Iterable[MonitorLowering] = ()) -> None:
        self.share = share
        self.monitors: dict[str, list[MonitorLowering]] = {}
        for monitor in monitors:
            self.monitors.setdefault(str(monitor.op.source), []).append(monitor)
        self._kinds: dict[Owner, int] = {}
        self._numbers: dict[Any, int] = {}
        self._made: dict[Any, Shared | None] = {}
        self._structures = Structures()
        self._names: dict[Owner, tuple[str, ...]] = {}
        self.shared: dict[str, str] = {}

    def __call__(
        self, what: str, owner: Owner, lower: Callable[[], Func | None], *options: Any
    ) -> Calls | None:
        """A call of the kernel ``what`` of ``owner``.

        ``lower()`` makes the kernel where there is none yet.
        """
        if not self.share:
            kernel = lower()
            return None if kernel is None else Calls(Shared(kernel))
        key = (what, self.kind(owner), options)
        if key not in self._made:
            kernel = lower()
            self._made[key] = None if kernel is None else Shared(kernel, self.names(owner))
        shared = self._made[key]
        if shared is None:
            return None
        names = self.names(owner)
        if shared.names != names:
            self.shared[owner.name] = shared.names[0]
        return Calls(shared, [names])

    def kind(self, owner: Owner) -> int:
        """The number of a kind."""
        kind = self._kinds.get(owner)
        if kind is None:
            kind = self._numbers.setdefault(self._key(owner), len(self._numbers))
            self._kinds[owner] = kind
        return kind

    def names(self, owner: Owner) -> tuple[str, ...]:
        """Names in kernels of ``owner``, ordered as its kind has them."""
        if owner not in self._names:
            if isinstance(owner, ProjectionLowering):
                names = [owner.name, owner.pre.name, owner.post.name]
            else:
                names = [owner.name, *(m.name for m in self.monitors.get(owner.name, ()))]
            self._names[owner] = tuple(names)
        return self._names[owner]

    def _key(self, owner: Owner) -> Any:
        if isinstance(owner, ProjectionLowering):
            around: Any = (self.kind(owner.pre), self.kind(owner.post), owner.pre is owner.post)
        else:
            around = tuple([self._structures.of(m.op) for m in self.monitors.get(owner.name, ())])
        inside = self._structures.inside
        tasks = tuple([(what, inside(task)) for what, task in owner.tasks.items()])
        return type(owner), self._structures.of(owner.op), owner.depends, around, tasks
