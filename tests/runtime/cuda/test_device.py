"""Buffers and launches on a GPU, through both packages."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from fakes.cuda_driver.engine import StubGpu, StubLaunch
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver, Status

from ranvier.codegen_ptx.program import PtxKernel
from ranvier.ir.diagnostics import NoDeviceMemory
from ranvier.ir.target import CUDA
from ranvier.runtime import guard_pages
from ranvier.runtime.device import make_device
from ranvier.runtime.device.base import DeviceFailed
from ranvier.runtime.device.cuda.device import ALIGNMENT, CudaDevice

pytestmark = pytest.mark.filterwarnings("error")

PTX = """
.version 6.3
.target sm_75
.visible .entry work(.param .u64 t0, .param .u64 t1, .param .u64 .ptr .global table) {}
"""


KERNELS = (PtxKernel("work", items=0, buffers=(0, 1), in_table=True),)
"""One block that gets a table of two buffers."""


@frozen
class Code:
    """Kernels for the stand-in."""

    ptx: str = PTX
    machine: str = "sm_75"
    kernels: tuple[PtxKernel, ...] = KERNELS
    schedule: Any = (("launch", 0, (0, 1)),)
    advance: str = ""


CODE = Code()


def work(gpu: StubGpu, launch: StubLaunch) -> None:
    """Add the number of steps to the first elements of buffers.

    The second argument lists them, the first one is a buffer of one number: how many there are.
    """
    first, last, table = launch.parameters
    at, listed = (int(each) for each in gpu.array(table, np.uint64, 2))
    (count,) = gpu.array(at, np.int64, 1)
    for each in gpu.array(listed, np.uint64, int(count)):
        gpu.write(int(each), gpu.array(int(each), np.float64, 1) + (last - first))


@pytest.fixture(params=PACKAGES)
def driver(request: pytest.FixtureRequest) -> Iterator[SimulatedDriver]:
    """A simulated driver with two devices behind one package."""
    devices = [SimulatedDevice(engine=StubGpu(work), memory=1 << 24), SimulatedDevice("Other")]
    with simulated(SimulatedDriver(devices), [request.param]) as found:
        yield found


def device(ordinal: int = 0) -> CudaDevice:
    """A network's device."""
    found: Any = make_device(CUDA, CUDA.workers, ordinal=ordinal)
    assert isinstance(found, CudaDevice)
    return found


def copies(driver: SimulatedDriver) -> int:
    """The number of copies to the device so far."""
    return sum(name == "cuMemcpyHtoD" for name, _ in driver.calls)


def test_nobody_can_look_into_a_buffer(driver: SimulatedDriver) -> None:
    buffer: Any = device().adopt(np.arange(3.0))
    assert (buffer.dtype, buffer.size) == (np.float64, CUDA.padded(3))
    for look in (lambda: buffer[0], lambda: len(buffer), lambda: memoryview(buffer)):
        with pytest.raises(TypeError):
            look()


def test_values_come_back(driver: SimulatedDriver) -> None:
    gpu = device()
    given = np.arange(100.0)
    buffer = gpu.adopt(given)
    given[:] = 0.0
    assert gpu.download(buffer, 128).tolist() == [*range(100), *[0] * 28]
    gpu.upload(buffer, [7, 8], 99)
    assert gpu.view(buffer, 3, 98).tolist() == [98.0, 7.0, 8.0]
    zeros = gpu.allocate(100_000, np.float32)
    assert not gpu.download(zeros, zeros.size).any()
    gpu.upload(zeros, np.arange(4, dtype=np.int64), 1)
    assert gpu.download(zeros, 6).tolist() == [0, 0, 1, 2, 3, 0]


def test_a_view_is_a_copy_that_nobody_writes_to(driver: SimulatedDriver) -> None:
    gpu = device()
    buffer = gpu.adopt(np.arange(4.0))
    seen = gpu.view(buffer, 4)
    gpu.fill(buffer, 9.0)
    assert seen.tolist() == [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        seen[0] = 1.0


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        (np.int8, 1), (np.int8, -1), (np.int16, 258), (np.int32, 2**30 + 1), (np.float32, 0.1),
        (np.float64, 0.0), (np.float64, 0.1), (np.int64, 2**53 + 1), (np.int64, -1),
    ],
)  # fmt: skip
def test_fill(driver: SimulatedDriver, dtype: Any, value: Any) -> None:
    gpu = device()
    buffer = gpu.allocate(33, dtype)
    gpu.fill(buffer, value)
    assert gpu.download(buffer, 64).tolist() == np.full(64, value, dtype).tolist()
    gpu.fill(buffer, 0)
    gpu.fill(buffer, value, 7)
    assert gpu.download(buffer, 64).tolist() == [*np.full(7, value, dtype).tolist(), *[0] * 57]


def test_ranges_beyond_a_buffer(driver: SimulatedDriver) -> None:
    gpu = device()
    buffer = gpu.allocate(32, np.float64)
    for call in (
        lambda: gpu.upload(buffer, [1.0], 32),
        lambda: gpu.download(buffer, 33),
        lambda: gpu.view(buffer, 1, -1),
        lambda: gpu.fill(buffer, 1.0, 33),
    ):
        with pytest.raises(ValueError, match="leave a buffer of 32"):
            call()


