"""A process that uses all of the driver's interface.

``python -m fakes.cuda_driver.uses_package cuda-bindings`` ends well, on the stand-in ``libcuda.c``.
"""

from __future__ import annotations

import gc
import sys

import numpy as np

from ranvier.runtime.device.cuda.choose import find_device, find_driver
from ranvier.runtime.device.cuda.driver import (
    DriverError,
    FunctionFacts,
    GpuContext,
    GpuFunction,
    Launch,
    OutOfMemory,
    RefusedPtx,
)

ONE = (1, 1, 1)


def memory(context: GpuContext) -> None:
    """Memory, there and back."""
    free = context.free_memory()
    at = context.allocate(800)
    assert at % 256 == 0 and context.free_memory() == free - 800
    context.upload(at, np.arange(100.0))
    found = np.empty(50)
    context.download(found, at + 400)
    assert found.tolist() == np.arange(50.0, 100.0).tolist()
    for pattern, kind, value in (
        (b"\7", "u1", 7),
        (b"\2\1", "u2", 258),
        (b"\1\0\0\2", "u4", 2**25 + 1),
    ):
        ints = np.empty(800 // len(pattern), kind)
        context.fill(at, pattern, len(ints))
        context.download(ints, at)
        assert set(ints.tolist()) == {value}
    try:
        context.allocate(1 << 30)
    except OutOfMemory as problem:
        assert problem.error == "CUDA_ERROR_OUT_OF_MEMORY" and problem.text == "out of memory"
    else:
        raise AssertionError("so much memory there is not")
    context.release(at)
    held = context.pinned(100)
    held[:] = 3
    assert int(held.sum()) == 300
    assert context.free_memory() == free


def loaded(context: GpuContext) -> GpuFunction:
    """The kernel, after code that is refused."""
    try:
        context.load("first\nsecond\nBROKEN")
    except RefusedPtx as problem:
        assert problem.error == "CUDA_ERROR_INVALID_PTX"
        assert problem.text == "line 3; fatal: Parsing error near 'BROKEN'"
    else:
        raise AssertionError("it is broken")
    found = context.load("well").function("add")
    assert found.facts == FunctionFacts(registers=40, local=0, shared=0, threads=1024)
    return found


def launches(context: GpuContext, function: GpuFunction) -> None:
    """Launches alone and in graphs, timed."""
    at, table = context.allocate(8), context.allocate(8)
    context.fill(at, b"\0", 8)
    context.upload(table, np.array([at], np.uint64))
    before, after = context.event(), context.event()
    before.record()
    context.launch(Launch(function, ONE, (256, 1, 1), [3, 2**40, table]))
    graph = context.graph([Launch(function, ONE, ONE, [0, each, table]) for each in (1, 2, 4)])
    graph.launch()
    graph.launch()
    after.record()
    after.synchronise()
    context.synchronise()
    assert abs(after.seconds_since(before) - 1.5e-3) < 1e-9
    found = np.empty(1)
    context.download(found, at)
    assert found[0] == 2**40 - 3 + 14


def failures(context: GpuContext, function: GpuFunction) -> None:
    """A launch that is refused, then one that fails."""
    for grid, block, error in (
        (ONE, (2048, 1, 1), "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"),
        ((2, 1, 1), ONE, "CUDA_ERROR_ILLEGAL_ADDRESS"),
    ):
        try:
            context.launch(Launch(function, grid, block, [0, 1, 0]))
            context.synchronise()
        except DriverError as problem:
            assert problem.error == error, problem
        else:
            raise AssertionError(error)


def main(name: str) -> None:
    """Use all of it."""
    facts = find_device(0, name)
    assert (facts.name, facts.machine, facts.multiprocessors) == ("Stand-in", "sm_90", 132)
    assert (facts.memory, facts.driver) == (1 << 24, (12, 4))
    context = find_driver(name).open(0)
    memory(context)
    function = loaded(context)
    launches(context, function)
    gc.collect()
    failures(context, function)


if __name__ == "__main__":
    main(sys.argv[1])
