"""Races are found, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .errors import DataRace
from .gpu import EmulatedGpu
from .snippets import addresses, loaded, run, text

OWN = "mad.wide.u32 %rd5, %r0, 4, %rd0;"
NEXT = "add.u32 %r3, %r0, 1; and.b32 %r3, %r3, 63; mad.wide.u32 %rd6, %r3, 4, %rd0;"
DATA = np.zeros(64, np.uint32)


def race(body: str, **how: Any) -> DataRace:
    """The race in a body."""
    with pytest.raises(DataRace) as found:
        run(body, DATA, **{"threads": 64, **how})
    assert found.value.kernel == "k" and found.value.place is not None
    return found.value


def fine(body: str, **how: Any) -> None:
    """Run a body that has none."""
    run(body, DATA, **{"threads": 64, **how})


def test_a_write_and_a_read_of_another_thread() -> None:
    error = race(f"{OWN}{NEXT} st.global.b32 [%rd5], %r0;\nld.global.b32 %r5, [%rd6];")
    assert "ld.global.b32" in str(error.place) and "st.global.b32" in str(error)
    race(f"{OWN}{NEXT} ld.global.b32 %r5, [%rd6]; st.global.b32 [%rd5], %r0;")
    fine(f"{OWN}{NEXT} st.global.b32 [%rd5], %r0; bar.sync 0; ld.global.b32 %r5, [%rd6];")
    fine(f"{OWN}{NEXT} ld.global.b32 %r5, [%rd6]; bar.sync 0; st.global.b32 [%rd5], %r0;")
    fine(f"{OWN}{NEXT} ld.global.b32 %r5, [%rd6]; ld.global.b32 %r5, [%rd5];")
    fine(f"{OWN} st.global.b32 [%rd5], %r0; ld.global.b32 %r5, [%rd5]; st.global.b32 [%rd5], %r5;")


def test_two_writes() -> None:
    """In one instruction or in two, even of the same value."""
    race("st.global.b32 [%rd0], 1;")
    race(f"{OWN}{NEXT} st.global.b32 [%rd5], 1; st.global.b32 [%rd6], 1;")
    fine(f"{OWN}{NEXT} st.global.b32 [%rd5], 1; bar.sync 0; st.global.b32 [%rd6], 1;")
    fine("setp.eq.u32 %p0, %r0, 5; @%p0 st.global.b32 [%rd0], 1;")


def test_threads_that_part() -> None:
    """A race of two branches. They do not run at the same time here."""
    body = """
        setp.lt.u32 %p0, %r0, 32; setp.eq.u32 %p1, %r0, 40; setp.eq.u32 %p2, %r0, 3;
        @%p0 bra $one;
        @%p1 st.global.b32 [%rd0], 1;
        bra $end;
    $one: @%p2 {other}
    $end:"""
    race(body.format(other="ld.global.b32 %r5, [%rd0];"))
    fine(body.format(other="ld.global.b32 %r5, [%rd0+4];"))


def test_every_reader_counts() -> None:
    """A thread writes where it has read, and another has, too."""
    read = "setp.eq.u32 %p{n}, %r0, {n}; @%p{n} ld.global.b32 %r5, [%rd0];"
    write = "setp.eq.u32 %p9, %r0, {n}; @%p9 st.global.b32 [%rd0], 1;"
    race(read.format(n=1) + read.format(n=2) + write.format(n=2))
    race(read.format(n=1) + read.format(n=2) + write.format(n=1))
    race("ld.global.b32 %r5, [%rd0];" + write.format(n=5))
    race(read.format(n=2) + read.format(n=1) + read.format(n=2) + write.format(n=2))
    fine(read.format(n=2) + write.format(n=2))
    fine(read.format(n=1) + "bar.sync 0;" + read.format(n=2) + write.format(n=2))


def test_blocks_are_in_no_order() -> None:
    """A barrier of a block orders nothing of another."""
    body = "mov.u32 %r3, %tid.x; setp.eq.u32 %p0, %r3, 0; mov.u32 %r4, %ctaid.x;"
    both = "setp.eq.u32 %p1, %r4, {n}; and.pred %p1, %p0, %p1; @%p1 {what}\n bar.sync 0;"
    write, read = "st.global.b32 [%rd0], 1;", "ld.global.b32 %r5, [%rd0];"
    for wave in (4096, 32):
        for first, second in ((write, read), (read, write), (write, write)):
            race(body + both.format(n=0, what=first) + both.format(n=1, what=second),
                 threads=32, blocks=2, gpu=EmulatedGpu(wave=wave))  # fmt: skip
        fine(body + both.format(n=1, what=write) + both.format(n=1, what=read),
             threads=32, blocks=2, gpu=EmulatedGpu(wave=wave))  # fmt: skip


def test_readers_of_several_blocks() -> None:
    """All blocks read, one of them writes after its barrier. The others' reads are in no order."""
    body = """
        ld.global.b32 %r5, [%rd0]; bar.sync 0;
        setp.eq.u32 %p0, %r0, {n}; @%p0 st.global.b32 [%rd0], 1;"""
    for n in (0, 40, 63):
        race(body.format(n=n), threads=16, blocks=4)
        race(body.format(n=n), threads=16, blocks=4, gpu=EmulatedGpu(wave=16))
        fine(body.format(n=n))


