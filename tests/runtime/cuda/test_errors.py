"""Errors about GPUs: what is said, where, and the way out. Nothing runs on the CPU instead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver, Status

import ranvier as rv
from ranvier.frontend.options import gpu_from_command_line
from ranvier.ir.diagnostics import ModelError
from ranvier.runtime.device.base import DeviceFailed, RefusedCode

CELL = rv.Neuron(
    parameters="tau = 10.0", equations="tau*dv/dt = 1 - v", spike="v > 0.9", reset="v = 0"
)
TWO = [SimulatedDevice("Large", (9, 0)), SimulatedDevice("Small", (8, 0))]


pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def fresh_default_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RANVIER_CACHE", "1")  # the same network is compiled again and again
    monkeypatch.setenv("RANVIER_CACHE_SIZE", "0")
    rv.clear()
    yield
    rv.clear()


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> str:
    """The only package that is installed."""
    name: str = request.param
    return name


def network(**settings: Any) -> Any:
    """A network of ten cells for a GPU."""
    net = rv.Network(dt=1.0)
    net.config(paradigm="cuda", **settings)
    net.create(10, CELL)
    return net


def said(driver: SimulatedDriver, packages: Any = PACKAGES, **settings: Any) -> str:
    """The error of compiling a network. It is at the line here."""
    with simulated(driver, packages), pytest.raises(ModelError) as caught:
        network(**settings).compile()
    assert "test_errors.py" in str(caught.value)
    assert driver.calls == [] or driver.calls[-1][0] != "cuLaunchKernel"
    return str(caught.value)


# ---------------------------------------------------------------------- what is missing


def test_no_package() -> None:
    found = said(SimulatedDriver(), [])
    assert "needs the package pycuda or cuda-bindings, which is not installed" in found
    assert "pip install 'ranvier[cuda]' or pip install 'ranvier[cuda-bindings]'" in found
    assert "to run on the CPU" in found


def test_the_package_that_was_asked_for_is_missing(package: str) -> None:
    (other,) = {*PACKAGES} - {package}
    with rv.options(gpu_driver=other):
        found = said(SimulatedDriver(), [package])
    assert f"needs the package {other}, which is not installed" in found
    with rv.options(gpu_driver="pycude"):
        assert "did you mean 'pycuda'" in said(SimulatedDriver(), [package])


def test_no_driver_library(package: str) -> None:
    found = said(SimulatedDriver(library=False), [package])
    assert "there is no NVIDIA driver on this machine" in found
    assert "libcuda.so.1" in found and "no CUDA toolkit is needed" in found


def test_no_device(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    found = said(SimulatedDriver([]), [package])
    assert "the NVIDIA driver finds no GPU" in found
    assert "no CUDA-capable device is detected" in found
    assert "CUDA_VISIBLE_DEVICES is '7'" in found


def test_no_such_device(package: str) -> None:
    found = said(SimulatedDriver(TWO), [package], device=3)
    assert "device = 3: there is no such GPU" in found
    assert "there are GPU 0 (Large, sm_90), GPU 1 (Small, sm_80)" in found
    one = said(SimulatedDriver(TWO[:1]), [package], device=1)
    assert "device = 1: there is no such GPU" in one and "only GPU 0 (Large, sm_90)" in one


def test_an_old_device(package: str) -> None:
    old = SimulatedDevice("Old", (7, 0))
    found = said(SimulatedDriver([old]), [package])
    assert "GPU 0 (Old, sm_70) is too old: code is made for sm_75 and newer" in found
    found = said(SimulatedDriver([old, *TWO]), [package])
    assert "take another one: GPU 1 (Large, sm_90), GPU 2 (Small, sm_80)" in found


def test_an_old_driver(package: str) -> None:
    driver = SimulatedDriver(TWO, version=(11, 4))
    found = said(driver, [package])
    assert "the driver is too old: it knows CUDA 11.4" in found
    assert "PTX 7.8, which sm_90 takes, needs 11.8" in found
    assert "RANVIER_GPU_ARCH=sm_75" in found
    with simulated(driver, [package]), rv.options(gpu_arch="sm_75"):
        network().compile()
        assert ".target sm_75" in driver.images[0]
        assert ".version 6.3" in driver.images[0]


def test_an_architecture_of_another_device(package: str) -> None:
    with rv.options(gpu_arch="sm_120"):
        found = said(SimulatedDriver(TWO), [package], device=1)
    assert "the code is made for sm_120, which is newer than GPU 1 (Small, sm_80)" in found
    assert "RANVIER_GPU_ARCH=sm_75" in found


# ---------------------------------------------------------------------- what does not fit


def test_no_memory(package: str) -> None:
    driver = SimulatedDriver([SimulatedDevice(memory=20 << 20)])
    with simulated(driver, [package]):
        net = rv.Network(dt=1.0)
        net.config(paradigm="cuda")
        rate = rv.Neuron(equations="r = sum(exc)")
        cells = net.create(1000, rate)
        for _ in range(3):
            net.connect(cells, cells, "exc").all_to_all(rv.Uniform(0.0, 1.0))
        with pytest.raises(ModelError) as caught:
            net.compile()
        found = str(caught.value)
    assert isinstance(caught.value, MemoryError)
    assert "test_errors.py" in found
    assert "there is no memory on GPU 0 (Simulated GPU, sm_90) for a buffer of" in found
    assert "of 21 MB are free" in found
    assert "the network has" in found and "'proj0.w' 8" in found
    assert "dtype='float32'" in found and "synapse_dtype='float32'" in found
    del caught, net, cells
    assert_nothing_left(driver)


def test_refused_code(package: str, tmp_path: Path) -> None:
    driver = SimulatedDriver(log="ptxas application ptx input, line 9; fatal: Parsing error")
    with (
        simulated(driver, [package]),
        rv.options(reproducer_dir=str(tmp_path)),
        pytest.raises(RefusedCode) as caught,
    ):
        network().compile()
    found = str(caught.value)
    assert "GPU 0 (Simulated GPU, sm_90) does not take the kernels: " in found
    assert "a PTX JIT compilation failed" in found or "CUDA_ERROR_INVALID_PTX" in found
    assert "line 9; fatal: Parsing error" in found and "CUDA 13.0" in found
    (file,) = tmp_path.iterdir()
    assert str(file) in found
    assert file.suffix == ".ptx" and file.read_text() == caught.value.code
    assert ".entry ranvier_launch0" in caught.value.code
    del caught
    assert_nothing_left(driver)


# ---------------------------------------------------------------------- what fails later


def test_a_failing_launch_keeps_recordings(package: str) -> None:
    driver = SimulatedDriver([SimulatedDevice(), SimulatedDevice()])
    with simulated(driver, [package]):
        net, other, elsewhere = network(), network(), network(device=1)
        monitor = net.monitor(net.populations[0], "v")
        for each in (net, other, elsewhere):
            each.compile()
        net.simulate(20.0)
        driver.broken = Status.CUDA_ERROR_ILLEGAL_ADDRESS
        with pytest.raises(DeviceFailed) as caught:
            net.simulate(5.0)
        found = str(caught.value)
        assert "test_errors.py" in found
        assert "the kernel failed on GPU 0" in found
        assert "an illegal memory access was encountered" in found
        assert "recordings up to this launch are kept" in found
        driver.broken = None
        assert monitor.get("v").shape == (20, 10)
        assert net.current_step == 20
        lost = "is lost, since a launch there failed before"
        for use in (
            lambda: net.simulate(1.0),
            lambda: net.populations[0].v,
            lambda: other.simulate(1.0),
            lambda: setattr(other.populations[0], "v", 1.0),
            lambda: network().compile(),
        ):
            with pytest.raises(DeviceFailed, match=lost):
                use()
        elsewhere.simulate(5.0)
        assert elsewhere.current_step == 5


# ---------------------------------------------------------------------- settings


def test_threads_are_of_the_cpu() -> None:
    for threads in (1, 8):
        found = said(SimulatedDriver(), num_threads=threads)
        assert f"num_threads={threads}" in found and "device=1 (--gpu=1" in found
    with simulated(), pytest.raises(ModelError, match="run on as many threads of the GPU"):
        network().compile(num_threads=4)


def test_threads_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["script", "-j4", "--gpu"])
    with simulated(), pytest.raises(ModelError, match=r"\(-j 4 on the command line\)"):
        rv.Population(3, CELL)
        rv.compile()


def test_a_device_without_a_gpu() -> None:
    net = rv.Network()
    net.config(device=1)
    net.create(3, CELL)
    with simulated() as driver, pytest.raises(ModelError, match="paradigm='cuda' compiles it"):
        net.compile()
    assert driver.calls == []


def test_no_gpu_is_asked_for_anything_unasked() -> None:
    net = rv.Network()
    net.create(3, CELL)
    with simulated() as driver:
        net.compile()
        net.simulate(3.0)
    assert driver.calls == []


@pytest.mark.parametrize(
    ("arguments", "device"),
    [(["--gpu"], 0), (["--gpu=1"], 1), (["-x", "--gpu", "1"], 1), (["--gpu", "-v"], 0)],
)
def test_the_command_line_chooses_a_gpu(
    arguments: list[str], device: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["script", *arguments])
    assert gpu_from_command_line(arguments) == device
    driver = SimulatedDriver([SimulatedDevice(), SimulatedDevice()])
    with simulated(driver):
        rv.Population(3, CELL)
        rv.compile()
        rv.simulate(3.0)
    launches = [len(each.engine.launches) for each in driver.devices]
    assert launches[device] >= 1 and launches[1 - device] == 0


def test_other_command_lines() -> None:
    assert gpu_from_command_line(["--gpus=2", "-gpu", "1"]) is None
    for wrong in ("--gpu=", "--gpu=x", "--gpu=-1"):
        with pytest.raises(ModelError, match="a GPU has a number"):
            gpu_from_command_line([wrong])


def test_settings_go_to_new_networks() -> None:
    rv.setup(paradigm="cuda", device=1)
    net = rv.Network()
    assert (net.options.paradigm, net.options.device) == ("cuda", 1)
    driver = SimulatedDriver([SimulatedDevice(), SimulatedDevice()])
    net.create(3, CELL)
    with simulated(driver):
        net.compile()
        copy = net.copy()
        copy.simulate(2.0)
    assert len(driver.devices[1].engine.launches) == 1


def test_the_device_of_annarchys_argument() -> None:
    driver = SimulatedDriver([SimulatedDevice(), SimulatedDevice()])
    with simulated(driver):
        net = network()
        net.compile(cuda_config={"device": 1})
        net.simulate(1.0)
    assert driver.devices[1].engine.launches
    with simulated(driver), pytest.warns(UserWarning, match="no effect"):
        net = network()
        net.compile(cuda_config={"pop0": {"num_threads": 32}, "device": 1})
        assert net.options.device == 1


def test_the_target_of_a_call_counts_most() -> None:
    with simulated() as driver:
        net = network(device=1)
        net.compile(target="cpu")
        net.simulate(5.0)
        assert driver.calls == []
        with rv.options(target="cuda"):
            explicit = rv.Network()
            explicit.config(paradigm="openmp")
            explicit.create(3, CELL)
            explicit.compile()
        assert driver.calls == []
        other = rv.Network()
        other.create(3, CELL)
        other.compile(target="cuda")
        other.simulate(5.0)
        assert driver.devices[0].engine.launches
        assert np.array_equal(other.populations[0].v, np.zeros(3))  # the stand-in does nothing


def test_pycuda_is_preferred() -> None:
    driver = SimulatedDriver()
    with simulated(driver):
        network().compile()
        assert "cuDevicePrimaryCtxRetain" in [name for name, _ in driver.calls]
        assert all(not arguments for _, arguments in driver.calls)  # as PyCUDA's stand-in records
    with simulated(driver, ["cuda-bindings"]):
        driver.calls.clear()
        network().compile()
        assert any(arguments for _, arguments in driver.calls)
