"""The buffer arguments of a program, of which some are tables of many buffers."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen
from numpy.typing import NDArray

from .buffers import pointer_table

Array = NDArray[Any]


@frozen
class BufferSpec:
    """A buffer argument of the program: what the kernels say of it.

    With ``rows`` it is a table of buffers: ``name`` and ``extent`` have ``{0}``, ``{1}``, ... where
    each of them has the names of its row.
    """

    name: str
    dtype: Any
    extent: str
    rows: tuple[tuple[str, ...], ...] = ()

    def each(self) -> list[tuple[str, str]]:
        """The name and extent of every buffer."""
        if not self.rows:
            return [(self.name, self.extent)]
        return [(self.name.format(*row), self.extent.format(*row)) for row in self.rows]


@define
class Arguments:
    """All of them, in order; ``found`` has the name and extent of every buffer of each."""

    specs: list[BufferSpec]
    found: list[tuple[BufferSpec, list[tuple[str, str]]]] = field(init=False)
    _tables: dict[int, tuple[list[Array], Any]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.found = [(spec, spec.each()) for spec in self.specs]

    def all(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """The name and the owner of every buffer whose extent is of one of some kinds."""
        for spec, each in self.found:
            if spec.extent.partition(":")[0] in kinds:
                for name, extent in each:
                    yield name, extent.partition(":")[2]

    def dtype(self, buffer: str) -> Any:
        """What the elements of a buffer are."""
        return next(s.dtype for s, each in self.found if buffer in (name for name, _ in each))

    @property
    def tile(self) -> int:
        """How many steps tiled sums take at once."""
        tiles = [spec.extent.rpartition(":")[2] for spec in self.specs if ".tile(" in spec.name]
        return max(map(int, tiles), default=1)

    def buffers(self, known: Mapping[str, Array]) -> list[Any]:
        """The buffer of each, None where it is not known; a list of buffers for a table."""
        return [
            [known[name] for name, _ in each] if spec.rows else known.get(spec.name)
            for spec, each in self.found
        ]

    def addresses(self, found: list[Any]) -> Any:
        """The addresses of all; tables of buffers that are the same as before are not made anew."""
        for place, each in enumerate(found):
            if isinstance(each, list):
                before, table = self._tables.get(place, ([], None))
                if table is None or not all(map(operator.is_, before, each)):
                    table = pointer_table(each)
                    self._tables[place] = each, table
                found[place] = table
        return pointer_table(found)
