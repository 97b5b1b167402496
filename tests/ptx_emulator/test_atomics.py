"""Atomic operations happen in a random order."""

from __future__ import annotations

import numpy as np
import pytest

from .errors import PtxError
from .gpu import EmulatedGpu
from .memory_operations import atomic_words, load_words
from .snippets import run

OLD = "mad.wide.u32 %rd9, %r0, 4, %rd1; st.global.b32 [%rd9], %r5;"


def test_sums_count_every_thread() -> None:
    total, old = run("atom.global.add.u32 %r5, [%rd0], 3;" + OLD, np.array([10], np.uint32),
                     np.zeros(96, np.uint32), threads=48, blocks=2)  # fmt: skip
    assert total[0] == 10 + 3 * 96
    assert sorted(old.tolist()) == [10 + 3 * n for n in range(96)]


@pytest.mark.parametrize(
    ("operation", "start", "expected"),
    [
        ("add.u64", 5, 5 + 66), ("min.s32", 7, 0), ("max.s32", 7, 11), ("max.u64", 70, 70),
        ("and.b32", 255, 0), ("or.b64", 16, 31), ("xor.b32", 1, 1), ("inc.u32", 3, 3),
    ],
)  # fmt: skip
def test_integers(operation: str, start: int, expected: int) -> None:
    """Threads 0 to 11 give their numbers; ``inc`` up to 3."""
    size = int(operation[-2:]) // 8
    value = {4: "%r6", 8: "%rd6"}[size]
    body = f"""mov.b32 %r6, %r0; cvt.u64.u32 %rd6, %r0;
        {"mov.b32 %r6, 3;" if "inc" in operation else ""}
        red.global.{operation} [%rd0], {value};"""
    (found,) = run(body, np.array([start], f"u{size}"), threads=12)
    assert found[0] == expected


def test_exchange_and_compare() -> None:
    """Exactly one thread wins; the values before are a chain."""
    found, old = run("atom.global.cas.b32 %r5, [%rd0], 77, %r0;" + OLD,
                     np.array([77], np.uint32), np.zeros(40, np.uint32), threads=40)  # fmt: skip
    assert (old == 77).sum() == 1 and int(np.flatnonzero(old == 77)[0]) == found[0]
    found, old = run("atom.global.exch.b32 %r5, [%rd0], %r0;" + OLD,
                     np.array([77], np.uint32), np.zeros(40, np.uint32), threads=40)  # fmt: skip
    assert sorted([*old.tolist(), int(found[0])]) == [*range(40), 77]
    found, old = run("atom.global.dec.u32 %r5, [%rd0], 2;" + OLD,
                     np.array([1], np.uint32), np.zeros(4, np.uint32), threads=4)  # fmt: skip
    assert sorted(old.tolist()) == [0, 1, 1, 2] and found[0] == 0


VALUES = np.random.default_rng(2).standard_normal(64) * 10.0 ** np.arange(-32, 32)
ADD = """mad.wide.u32 %rd9, %r0, 8, %rd1; ld.global.b64 %rd5, [%rd9];
    red.global.add.f64 [%rd0], %rd5;"""


def test_floats_are_added_in_a_random_order_by_seed() -> None:
    """A seed decides the sum. All sums are of these numbers."""

    def total(seed: int) -> float:
        gpu = EmulatedGpu(seed=seed)
        found = run(ADD, np.zeros(1), VALUES, threads=32, blocks=2, gpu=gpu)[0]
        return float(found[0])

    sums = {total(seed) for seed in range(8)}
    assert len(sums) > 1 and total(3) == total(3)
    assert max(sums) - min(sums) <= 64 * 2.0**-52 * float(np.abs(VALUES).sum())


def test_floats_in_memory_of_the_device_are_flushed() -> None:
    """Of f32, as the manual says; not in memory of blocks."""
    tiny = np.array([1e-40], np.float32)
    (found,) = run("red.global.add.f32 [%rd0], 0f00000001;", tiny)
    assert found[0] == 0.0
    body = """.shared .align 4 .b8 box[4]; ld.global.b32 %r5, [%rd0]; st.shared.b32 [box], %r5;
        atom.shared.add.f32 %r5, [box], 0f00000000;
        ld.shared.b32 %r5, [box]; st.global.b32 [%rd0], %r5;"""
    (found,) = run(body, tiny)
    assert found[0] == tiny[0]


def test_blocks_run_in_another_order_by_seed() -> None:
    """The order of blocks shows in the values before."""

    def order(seed: int) -> list[int]:
        gpu = EmulatedGpu(seed=seed, wave=32)
        body = "atom.global.add.u32 %r5, [%rd0], 1;" + OLD
        old = run(body, np.zeros(1, np.uint32), np.zeros(8, np.uint32), blocks=8, gpu=gpu)[1]
        return [int(each) for each in old]

    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == list(range(8))


def test_words_of_accesses() -> None:
    assert load_words("ld.global.nc.L1::no_allocate.v2.b64").count == 2
    assert atomic_words("atom.acq_rel.gpu.global.cas.b32").space == "global"
    for opcode in ("ld.global.weird.b32", "ld.global", "st.const.b32", "st.global.nc.b32"):
        with pytest.raises(PtxError):
            load_words(opcode)
    for opcode in ("atom.global.min.f64", "atom.global.mul.u32", "red.local.add.u32"):
        with pytest.raises(PtxError):
            atomic_words(opcode)
