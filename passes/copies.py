"""Populations and projections that are copies of others: passes run once, on the first.

Whoever builds a module may say that one operation is a copy of another (``add``). As long as both
are what they were then, or have gone through the same passes, a pass that runs on populations and
projections by themselves does to the copy what it did to the first. So it runs on the first only,
and the copy gets a copy of what came out. A change of one of them by anything else shows in its
version or its properties, and ends it; so does any pass on the module that changes something.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from ..ir.attributes import Attribute
from ..ir.core import Op
from .report import Report, symbol_of


@frozen
class _Link:
    first: Op
    first_version: int
    version: int
    own: frozenset[str]  # the properties in which they differ


@define(eq=False)
class Copies:
    """Which operations are copies of which, and as of which version of both."""

    _links: dict[Op, _Link] = field(factory=dict)

    def add(self, copy: Op, first: Op) -> None:
        """``copy`` differs from ``first`` in properties of its own, such as its name, at most."""
        names = {*copy.props, *first.props}
        own = frozenset(n for n in names if copy.props.get(n) != first.props.get(n))
        self._links[copy] = _Link(first, first.version, copy.version, own)

    def forget(self) -> None:
        """From now on nothing is known to be a copy."""
        self._links.clear()

    def __contains__(self, op: object) -> bool:
        return isinstance(op, Op) and self.first_of(op) is not None

    def __bool__(self) -> bool:
        return bool(self._links)

    def first_of(self, op: Op) -> Op | None:
        """What ``op`` is still a copy of."""
        link = self._links.get(op)
        if link is None or (link.first.version, op.version) != (link.first_version, link.version):
            return None
        first = link.first
        names = {*op.props, *first.props} - link.own
        same = all(op.props.get(name) == first.props.get(name) for name in names)
        return first if same else None

    def among(self, ops: Iterable[Op]) -> dict[Op, Op]:
        """The copies among ``ops`` whose firsts come before them, with these."""
        found: dict[Op, Op] = {}
        seen: set[Op] = set()
        for op in ops:
            first = self.first_of(op)
            if first is not None and first in seen:
                found[op] = first
            seen.add(op)
        return found


@define(eq=False)
class Shared:
    """One group of passes that runs on firsts; :meth:`copied` brings their copies up to date."""

    copies: Copies
    firsts: dict[Op, Op]
    report: Report
    _before: dict[Op, tuple[int, dict[str, Attribute]]] = field(factory=dict)
    _remarks: dict[Op, tuple[int, int]] = field(factory=dict)

    def begin(self, op: Op) -> None:
        """The passes are about to run on ``op``."""
        self._before[op] = op.version, dict(op.props)
        self._remarks[op] = len(self.report.remarks), 0

    def end(self, op: Op) -> None:
        """They have run."""
        self._remarks[op] = self._remarks[op][0], len(self.report.remarks)

    def copied(self, op: Op) -> bool:
        """Whether ``op`` is a copy: then it now is what its first became."""
        first = self.firsts.get(op)
        if first is None:
            return False
        version, before = self._before[first]
        if first.version != version:
            _update(op, first, before)
            self.copies.add(op, first)
        name, mine = symbol_of(first), symbol_of(op)
        start, end = self._remarks[first]
        for remark in self.report.remarks[start:end]:
            if remark.subject == name:
                self.report.remarks.append(evolve(remark, subject=mine))
        return True


def _update(copy: Op, first: Op, before: dict[str, Attribute]) -> None:
    """Make of ``copy`` what became of ``first``, whose properties were ``before``."""
    changed = {k: v for k, v in first.props.items() if before.get(k) != v}
    gone = [k for k in before if k not in first.props]
    copy.props = {k: v for k, v in {**copy.props, **changed}.items() if k not in gone}
    copy.attributes = dict(first.attributes)
    copy.regions = tuple([region.clone({}) for region in first.regions])
    for region in copy.regions:
        region.parent = copy
    copy._version = copy.version + 1
