"""Calls of kernels, some of them a loop over tables.

Many calls of one kernel become a loop over a table of buffers.

Populations of one kind share kernels (``shared_kernels.py``). A hundred calls that differ in
nothing but their buffers are one loop; a table for each buffer argument says which it is in which
row:

    call @pop0_update(..., %pop0.v)          for %row in range(100):
    call @pop0_update(..., %pop1.v)   ->       %v = load %pop0.v.rows[%row]
    ...                                        call @pop0_update(..., %v)

So the program, and the work of later passes and code generators, does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from attrs import evolve, field

from ...ir.attributes import DictAttr
from ...ir.attrs_classes import define, frozen
from ...ir.buffers import ANYTHING, Buffer, Key, Table, buffers_of, written
from ...ir.dialects.func import Func
from ...ir.effects import effects
from ...ir.types import Type
from ...ir.types import memref as buffer_type

LEAST = 4
"""The fewest calls of a kernel that are worth a table."""


@frozen(eq=False)
class Template:
    """The descriptor of a kernel's argument, for kernels that share it. It speaks of ``names``.

    ``owner`` is the place of the buffer's owner among the names, None for one of all programs.
    """

    type: Type
    buffer: Buffer
    owner: int | None
    writes: bool

    def key(self, names: Sequence[str]) -> Key:
        """The buffer in a kernel with other names."""
        key = self.buffer.key
        return key if self.owner is None or not names else key._replace(owner=names[self.owner])


@define(eq=False, slots=False)
class Shared:
    """A kernel that was lowered for populations or projections called ``names``."""

    kernel: Func
    names: tuple[str, ...] = ()

    @cached_property
    def templates(self) -> list[Template]:
        """The descriptor of each of its buffers."""
        stored = {effect.target for effect in effects(self.kernel) if effect.writes}
        places = {name: i for i, name in enumerate(self.names)}
        found = []
        for arg, buffer in zip(self.kernel.body.block.args, buffers_of(self.kernel), strict=True):
            if buffer is not None:
                buffer = evolve(buffer, reach=ANYTHING)
                owner = places.get(buffer.owner)
                found.append(Template(arg.type, buffer, owner, arg in stored))
        return found

    def buffer(self, template: Template, names: Sequence[str]) -> Buffer:
        """The buffer of a template in a kernel with other names."""
        return template.buffer.renamed(dict(zip(self.names, names, strict=True)))


@frozen(eq=False)
class Calls:
    """Consecutive calls of a kernel, one for each of ``rows``. A row has the names for one call.

    ``afterwards``: the kernel that is called instead in all steps of a run but the first.
    ``constant_after``: the first steps of a run, in which alone it is called (0: in all).
    """

    shared: Shared
    rows: list[tuple[str, ...]] = field(factory=lambda: [()])
    afterwards: Shared | None = None
    constant_after: int = 0

    @property
    def many(self) -> bool:
        """Whether they are worth a table."""
        return len(self.rows) >= LEAST

    def worthwhile(self) -> list[Calls]:
        """These calls together, or single ones where they are few.

        Few calls are not worth a table.
        """
        return [self] if self.many else [evolve(self, rows=[row]) for row in self.rows]

    def kernels(self) -> list[Shared]:
        """The kernels that are called."""
        return [self.shared] if self.afterwards is None else [self.shared, self.afterwards]

    def touched(self, row: tuple[str, ...]) -> tuple[set[Key], set[Key]]:
        """The buffers that are written, and all."""
        each = [(t.key(row), t.writes) for shared in self.kernels() for t in shared.templates]
        return {key for key, writes in each if writes}, {key for key, _ in each}


def single(kernels: Iterable[Func]) -> list[Calls]:
    """One call for each of some kernels."""
    return [Calls(Shared(kernel)) for kernel in kernels]


def joined(calls: Sequence[Calls]) -> list[Calls]:
    """Calls grouped by kernel, in an order that changes nothing.

    Calls are joined where no other call between them touches what they write.
    """
    groups: list[_Group] = []
    latest: dict[Any, int] = {}
    for each in calls:
        key = (
            each.shared.kernel,
            each.afterwards and each.afterwards.kernel,
            each.constant_after,
        )
        place = latest.get(key)
        if place is not None and all(g.ignores(each) for g in groups[place + 1 :]):
            groups[place].add(each)
        else:
            latest[key] = len(groups)
            groups.append(_Group(each))
    return [calls for group in groups for calls in group.calls.worthwhile()]


class _Group:
    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self._written: set[Key] = set()
        self._touched: set[Key] = set()
        self._known = 0

    def add(self, calls: Calls) -> None:
        """Call for more rows, behind those that are there."""
        if len(self.calls.rows) == 1:
            self.calls = evolve(self.calls, rows=list(self.calls.rows))
        self.calls.rows.extend(calls.rows)

    def ignores(self, calls: Calls) -> bool:
        """Whether the calls may happen in front of these."""
        for row in self.calls.rows[self._known :]:
            written, touched = self.calls.touched(row)
            self._written |= written
            self._touched |= touched
        self._known = len(self.calls.rows)
        for row in calls.rows:
            written, touched = calls.touched(row)
            if not (written.isdisjoint(self._touched) and touched.isdisjoint(self._written)):
                return False
        return True


@define
class ProgramArguments:
    """The buffer arguments of a program.

    Each buffer appears once; many may be joined in a table.
    """

    found: dict[Any, tuple[str, Type, DictAttr]] = field(factory=dict)

    def add(self, calls: Calls) -> None:
        """Add the arguments of some calls."""
        for shared in calls.kernels():
            for key, template in zip(self.keys(calls, shared), shared.templates, strict=True):
                if key in self.found:
                    continue
                buffer, type_ = shared.buffer(template, calls.rows[0]), template.type
                if isinstance(key, Key):
                    self.found[key] = str(key), type_, written(buffer)
                else:
                    table = Table.over(template.buffer, shared.names, calls.rows)
                    self.found[key] = table.label, buffer_type(type_), written(table)

    def keys(self, calls: Calls, shared: Shared) -> list[Any]:
        """The names of a kernel's buffers or tables of buffers.

        A table has a key of its own in the place of a name.
        """
        rows = tuple(calls.rows) if calls.many else ()
        return [
            (template.key(()), template.owner, rows)
            if rows and template.owner is not None
            else template.key(calls.rows[0])
            for template in shared.templates
        ]
