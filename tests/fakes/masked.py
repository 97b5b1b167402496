"""Networks of the CPU with spike masks to the run time.

Those of a whole grid are.

Kernels of the CPU list spikes. Here lists are made of masks before native code runs, and masks of
lists when it is back, so everything of the run time that reads or writes spikes works on masks.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
from attrs import define, evolve, field
from numpy.typing import NDArray

from ranvier import compile_cache, programs
from ranvier.ir import target as targets
from ranvier.ir.buffer_names import (
    CONTROL,
    COUNTS,
    ROOM,
    SPIKE_COUNT,
    SPIKE_MASK,
    SPIKES,
    USED,
)
from ranvier.ir.buffers import RECORD, RING, Buffer, Extent, Key, Table
from ranvier.ir.target import CPU, Target
from ranvier.runtime.arguments import BufferSpec
from ranvier.runtime.device.cpu import pointer_table
from ranvier.runtime.host_memory import aligned
from ranvier.runtime.load import load
from ranvier.runtime.plan import Plan
from ranvier.runtime.program import Program

Array = NDArray[Any]

BITS = np.arange(32, dtype=np.uint32)


def ranks_in(words: Array) -> Array:
    """The ranks in a mask, one bit after the other."""
    return np.flatnonzero((words.astype(np.int32).view(np.uint32)[:, None] >> BITS) & 1)


def words_with(ranks: Array, words: int) -> Array:
    """The mask with these ranks."""
    found = np.zeros(words, np.uint32)
    for rank in ranks:
        found[rank // 32] |= np.uint32(1) << np.uint32(rank % 32)
    return found.view(np.int32)


@define
class Masked:
    """Native code of lists behind a program of masks. It runs on one thread."""

    plan: Plan
    native: Callable[..., None]
    program: Program | None = None
    launches: int = 0
    _every: dict[Key, Array] = field(factory=dict)
    _lists: dict[Key, Array] = field(factory=dict)

    def masked(self) -> Plan:
        """The plan of a program whose buffers are masks."""
        specs = [
            evolve(spec, described=_masks(spec), dtype=np.dtype(np.int32))
            if _is_list(spec)
            else spec
            for spec in self.plan.buffers
            if not _counts(spec)
        ]
        return evolve(self.plan, buffers=specs)

    def entry(self, thread: int, threads: int, first: int, last: int, table: Any) -> None:
        """Run steps."""
        assert (thread, threads) == (0, 1) and self.program is not None
        self.launches += 1
        self._every, self._lists = {}, {}
        made: Any
        for made in (self.program.buffers, *(r.buffers for r in self.program.recorders)):
            self._every |= made
        for key in self._rings:
            self._list(key)
        for key in self._logs:
            self._log(key)
        known = self._every | self._lists
        found = [
            pointer_table([known[key] for key in _keys(spec)]) if spec.is_table
            else known[_keys(spec)[0]]
            for spec in self.plan.buffers
        ]  # fmt: skip
        self.native(0, 1, first, last, pointer_table(found))
        for key in self._rings:
            self._mask(key)
        for key in self._logs:
            self._mask_log(key, first, last)

    @property
    def _rings(self) -> list[Key]:
        return [k for s in self.plan.buffers if s.role is RING and _is_list(s) for k in _keys(s)]

    @property
    def _logs(self) -> list[Key]:
        return [k for s in self.plan.buffers if s.role is RECORD and _is_list(s) for k in _keys(s)]

    def _sizes(self, key: Key) -> tuple[int, int, int]:
        """Slots, words and padded neurons of a ring."""
        assert self.program is not None
        ring = self.program.spike_rings[key]
        padded = self.program.device.target.padded(ring.size)
        return ring.slots, padded // 32, padded

    def _list(self, key: Key) -> None:
        """Lists of a ring, from its masks."""
        slots, words, padded = self._sizes(key)
        line = CPU_OF_MASKS.line
        ranks, counts = aligned(slots * padded, np.int32), aligned(slots * line, np.int64)
        masks = self._every[_mask_key(key)]
        for slot in range(slots):
            fired = ranks_in(masks[slot * words : (slot + 1) * words])
            ranks[slot * padded : slot * padded + len(fired)] = fired
            counts[slot * line] = len(fired)
        self._lists |= {key: ranks, _named(key, SPIKE_COUNT): counts}

    def _mask(self, key: Key) -> None:
        """Masks of a ring, from its lists."""
        slots, words, padded = self._sizes(key)
        ranks, counts = self._lists[key], self._lists[_named(key, SPIKE_COUNT)]
        masks = self._every[_mask_key(key)]
        for slot in range(slots):
            count = counts[slot * CPU_OF_MASKS.line]
            fired = ranks[slot * padded : slot * padded + count]
            masks[slot * words : (slot + 1) * words] = words_with(fired, words)

    def _padded(self, key: Key) -> int:
        """The padded neurons of a monitor's population."""
        source = next(m.source for m in self.plan.monitors if m.name == key.owner)
        size = next(p.size for p in self.plan.populations if p.name == source)
        return CPU_OF_MASKS.padded(size)

    def _log(self, key: Key) -> None:
        """An empty log of lists."""
        room = int(self._every[Key(key.owner, ROOM)][0])
        self._lists |= {
            key: aligned(self._padded(key) * room, np.int32),
            _named(key, COUNTS): aligned(max(1, room), np.int32),
            _named(key, USED): aligned(CPU_OF_MASKS.line, np.int64),
        }

    def _mask_log(self, key: Key, first: int, last: int) -> None:
        """A log of masks, from one of lists. Where nothing is recorded it stays as it is."""
        control = self._every[Key(key.owner, CONTROL)]
        if not control[0]:
            return
        words, masks = self._padded(key) // 32, self._every[_mask_key(key)]
        counts, start = self._lists[_named(key, COUNTS)], 0
        for row in range(first - control[2], last - control[2]):
            fired = self._lists[key][start : start + counts[row]]
            masks[row * words : (row + 1) * words] = words_with(fired, words)
            start += counts[row]


