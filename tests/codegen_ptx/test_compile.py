"""``compile(target="cuda")`` with a stand-in for the GPU.

It launches nothing: results are a matter of devices.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from attrs import define, field, frozen
from fakes.opaque_device import Handle, OpaqueDevice

import ranvier as rv
from ranvier.codegen.cache import Cache
from ranvier.codegen_ptx.program import PtxCode
from ranvier.ir.diagnostics import fail
from ranvier.ir.target import Target
from ranvier.passes.pipelines import ONE_BLOCK
from ranvier.runtime.device import Device
from ranvier.runtime.plan import Plan
from ranvier.runtime.thread_pool import ThreadPool


@frozen
class Facts:
    """The facts of a device that the compiler wants to know."""

    machine: str


@define
class IdleDevice(OpaqueDevice):
    """A device that notes its launches."""

    launches: list[tuple[Any, list[Any], tuple[int, int], int]] = field(factory=list)

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Note it."""
        self.launches.append((entry, found, steps, workers))
        return 1e-3


@define
class Gpu:
    """A GPU of some architecture, and the devices of its programs."""

    machine: str = "sm_90"
    missing: str = ""
    asked: int = 0
    devices: list[IdleDevice] = field(factory=list)

    def find_device(self, *choice: Any) -> Facts:
        """Its facts, or an error."""
        self.asked += 1
        if self.missing:
            fail(self.missing)
        return Facts(self.machine)

    def make(self, target: Target, workers: int, **choice: Any) -> Device:
        """A device for a program."""
        self.devices.append(IdleDevice(target, ThreadPool(workers)))
        return self.devices[-1]


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gpu]:
    """The only GPU of this machine."""
    found = Gpu()
    module = ModuleType("ranvier.runtime.device.cuda")
    vars(module).update(find_device=found.find_device, make=found.make)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    yield found


def network(**settings: Any) -> tuple[rv.Network, Any]:
    """Spiking neurons with synapses between them."""
    net = rv.Network(dt=0.5)
    net.config(**settings)
    neuron = rv.Neuron(
        parameters="tau = 10.0",
        equations="tau*dv/dt = g_exc - v % 3.0",
        spike="v > 1",
        reset="v = 0",
    )
    cells = net.create(40, neuron)
    net.connect(cells, cells, "exc").all_to_all(0.1)
    return net, cells


ON_A_GRID = 1, "kernels are spread over the grid of the target 'cuda'"
AS_ONE_BLOCK = 256, "256, those of a block of the target 'cuda'"


