"""Lazy clones: operations whose regions are copied at the first access.

A hundred populations of one type differ in names and sizes only. Such an operation has properties
of its own and, in place of regions, an original: an operation that stands in no block and never
changes. The first access to ``regions`` clones those of the original; from then on they may be
changed as those of any other operation. Code that only reads takes those of ``original`` instead.
"""

from __future__ import annotations

from typing import Any, TypeVar

from .attributes import Attribute
from .core import Op, Region

LazyCloneT = TypeVar("LazyCloneT", bound="LazyClone")


class LazyClone(Op):
    """An operation that may be a lazy clone of another.

    No operation outside uses values of its regions.
    """

    __slots__ = ("_as_of", "_original", "_regions")

    _regions: tuple[Region, ...] | None
    _original: Any
    _as_of: int

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions; the first access makes those of a lazy clone."""
        if self._regions is None:
            self.regions = tuple([region.clone({}) for region in self._original.regions])
            self._as_of = self.version
        return self._regions  # type: ignore[return-value]

    @regions.setter
    def regions(self, regions: tuple[Region, ...]) -> None:
        self._regions = regions
        for region in regions:
            region.parent = self

    @property
    def opened(self) -> bool:  # type: ignore[override]
        """Whether the regions have been made."""
        return self._regions is not None

    @property
    def shared_original(self) -> Any:
        """The original, if it still has the same regions.

        It is None once regions have been changed here, for the original never changes.
        """
        original = getattr(self, "_original", None)
        same = original is not None and (self._regions is None or self._as_of == self.version)
        return original if same else None

    @property
    def original(self: LazyCloneT) -> LazyCloneT:
        """An operation with the same regions, for reading only.

        It is this operation itself once the regions have been made.
        """
        return self if self._regions is not None else self._original

    def as_original(self: LazyCloneT) -> LazyCloneT:
        """An original with the present regions, made if there is none."""
        if self.shared_original is None:
            self._original, self._as_of = self.clone({}), self.version
        found: LazyCloneT = self._original
        return found

    def lazy_clone(self: LazyCloneT, props: dict[str, Attribute]) -> LazyCloneT:
        """A lazy clone of this operation, with other properties."""
        new = type(self).__new__(type(self))
        new._setup([], (), props)
        new.share_regions_of(self)
        return new

    def with_regions(self: LazyCloneT, regions: tuple[Region, ...]) -> LazyCloneT:
        """A new operation with the same properties, and with these regions.

        It also has the discardable attributes and the location of this one.
        """
        new = type(self).__new__(type(self))
        new._setup([], (), dict(self.props), regions)
        new.attributes, new.loc = dict(self.attributes), self.loc
        return new

    def share_regions_of(self, other: Op) -> None:
        """Replace regions and discardable attributes by those of ``other``."""
        assert isinstance(other, type(self))
        self._original, self._regions = other.as_original(), None
        self.attributes = dict(other.attributes)