def _keys(spec: BufferSpec) -> list[Key]:
    return spec.keys()


def _is_list(spec: BufferSpec) -> bool:
    return spec.role in (RING, RECORD) and spec.first.name == SPIKES


def _counts(spec: BufferSpec) -> bool:
    return spec.role in (RING, RECORD) and spec.first.name in (SPIKE_COUNT, COUNTS, USED)


def _named(key: Key, name: str) -> Key:
    return Key(key.owner, name, key.item)


def _mask_key(key: Key) -> Key:
    return _named(key, SPIKE_MASK)


def _masks(spec: BufferSpec) -> Buffer | Table:
    """The descriptor of masks in place of lists."""
    said = spec.described
    one = said.buffer if isinstance(said, Table) else said
    kinds = {"neurons": "words", "past": "past_words", "record": "record"}
    extent = Extent(kinds[one.extent.kind], one.extent.of)
    masks = Buffer(one.owner, SPIKE_MASK, one.role, extent, one.item, reach=one.reach)
    return Table(masks, said.owners, said.of) if isinstance(said, Table) else masks


CPU_OF_MASKS = evolve(CPU, block=32, line=16)
"""The CPU with blocks of whole words."""


@contextmanager
def target(record: Target) -> Iterator[None]:
    """Replace the target of a name. Plans of that are not found again."""
    with (
        mock.patch.dict(targets._KNOWN, {record.name: record}),
        mock.patch.object(compile_cache, "_VALUES", OrderedDict()),
    ):
        yield


@contextmanager
def masked(wanted: Callable[[], bool] = lambda: True) -> Iterator[list[Masked]]:
    """Make networks of the CPU have masks.

    They are listed. ``wanted`` says whether the next one has masks; else it has lists.
    """
    made: list[Masked] = []

    def load_masked(plan: Plan, entry: Any, *given: Any, **options: Any) -> Program:
        if not wanted():
            return load(plan, entry, *given, **options)
        made.append(Masked(plan, entry))
        options |= {"threads": 1, "exact": True}
        made[-1].program = load(made[-1].masked(), made[-1].entry, *given, **options)
        return made[-1].program

    with (
        target(CPU_OF_MASKS),
        mock.patch.object(programs, "load", load_masked),
    ):
        yield made