def test_nothing_is_asked_for_empty_buffers(driver: SimulatedDriver) -> None:
    gpu = device()
    driver.calls.clear()
    buffer = gpu.adopt(np.empty(0))
    gpu.fill(buffer, 1.0)
    gpu.upload(buffer, [])
    assert gpu.view(buffer, 0).size == gpu.allocate(0, np.int32).size == 0
    assert driver.calls == []


def test_small_buffers_share_memory_and_are_given_back(driver: SimulatedDriver) -> None:
    gpu = device()
    many = [gpu.allocate(100, np.float64) for _ in range(1000)]
    assert len({each.address for each in many}) == 1000
    assert all(each.address % ALIGNMENT == 0 for each in many)
    assert len(driver.devices[0].sizes) == 1
    large = gpu.allocate(1 << 17, np.float64)
    assert driver.devices[0].sizes[large.address] == 1 << 20
    one = many[500]
    del many, large
    assert len(driver.devices[0].sizes) == 1
    gpu.fill(one, 1.0)
    del one, gpu
    assert_nothing_left(driver)


def test_guarded_buffers_stand_alone(driver: SimulatedDriver) -> None:
    with guard_pages.around():
        gpu = device()
    held = [gpu.allocate(1, np.float64) for _ in range(3)]
    assert len(driver.devices[0].sizes) == len(held)


def test_launch(driver: SimulatedDriver) -> None:
    gpu = device()
    count = gpu.adopt(np.array([3]))
    listed = [gpu.allocate(1, np.float64) for _ in range(3)]
    seconds = gpu.launch(CODE, [count, listed], (2**33, 2**33 + 5), 256)
    assert 0.0 <= seconds < 60.0
    assert [gpu.view(each, 1)[0] for each in listed] == [5.0] * 3
    (launch,) = driver.devices[0].engine.launches
    assert (launch.name, launch.grid, launch.block) == ("work", (1, 1, 1), (256, 1, 1))
    assert launch.parameters[:2] == (2**33, 2**33 + 5)


def test_tables_stay_while_nothing_changes(driver: SimulatedDriver) -> None:
    gpu = device()
    count, listed = gpu.adopt(np.array([2])), [gpu.allocate(1, np.float64) for _ in range(2)]
    gpu.launch(CODE, [count, listed], (0, 1), 256)
    before = copies(driver)
    gpu.launch(CODE, [count, list(listed)], (1, 2), 256)
    assert copies(driver) == before
    listed[1] = gpu.allocate(1, np.float64)
    gpu.launch(CODE, [count, listed], (2, 4), 256)
    assert copies(driver) == before + 1  # the list; all arguments are where they were
    assert [gpu.view(each, 1)[0] for each in listed] == [4.0, 2.0]
    count, listed = gpu.adopt(np.array([70])), [gpu.allocate(1, np.float64) for _ in range(70)]
    gpu.launch(CODE, [count, listed], (4, 5), 256)
    assert [gpu.view(each, 1)[0] for each in listed] == [1.0] * 70


def test_missing_buffers(driver: SimulatedDriver) -> None:
    with pytest.raises(ValueError, match="buffer 1 of the program is missing"):
        device().launch(CODE, [device().allocate(1, np.int64), None], (0, 1), 256)


def test_networks_share_a_context_and_code(driver: SimulatedDriver) -> None:
    one, other = device(), device()
    assert one.gpu is other.gpu
    one.prepare(CODE)
    other.prepare(Code())
    other.prepare(Code(PTX + "// another"))
    assert (driver.devices[0].retained, driver.devices[0].modules) == (1, 2)
    del one
    gc.collect()
    assert driver.devices[0].modules == 2
    del other
    assert_nothing_left(driver)


def test_devices_are_apart(driver: SimulatedDriver) -> None:
    first, second = device(), device(1)
    held = [first.allocate(1, np.float64), second.allocate(1, np.float64)]
    assert [len(each.sizes) for each in driver.devices] == [1, 1]
    assert (second.gpu.facts.name, len(held)) == ("Other", 2)


def test_any_thread_may_work(driver: SimulatedDriver) -> None:
    held, found = [device()], []

    def other() -> None:
        buffer = held[0].adopt(np.arange(3.0))
        found.append(held[0].view(buffer, 3).tolist())
        held.clear()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [[0.0, 1.0, 2.0]]
    assert_nothing_left(driver)


def test_too_many_threads_for_a_kernel(driver: SimulatedDriver) -> None:
    driver.threads, driver.registers = 128, 255
    with pytest.raises(
        DeviceFailed, match=r"at most 128 threads .* takes 255 registers; it needs 2"
    ):
        device().prepare(CODE)


def test_memory_of_dropped_networks_is_found(driver: SimulatedDriver) -> None:
    """Circles of references keep it until Python opens them."""

    class Circle:
        def __init__(self) -> None:
            self.itself, self.held = self, device().allocate(1 << 20, np.float64)

    gc.disable()
    try:
        Circle()
        assert driver.devices[0].free == 1 << 23
        held = device().allocate(3 << 19, np.float64)
    finally:
        gc.enable()
    assert held.size == 3 << 19


