"""Scripts on grids, buckets, weights that stop being one, launches."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from differential.gpus import SHAPES, Seen, Shape, after, differences, on_gpu, seen
from differential.test_golden_kernels import tiled
from differential.test_golden_states import brunel
from fakes.cuda_driver.simulation import SimulatedDriver
from samples.ptx_code import ptx_of
from seeds.networks import coba
from seeds.scripts import EXAMPLES

import ranvier as rv
from ranvier.frontend.global_network import default_network
from ranvier.runtime.device.cuda.device import CudaDevice
from ranvier.runtime.device.cuda.schedule import launches

THREE: tuple[Shape, ...] = ((1, 256), (4, 64), (33, 32))
"""Grids of 1, 4 and 33 blocks."""

# ---------------------------------------------------------------------- published scripts

SMALLER = {
    "coba.py": (
        ("geometry=4000", "geometry=200"), ("3200", "160"), ("simulate(10000.0)", "simulate(4.0)"),
    ),
    "rate_coded.py": (
        ("N = 1000", "N = 40"), ("simulate(1000.0)", "simulate(8.0)"),
        ("compile()\n", "Input.r = Uniform(0.0, 1.0)\ncompile()\n"),
    ),
    "hybrid.py": (
        ("geometry=1000", "geometry=40"), ("duration = 250.0", "duration = 1.0"), ("999", "39"),
    ),
}  # fmt: skip
"""Changes that make published scripts small.

One gets an input, too.
"""

CONNECTIVITY = (("NE = 3200", "NE = 160"), ("NI = 800", "NI = 40"), ("0.02", "0.2"))


def smaller(name: str, changes: tuple[tuple[str, str], ...]) -> str:
    """The text of a script with some changes."""
    text = (EXAMPLES / name).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def of_script(name: str, paradigm: str) -> Seen:
    """All that a user sees behind a script."""
    rv.clear()
    begin = "from ranvier import *\n"
    text = smaller(name, SMALLER[name])
    assert begin in text
    text = text.replace(begin, f"{begin}\nsetup(paradigm={paradigm!r}, seed=5)\n")
    exec(compile(text, name, "exec"), {"__name__": "__main__"})
    found = seen(default_network())
    rv.clear()
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which scripts run."""
    (tmp_path / "coba_connectivity.py").write_text(smaller("coba_connectivity.py", CONNECTIVITY))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", SMALLER)
def test_published_scripts(name: str, folder: None) -> None:
    """The user changes one word, or makes a comment code."""
    meant = of_script(name, "openmp")
    for number, shape in enumerate(THREE):
        with on_gpu(number, shape):
            found = of_script(name, "cuda")
        assert not differences(meant, found), shape
    values = [value for value in meant.values() if isinstance(value, list)]
    assert any(len({*map(str, each)}) > 9 for each in values), "a silent network proves nothing"


# ---------------------------------------------------------------------- buckets


def bursts(delays: Any = 1.0, **settings: Any) -> rv.Network:
    """Neurons that fire all at once. 40 spikes reach each of them."""
    net = rv.Network(dt=1.0, seed=3)
    net.config(**settings)
    cell = rv.Neuron(
        equations="v = v + 0.25\ndg_exc/dt = -0.3*g_exc : explicit\nheard = heard + g_exc",
        spike="v > 0.9",
        reset="v = 0.0",
    )
    cells = net.create(70, cell, name="cells")
    loop = net.connect(cells, cells, "exc", name="loop")
    loop.fixed_number_pre(40, rv.Uniform(0.1, 1.0), delays)
    net.monitor(cells, ["heard", "spike"])
    return net


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("delays", [1.0, rv.Uniform(1.0, 3.0)], ids=["one delay", "delays"])
@pytest.mark.parametrize("shape", THREE)
def test_buckets_that_are_too_small(shape: Shape, delays: Any, dtype: str) -> None:
    """Nothing is lost, and there is room in the next run."""
    runs = (7, 5, 6)
    meant = after(partial(bursts, delays, dtype=dtype), [sum(runs)], "cpu")
    with on_gpu(shape[0], shape):
        net: Any = bursts(delays, dtype=dtype)
        net.compile(target="cuda")
        buckets = net._execution.program._program.buckets
        assert buckets.rooms == {"loop": 8}
        rooms = []
        for steps in runs:
            net.simulate(float(steps))
            rooms.append((buckets.rooms["loop"], buckets.overflows.get("loop", 0)))
        found = seen(net)
        del net, buckets
    assert not differences(meant, found)
    assert rooms[-1][0] >= 32 and 1 <= rooms[-1][1] <= 2, "it overflows, until there is room"
    assert rooms[-1] == rooms[-2]


