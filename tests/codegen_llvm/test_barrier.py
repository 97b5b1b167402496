"""The barrier under stress: many steps, more threads than cores."""

from __future__ import annotations

import sys
import time
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest
from differential.harness import Kernel, program, table

from ranvier.codegen_llvm.barrier import STATE_ELEMENTS, barrier_text
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import arith, func, memref, scf
from ranvier.ir.types import i64, index
from ranvier.ir.types import memref as buffer
from ranvier.runtime.thread_pool import ThreadPool

STEPS = 20_000


@cache
def ring() -> Kernel:
    """Each thread mixes its number with its neighbour's.

    It reads, waits, writes, waits.
    """

    def build(b: Builder, args: list[Any]) -> None:
        thread, threads, t0, t1, state, numbers = args
        one = b(arith.constant(1, index))
        neighbour = b(arith.RemUI(b(arith.AddI(thread, one)), threads))
        loop = scf.For(t0, t1, one)
        t = loop.body.block.add_arg(index)
        b(loop)
        with b.inside(loop.body.block):
            mine, other = (b(memref.Load(numbers, i)) for i in (thread, neighbour))
            b(func.Call(state, threads, callee="ranvier_barrier"))
            mixed = b(arith.AddI(b(arith.MulI(mine, b(arith.constant(3, i64)))), other))
            mixed = b(arith.AddI(mixed, b(arith.IndexCast(t, result_type=i64))))
            b(memref.Store(mixed, numbers, thread))
            b(func.Call(state, threads, callee="ranvier_barrier"))
            b(scf.Yield())

    return program([buffer(i64), buffer(i64)], build, barrier=True)


def expected(threads: int, steps: int) -> list[int]:
    """The same by NumPy, step by step."""
    numbers = np.arange(1, threads + 1)
    with np.errstate(over="ignore"):
        for t in range(steps):
            numbers = numbers * 3 + np.roll(numbers, -1) + t
    return list(numbers.tolist())


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_no_thread_runs_ahead(threads: int) -> None:
    state = np.zeros(STATE_ELEMENTS, np.int64)
    numbers = np.arange(1, threads + 1)
    pointers = table([state, numbers])
    entry = ring().native.entry
    with ThreadPool(threads) as team:
        for start in range(0, STEPS, STEPS // 4):
            end = start + STEPS // 4
            team.run(lambda thread: entry(thread, threads, start, end, pointers))  # noqa: B023
    assert numbers.tolist() == expected(threads, STEPS)
    assert state[0] == 0
    assert not state[9:].any(), "somebody is said to sleep"


@pytest.mark.parametrize("late", [0, 1, 3])
def test_sleepers_are_woken(late: int) -> None:
    """One thread comes long after the others have gone to sleep."""
    threads, steps = 4, 5
    state = np.zeros(STATE_ELEMENTS, np.int64)
    numbers = np.arange(1, threads + 1)
    pointers = table([state, numbers])
    entry = ring().native.entry

    def call(thread: int) -> None:
        if thread == late:
            time.sleep(0.05)
        entry(thread, threads, 0, steps, pointers)

    with ThreadPool(threads) as team:
        for _ in range(4):
            numbers[:] = np.arange(1, threads + 1)
            team.run(call)
            assert numbers.tolist() == expected(threads, steps)
    assert state[0] == 0 and not state[9:].any()


@pytest.mark.parametrize(
    ("platform", "triple", "sleep"),
    [
        ("linux", "x86_64-unknown-linux-gnu", "@syscall(i64 202,"),
        ("linux", "aarch64-unknown-linux-gnu", "@syscall(i64 98,"),
        ("linux", "loongarch64-unknown-linux-gnu", "@usleep("),
        ("darwin", "arm64-apple-darwin23", "@usleep("),
        ("win32", "x86_64-pc-windows-msvc", "@Sleep("),
    ],
)
def test_every_system_has_a_barrier(
    platform: str, triple: str, sleep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    text = barrier_text(triple)
    assert sleep in text
    llvm.parse_assembly(text + "define void @use() {\n  ret void\n}\n").verify()
