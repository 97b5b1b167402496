"""Kernels lowered once for all populations and projections of one kind.

Two populations are of one kind if they differ in nothing but names: their equations, what
projections want of them, what monitors record of them. Two projections are of one kind if their
synapses and both their populations are. The kernels of the first of a kind then serve the others:

    @pop0_update(..., %pop0.v)      and for pop1 only the names of the buffers to call it with:
                                    @pop0_update(..., %pop1.v)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...ir.attributes import ArrayAttr, DictAttr, StringAttr
from ...ir.core import Block, Op, Region
from ...ir.dialects.func import Func
from ...ir.interface import BUFFER, EXTENT
from ..structure import structure
from .monitor import MonitorLowering
from .population import PopulationLowering
from .projection import ProjectionLowering

_OWN = ("op", "name", "variables", "pre", "post")
_NAMES = ("sym_name", "pre", "post", "source")

COUNTS = ("synapses", "pairs", "classes", "span")
"""Properties from which earlier passes have drawn their conclusions; no kernel depends on them."""

Owner = PopulationLowering | ProjectionLowering


class Kinds:
    """Kernels by the kind of what they are for; without ``share`` each is lowered by itself."""

    def __init__(self, share: bool, monitors: Iterable[MonitorLowering] = ()) -> None:
        self.share = share
        self.monitors: dict[str, list[MonitorLowering]] = {}
        for monitor in monitors:
            self.monitors.setdefault(str(monitor.op.source), []).append(monitor)
        self._kinds: dict[Owner, int] = {}
        self._numbers: dict[Any, int] = {}
        self._made: dict[Any, tuple[list[str], Func | None]] = {}
        self.heads: set[Func] = set()
        self.shared: dict[str, str] = {}

    def __call__(
        self, what: str, owner: Owner, lower: Callable[[], Func | None], *options: Any
    ) -> Func | None:
        """The kernel ``what`` of ``owner``, by ``lower()``; or only its head, for other buffers."""
        names = self._names(owner)
        if not self.share or any("." in name for name in names):
            return lower()
        key = (what, self.kind(owner), options)
        if key not in self._made:
            self._made[key] = names, lower()
        first, kernel = self._made[key]
        if kernel is None or first == names:
            return kernel
        self.shared[owner.name] = first[0]
        head = _renamed(kernel, dict(zip(first, names, strict=True)))
        self.heads.add(head)
        return head

    def kind(self, owner: Owner) -> int:
        """The number of a kind."""
        if owner not in self._kinds:
            self._kinds[owner] = self._numbers.setdefault(self._key(owner), len(self._numbers))
        return self._kinds[owner]

    def _key(self, owner: Owner) -> Any:
        rest = tuple((k, repr(v)) for k, v in sorted(vars(owner).items()) if k not in _OWN)
        if isinstance(owner, ProjectionLowering):
            around: Any = (self.kind(owner.pre), self.kind(owner.post), owner.pre is owner.post)
        else:
            around = tuple(self._look(m.op) for m in self.monitors.get(owner.name, ()))
        return type(owner), self._look(owner.op), rest, around

    def _names(self, owner: Owner) -> list[str]:
        """The names that kernels of ``owner`` speak of, in an order that goes with its kind."""
        if isinstance(owner, ProjectionLowering):
            ends = [owner.pre.name, owner.post.name]
            return [owner.name, *ends]
        return [owner.name, *(m.name for m in self.monitors.get(owner.name, ()))]

    def _look(self, op: Op) -> Any:
        """All of an operation but the names of itself and of its populations."""
        props = tuple((k, v) for k, v in op.props.items() if k not in (*_NAMES, *COUNTS))
        return props, tuple(op.attributes.items()), tuple([structure(r) for r in op.regions])


def _renamed(kernel: Func, names: dict[str, str]) -> Func:
    """The head of ``kernel`` with the buffers of others."""
    about = [_described(each, names) for each in kernel.arg_attrs]
    block = Block(kernel.function_type.inputs)
    head = Func(
        arg_attrs=ArrayAttr(tuple(about)),
        function_type=kernel.function_type,
        sym_name=kernel.sym_name,
        body=Region(block),
    )
    head.loc = kernel.loc
    return head


def _described(about: DictAttr, names: dict[str, str]) -> DictAttr:
    """``pop0.v`` becomes ``pop1.v``, ``neurons:pop0`` ``neurons:pop1``."""
    found: list[tuple[str, Any]] = []
    for key, value in about.value:
        if key == BUFFER:
            owner, dot, rest = value.value.partition(".")  # type: ignore[attr-defined]
            if owner in names:
                value = StringAttr(names[owner] + dot + rest)
        elif key == EXTENT:
            words = value.value.split(":")  # type: ignore[attr-defined]
            if len(words) > 1:
                value = StringAttr(":".join([names.get(word, word) for word in words]))
        found.append((key, value))
    return DictAttr(tuple(found))
