"""Copies of populations and projections: passes run on the first only.

What is emitted for a hundred populations of one type are one population with regions and copies
that have the same (see ``ir/lazy_clone.py``). A pass that runs on populations and projections by
themselves does to a copy what it did to the first, as long as their regions are still the same and
nothing but their ``identity`` differs: properties that say which one of its kind it is. So it runs
on the first only, and the others become copies of what came out.
"""

from __future__ import annotations

from typing import Any

from attrs import field

from ...ir.attributes import Attribute
from ...ir.attrs_classes import define
from ...ir.core import Op
from ...ir.lazy_clone import LazyClone
from .report import Remark, Report, symbol_of


@define(eq=False)
class _First:
    op: LazyClone
    version: int
    props: dict[str, Attribute]
    rest: dict[str, Attribute]
    mark: int
    said: list[Remark] = field(factory=list)
    changed: dict[str, Attribute] = field(factory=dict)
    gone: list[str] = field(factory=list)


@define(eq=False)
class SharedRuns:
    """A group of passes that runs on firsts. :meth:`copied` brings their copies up to date."""

    report: Report
    _firsts: dict[Any, _First] = field(factory=dict)
    _latest: dict[Op, _First] = field(factory=dict)
    _begun: _First | None = None

    def copied(self, op: Op) -> bool:
        """Whether ``op`` is a copy. Then it now is what its first became."""
        if not isinstance(op, LazyClone):
            return False
        original = op.shared_original
        if original is None:
            return False
        own = op.defn.identity
        rest = {name: value for name, value in op.props.items() if name not in own}
        first = self._latest.get(original)
        if first is None or first.rest != rest:  # dictionaries of the same attributes compare fast
            first = self._first(op, original, rest)
        if first is self._begun:
            return False
        if first.op.version != first.version:
            _update(op, first)
        if first.said:
            self.report.repeat(first.said, symbol_of(op))
        return True

    def _first(self, op: LazyClone, original: Op, rest: dict[str, Attribute]) -> _First:
        """The first with these properties, identity left out. It is ``op`` if there is none yet."""
        key = original, frozenset(rest.items())
        first = self._firsts.get(key)
        if first is None:
            first = _First(op, op.version, dict(op.props), rest, self.report.mark)
            self._firsts[key] = self._begun = first
        self._latest[original] = first
        return first

    def end(self, op: Op) -> None:
        """Note that passes have run on ``op``, which is no copy."""
        first, self._begun = self._begun, None
        if first is not None and first.op is op:
            name = symbol_of(op)
            said = self.report.since(first.mark)
            first.said = [remark for remark in said if remark.subject == name]
            before, now = first.props, op.props
            first.changed = {k: v for k, v in now.items() if before.get(k) != v}
            first.gone = [k for k in before if k not in now]


def _update(copy: LazyClone, first: _First) -> None:
    """Make ``copy`` what ``first`` has become."""
    if first.changed:
        copy.props = {**copy.props, **first.changed}
    for name in first.gone:
        copy.props.pop(name, None)
    share_regions(copy, first.op)


def share_regions(copy: LazyClone, first: Op) -> None:
    """Give ``copy`` the regions of ``first``. Analyses of it are out of date."""
    copy.share_regions_of(first)
    copy._version = copy.version + 1
