"""All buffers after a launch, of emulator and machine code.

Nothing but kernels is between them: both start from the same memory. Among the buffers are queues,
rings and scratch that no user sees. Denormals are kept, as in double precision on a GPU.
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
from ptx_emulator import EmulatedGpu
from samples.gpu_memory import gpu_table
from samples.ptx_code import kernels
from samples.seed_levels import NETWORKS

import ranvier as rv
from ranvier.codegen_llvm.jit import compile_module
from ranvier.codegen_ptx.entry import ENTRY
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.ir.buffers import BARRIER_STATE
from ranvier.ir.target import CUDA
from ranvier.programs import program_of
from ranvier.runtime.device.cpu import Cpu
from ranvier.runtime.plan import Plan
from ranvier.runtime.thread_pool import ThreadPool

WORKERS = 8
"""Threads of the block, and of the CPU."""

BEFORE, STEPS = 30, 20
"""Steps before the launch that is compared, and in it."""

ALL = {**NETWORKS, "brunel": brunel}


@define
class Both(Cpu):
    """Threads of the CPU; the emulator repeats the last launch."""

    ptx: Any = None
    last: int = BEFORE + STEPS
    compared: int = 0
    barrier: Any = None
    """The state of the barrier of threads. A block has one of its own."""

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run both, and compare all buffers."""
        if steps[1] < self.last:
            return super().launch(entry, found, steps, workers)
        gpu = EmulatedGpu(seed=workers)
        flat: list[Any] = []
        table = gpu_table(gpu, found, flat)
        seconds = super().launch(entry, found, steps, workers)
        module = gpu.load(self.ptx.ptx)
        gpu.launch(module, ENTRY, (1, 1, 1), (workers, 1, 1), [*steps, table])
        for number, (array, at) in enumerate(flat):
            values = np.frombuffer(gpu.read(at, array.nbytes), array.dtype)
            if array is not self.barrier:
                assert_same_bits(array, values, f"buffer {number}")
        self.compared = len(flat)
        return seconds


@pytest.mark.parametrize("name", ALL)
def test_all_buffers(name: str) -> None:
    net: rv.Network = ALL[name]()
    net.config(num_threads=None)
    module = kernels(net)
    target = evolve(CUDA, device="both", workers=WORKERS)
    device = Both(target, ThreadPool(WORKERS), ptx=PtxModule(module).entry)
    place = ModuleType("ranvier.runtime.device.both")
    vars(place)["make"] = lambda *_, **__: device
    plan = evolve(Plan.of(module), target=target)
    with mock.patch.dict(sys.modules, {place.__name__: place}):
        program = program_of(net, plan, compile_module(module, flush=False).entry)
    device.barrier = program.buffers[BARRIER_STATE.key]
    program.simulate(BEFORE)
    program.simulate(STEPS)
    assert device.compared > 8
