"""All buffers after a launch, of emulator and machine code.

Nothing but kernels is between them: both start from the same memory. Among the buffers are queues,
rings and scratch that no user sees. Denormals are kept, as in double precision on a GPU. What lies
in buckets depends on the order of threads: there it is the values that are compared.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import pytest
from attrs import define, evolve
from differential.harness import assert_same_bits
from differential.test_golden_states import brunel
from ptx_emulator import EmulatedGpu, Module
from samples.gpu_memory import gpu_table
from samples.ptx_code import Form, kernels
from samples.seed_levels import NETWORKS

import ranvier as rv
from ranvier.codegen_llvm.jit import compile_module
from ranvier.codegen_ptx.entry import ENTRY
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.ir.buffers import BARRIER_STATE
from ranvier.ir.target import CUDA
from ranvier.programs import program_of
from ranvier.runtime.device.cpu import Cpu
from ranvier.runtime.device.cuda.schedule import launches
from ranvier.runtime.plan import Plan
from ranvier.runtime.thread_pool import ThreadPool

WORKERS = 8
"""Threads of the block, and of the CPU. Kernels for a grid run on one thread there."""

GRIDS = [(1, 32), (3, 64), (2, 256)]
"""Blocks and threads."""

BEFORE, STEPS = 30, 20
"""Steps before the launch that is compared, and in it."""

ALL = {**NETWORKS, "brunel": brunel}


@define
class Both(Cpu):
    """Threads of the CPU; the emulator repeats the last run.

    It has a ``grid``, or one block.
    """

    ptx: Any = None
    last: int = BEFORE + STEPS
    compared: int = 0
    grid: tuple[int, int] | None = None
    barrier: Any = None
    """The state of the barrier of threads. A block has one of its own."""

    buckets: Any = ()
    """Buffers whose order is that of threads."""

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run both, and compare all buffers."""
        if steps[1] < self.last:
            return super().launch(entry, found, steps, workers)
        gpu = EmulatedGpu(seed=workers)
        flat: list[Any] = []
        table = gpu_table(gpu, found, flat)
        seconds = super().launch(entry, found, steps, workers)
        module = gpu.load(self.ptx.ptx)
        if self.grid is None:
            gpu.launch(module, ENTRY, (1, 1, 1), (workers, 1, 1), [*steps, table])
        else:
            self.launched(gpu, module, np.frombuffer(gpu.read(table, 8 * len(found)), np.uint64))
        for number, (array, at) in enumerate(flat):
            values = np.frombuffer(gpu.read(at, array.nbytes), array.dtype)
            if any(array is each for each in self.buckets):
                array, values = np.sort(array), np.sort(values)
            if array is not self.barrier:
                assert_same_bits(array, values, f"buffer {number}")
        self.compared = len(flat)
        return seconds

    def launched(self, gpu: EmulatedGpu, module: Module, addresses: Any) -> None:
        """All launches of the steps. Their clock stands."""
        assert self.grid is not None
        blocks, threads = self.grid
        clock = gpu.allocate(8)
        gpu.write(clock, np.full(1, -1))
        for place, numbers in launches(self.ptx.schedule, self.last - STEPS, self.last):
            kernel = self.ptx.kernels[place]
            assert not kernel.in_table
            words = [*numbers, *(int(addresses[each]) for each in kernel.buffers)]
            words += [clock, 0] if numbers else []
            gpu.launch(module, kernel.name, (blocks, 1, 1), (threads, 1, 1), words)


@pytest.mark.parametrize("name", ALL)
def test_all_buffers_of_one_block(name: str) -> None:
    run(name, "block", WORKERS)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("name", ALL)
def test_all_buffers_of_a_grid(name: str, grid: tuple[int, int]) -> None:
    run(name, "grid", 1, grid)


def run(name: str, form: Form, workers: int, grid: tuple[int, int] | None = None) -> None:
    """Run a network on threads of the CPU.

    The last steps are compared.
    """
    net: rv.Network = ALL[name]()
    net.config(num_threads=None)
    module = kernels(net, form=form)
    target = evolve(CUDA, device="both", workers=workers)
    device = Both(target, ThreadPool(workers), ptx=PtxModule(module).entry, grid=grid)
    place = ModuleType("ranvier.runtime.device.both")
    vars(place)["make"] = lambda *_, **__: device
    plan = evolve(Plan.of(module), target=target)
    with mock.patch.dict(sys.modules, {place.__name__: place}):
        program = program_of(net, plan, compile_module(module, flush=False).entry)
    device.barrier = program.buffers.get(BARRIER_STATE.key)
    device.buckets = [
        program.buffers[each] for each in program.buffers if each.name.startswith("bucket_")
    ]
    program.simulate(BEFORE)
    program.simulate(STEPS)
    assert device.compared > 8