def lone() -> rv.Network:
    """Spikes through synapses of one weight."""
    net = rv.Network(dt=1.0, seed=4)
    cell = rv.Neuron(
        parameters="drive = 0.2",
        equations="v = 0.9*v + drive + g_exc\ndg_exc/dt = -0.5*g_exc : explicit",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    cells = net.create(50, cell, name="cells")
    cells.drive = np.linspace(0.05, 0.4, 50)
    net.connect(cells, cells, "exc", name="loop").fixed_probability(0.4, 0.01)
    net.monitor(cells, ["g_exc", "spike"])
    return net


def weighted(target: str) -> Seen:
    """One weight, many, some changed one by one, and one again."""
    net = lone()
    net.compile(target=target)
    loop = net.projections[0]
    net.simulate(6.0)
    loop.w = [np.linspace(0.0, 0.03, len(each.pre_ranks)) for each in loop]
    net.simulate(6.0)
    loop.dendrite(loop.post_ranks[3]).w = 0.02
    net.simulate(3.0)
    loop.w = 0.015
    net.simulate(5.0)
    return seen(net)


@pytest.mark.parametrize("shape", THREE)
def test_weights_become_many_and_one_again(shape: Shape) -> None:
    """Equal spikes are counted, others lie in buckets."""
    meant = weighted("cpu")
    with on_gpu(1 + shape[0], shape):
        found = weighted("cuda")
    assert not differences(meant, found)


# ---------------------------------------------------------------------- sums that read arrivals


def reading(spikes_first: bool, **settings: str) -> rv.Network:
    """Rates weighted with what spikes add in the same step."""
    net = rv.Network(dt=1.0, seed=4)
    net.config(**settings)
    cell = rv.Neuron(
        parameters="drive = 0.1",
        equations="v = 0.9*v + drive + 0.1*sum(rate) + g_exc\ndg_exc/dt = -0.5*g_exc : explicit",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    source, cells = net.create(37, cell), net.create(33, cell)
    rates = net.create(20, rv.Neuron(parameters="b = 0.1", equations="r = 0.5*r + b"))
    source.drive, rates.b = np.linspace(0.05, 0.6, 37), np.linspace(0.0, 1.0, 20)
    gated = rv.Synapse(psp="w * pre.r * (1.0 - post.g_exc)")

    def arrive() -> None:
        weights = rv.Uniform(0.0, 0.3)
        net.connect(source, cells, "exc").fixed_probability(0.5, weights)

    def add() -> None:
        net.connect(rates, cells, "rate", gated).fixed_probability(0.5, rv.Uniform(0.0, 0.3))
        net.connect(rates, cells, "rate").fixed_probability(0.5, rv.Uniform(0.0, 0.1))

    for connect in (arrive, add) if spikes_first else (add, arrive):
        connect()
    net.monitor(cells, ["v", "g_exc", "sum(rate)", "spike"])
    return net


@pytest.mark.parametrize("atomics", ["ordered", "fast"])
@pytest.mark.parametrize("spikes_first", [True, False])
def test_sums_that_read_what_spikes_add(spikes_first: bool, atomics: str) -> None:
    """Projections act in the order in which they were made."""
    meant = after(partial(reading, spikes_first), [9], "cpu")
    with on_gpu(3, (3, 64)):
        found = after(partial(reading, spikes_first, atomics=atomics), [5, 4], "cuda")
    assert not differences(meant, found)


# ---------------------------------------------------------------------- one-to-one synapses


def pairs(learns: bool) -> rv.Network:
    """One-to-one synapses between parts of populations, of rates."""
    net = rv.Network(dt=1.0, seed=2)
    cell = rv.Neuron(parameters="b = 0.1", equations="r = 0.5*r + b + sum(exc)")
    one, other = net.create(90, cell), net.create(100, cell)
    one.b = np.linspace(0.0, 1.0, 90)
    rule = rv.Synapse(equations="w = w + 0.01*pre.r*post.r : max=2.0") if learns else None
    net.connect(one[5:75], other[17:87], "exc", rule).one_to_one(rv.Uniform(0.5, 1.0))
    return net


@pytest.mark.parametrize("learns", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_pairs_of_parts_of_populations(shape: Shape, learns: bool) -> None:
    """Each synapse is one thread's."""
    meant = after(partial(pairs, learns), [6], "cpu")
    with on_gpu(2, shape):
        found = after(partial(pairs, learns), [4, 2], "cuda")
    assert not differences(meant, found)


# ---------------------------------------------------------------------- many buffers


def motley() -> rv.Network:
    """Projections of kinds of their own: a launch takes many buffers."""
    net = rv.Network(dt=1.0, seed=6)
    cells = [
        net.create(
            size,
            rv.Neuron(
                parameters="drive = 0.2",
                equations=f"v = 0.9*v + drive + g_exc\ndg_exc/dt = -0.{size}*g_exc : explicit",
                spike="v > 1.0",
                reset="v = 0.0",
            ),
        )
        for size in (20, 30, 40, 50)
    ]
    for place, pre in enumerate(cells):
        pre.drive = np.linspace(0.05, 0.4, pre.size)
        for post in cells:
            terms = f"g_target += 0.{place + 1}*w\nw = 0.99*w"
            loop = net.connect(pre, post, "exc", rv.Synapse(pre_spike=terms))
            loop.fixed_probability(0.1, rv.Uniform(0.0, 0.4), delays=1.0 + place)
    net.monitor(cells[0], ["g_exc", "spike"])
    return net


def test_tested_indices_of_many_buffers() -> None:
    """Their places among the sizes are no numbers of a launch."""
    meant = after(motley, [7], "cpu")
    with on_gpu(1, (3, 64)):
        found = after(motley, [3, 4], "cuda", check="bounds")
    assert not differences(meant, found)


# ---------------------------------------------------------------------- launches


def steps_of(net: rv.Network) -> list[int]:
    """The numbers of launches in each of 24 steps."""
    net.config(num_threads=None)
    schedule = ptx_of(net).schedule
    counts = [len([*launches(schedule, 24, 24 + steps)]) for steps in range(25)]
    return [after - before for before, after in pairwise(counts)]


def dense() -> rv.Network:
    """Dense sums of the neurons themselves."""
    net = rv.Network(dt=1.0, seed=2)
    cell = rv.Neuron(equations="tau*dr/dt + r = sum(exc)", parameters="tau = 10.0 : population")
    cells = net.create(40, cell)
    net.connect(cells, cells, "exc").all_to_all(rv.Uniform(0.0, 0.1))
    return net


def published_coba() -> rv.Network:
    """The published network, small."""
    from references.connectivity import coba_network

    net, cells = coba(coba_network(200))
    net.monitor(cells, "spike")
    return net


def test_launches_of_a_step() -> None:
    """Launches are as few as the data flow allows."""
    assert max(steps_of(published_coba())) <= 2
    assert max(steps_of(brunel())) <= 4
    assert max(steps_of(dense())) <= 2
    assert sum(steps_of(tiled())[:12]) <= 4


def test_launches_are_those_of_the_schedule() -> None:
    """The driver is asked for as many."""
    launch, asked = CudaDevice.launch, []

    def noted(self: Any, code: Any, found: Any, steps: tuple[int, int], workers: int) -> float:
        asked.append(len([*launches(code.schedule, *steps)]))
        return launch(self, code, found, steps, workers)

    with on_gpu(0, (4, 64)) as driver:  # without graphs, through PyCUDA
        net = published_coba()
        net.config(num_threads=None)
        net.compile(target="cuda")
        with mock.patch.object(CudaDevice, "launch", noted):
            net.simulate(6 * net.dt)
        assert counted(driver) == sum(asked) >= 12
        del net


def counted(driver: SimulatedDriver) -> int:
    """The launches so far."""
    return sum(name == "cuLaunchKernel" for name, _ in driver.calls)
