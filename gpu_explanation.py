"""Explanations of programs on GPUs.

They hold what passes, code and device know together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from .passes.tools.explain_gpu import GpuRun, LaunchRun
from .runtime.device.cuda.device import CudaDevice
from .runtime.device.cuda.grid import Grid
from .runtime.device.cuda.schedule import launches

if TYPE_CHECKING:
    from .runtime.program import Program

H200, MULTIPROCESSORS = "H200", 132
"""The GPU that is taken where there is none."""

STEPS = 240
"""Steps in which launches are counted.

It is a multiple of the usual numbers of steps that go together.
"""


def run_of(program: Program) -> GpuRun | None:
    """A program on its GPU. None where it runs on the CPU."""
    device, code = program.device, cast("Any", program.entry)
    if not isinstance(device, CudaDevice):
        return None
    facts = device.gpu.facts
    loaded = device.loaded(code)
    kernels = [
        _launch(kernel, often, device.grid, facts.multiprocessors, device.workers, facts=each.facts)
        for kernel, often, each in zip(
            code.kernels, _counted(code.kernels, code.schedule), loaded.kernels, strict=True
        )
    ]
    return GpuRun(
        device=facts.name,
        capability=facts.capability,
        multiprocessors=facts.multiprocessors,
        workers=device.workers,
        dt=program.dt,
        launches=tuple(kernels),
        rooms=program.buckets.rooms,
        overflows=program.buckets.overflows,
        uniform=frozenset(name for name in program.storages if program.has_one_weight(name)),
    )


def run_without_device(
    kernels: Any, schedule: Any, machine: str, workers: int, dt: float
) -> GpuRun:
    """Kernels of a program on a GPU that is not there."""
    number = int(machine.removeprefix("sm_"))
    found = [
        _launch(kernel, often, Grid(), MULTIPROCESSORS, workers)
        for kernel, often in zip(kernels, _counted(kernels, schedule), strict=True)
    ]
    return GpuRun(
        device=f"{H200} (none is there)",
        capability=divmod(number, 10),
        multiprocessors=MULTIPROCESSORS,
        workers=workers,
        dt=dt,
        launches=tuple(found),
    )


def _counted(kernels: Any, schedule: Any) -> list[float]:
    """The launches of each kernel in a step. 0: once in a run."""
    once = Counter(kernel for kernel, _ in launches(schedule, 0, STEPS))
    twice = Counter(kernel for kernel, _ in launches(schedule, 0, 2 * STEPS))
    return [(twice[each] - once[each]) / STEPS for each in range(len(kernels))]


def _launch(
    kernel: Any, often: float, grid: Grid, multiprocessors: int, workers: int, facts: Any = None
) -> LaunchRun:
    blocks, threads = 1, workers
    if kernel.items:
        blocks, threads = grid.blocks_for(kernel.items, multiprocessors), grid.threads
    name = kernel.name.removeprefix("ranvier_")
    if facts is None:
        return LaunchRun(name, often, blocks, threads)
    return LaunchRun(name, often, blocks, threads, registers=facts.registers, local=facts.local)