def test_atomics() -> None:
    """They are in no order with plain accesses of others. Among themselves they need none."""
    add = "red.global.add.u32 [%rd0], 1;"
    own = "setp.eq.u32 %p0, %r0, 7; @%p0 {what}"
    fine(add + add)
    fine(add, threads=32, blocks=2)
    race(add + own.format(what="ld.global.b32 %r5, [%rd0];"))
    race(own.format(what="st.global.b32 [%rd0], 1;") + add)
    race(own.format(what="ld.global.b32 %r5, [%rd0];") + add)
    fine(add + "bar.sync 0;" + own.format(what="ld.global.b32 %r5, [%rd0];"))
    fine(add + own.format(what="ld.relaxed.gpu.global.b32 %r5, [%rd0];"))
    fine(add + own.format(what="ld.volatile.global.b32 %r5, [%rd0];"))
    alone = "setp.eq.u32 %p0, %r0, 7; @!%p0 ret;"
    fine(alone + add + "ld.global.b32 %r5, [%rd0]; st.global.b32 [%rd0], 3;" + add)


def test_shared_memory() -> None:
    box = ".shared .align 4 .b8 box[4]; mov.u32 %r3, %tid.x; setp.eq.u32 %p0, %r3, {n};"
    write, read = "@%p0 st.shared.b32 [box], %r0;", "ld.shared.b32 %r5, [box];"
    error = race(box.format(n=0) + write + read)
    assert "st.shared" in str(error)
    fine(box.format(n=0) + write + "bar.sync 0;" + read, threads=32, blocks=2)


def test_warps_in_step_are_no_order() -> None:
    """Lanes run together here, which no device promises; ``bar.warp.sync`` does."""
    swap = "xor.b32 %r3, %r0, 1; mad.wide.u32 %rd6, %r3, 4, %rd0;"
    write, read = "st.global.b32 [%rd5], %r0;", "ld.global.b32 %r5, [%rd6];"
    race(f"{OWN}{swap}{write}{read}")
    fine(f"{OWN}{swap}{write} bar.warp.sync -1; {read}")
    far = "xor.b32 %r3, %r0, 32; mad.wide.u32 %rd6, %r3, 4, %rd0;"
    race(f"{OWN}{far}{write} bar.warp.sync -1; {read}")


