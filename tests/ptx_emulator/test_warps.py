"""Votes, shuffles and matches of warps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from .errors import DivergentWarp, PtxError
from .snippets import run
from .warps import warp_words

COUNT = 64
STORE = "mad.wide.u32 %rd9, %r0, 4, %rd1; st.global.b32 [%rd9], %r5;"
LOAD = "mad.wide.u32 %rd9, %r0, 4, %rd0; ld.global.b32 %r4, [%rd9];"

RANDOM = np.random.default_rng(5)
VALUES = RANDOM.integers(0, 4, COUNT).astype(np.uint32)


def results(body: str, values: np.ndarray[tuple[int], np.dtype[np.uint32]] = VALUES) -> list[int]:
    """The values in %r5 of 64 threads after a body."""
    out = np.zeros(COUNT, np.uint32)
    found: list[int] = run(LOAD + body + STORE, values, out, threads=COUNT)[1].tolist()
    return found


def warps() -> list[list[int]]:
    """The values of each warp."""
    found: list[list[int]] = VALUES.reshape(-1, 32).tolist()
    return found


def bits(those: list[bool]) -> int:
    """Truth values as bits, the first lowest."""
    return sum(1 << i for i, each in enumerate(those) if each)


def test_votes() -> None:
    body = "setp.eq.u32 %p0, %r4, 2; vote.sync.ballot.b32 %r5, %p0, -1;"
    expected = [bits([v == 2 for v in warp]) for warp in warps() for _ in warp]
    assert results(body) == expected
    for mode, test in {"any": any, "all": all}.items():
        for least in (0, 1, 4):
            body = f"""setp.ge.u32 %p0, %r4, {least}; vote.sync.{mode}.pred %p1, %p0, -1;
                selp.b32 %r5, 1, 0, %p1;"""
            expected = [int(test(v >= least for v in warp)) for warp in warps() for _ in warp]
            assert results(body) == expected
    body = "setp.ge.u32 %p0, %r4, 4; vote.sync.uni.pred %p1, %p0, -1; selp.b32 %r5, 1, 0, %p1;"
    assert results(body) == [1] * COUNT


def test_votes_with_masks() -> None:
    """Halves of a warp vote for themselves. Lanes that have ended do not count."""
    body = """
        mov.u32 %r6, %laneid; setp.lt.u32 %p2, %r6, 16; selp.b32 %r7, 0xFFFF, 0xFFFF0000, %p2;
        setp.eq.u32 %p0, %r4, 2; vote.sync.ballot.b32 %r5, %p0, %r7;"""
    expected = [bits([v == 2 and (i < 16) == (lane < 16) for i, v in enumerate(warp)])
                for warp in warps() for lane in range(32)]  # fmt: skip
    assert results(body) == expected
    body = """
        mov.u32 %r6, %laneid; setp.lt.u32 %p2, %r6, 16; mov.b32 %r5, 0; @!%p2 ret;
        setp.eq.u32 %p0, %r4, 2; vote.sync.ballot.b32 %r5, %p0, -1;"""
    expected = [bits([v == 2 for v in warp[:16]]) * (lane < 16)
                for warp in warps() for lane in range(32)]  # fmt: skip
    assert results(body) == expected


def shuffled(mode: str, amount: int, clamp: int, part: int, lane: int) -> int | None:
    """The lane from which another reads, None for its own value."""
    most = (lane & part) | (clamp & ~part & 31)
    least = lane & part
    if mode == "up":
        return lane - amount if lane - amount >= most else None
    source = {"down": lane + amount, "bfly": lane ^ amount,
              "idx": least | (amount & ~part & 31)}[mode]  # fmt: skip
    return source if source <= most else None


@pytest.mark.parametrize("mode", ["up", "down", "bfly", "idx"])
def test_shuffles(mode: str) -> None:
    """Segments of 32 and of 8 lanes. The predicate tells who read from another."""
    for width in (32, 8):
        part = 32 - width
        clamp = 0 if mode == "up" else 31
        for amount in (0, 1, 3, 16):
            control = part << 8 | clamp
            body = f"""shfl.sync.{mode}.b32 %r5|%p0, %r4, {amount}, {control}, -1;
                selp.b32 %r6, 100, 0, %p0; add.u32 %r5, %r5, %r6;"""
            expected = []
            for warp in warps():
                for lane in range(32):
                    source = shuffled(mode, amount, clamp, part, lane)
                    expected.append(warp[lane] if source is None else warp[source] + 100)
            assert results(body) == expected


def test_shuffles_from_lanes_that_are_not_there() -> None:
    body = """
        mov.u32 %r6, %laneid; setp.lt.u32 %p2, %r6, 16; mov.b32 %r5, 0; @!%p2 ret;
        shfl.sync.down.b32 %r5, %r4, 1, 31, -1;"""
    with pytest.raises(DivergentWarp, match="reads lane 16, which is not there"):
        results(body)


def test_matches() -> None:
    expected = [bits([v == own for v in warp]) for warp in warps() for own in warp]
    assert results("match.any.sync.b32 %r5, %r4, -1;") == expected
    body = "cvt.u64.u32 %rd5, %r4; match.any.sync.b64 %r5, %rd5, -1;"
    assert results(body) == expected
    body = "match.all.sync.b32 %r5|%p0, %r4, -1; selp.b32 %r6, 5, 0, %p0; add.u32 %r5, %r5, %r6;"
    assert results(body) == [0] * COUNT
    assert results(body, np.full(COUNT, 3, np.uint32)) == [4] * COUNT  # all bits, and 5


def test_reductions() -> None:
    functions: dict[str, Callable[[list[int]], int]] = {"add": sum, "min": min, "max": max}
    for name, function in functions.items():
        expected = [function(warp) for warp in warps() for _ in warp]
        assert results(f"redux.sync.{name}.u32 %r5, %r4, -1;") == expected
    expected = [int(np.bitwise_xor.reduce(warp)) for warp in warps() for _ in warp]
    assert results("redux.sync.xor.b32 %r5, %r4, -1;") == expected
    expected = [int(np.bitwise_and.reduce(warp)) for warp in warps() for _ in warp]
    assert results("redux.sync.and.b32 %r5, %r4, -1;") == expected


def test_a_thread_outside_of_its_mask() -> None:
    with pytest.raises(DivergentWarp, match="not in the mask"):
        results("setp.eq.u32 %p0, %r4, 2; vote.sync.ballot.b32 %r5, %p0, 1;")


def test_barriers_of_warps_order_memory() -> None:
    """A warp exchanges values in memory. Without the barrier that is a race (test_races)."""
    body = """
        bar.warp.sync -1;
        mov.u32 %r6, %laneid; xor.b32 %r6, %r0, 1;
        mad.wide.u32 %rd9, %r0, 4, %rd0; st.global.b32 [%rd9], %r0;
        bar.warp.sync -1;
        mad.wide.u32 %rd9, %r6, 4, %rd0; ld.global.b32 %r5, [%rd9];"""
    assert results(body) == [n ^ 1 for n in range(COUNT)]


def test_unknown_instructions_of_warps() -> None:
    for opcode in ("vote.ballot.b32", "shfl.sync.left.b32", "match.some.sync.b32"):
        with pytest.raises(PtxError):
            warp_words(opcode)
