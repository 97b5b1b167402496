"""Operations that are copies of others: their regions are made when somebody first looks at them.

A hundred populations of one type differ in names and sizes only. Such an operation has properties
of its own and, in place of regions, an original: an operation that stands in no block and never
changes. Whoever takes its ``regions`` gets a clone of the original's, made there and then, and may
change them as those of any other operation. Whoever only reads looks into ``original`` instead.
"""

from __future__ import annotations

from typing import Any, TypeVar

from .attributes import Attribute
from .core import Op, Region

LazyCloneT = TypeVar("LazyCloneT", bound="LazyClone")


class LazyClone(Op):
    """An operation that may be a copy of another; no operation uses values of its regions."""

    __slots__ = ("_as_of", "_original", "_regions")

    _regions: tuple[Region, ...] | None
    _original: Any
    _as_of: int

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions; those of a copy are made when this is called for the first time."""
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
        """Whether there are regions; else whoever asks for them makes them."""
        return self._regions is not None

    @property
    def kept(self) -> Any:
        """The operation that never changes and has the same regions, if there is one."""
        original = getattr(self, "_original", None)
        same = original is not None and (self._regions is None or self._as_of == self.version)
        return original if same else None

    @property
    def original(self: LazyCloneT) -> LazyCloneT:
        """An operation with the same regions, only to be read: itself where there is no other."""
        return self if self._regions is not None else self._original

    def share(self: LazyCloneT) -> LazyCloneT:
        """The operation that never changes and has the same regions; it is made if need be."""
        if self.kept is None:
            self._original, self._as_of = self.clone({}), self.version
        found: LazyCloneT = self._original
        return found

    def copied(self: LazyCloneT, props: dict[str, Attribute]) -> LazyCloneT:
        """A new operation with these properties and the same regions."""
        new = type(self).__new__(type(self))
        new._setup([], (), props)
        new.become(self)
        return new

    def having(self: LazyCloneT, regions: tuple[Region, ...]) -> LazyCloneT:
        """A new operation with the same properties and attributes, and with these regions."""
        new = type(self).__new__(type(self))
        new._setup([], (), dict(self.props), regions)
        new.attributes, new.loc = dict(self.attributes), self.loc
        return new

    def become(self, other: Op) -> None:
        """Have the regions and discardable attributes that ``other`` has now, and no others."""
        assert isinstance(other, type(self))
        self._original, self._regions = other.share(), None
        self.attributes = dict(other.attributes)
