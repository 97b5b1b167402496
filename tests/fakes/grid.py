"""Networks on a grid of the CPU or an emulated GPU.

The program of a grid is a right one for a single thread, too. So the CPU judges it, quickly.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import evolve
from fakes.cuda_driver.installed import assert_nothing_left, simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver
from fakes.masked import CPU_OF_MASKS, target
from ptx_emulator.gpu import EmulatedGpu

from ranvier.ir.target import CUDA
from ranvier.runtime.device.cuda import grid

PIPELINE = CUDA.optimised


@contextmanager
def on_cpu() -> Iterator[None]:
    """Map networks of the CPU to a grid of one thread."""
    record = evolve(
        CPU_OF_MASKS, optimised=PIPELINE, lowering=CUDA.lowering, vector_bytes=CUDA.vector_bytes
    )
    with target(record):
        yield


@contextmanager
def emulated(blocks: int, threads: int, seed: int = 0) -> Iterator[SimulatedDriver]:
    """Map networks of GPUs to a grid of so many blocks.

    Each has so many threads.
    """
    driver = SimulatedDriver([SimulatedDevice(engine=EmulatedGpu(seed=seed))])
    with (
        grid.fixed(blocks, threads),
        simulated(driver, ["cuda-bindings"]),
    ):
        yield driver
    assert_nothing_left(driver)
