"""The buffer arguments of a program, some of them tables. A table has many buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen

from ..ir.buffer_names import TILE
from ..ir.buffers import RECORD, SCRATCH, Buffer, Descriptor, Key, Role, Table
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
    def role(self) -> Role:
        """The role of all its buffers."""
        said = self.described
        return said.buffer.role if isinstance(said, Table) else said.role

    def each(self) -> list[Buffer]:
        """Every buffer."""
        said = self.described
        return said.each() if isinstance(said, Table) else [said]


@define
class Arguments:
    """All buffer arguments, in order. ``described`` has all their buffers by key."""

    specs: list[BufferSpec]
    described: dict[Key, Buffer] = field(factory=dict, init=False)
    dtypes: dict[Key, Any] = field(factory=dict, init=False)
    _keys: list[list[Key]] = field(factory=list, init=False)
    _changes: int = field(default=-1, init=False)
    _found: list[Any] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        for spec in self.specs:
            each = spec.each()
            keys = [buffer.key for buffer in each]
            self.described |= zip(keys, each, strict=True)
            self.dtypes |= dict.fromkeys(keys, np.dtype(spec.dtype))
            self._keys.append(keys)

    def of_role(self, *roles: Role) -> list[Buffer]:
        """The buffers of a role."""
        return [buffer for buffer in self.described.values() if buffer.role in roles]

    def of_extent(self, *kinds: str) -> list[Buffer]:
        """The buffers with an extent of some kinds."""
        return [buffer for buffer in self.described.values() if buffer.extent.kind in kinds]

    @property
    def tile(self) -> int:
        """The number of steps that tiled sums take at once."""
        tiles = [b.extent.times for b in self.of_role(SCRATCH) if b.name == TILE]
        return max(tiles, default=1)

    @property
    def keys(self) -> list[Key]:
        """All buffers, row by row where they are tables."""
        return [key for keys in self._keys for key in keys]

    def check_complete(self, known: KeyedBuffers) -> None:
        """Refuse kernels of another network: they take buffers that nobody made."""
        for key, buffer in self.described.items():
            if key not in known and buffer.role is not RECORD:
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
                for spec, keys in zip(self.specs, self._keys, strict=True)
            ]
            self._changes = changes
        return list(self._found)