def test_bytes_beside_one_another() -> None:
    """Threads may have neighbouring bytes; a wider access meets them."""
    byte = "cvt.u64.u32 %rd5, %r0; add.s64 %rd5, %rd0, %rd5; st.global.b8 [%rd5], 1;"
    fine(byte)
    wide = "setp.eq.u32 %p0, %r0, 7; @%p0 ld.global.{kind}, [%rd0+{at}];"
    race(byte + wide.format(kind="b32 %r5", at=8))
    fine(byte + "bar.sync 0;" + wide.format(kind="b64 %rd7", at=8))
    race(wide.format(kind="b64 %rd7", at=0) + byte)
    half = "setp.eq.u32 %p1, %r0, 2; @%p1 st.global.b16 [%rd0+2], 1;"
    fine(half + "setp.eq.u32 %p2, %r0, 3; @%p2 st.global.b32 [%rd0+4], 1;")
    race(half + "setp.eq.u32 %p2, %r0, 3; @%p2 st.global.b32 [%rd0], 1;")
    fine(half + "@%p1 st.global.b32 [%rd0], 1; @%p1 ld.global.b64 %rd7, [%rd0];")


def test_memory_that_is_said_to_be_constant() -> None:
    body = f"{OWN} st.global.b32 [%rd5], 1; ld.global.nc.b32 %r5, [%rd5];"
    assert "read-only cache" in str(race(body))
    fine(f"{OWN} ld.global.nc.b32 %r5, [%rd5];")


def test_launches_are_in_order() -> None:
    """Another launch may touch everything, also with other widths."""
    gpu = EmulatedGpu()
    at = gpu.allocate(64)
    gpu.write(at, bytes(64))
    for kind in ("b32 [%rd9], %r0", "b8 [%rd9], %r0", "b32 [%rd9], %r0"):
        size = int(kind[1:3].strip()) // 8
        body = f"{loaded(1)} sub.u32 %r5, 15, %r0; mad.wide.u32 %rd9, %r5, {size}, %rd0;"
        module = gpu.load(text(f"{body} st.global.{kind}; ret;", addresses(1)))
        gpu.launch(module, "k", (1, 1, 1), (16, 1, 1), [at])
        gpu.launch(module, "k", (1, 1, 1), (8, 1, 1), [at])


def test_races_can_be_ignored() -> None:
    fine("st.global.b32 [%rd0], 1;", gpu=EmulatedGpu(races=False))


def test_random_programs_have_the_races_that_their_accesses_say() -> None:
    """Programs of random accesses against the definition, access by access."""
    random = np.random.default_rng(3)
    found = 0
    for _ in range(60):
        blocks, threads, steps = int(random.integers(1, 4)), 4, 8
        lines: list[str] = []
        log: list[tuple[int, int, str] | None] = []
        for step in range(steps):
            if random.random() < 0.35:
                lines.append("bar.sync 0;")
                log.append(None)
                continue
            thread = int(random.integers(blocks * threads))
            at, kind = 4 * int(random.integers(3)), str(random.choice(["ld", "st", "red"]))
            text_ = {"ld": f"ld.global.b32 %r5, [%rd0+{at}];",
                     "st": f"st.global.b32 [%rd0+{at}], 1;",
                     "red": f"red.global.add.u32 [%rd0+{at}], 1;"}[kind]  # fmt: skip
            lines.append(f"setp.eq.u32 %p{step}, %r0, {thread}; @%p{step} {text_}")
            log.append((thread, at, kind))
        expected = _races(log, threads)
        found += expected
        try:
            fine("\n".join(lines), threads=threads, blocks=blocks)
        except DataRace:
            assert expected, "\n".join(lines)
        else:
            assert not expected, "\n".join(lines)
    assert 15 < found < 55


def _races(log: list[tuple[int, int, str] | None], per_block: int) -> bool:
    """Whether two accesses of different threads meet in no order. One of them writes."""
    for i, one in enumerate(log):
        for j in range(i + 1, len(log)):
            other = log[j]
            if one is None or other is None or one[0] == other[0] or one[1] != other[1]:
                continue
            same_block = one[0] // per_block == other[0] // per_block
            ordered = same_block and None in log[i:j]
            harmless = one[2] == other[2] != "st"
            if not ordered and not harmless:
                return True
    return False