@pytest.mark.parametrize(
    ("how", "expected"),
    [({}, ON_A_GRID), ({"pipeline": ONE_BLOCK}, AS_ONE_BLOCK), ({"opt": 0}, AS_ONE_BLOCK)],
)
def test_kernels_run_on_a_fixed_number_of_workers(
    gpu: Gpu, how: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Every launch gets PTX for the device, and all buffers."""
    net, cells = network()
    compiled = net.compile(target="cuda", cache=False, **how)
    net.simulate(3.0)
    (device,) = gpu.devices
    assert device.launches and sum(t1 - t0 for _, _, (t0, t1), _ in device.launches) == 6
    code, found, _, workers = device.launches[0]
    assert isinstance(code, PtxCode) and code.machine == "sm_90" and ".target sm_90" in code.ptx
    assert (workers, expected[1] in str(net.explain("threads"))) == (expected[0], True)
    assert workers == compiled.threads == device.target.workers
    assert len(found) > 10 and all(isinstance(each, Handle | list) for each in found)
    assert device.target.machine == "sm_90"
    assert cells.v.shape == (40,)


def obstacle() -> rv.Network:
    """A network whose spikes depend on one another."""
    net, cells = network()
    shunting = rv.Synapse(pre_spike="g_target += w*(1.0 - post.g_exc)")
    net.connect(cells, cells, "exc", shunting).all_to_all(0.1)
    return net


def test_a_network_without_a_grid_runs_as_one_block(gpu: Gpu) -> None:
    """It says which part is in the way."""
    net = obstacle()
    compiled = net.compile(target="cuda", cache=False)
    net.simulate(1.0)
    code, _, _, workers = gpu.devices[0].launches[0]
    assert workers == compiled.threads == gpu.devices[0].target.workers == 256
    assert {each.items for each in code.kernels} == {0}
    said = str(net.explain("map-to-grid"))
    assert (
        "a grid: it runs as one block" in said and "what it adds depends on what others add" in said
    )


@pytest.mark.parametrize(("how", "entry"), [({}, "ranvier_launch0"), ({"opt": 0}, "ranvier_entry")])
def test_texts_are_those_of_the_gpu(gpu: Gpu, how: dict[str, Any], entry: str) -> None:
    net, _ = network()
    compiled = net.compile(target="cuda", cache=False, **how)
    kernels = str(compiled.ir())
    assert 'name = "cuda"' in kernels and 'machine = "sm_90"' in kernels
    assert "vector" not in kernels and "arith.remf" not in kernels
    assert f".entry {entry}" in compiled.asm() and "addrspace(1)" in compiled.llvm()
    assert "remainder" in str(net.explain())
    plan = Plan.of(compiled._lowered.module)
    assert Plan.decode(plan.encode()) == plan and plan.target == gpu.devices[0].target


@pytest.mark.parametrize("asked", ["sm_80", "sm_120"])
def test_the_architecture_may_be_another(gpu: Gpu, asked: str) -> None:
    """The option wins over the device."""
    net, _ = network()
    with rv.options(target="cuda", gpu_arch=asked):
        net.compile(cache=False)
    net.simulate(0.5)
    assert gpu.devices[0].launches[0][0].machine == asked and gpu.asked


def test_unknown_devices_get_older_code(gpu: Gpu) -> None:
    gpu.machine = "sm_91"
    net, _ = network()
    net.compile(target="cuda", cache=False)
    net.simulate(0.5)
    assert gpu.devices[0].launches[0][0].machine == "sm_90"


def test_known_networks_are_not_compiled_again(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache keeps plans and PTX by the architecture."""
    monkeypatch.setattr("ranvier.compile_cache.sources", lambda: ("the same", ""))
    kept = Cache(OrderedDict())
    monkeypatch.setattr("ranvier.compile_cache.cache_of", lambda options: kept)
    for place, (machine, known) in enumerate(
        [("sm_90", False), ("sm_90", True), ("sm_80", False), ("sm_90", True)]
    ):
        gpu.machine = machine
        net, _ = network()
        net.compile(target="cuda")
        net.simulate(0.5)
        assert gpu.devices[place].launches[0][0].machine == machine
        assert ("machine code from the memory" in str(net.explain("cache"))) == known
    net, _ = network()
    net.compile()
    assert "machine code from" not in str(net.explain("cache"))


def test_what_is_missing_is_said_before_anything_is_compiled(gpu: Gpu) -> None:
    """Neither passes nor code generation run without a device."""
    gpu.missing = "there is no GPU here"
    net, _ = network()
    with pytest.raises(rv.ModelError, match="there is no GPU here"):
        net.compile(target="cuda")
    assert not gpu.devices and not net.compiled
    gpu.missing, gpu.machine = "", "sm_70"
    with pytest.raises(rv.ModelError, match="PTX is made from sm_75 on"):
        net.compile(target="cuda")
    gpu.machine = "sm_90"
    with rv.options(gpu_arch="sm_900"), pytest.raises(rv.ModelError, match="did you mean 'sm_90'"):
        net.compile(target="cuda")
    net.compile(target="cpu")
    net.simulate(0.5)
    assert not gpu.devices


def test_a_number_of_threads_is_for_the_cpu(gpu: Gpu) -> None:
    net, _ = network(num_threads=2)
    with pytest.raises(rv.ModelError, match=r"num_threads=2 .* run on as many threads of the GPU"):
        net.compile(target="cuda")
    net.compile()
    assert not gpu.asked


def test_pipelines_that_stop_too_early(gpu: Gpu) -> None:
    """The level of the target's code generator decides.

    It says which pass is missing.
    """
    net, _ = network()
    with pytest.raises(rv.ModelError, match=r"'arith.remf' does .* 'expand-remainders' should"):
        net.compile(target="cuda", pipeline="@lowering")
    with pytest.raises(rv.ModelError, match=r"no vectors at 'scalar'|'vector\.\w+' does not"):
        net.compile(target="cuda", pipeline="@equations,@sparsity,@kernels,@cpu,expand-remainders")
    net.compile(target="cuda", pipeline="@lowering,expand-remainders")
    net.compile(target="cuda", pipeline=ONE_BLOCK)
    net.compile(target="cuda", opt=0)
