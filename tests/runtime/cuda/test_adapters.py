"""Both adapters of the driver do the same.

They call functions that the packages have.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from fakes.cuda_driver.bindings_module import ENUMERATIONS
from fakes.cuda_driver.engine import StubGpu, StubLaunch
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated
from fakes.cuda_driver.pycuda_module import ATTRIBUTES, SIGNATURES, pycuda_module
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver, Status

from ranvier.runtime.device.cuda.choose import find_driver
from ranvier.runtime.device.cuda.driver import (
    DriverError,
    FunctionFacts,
    GpuContext,
    Launch,
    OutOfMemory,
    RefusedPtx,
)

pytestmark = pytest.mark.filterwarnings("error")

PTX = ".version 6.3\n.target sm_75\n.entry add(.param .u64 a, .param .u64 b, .param .u64 table) {}"


def add(gpu: StubGpu, launch: StubLaunch) -> None:
    """Add the difference of two parameters to a number."""
    first, last, table = launch.parameters
    (at,) = gpu.array(table, np.uint64, 1)
    gpu.write(int(at), gpu.array(int(at), np.float64, 1) + (last - first))


def machine() -> SimulatedDriver:
    """A driver with two devices that add."""
    devices = [SimulatedDevice(engine=StubGpu(add)), SimulatedDevice("Other", (7, 5), 1 << 28)]
    return SimulatedDriver(devices)


@pytest.fixture(params=PACKAGES)
def driver(request: pytest.FixtureRequest) -> Iterator[tuple[SimulatedDriver, str]]:
    """A simulated driver, and the name of the only package."""
    with simulated(machine(), [request.param]) as found:
        yield found, request.param


@pytest.fixture
def context(driver: tuple[SimulatedDriver, str]) -> GpuContext:
    """The context of its first device."""
    return find_driver().open(0)


def test_facts(driver: tuple[SimulatedDriver, str]) -> None:
    found = find_driver()
    assert (found.name, found.version()) == (driver[1], (13, 0))
    first, second = found.devices()
    assert (first.ordinal, first.name, first.machine) == (0, "Simulated GPU", "sm_90")
    assert (first.memory, first.multiprocessors, first.driver) == (1 << 30, 132, (13, 0))
    assert str(second) == "GPU 1 (Other, sm_75)"


def test_memory(driver: tuple[SimulatedDriver, str], context: GpuContext) -> None:
    at = context.allocate(800)
    assert context.free_memory() == (1 << 30) - 800
    context.upload(at, np.arange(100.0))
    found = np.empty(50)
    context.download(found, at + 400)
    assert found.tolist() == np.arange(50.0, 100.0).tolist()
    for pattern, dtype, value in (
        (b"\0", np.uint8, 0),
        (b"\2\1", np.uint16, 258),
        (b"\1\0\0\2", np.uint32, (2 << 24) + 1),
    ):
        ints = np.empty(800 // len(pattern), dtype)
        context.fill(at, pattern, len(ints))
        context.download(ints, at)
        assert set(ints.tolist()) == {value}
    with pytest.raises(OutOfMemory, match="out of memory"):
        context.allocate(1 << 31)
    context.release(at)
    assert_nothing_left(driver[0])


def test_pinned_memory_is_given_back(
    driver: tuple[SimulatedDriver, str], context: GpuContext
) -> None:
    held = context.pinned(64)
    held[:] = 7
    assert (str(held.dtype), int(held.sum())) == ("uint8", 448)
    part = held[10:20]
    del held
    assert part.sum() == 70
    del part
    assert_nothing_left(driver[0])


def _buffers(context: GpuContext) -> tuple[int, int]:
    """A number on the device, and a table with its address."""
    at, table = context.allocate(8), context.allocate(8)
    context.fill(at, b"\0", 8)
    context.upload(table, np.array([at], np.uint64))
    return at, table


def test_launches(driver: tuple[SimulatedDriver, str], context: GpuContext) -> None:
    module = context.load(PTX)
    function = module.function("add")
    assert function.facts == FunctionFacts(registers=40, local=0, shared=0, threads=1024)
    at, table = _buffers(context)
    before, after = context.event(), context.event()
    before.record()
    context.launch(Launch(function, (1, 1, 1), (256, 1, 1), [3, 2**40, table], shared=16))
    after.record()
    after.synchronise()
    assert 0.0 <= after.seconds_since(before) < 60.0
    context.synchronise()
    found = np.empty(1)
    context.download(found, at)
    assert found[0] == 2**40 - 3
    context.release(at)
    context.release(table)
    (launch,) = driver[0].devices[0].engine.launches
    assert launch == StubLaunch("add", (1, 1, 1), (256, 1, 1), (3, 2**40, table), 16)


def test_graphs(driver: tuple[SimulatedDriver, str], context: GpuContext) -> None:
    function = context.load(PTX).function("add")
    at, table = _buffers(context)
    block = (1, 1, 1), (64, 1, 1)
    graph = context.graph([Launch(function, *block, [0, each, table]) for each in (1, 2, 4)])
    assert context.has_graphs == (driver[1] == "cuda-bindings")
    graph.launch()
    graph.launch()
    found = np.empty(1)
    context.download(found, at)
    assert found[0] == 14.0
    context.release(at)
    context.release(table)


def test_things_may_be_dropped_in_another_thread(
    driver: tuple[SimulatedDriver, str], context: GpuContext
) -> None:
    """PyCUDA would only warn and keep them."""
    held: list[Any] = [context.load(PTX).function("add"), context.event()]
    at = context.allocate(8)

    def drop() -> None:
        held.clear()
        context.release(at)

    thread = threading.Thread(target=drop)
    thread.start()
    thread.join()
    assert_nothing_left(driver[0])


def test_the_log_of_refused_code(driver: tuple[SimulatedDriver, str], context: GpuContext) -> None:
    driver[0].log = "ptxas application ptx input, line 3; fatal: Parsing error near 'add.f99'"
    with pytest.raises(RefusedPtx) as caught:
        context.load(PTX)
    assert caught.value.text == driver[0].log
    assert "\n" not in caught.value.error and "add.f99" not in caught.value.error
    assert driver[0].devices[0].modules == 0


def test_errors_name_call_and_error(
    driver: tuple[SimulatedDriver, str], context: GpuContext
) -> None:
    with pytest.raises(DriverError, match="named symbol not found") as caught:
        context.load(PTX).function("subtract")
    assert caught.value.call == "cuModuleGetFunction"
    function = context.load(PTX).function("add")
    at, table = _buffers(context)
    with pytest.raises(DriverError, match="too many resources"):
        context.launch(Launch(function, (1, 1, 1), (2048, 1, 1), [0, 1, table]))
    driver[0].broken = Status.CUDA_ERROR_ILLEGAL_ADDRESS
    context.launch(Launch(function, (1, 1, 1), (32, 1, 1), [0, 1, table]))
    with pytest.raises(DriverError, match="an illegal memory access"):
        context.synchronise()
    driver[0].devices[0].error = None  # as if nothing had been, to see that nothing is left
    del function, caught
    context.release(at)
    context.release(table)
    assert_nothing_left(driver[0])


def exercised() -> SimulatedDriver:
    """A driver after one of each call through cuda-bindings."""
    with simulated(machine(), ["cuda-bindings"]) as found:
        context = find_driver().open(1)
        find_driver().devices()
        function = context.load(PTX).function("add")
        assert function.facts.local == 0
        at, table = _buffers(context)
        for size in (1, 2, 4):
            context.fill(at, b"\0" * size, 1)
        context.download(np.empty(1), at)
        context.free_memory()
        launch = Launch(function, (1, 1, 1), (32, 1, 1), [0, 1, table])
        events = context.event(), context.event()
        for each in events:
            each.record()
        context.launch(launch)
        context.graph([launch]).launch()
        events[1].synchronise()
        events[1].seconds_since(events[0])
        context.synchronise()
        context.pinned(8)
        with pytest.raises(OutOfMemory):
            context.allocate(1 << 40)
        context.release(at)
    return found


def test_calls_fit_the_real_functions() -> None:
    """Names, numbers of arguments and enumerations are the real ones."""
    real = pytest.importorskip("cuda.bindings.driver", reason="cuda-bindings is not installed")
    calls = exercised().calls
    assert len({name for name, _ in calls}) > 25
    for name, arguments in calls:
        inspect.signature(getattr(real, name)).bind(*arguments)
    for name, kind in ENUMERATIONS.items():
        for each in kind:
            assert getattr(getattr(real, name), each.name).value == each.value
    node = real.CUDA_KERNEL_NODE_PARAMS()
    for name in ("func", "gridDimX", "blockDimZ", "sharedMemBytes", "kernelParams"):
        assert hasattr(node, name)


def _shape(signature: inspect.Signature) -> list[tuple[str, Any, Any]]:
    return [(each.name, each.kind, each.default) for each in signature.parameters.values()]


def _documented(text: str) -> inspect.Signature:
    space: dict[str, Any] = {}
    exec(f"def function{text}: pass", space)
    return inspect.signature(space["function"])


def _found(module: ModuleType, name: str) -> Any:
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_stand_in_has_the_documented_signatures(name: str) -> None:
    function = _found(pycuda_module(SimulatedDriver()), name)
    assert _shape(inspect.signature(function)) == _shape(_documented(SIGNATURES[name]))


def test_the_names_are_those_of_the_real_package() -> None:
    try:
        real = import_module("pycuda.driver")
    except ImportError as problem:
        pytest.skip(f"PyCUDA cannot be imported here: {problem}")
    for name in (*SIGNATURES, "Error", "MemoryError", "LogicError", "LaunchError", "RuntimeError"):
        assert callable(_found(real, name)), name
    for kind, names in ATTRIBUTES.items():
        assert all(hasattr(getattr(real, kind), name) for name in names)
