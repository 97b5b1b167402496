"""Calls of kernels, and how many calls of one kernel become a loop over a table of buffers.

Populations of one kind share kernels (``share.py``). A hundred calls that differ in nothing but
their buffers are one loop; a table for each buffer argument says which it is in which row:

    call @pop0_update(..., %pop0.v)          for %row in range(100):
    call @pop0_update(..., %pop1.v)   ->       %v = load %pop0.v.rows[%row]
    ...                                        call @pop0_update(..., %v)

So the program, and what later passes and LLVM do with it, does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve, field, frozen

from ...ir.attributes import ArrayAttr, Attribute, DictAttr, StringAttr
from ...ir.dialects.func import Func
from ...ir.effects import effects
from ...ir.interface import BUFFER, EXTENT, REACH, ROWS
from ...ir.types import Type
from ...ir.types import memref as buffer_type

LEAST = 4
"""Calls of a kernel from which on they are worth a table."""

PLACE = "{"
"""``{1}`` stands for the second of the names that a kernel speaks of."""


@frozen(eq=False)
class Template:
    """What a kernel says of an argument, with ``{0}``, ``{1}``, ... for the names it speaks of."""

    type: Type
    buffer: str
    extent: str
    writes: bool

    def about(self, names: Sequence[str]) -> tuple[str, str]:
        """The buffer and its extent for other names."""
        return filled(self.buffer, names), filled(self.extent, names)


def filled(template: str, names: Sequence[str]) -> str:
    """``{0}.v`` with names in their places."""
    if PLACE in template:
        for i, name in enumerate(names):
            template = template.replace(f"{{{i}}}", name)
    return template


@define(eq=False, slots=False)
class Shared:
    """A kernel that was lowered for populations or projections called ``names``."""

    kernel: Func
    names: tuple[str, ...] = ()

    @cached_property
    def templates(self) -> list[Template]:
        """What it says of each of its buffers."""
        written = {effect.target for effect in effects(self.kernel) if effect.writes}
        places = {name: f"{{{i}}}" for i, name in enumerate(self.names)}
        found = []
        for arg, about in zip(self.kernel.body.block.args, self.kernel.arg_attrs, strict=True):
            if about.value:
                said: dict[str, Any] = {k: v.value for k, v in about.value if k != REACH}
                owner, dot, rest = said[BUFFER].partition(".")
                buffer = places.get(owner, owner) + dot + rest
                kind, *words = said[EXTENT].split(":")
                extent = ":".join([kind, *(places.get(word, word) for word in words)])
                found.append(Template(arg.type, buffer, extent, arg in written))
        return found


@frozen(eq=False)
class Calls:
    """Calls of a kernel that follow one another: one for each of ``rows`` of names.

    ``later``: the kernel that is called instead in all steps of a run but the first. ``settles``:
    the first steps of a run, in which alone it is called (0: in all).
    """

    shared: Shared
    rows: list[tuple[str, ...]] = field(factory=lambda: [()])
    later: Shared | None = None
    settles: int = 0

    @property
    def many(self) -> bool:
        """Whether they are worth a table."""
        return len(self.rows) >= LEAST

    def worthwhile(self) -> list[Calls]:
        """These calls, or each by itself where they are too few for a table."""
        return [self] if self.many else [evolve(self, rows=[row]) for row in self.rows]

    def kernels(self) -> list[Shared]:
        """The kernels that are called."""
        return [self.shared] if self.later is None else [self.shared, self.later]

    def touched(self, row: tuple[str, ...]) -> tuple[set[str], set[str]]:
        """The names of the buffers that are written, and of all."""
        each = [(t.about(row)[0], t.writes) for shared in self.kernels() for t in shared.templates]
        return {name for name, writes in each if writes}, {name for name, _ in each}


def single(kernels: Iterable[Func]) -> list[Calls]:
    """One call for each of some kernels."""
    return [Calls(Shared(kernel)) for kernel in kernels]


def joined(calls: Sequence[Calls]) -> list[Calls]:
    """Calls of one kernel together, where no other call between them touches what they write."""
    groups: list[_Group] = []
    latest: dict[Any, int] = {}
    for each in calls:
        key = (each.shared.kernel, each.later and each.later.kernel, each.settles)
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
        self._written: set[str] = set()
        self._touched: set[str] = set()
        self._known = 0

    def add(self, calls: Calls) -> None:
        """Call for more rows, behind those that are there."""
        if len(self.calls.rows) == 1:
            self.calls = evolve(self.calls, rows=list(self.calls.rows))
        self.calls.rows.extend(calls.rows)

    def ignores(self, calls: Calls) -> bool:
        """Whether the calls may as well happen in front of these."""
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


def described(buffer: str, extent: str, rows: ArrayAttr | None = None) -> DictAttr:
    """What is written on the argument of a buffer, or on that of a table of buffers."""
    said: list[tuple[str, Attribute]] = [(BUFFER, StringAttr(buffer)), (EXTENT, StringAttr(extent))]
    return DictAttr((*said, *([] if rows is None else [(ROWS, rows)])))


@define
class Arguments:
    """The buffer arguments of a program: buffers, each once, and tables of buffers."""

    found: dict[Any, tuple[str, Type, DictAttr]] = field(factory=dict)
    _tables: dict[tuple[tuple[str, ...], ...], ArrayAttr] = field(factory=dict)

    def add(self, calls: Calls) -> None:
        """Those of some calls."""
        for shared in calls.kernels():
            for key, template in zip(self.keys(calls, shared), shared.templates, strict=True):
                if key in self.found:
                    continue
                buffer, extent, type_ = *template.about(calls.rows[0]), template.type
                if isinstance(key, str):
                    self.found[key] = buffer, type_, described(buffer, extent)
                else:
                    about = described(template.buffer, template.extent, self._rows(calls))
                    self.found[key] = f"{buffer}.rows", buffer_type(type_), about

    def keys(self, calls: Calls, shared: Shared) -> list[Any]:
        """A name for each buffer of a kernel, or what stands for a table of buffers."""
        rows = tuple(calls.rows) if calls.many else ()
        return [
            (template.buffer, template.extent, rows)
            if rows and PLACE in template.buffer
            else template.about(calls.rows[0])[0]
            for template in shared.templates
        ]

    def _rows(self, calls: Calls) -> ArrayAttr:
        rows = tuple(calls.rows)
        if rows not in self._tables:
            listed = [ArrayAttr(tuple([StringAttr(name) for name in row])) for row in rows]
            self._tables[rows] = ArrayAttr(tuple(listed))
        return self._tables[rows]