def test_no_memory(driver: SimulatedDriver) -> None:
    gpu = device()
    held = gpu.allocate(1 << 20, np.float64)
    with pytest.raises(
        NoDeviceMemory, match=r"no memory on GPU 0 .* for a buffer of 8\.39 MB"
    ) as caught:
        gpu.allocate((1 << 20) + 1, np.float64)
    assert "8.39 MB of 16.8 MB are free" in str(caught.value)
    assert isinstance(caught.value, MemoryError)
    assert gpu.view(held, 1).tolist() == [0.0]


def test_a_failing_launch_loses_all_networks_there(driver: SimulatedDriver) -> None:
    one, other, elsewhere = device(), device(), device(1)
    held = [one.allocate(1, np.int64), other.allocate(1, np.int64), elsewhere.allocate(1, "i8")]
    driver.broken = Status.CUDA_ERROR_ILLEGAL_ADDRESS
    with pytest.raises(DeviceFailed) as caught:
        one.launch(CODE, [held[0], []], (0, 1), 256)
    said = str(caught.value)
    assert "an illegal memory access was encountered" in said
    assert "and all others on this GPU" in said and "start Python anew" in said
    for call in (
        lambda: other.view(held[1], 1),
        lambda: one.upload(held[0], [1]),
        lambda: other.launch(CODE, [held[1], []], (0, 1), 256),
        lambda: device().allocate(1, np.int64),
    ):
        with pytest.raises(DeviceFailed, match="is lost, since a launch there failed before"):
            call()
    elsewhere.fill(held[2], 3)
    driver.calls.clear()
    held.clear()
    del elsewhere
    gc.collect()
    assert [name for name, _ in driver.calls if name == "cuMemFree"] == ["cuMemFree"]  # elsewhere


def test_a_refused_launch_loses_nothing(driver: SimulatedDriver) -> None:
    gpu = device()
    held = gpu.adopt(np.array([0]))
    driver.refused = Status.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES
    with pytest.raises(DeviceFailed, match="fails to launch a kernel: cuLaunchKernel: "):
        gpu.launch(CODE, [held, []], (0, 1), 256)
    driver.refused = None
    gpu.launch(CODE, [held, []], (0, 1), 256)


def answer_of_child(question: Any) -> str:
    """The error, or the answer, of a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = str(question())
        except BaseException as problem:
            said = f"{type(problem).__name__}: {problem}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        found = file.read().decode()
    assert os.waitpid(child, 0)[1] == 0
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_gets_an_error(driver: SimulatedDriver) -> None:
    gpu = device()
    held = [gpu.adopt(np.array([0]))]
    gpu.prepare(CODE)
    for question in (
        lambda: gpu.view(held[0], 1),
        lambda: gpu.launch(CODE, [held[0], []], (0, 1), 256),
        lambda: device().allocate(1, np.int64),
        lambda: device(1),
    ):
        said = answer_of_child(question)
        assert "CUDA does not survive a fork" in said and "spawn" in said, said

    def drop() -> int:
        held.clear()
        gc.collect()
        return len(driver.devices[0].sizes)

    assert answer_of_child(drop) == "1"  # the memory is the parent's
    assert gpu.view(held[0], 1).tolist() == [0]


TWO = Code(
    PTX + PTX.replace("work", "more"),
    kernels=(*KERNELS, evolve(KERNELS[0], name="more")),
    schedule=(("launch", 0, (0, 1)), ("launch", 1, (0, 1))),
)
"""A program of two launches."""


def test_a_later_launch_that_is_refused_loses_one_network(driver: SimulatedDriver) -> None:
    """It stands within a step. Others go on."""
    one, other = device(), device()
    held = [each.adopt(np.array([0])) for each in (one, other)]
    driver.refused, driver.refuses = Status.CUDA_ERROR_OUT_OF_MEMORY, "more"
    for _ in range(2):
        with pytest.raises(DeviceFailed, match="stopped within a step, when GPU 0"):
            one.launch(TWO, [held[0], []], (0, 1), 256)
    assert len(driver.devices[0].engine.launches) == 1
    for call in (
        lambda: one.view(held[0], 1),
        lambda: one.upload(held[0], [1]),
        lambda: one.fill(held[0], 1),
    ):
        with pytest.raises(DeviceFailed, match="it cannot go on"):
            call()
    driver.refused = None
    other.launch(TWO, [held[1], []], (0, 1), 256)
    assert len(driver.devices[0].engine.launches) == 3


def test_a_kernel_that_fails_in_the_middle(driver: SimulatedDriver) -> None:
    """The driver says it of the next launch."""
    one, other = device(), device()
    held = one.adopt(np.array([0]))
    driver.broken = Status.CUDA_ERROR_ILLEGAL_ADDRESS
    with pytest.raises(DeviceFailed, match="the kernel failed on GPU 0"):
        one.launch(TWO, [held, []], (0, 1), 256)
    with pytest.raises(DeviceFailed, match="is lost, since a launch there failed before"):
        other.adopt(np.array([0]))
