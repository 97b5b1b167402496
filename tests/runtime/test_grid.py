"""Programs of a grid, as the run time sees them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential import clocks
from differential.everything import Setting
from differential.everything import build as everything
from differential.stories import play, recorded, run, same, seen
from fakes import grid

import ranvier as rv
from ranvier.ir.buffers import Key
from ranvier.ir.diagnostics import NoMemory
from ranvier.runtime.device.cpu import Cpu
from ranvier.runtime.spike_rings import MaskRing

CELL = rv.Neuron(
    parameters="tau = 10.0; drive = 1.3",
    equations="""
        tau*dv/dt = drive - v + 0.5*Normal(0.0, 1.0) + g_exc
        tau*dg_exc/dt = -g_exc
        m = 0.5*t : population
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    axon_spike="v > 0.9",
    refractory=1.5,
)


def build(target: str, size: int = 140, **options: Any) -> Any:
    """Delays, two kinds of events, and monitors of all kinds."""
    net = rv.Network(dt=0.5, seed=7)
    cells = net.create(size, CELL, name="cells")
    cells.v = np.linspace(0.0, 1.2, size)
    net.connect(cells, cells, "exc").fixed_probability(0.1, 0.02, delays=1.5)
    net.monitor(cells, ["v", "m", "spike", "axon_spike"])
    net.monitor(
        cells[[30, 3, 7]], ["spike", "v", "m", "count(spike)"], period=1.5, period_offset=1.0
    )
    net.monitor(cells[size // 2 :], ["count(axon_spike)", "spike", "g_exc"], period=1.0)
    net.compile(target=target, **options)
    return net


def is_grid(net: Any) -> bool:
    """Whether the program of a network has masks of spikes."""
    rings = net._execution.program._program.spike_rings.values()
    return bool(rings) and all(isinstance(ring, MaskRing) for ring in rings)


def of_setting(setting: Setting) -> Any:
    """The network in which there is one of everything."""
    net = everything(setting, None)
    net.compile()
    return net


NETWORKS: dict[str, Callable[[], Any]] = {
    "monitors": partial(build, "cpu"),
    "near": partial(of_setting, Setting("near")),
    "far": partial(of_setting, Setting("far", "float32")),
    "clocks": partial(clocks.everything, noise=0.1),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_all_that_a_user_does(name: str, tmp_path: Path) -> None:
    meant = play(NETWORKS[name](), tmp_path)
    with grid.on_cpu():
        net = NETWORKS[name]()
        assert is_grid(net)
        found = play(net, tmp_path)
    same(meant, found)
    assert any(key.endswith("$spikes") and len(v) for each in found for key, v in each.items())


def short(net: Any, folder: Path) -> list[dict[str, Any]]:
    """A story that an emulator has the time for."""
    run(net, 5, 1)
    story = [seen(net)]
    net.save(folder / "state.npz")
    run(net, 2, 1)
    story.append(recorded(net))
    net.load(folder / "state.npz")
    net.current_step = 10**9 + 7
    run(net, 4, 1)
    return [*story, seen(net), recorded(net)]


@pytest.mark.parametrize("shape", [(1, 32), (3, 64), (2, 256)])
@pytest.mark.parametrize("options", [{}, {"check": "bounds"}])
def test_on_an_emulated_gpu(
    shape: tuple[int, int], options: dict[str, Any], tmp_path: Path
) -> None:
    """Grids of any size do what one thread does."""
    meant = short(build("cpu"), tmp_path)
    with grid.emulated(*shape):
        net = build("cuda", **options)
        assert is_grid(net)
        found = short(net, tmp_path)
        del net
    same(meant, found)


FORMS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "threads": nullcontext,
    "a grid": grid.on_cpu,
    "an emulated grid": partial(grid.emulated, 2, 64),
}


@pytest.mark.parametrize("before", FORMS)
@pytest.mark.parametrize("after", FORMS)
def test_a_state_goes_on_elsewhere(before: str, after: str, tmp_path: Path) -> None:
    """A state that one form saved goes on in any other."""

    def made(form: str) -> Any:
        return build("cuda" if "emulated" in form else "cpu")

    whole = build("cpu")
    run(whole, 9, 1)
    with FORMS[before]():
        net = made(before)
        assert is_grid(net) == (before != "threads")
        run(net, 5, 1)
        net.save(tmp_path / "state.npz")
        del net
    with FORMS[after]():
        net = made(after)
        net.load(tmp_path / "state.npz")
        run(net, 4, 1)
        found = seen(net)
        del net
    same([seen(whole)], [found])


# ---------------------------------------------------------------------- buckets


def burst(target: str = "cpu") -> Any:
    """Neurons that fire all at once. 30 spikes reach each in a step."""
    net = rv.Network(dt=1.0, seed=3)
    cell = rv.Neuron(
        parameters="drive = 0.1",
        equations="v = v + drive\ndg_exc/dt = -0.5*g_exc + 0.0*v : explicit\nheard = heard + g_exc",
        spike="v > 0.95",
        reset="v = 0.0",
    )
    cells = net.create(60, cell, name="cells")
    net.connect(cells, cells, "exc", name="loop").fixed_number_pre(30, rv.Uniform(0.0, 1.0))
    net.monitor(cells, ["heard", "spike"])
    net.compile(target=target)
    return net


def rooms(net: Any) -> Any:
    """The buckets of a network."""
    return net._execution.program._program.buckets


def test_buckets_grow() -> None:
    """Spikes that find no room are not lost. There is room the next time."""
    meant = burst()
    with grid.on_cpu():
        net = burst()
        assert is_grid(net) and rooms(net).rooms == {"loop": 8}
        for each in (meant, net):
            each.simulate(8.0)
        assert rooms(net).rooms == {"loop": 8} and rooms(net).overflows == {}
        for each in (meant, net):
            each.simulate(8.0)
        assert rooms(net).rooms == {"loop": 32} and rooms(net).overflows == {"loop": 1}
        for each in (meant, net):
            each.simulate(25.0)
        assert rooms(net).rooms == {"loop": 32} and rooms(net).overflows == {"loop": 1}
    same([recorded(meant)], [recorded(net)])


@pytest.mark.parametrize("error", [MemoryError, NoMemory])
def test_buckets_that_cannot_grow(
    error: type[MemoryError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay small, and nothing is lost."""
    meant = burst()
    meant.simulate(60.0)
    allocate = Cpu.allocate

    def little(self: Any, count: int, dtype: Any) -> Any:
        if count >= 32 * 64 and net is not None:
            raise error
        return allocate(self, count, dtype)

    net: Any = None
    with grid.on_cpu():
        net = burst()
        size = rooms(net).buffers[Key("loop", "bucket_keys", "g_exc")].size
        monkeypatch.setattr(Cpu, "allocate", little)
        for _ in range(6):
            net.simulate(10.0)
        assert rooms(net).rooms == {"loop": 8} and rooms(net).overflows["loop"] >= 4
        assert rooms(net).buffers[Key("loop", "bucket_keys", "g_exc")].size == size
    same([recorded(meant)], [recorded(net)])
