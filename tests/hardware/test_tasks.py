"""Tasks of a whole run, looked at without a GPU."""

from __future__ import annotations

import inspect
import platform
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from samples.ptx_code import ASSEMBLED, needs_ptxas

import ranvier as rv
from ranvier.codegen.errors import CodegenError
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.runtime.device.cuda.driver import RefusedPtx

from .compare import bits, checksum, differences, on_the_cpu
from .device_tasks import ADDING, NOTHING, clocks, wrong_ptx
from .microcircuit import CHANCES, LAYERS, microcircuit
from .networks import SIZED, build
from .parts import PARTS, Part, Plan
from .run import REPRODUCERS, SECONDS, Run, bad
from .tasks import Task, function_of, performed
from .trouble_tasks import TRAP

PLAN = Plan(("pycuda", "cuda-bindings"))


def test_each_task_can_be_called() -> None:
    """Its function is there, and takes its arguments. Names tell tasks from one another."""
    tasks = [task for part in PARTS for task in part.tasks(PLAN)]
    for task in tasks:
        inspect.signature(function_of(task.call)).bind(None, **task.arguments)
        assert task.limit <= 120.0 or task.part == PARTS[-1].number
        follower = task.follow_up()
        inspect.signature(function_of(follower.call)).bind(None, **follower.arguments)
    counts = Counter((task.part, task.name, task.package) for task in tasks)
    assert max(counts.values()) == 1
    assert {task.part for task in tasks} == {part.number for part in PARTS}


def test_parts_fill_the_time() -> None:
    """Nine minutes and a half, in the order of their numbers."""
    assert sum(part.seconds for part in PARTS) == SECONDS == 570.0
    assert [part.number for part in PARTS] == [1, 2, 3, 4, 5]


def test_a_run_with_one_package() -> None:
    """No task asks for the other one."""
    for part in PARTS:
        assert {task.package for task in part.tasks(Plan(("pycuda",)))} == {"pycuda"}


@pytest.mark.parametrize("name", SIZED)
def test_networks_do_something(name: str) -> None:
    """Some spikes in some steps, or rates that change."""
    net, _, found = on_the_cpu(lambda: build(name, 150), (300,), keep=False)
    recorded = [monitor for monitor in net.monitors if "spike" in monitor.variables]
    if not recorded:
        rates = net.populations[-1].r
        assert np.ptp(rates) > 0.0 and np.isfinite(rates).all()
    for monitor in recorded:
        counts = found[f"{monitor.name}.spike count"]
        assert 0 < counts.sum() < 0.5 * 300 * 150


def test_differences() -> None:
    """Bits count, NaN is NaN, and missing arrays are told."""
    one = {"a": np.array([0.0, np.nan, 1.0]), "b": np.array([True]), "c": np.zeros(2)}
    other = {"a": np.array([-0.0, -np.nan, 1.0]), "b": np.array([True]), "d": np.zeros(2)}
    assert differences(one, one) == []
    assert differences(one, other) == [
        "only one has c",
        "only one has d",
        "a: 1 of 3 from 0 on: np.float64(0.0) is not np.float64(-0.0)",
    ]
    assert "float64(3,) is not float32(3,)" in differences(
        {"a": one["a"]}, {"a": one["a"].astype(np.float32)}
    )[0]  # fmt: skip
    assert checksum(one) != checksum(other) and checksum(one) == checksum(dict(one))


@pytest.mark.parametrize("keep", [True, False])
def test_denormal_numbers_on_the_cpu(keep: bool) -> None:
    """Kept for the comparison with a GPU, zeros as elsewhere otherwise."""

    def make() -> rv.Network:
        net = rv.Network(dt=1.0)
        net.create(3, rv.Neuron(equations="r = 0.5*r : init = 4e-308"), name="cells")
        return net

    net, compiled, found = on_the_cpu(make, (1,), keep)
    flushed = platform.machine() in ("x86_64", "AMD64") and not keep
    assert net.populations[0].r[0] == (0.0 if flushed else 2e-308)
    assert differences(found, bits(net, compiled)) == []


def test_a_file_for_what_differs() -> None:
    """The following task has the arguments of the one that differed."""
    task = Task(2, "coba", "bit_tasks:same_bits", {"network": "coba", "size": 9}, "pycuda")
    follower = task.follow_up()
    assert follower.arguments == {"task": task.arguments} and follower.package == "pycuda"


