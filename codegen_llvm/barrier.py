"""The barrier between phases of a step, as LLVM IR.

A generation barrier in two cache lines: ``arrived`` counts in the first; the second holds the
``generation`` and the number of threads that ``sleep``. The last thread to arrive resets the count
and starts the next generation; the others wait for it. Everything written before the barrier by any
thread is visible after it to every thread.

A thread waits in three ways, each for longer waits than the one before: it pauses, it offers its
core to others (``sched_yield``), and at last it sleeps in the kernel: on Linux until it is woken (a
futex on the generation), elsewhere for a fraction of a millisecond at a time. So more threads than
cores, or a busy neighbour, cost what the system's scheduler costs. The last thread wakes sleepers
only where there are any: both sides first write their word and then read the other's, in one order
that all threads agree on, so that at least one of them sees the other.
"""

from __future__ import annotations

import sys

STATE_ELEMENTS = 16
"""Length of the state in i64. Two cache lines hold it, zero at first."""

SPINS = 100
"""Pauses before a waiting thread offers its core to others. They take some 3-15 us on today's CPUs.

Measured with two threads on two cores: 0.09 us per barrier with any number; with four threads on
two cores 4 us with 100 pauses, 15 us with 500, 70 us with 2000.
"""

YIELDS = 1000
"""Offers before a waiting thread goes to sleep.

They take some 0.2 ms where no other thread wants the core.

Sleeping at once was worse with more threads than cores: 25 us per barrier instead of 5 us.
"""

MOVE = 256
"""Generations between sleeps without any offer.

In every so many of them, a thread that has paused long enough sleeps at once.

Threads that share a core and offer it to one another look busy to the scheduler, which leaves them
there; one that sleeps is woken on a core that is free. A power of two.
"""

NAP = 100
"""Microseconds of a sleep where sleepers cannot be woken."""

_TEXT = """\
define internal void @ranvier_barrier(ptr %state, i64 %threads) noinline nounwind {{
entry:
  %alone = icmp sle i64 %threads, 1
  br i1 %alone, label %done, label %arrive
arrive:
  %generation.at = getelementptr inbounds i8, ptr %state, i64 64
  %sleepers.at = getelementptr inbounds i8, ptr %state, i64 72
  %generation = load atomic i32, ptr %generation.at acquire, align 64
  %before = atomicrmw add ptr %state, i64 1 acq_rel, align 8
  %arrived = add i64 %before, 1
  %last = icmp eq i64 %arrived, %threads
  br i1 %last, label %release, label %spin
release:
  store atomic i64 0, ptr %state monotonic, align 8
  %next = add i32 %generation, 1
  store atomic i32 %next, ptr %generation.at seq_cst, align 64
  %sleepers = load atomic i32, ptr %sleepers.at seq_cst, align 8
  %awake = icmp eq i32 %sleepers, 0
  br i1 %awake, label %done, label %wake
wake:
{wake}  br label %done
spin:
  %rounds = phi i64 [ 0, %arrive ], [ %more, %again ]
  %now = load atomic i32, ptr %generation.at acquire, align 64
  %released = icmp ne i32 %now, %generation
  br i1 %released, label %done, label %wait
wait:
  %more = add i64 %rounds, 1
  %patient = icmp slt i64 %rounds, {spins}
  br i1 %patient, label %pause, label %offer
pause:
{pause}  br label %again
offer:
  %since = and i32 %generation, {move_mask}
  %moving = icmp eq i32 %since, 0
  %offers = select i1 %moving, i64 {spins}, i64 {offers}
  %polite = icmp slt i64 %rounds, %offers
  br i1 %polite, label %yield, label %sleep
yield:
  %ignored = call i32 @{give_way}()
  br label %again
sleep:
  %counted = atomicrmw add ptr %sleepers.at, i32 1 seq_cst, align 8
{sleep}  %left = atomicrmw sub ptr %sleepers.at, i32 1 seq_cst, align 8
  br label %again
again:
  br label %spin
done:
  ret void
}}
declare i32 @{give_way}()
"""

_PAUSE_X86 = """\
  call void @llvm.x86.sse2.pause()
"""
_PAUSE_ARM = """\
  call void asm sideeffect "yield", ""()
"""

_FUTEX = {"x86_64": 202, "aarch64": 98, "riscv64": 98, "powerpc64le": 221}
"""The number of Linux's system call ``futex`` by architecture."""

_WAIT_PRIVATE, _WAKE_PRIVATE = 128, 129
_ALL = 2**31 - 1

_SLEEP_FUTEX = """\
  %woken = call i64 (i64, ...) @syscall(i64 {futex}, ptr %generation.at, i32 {wait}, \
i32 %generation, ptr null)
"""
_WAKE_FUTEX = """\
  %woke = call i64 (i64, ...) @syscall(i64 {futex}, ptr %generation.at, i32 {wake}, i32 {all})
"""
_DECLARE_FUTEX = """\
declare i64 @syscall(i64, ...)
"""
_SLEEP_POSIX = f"""\
  %slept = call i32 @usleep(i32 {NAP})
"""
_DECLARE_POSIX = """\
declare i32 @usleep(i32)
"""
_SLEEP_WINDOWS = """\
  call void @Sleep(i32 1)
"""
_DECLARE_WINDOWS = """\
declare void @Sleep(i32)
"""


def barrier_text(triple: str) -> str:
    """The definition of ``@ranvier_barrier`` for a target."""
    give_way = "SwitchToThread" if sys.platform == "win32" else "sched_yield"
    pause, declared = _pause(triple)
    sleep, wake, outside = _sleep(triple)
    text = _TEXT.format(
        spins=SPINS,
        offers=SPINS + YIELDS,
        move_mask=MOVE - 1,
        pause=pause,
        sleep=sleep,
        wake=wake,
        give_way=give_way,
    )
    return text + declared + outside


def _pause(triple: str) -> tuple[str, str]:
    """Instructions of a wait without work, and their declarations."""
    if triple.startswith(("x86_64", "i686")):
        return _PAUSE_X86, "declare void @llvm.x86.sse2.pause()\n"
    return (_PAUSE_ARM if triple.startswith(("aarch64", "arm64")) else ""), ""


def _sleep(triple: str) -> tuple[str, str, str]:
    """Instructions to sleep, to wake sleepers, and their declarations."""
    number = _FUTEX.get(triple.partition("-")[0])
    if sys.platform == "linux" and number is not None:
        sleep = _SLEEP_FUTEX.format(futex=number, wait=_WAIT_PRIVATE)
        return sleep, _WAKE_FUTEX.format(futex=number, wake=_WAKE_PRIVATE, all=_ALL), _DECLARE_FUTEX
    if sys.platform == "win32":
        return _SLEEP_WINDOWS, "", _DECLARE_WINDOWS
    return _SLEEP_POSIX, "", _DECLARE_POSIX
