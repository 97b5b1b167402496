"""Votes, shuffles and all else that lanes do together.

A *team* are the lanes of one warp that come with one mask. All of its lanes are there when its
instruction runs (``schedule.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from .errors import DivergentWarp, PtxError
from .operations import Array
from .operations.registry import Words, dtype

Compute = Callable[..., Any]


@frozen(eq=False)
class WarpWords:
    """An instruction of warps, its types and its function.

    The function gets the wave, the threads, and arrays of operands; it gives a tuple of results.
    ``waits``: its last operand is a mask of lanes.
    """

    kinds: tuple[str, ...]
    operands: tuple[str, ...]
    compute: Compute
    waits: bool = True

    @property
    def results(self) -> int:
        """The number of results."""
        return len(self.kinds)


def teams(wave: Any, lanes: Array, mask: Array) -> tuple[Array, int]:
    """The number of each thread's team, and that of teams."""
    warps = wave.warp.take(lanes)
    if not np.count_nonzero(mask != mask[0]):
        return warps, wave.warps
    keys = warps.astype(np.uint64) << np.uint64(32) | mask
    found, numbers = np.unique(keys, return_inverse=True)
    return numbers.reshape(-1), found.size


def _bits(wave: Any, lanes: Array, team: Array, count: int, those: Array) -> Array:
    """The lanes of each team for which something holds, as bits."""
    bits = np.zeros(count, np.uint32)
    own = np.uint32(1) << wave.lane.take(lanes)
    np.bitwise_or.at(bits, team, np.where(those, own, np.uint32(0)))
    return bits


def _vote(mode: str) -> Compute:
    def compute(wave: Any, lanes: Array, value: Array, mask: Array) -> tuple[Array]:
        team, count = teams(wave, lanes, mask)
        bits = _bits(wave, lanes, team, count, value).take(team)
        if mode == "ballot":
            return (bits,)
        all_ = _bits(wave, lanes, team, count, np.ones(value.shape, bool)).take(team)
        every, none = bits == all_, bits == 0
        return ({"all": every, "any": ~none, "uni": every | none}[mode],)

    return compute


def _match(kind: str, every: bool) -> Compute:
    def compute(wave: Any, lanes: Array, value: Array, mask: Array) -> tuple[Array, ...]:
        team, count = teams(wave, lanes, mask)
        pairs = np.stack([team.astype(np.uint64), value.astype(np.uint64)], axis=1)
        found, group = np.unique(pairs, axis=0, return_inverse=True)
        group = group.reshape(-1)
        yes = np.ones(value.shape, bool)
        bits = _bits(wave, lanes, group, len(found), yes).take(group)
        if not every:
            return (bits,)
        alike = bits == _bits(wave, lanes, team, count, yes).take(team)
        return np.where(alike, bits, np.uint32(0)), alike

    return compute


REDUCED: dict[str, Any] = {
    "add": np.add, "min": np.minimum, "max": np.maximum,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor,
}  # fmt: skip


def _reduce(name: str, kind: str) -> Compute:
    low, high = (np.iinfo(dtype(kind)).min, np.iinfo(dtype(kind)).max)
    first = {"min": high, "max": low, "and": np.iinfo(dtype(kind)).max}.get(name, 0)
    if name == "and" and kind == "s32":
        first = -1

    def compute(wave: Any, lanes: Array, value: Array, mask: Array) -> tuple[Array]:
        team, count = teams(wave, lanes, mask)
        found = np.full(count, first, dtype(kind))
        REDUCED[name].at(found, team, value)
        return (found.take(team),)

    return compute


def _shuffle(mode: str) -> Compute:
    """``shfl.sync``. A lane reads from another; out of its segment it reads its own value."""

    def compute(
        wave: Any, lanes: Array, value: Array, lane: Array, control: Array, mask: Array
    ) -> tuple[Array, Array]:
        team, count = teams(wave, lanes, mask)
        own = wave.lane.take(lanes).astype(np.int64)
        amount = (lane & np.uint32(31)).astype(np.int64)
        clamp = (control & np.uint32(31)).astype(np.int64)
        part = (control >> np.uint32(8) & np.uint32(31)).astype(np.int64)
        least, most = own & part, (own & part) | (clamp & ~part & 31)
        if mode == "up":
            source, inside = own - amount, own - amount >= most
        else:
            source = {"down": own + amount, "bfly": own ^ amount,
                      "idx": least | (amount & ~part)}[mode]  # fmt: skip
            inside = source <= most
        source = np.where(inside, source, own)
        table = np.zeros((count, 32), np.uint32)
        there = np.zeros((count, 32), bool)
        table[team, own], there[team, own] = value, True
        if not there[team, source].all():
            wrong = int(np.flatnonzero(~there[team, source])[0])
            error = DivergentWarp(f"a shuffle reads lane {int(source[wrong])}, which is not there")
            raise error.on(-1, int(lanes[wrong]))
        return table[team, source], inside

    return compute


def _active(wave: Any, lanes: Array) -> tuple[Array]:
    warp = wave.warp.take(lanes)
    return (_bits(wave, lanes, warp, wave.warps, np.ones(lanes.shape, bool)).take(warp),)


def _meet(wave: Any, lanes: Array, mask: Array) -> tuple[()]:
    team = teams(wave, lanes, mask)[0]
    for each in np.unique(team):
        wave.order.after_warp_barrier(lanes[team == each])
    return ()


@cache
def warp_words(opcode: str) -> WarpWords:
    """The instruction of an opcode. Raises PtxError for an unknown one."""
    base, *rest = opcode.split(".")
    words = Words(opcode, rest)
    found = _decoded(base, words)
    if words.rest:
        raise PtxError(f"unknown word '.{words.rest[0]}' in the opcode '{opcode}'")
    return found


def _decoded(base: str, words: Words) -> WarpWords:
    if base == "activemask":
        words.type("b32")
        return WarpWords(("u32",), (), _active, waits=False)
    if base != "bar" or words.flag("warp"):
        words.one_of("sync")
    if base == "vote":
        mode = words.one_of("ballot", "all", "any", "uni")
        kind = "u32" if mode == "ballot" else "pred"
        words.type("b32" if mode == "ballot" else "pred")
        return WarpWords((kind,), ("pred", "u32"), _vote(mode))
    if base == "shfl":
        mode = words.one_of("up", "down", "bfly", "idx")
        words.type("b32")
        return WarpWords(("u32", "pred"), ("u32", "u32", "u32", "u32"), _shuffle(mode))
    if base == "match":
        every, kind = words.one_of("any", "all") == "all", words.type("b32", "b64")
        kinds = ("u32", "pred") if every else ("u32",)
        return WarpWords(kinds, (kind, "u32"), _match(kind, every))
    if base == "redux":
        name = words.one_of(*REDUCED)
        kind = words.type("u32", "s32", "b32").replace("b", "u")
        return WarpWords((kind,), (kind, "u32"), _reduce(name, kind))
    return WarpWords((), ("u32",), _meet)