def test_the_microcircuit() -> None:
    """Neurons and synapses are those published. It fires, not all at once."""
    assert sum(LAYERS.values()) == 77_169
    sizes = [*LAYERS.values()]
    expected = sum(
        chance * pre * post
        for post, row in zip(sizes, CHANCES, strict=True)
        for pre, chance in zip(sizes, row, strict=True)
    )
    assert expected == pytest.approx(3e8, rel=0.1)
    net, _, found = on_the_cpu(lambda: microcircuit(0.02), (1000,), keep=False)
    synapses = sum(each.nb_synapses for each in net.projections)
    assert synapses == pytest.approx(expected * 0.02**2, rel=0.05)
    counts = [found[f"{each.name}.spike count"].sum() for each in net.monitors]
    rate = sum(counts) / (sum(each.size for each in net.populations) * 0.1)
    assert all(counts) and 0.5 < rate < 100.0


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
@pytest.mark.parametrize("text", [ADDING, NOTHING, TRAP], ids=["adding", "nothing", "trap"])
def test_kernels_assemble(text: str, machine: str) -> None:
    """Kernels written by hand. A wrong instruction is told with its line."""
    (found,) = assemble(text, machine)
    assert found.registers is not None and found.stores == found.loads == found.stack == 0
    if text == ADDING:
        with pytest.raises(CodegenError, match="line"):
            assemble(wrong_ptx(), machine)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (RefusedPtx("load", "CUDA_ERROR_INVALID_PTX", "line 19: unknown 'added.s64'"), "ok"),
        (RefusedPtx("load", "CUDA_ERROR_INVALID_PTX", ""), "differs"),
        (None, "differs"),
    ],
)
def test_words_about_refused_ptx(failure: RefusedPtx | None, status: str) -> None:
    """A real driver refuses wrong PTX, with the line."""

    def load(text: str) -> None:
        if text == wrong_ptx() and failure is not None:
            raise failure

    here: Any = SimpleNamespace(emulated=False, context=SimpleNamespace(load=load), lost="")
    found = performed(Task(1, "refused", "device_tasks:refused"), here)
    assert found.status == status
    assert ("line 19" in str(found.facts)) == (status == "ok")


def test_clocks_of_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those that the driver's command tells of this device."""
    here: Any = SimpleNamespace(emulated=False, setting=SimpleNamespace(ordinal=1))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clocks(here) == {}
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'One, 550.1, 345 MHz'\necho 'Two, 550.1, 1980 MHz'\n")
    program.chmod(0o755)
    found = clocks(here)
    assert found == {"name": "Two", "driver_version": "550.1", "clocks.sm": "1980 MHz"}
    here.setting.ordinal = 2
    assert clocks(here) == {}


def test_several_processes_at_once(tmp_path: Path) -> None:
    """Each task is done once, whatever process does it."""
    run = Run(tmp_path, say=lambda line: None, emulated=True)
    run.plan = Plan(("pycuda",))
    tasks = [
        *(Task(1, f"{n}", "rehearsed_tasks:good", {"number": n}, "pycuda") for n in range(3)),
        Task(1, "other", "rehearsed_tasks:differing", package="pycuda"),
    ]
    part = Part(1, "several", 500.0, lambda plan: iter(tasks), together=True)
    with mock.patch("hardware.run.PARTS", (part,)), mock.patch.object(Plan, "processes", 2):
        found = run.part(part)
    assert sorted(task.name for task, _ in found) == ["0", "1", "2", "other"]
    assert len({o.facts["process"] for _, o in found if o.status == "ok"}) == 2
    assert bad(found) == ["other (pycuda) differs: one bit"]
    assert "3 ok" in run.report.summary() and "1 differs" in run.report.summary()


def test_files_follow_what_differs(tmp_path: Path) -> None:
    """So many at most."""
    run = Run(tmp_path, say=lambda line: None, emulated=True, inline=True)
    run.plan = Plan(("pycuda",), small=True)
    call = "rehearsed_tasks:differing"
    tasks = [Task(2, f"{n}", call, {}, "pycuda", reproduced=True) for n in range(REPRODUCERS + 2)]
    part = Part(2, "files", 500.0, lambda plan: iter(tasks))
    with mock.patch("hardware.run.PARTS", (part,)):
        found = run.part(part)
    names = [task.name for task, _ in found]
    assert names[len(tasks) :] == [f"reproducer of {n}" for n in range(REPRODUCERS)]
