"""The buffer arguments of a program, some of them tables. A table has many buffers."""

from __future__ import annotations

from typing import Any

from attrs import field

from ..ir.attrs_classes import define, frozen
from ..ir.buffer_names import TILE
from ..ir.buffers import RECORD, SCRATCH, Buffer, Descriptor, Extent, Key, Role, Table
from ..ir.diagnostics import fail
from .device import DeviceBuffer


class KeyedBuffers(dict[Key, DeviceBuffer]):
    """Buffers by key. ``changes`` counts how often one was added or took the place of another."""

    changes = 0

    def __setitem__(self, key: Key, buffer: DeviceBuffer) -> None:
        self.changes += 1
        super().__setitem__(key, buffer)

    def __ior__(self, others: Any) -> KeyedBuffers:  # type: ignore[override,misc]
        self.changes += 1
        super().update(others)
        return self


@frozen
class BufferSpec:
    """A buffer argument of the program, with its descriptor and elements.

    ``described`` is the descriptor of the kernels, ``dtype`` the type of elements.
    """

    described: Descriptor
    dtype: Any

    @property
    def is_table(self) -> bool:
        """Whether it is a table of buffers."""
        return isinstance(self.described, Table)

    @property
    def first(self) -> Buffer:
        """The first buffer. All others differ in owner and extent only."""
        said = self.described
        return said.buffer if isinstance(said, Table) else said

    @property
    def role(self) -> Role:
        """The role of all its buffers."""
        return self.first.role

    def keys(self) -> list[Key]:
        """The key of every buffer."""
        said = self.described
        return said.keys() if isinstance(said, Table) else [said.key]

    def owners(self) -> set[str]:
        """The objects that buffers and their extents belong to."""
        said = self.described
        if isinstance(said, Table):
            return {*said.owners, *(said.of or (said.buffer.extent.of,))} - {""}
        return {said.owner, said.extent.of} - {""}

    def extent(self, row: int) -> Extent:
        """The extent of a buffer."""
        said = self.described
        return said.extent(row) if isinstance(said, Table) else said.extent

    def each(self) -> list[Buffer]:
        """Every buffer."""
        said = self.described
        return said.each() if isinstance(said, Table) else [said]


@define
class Arguments:
    """All buffer arguments, in order.

    ``rows`` has the keys of the buffers of each, ``arguments`` the argument of each buffer. Tables
    may have thousands of rows: descriptors of single buffers are made only for those asked for.
    """

    specs: list[BufferSpec]
    rows: list[list[Key]] = field(factory=list, init=False)
    arguments: dict[Key, BufferSpec] = field(factory=dict, init=False)
    _changes: int = field(default=-1, init=False)
    _found: list[Any] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.rows = [spec.keys() for spec in self.specs]
        for spec, keys in zip(self.specs, self.rows, strict=True):
            self.arguments |= dict.fromkeys(keys, spec)

    def of_role(self, *roles: Role) -> list[Buffer]:
        """The buffers of a role."""
        return self._buffers([spec for spec in self.specs if spec.role in roles])

    def of_extent(self, *kinds: str) -> list[Buffer]:
        """The buffers with an extent of some kinds."""
        return self._buffers([spec for spec in self.specs if spec.first.extent.kind in kinds])

    def _buffers(self, specs: list[BufferSpec]) -> list[Buffer]:
        """The buffers of some arguments. Each is there once."""
        return list({buffer.key: buffer for spec in specs for buffer in spec.each()}.values())

    @property
    def tile(self) -> int:
        """The number of steps that tiled sums take at once."""
        firsts = [spec.first for spec in self.specs]
        tiles = [b.extent.times for b in firsts if b.role is SCRATCH and b.name == TILE]
        return max(tiles, default=1)

    @property
    def keys(self) -> list[Key]:
        """All buffers, row by row where they are tables."""
        return [key for keys in self.rows for key in keys]

    def check_complete(self, known: KeyedBuffers) -> None:
        """Refuse kernels of another network: they take buffers that nobody made."""
        for spec, keys in zip(self.specs, self.rows, strict=True):
            for key in [key for key in keys if key not in known and spec.role is not RECORD]:
                fail(f"the kernels take '{key}', which no such network has")

    def buffers(self, *known: KeyedBuffers) -> list[Any]:
        """The buffer of each argument, None where it is unknown. A table has a list of buffers.

        They are looked up again only where one of the ``known`` took the place of another.
        """
        changes = sum([each.changes for each in known])
        if changes != self._changes:
            every: dict[Key, DeviceBuffer] = {}
            for each in known:
                every |= each
            self._found = [
                [every[key] for key in keys] if spec.is_table else every.get(keys[0])
                for spec, keys in zip(self.specs, self.rows, strict=True)
            ]
            self._changes = changes
        return list(self._found)
