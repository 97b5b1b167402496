"""Networks on an emulated GPU compute the CPU's bits.

Their PTX is executed as text, behind stand-ins of both packages of the driver: compiler, device,
tables, copies and launches are those of a real one.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import differential.event_models
import differential.exact_models  # noqa: F401
import numpy as np
import pytest
from differential.everything import Setting
from differential.everything import build as everything
from differential.explicit import explicit
from differential.gpus import (
    NIGHTLY,
    SHAPES,
    Shape,
    after,
    differences,
    emulated,
    on_gpu,
    runs_of,
)
from differential.harness import assert_same_bits
from differential.models import NETWORKS
from differential.test_golden_states import BUILDERS, _plain, _seen
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated

import ranvier as rv
from ranvier.passes.pipelines import ONE_BLOCK

STEPS, FEW = 12, 6
"""Steps of networks; of random ones there are many."""

MANY_INSTRUCTIONS = {"exact_synapses": 1}
"""Steps of networks with exponentials of matrices.

Each takes millions of instructions.
"""

FAMILY = BUILDERS | NETWORKS
"""All networks that the CPU is tested with."""


BLOCK = ({"pipeline": ONE_BLOCK}, {"opt": 0})
"""Ways to programs of one block."""


def network(name: str, **settings: Any) -> rv.Network:
    """A network whose draws are numbers."""
    with explicit(list(FAMILY).index(name)):
        net = FAMILY[name]()
    net.config(**settings)
    return net


def seen(name: str, target: str, **settings: Any) -> dict[str, str]:
    """All that a user sees of a network after some steps."""
    return after(partial(network, name, **settings), [FEW], target)


def steps(name: str) -> int:
    """The number of steps of a network."""
    few = name.startswith("random_1") or name not in BUILDERS
    return MANY_INSTRUCTIONS.get(name, FEW if few else STEPS)


def shapes(number: int) -> tuple[Shape, ...]:
    """Grids of the network with this number, at night all."""
    return SHAPES if NIGHTLY else (SHAPES[number % len(SHAPES)],)


@pytest.mark.parametrize(
    ("name", "shape"), [(name, each) for at, name in enumerate(FAMILY) for each in shapes(at)]
)
def test_the_family(name: str, shape: Shape) -> None:
    """All of it on grids, in several runs."""
    number, count = list(FAMILY).index(name), steps(name)
    meant = after(partial(network, name), [count], "cpu")
    with on_gpu(number, shape):
        found = after(partial(network, name), runs_of(count, number), "cuda")
    assert not differences(meant, found)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (name, how)
        for at, name in enumerate(FAMILY)
        for each, how in enumerate(BLOCK)
        if NIGHTLY or at % 6 == 3 * each
    ],
)
def test_the_family_as_one_block(name: str, how: dict[str, Any]) -> None:
    """Some of them, at night all."""
    number, count = list(FAMILY).index(name), steps(name)
    meant = after(partial(network, name), [count], "cpu")
    with on_gpu(number):
        found = after(partial(network, name), runs_of(count, number), "cuda", **how)
    assert not differences(meant, found)


@pytest.mark.parametrize("name", ["coba", "delayed_spikes", "learning_rates"])
@pytest.mark.parametrize("setting", ["dtype", "synapse_dtype"])
def test_single_precision(setting: str, name: str) -> None:
    """Of all numbers, or of those of synapses only."""
    meant = seen(name, "cpu", **{setting: "float32"})
    with simulated(emulated(), ["cuda-bindings"]):
        assert seen(name, "cuda", **{setting: "float32"}) == meant


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_everything_in_one_network(dtype: str) -> None:
    def run(target: str) -> dict[str, str]:
        net = everything(Setting(dtype=dtype), None)
        net.compile(target=target)
        net.simulate(FEW * net.dt)
        return {name: _plain(value) for name, value in _seen(net).items()}

    meant = run("cpu")
    with simulated(emulated(), ["pycuda"]) as driver:
        assert run("cuda") == meant
        assert any(name == "cuLaunchKernel" for name, _ in driver.calls)


def build() -> rv.Network:
    """Noise, delays, learning, rates and recordings."""
    net = rv.Network(dt=0.5, seed=5)
    cells = rv.Neuron(
        parameters="tau = 10.0 : population",
        equations="tau * dv/dt = Uniform(0.0, 4.0) - v + g_exc",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    source, target = net.create(30, cells, name="source"), net.create(20, cells, name="target")
    net.connect(source, target, "exc", rv.STDP()).fixed_probability(
        0.3, weights=rv.Uniform(0.0, 1.0), delays=rv.Uniform(1.0, 2.5)
    )
    rates = net.create(10, rv.Neuron(equations="r = 0.5*r + sum(exc) + 0.1"), name="rates")
    net.connect(rates, rates, "exc").all_to_all(rv.Uniform(0.0, 0.1))
    net.monitor(target, ["v", "spike"], name="recording")
    net.monitor(rates[2:5], "r", period=1.5, name="some")
    return net


def story(net: Any, folder: Path) -> list[Any]:
    """All that users see while they do this and that."""
    found: list[Any] = []

    def look(each: Any = net) -> None:
        for owner in (*each.populations, *each.projections):
            found.extend(getattr(owner, name) for name in owner.attributes)
        found.extend([each.populations[2].sum("exc"), each.current_step])

    net.simulate(4.0)
    look()
    net.get_population("source").v = np.linspace(0.0, 0.9, 30)
    net.get_population("target")[3:9].v = 0.25
    net.get_population("source").tau = 7.5
    net.projections[0].dendrite(net.projections[0].post_ranks[0]).w = 0.5
    net.simulate(2.5)
    look()
    net.save(folder / "state.npz")
    other = net.copy()
    other.simulate(1.5)
    look(other)
    net.current_step = 10**9
    net.simulate(1.5)
    look()
    net.load(folder / "state.npz")
    net.simulate(1.5)
    look()
    found += [net.get_monitor("recording").get(), net.get_monitor("some").get()]
    net.monitor(net.get_population("source"), "spike", name="later")
    net.step()
    look()
    net.reset(projections=True, synapses=True)
    net.simulate(2.0)
    look()
    return [*found, net.get_monitor("later").get()]


def same(one: Any, other: Any, where: str) -> None:
    """The same bits, however deep."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            same(one[name], other[name], f"{where} {name}")
    elif isinstance(one, list):
        assert len(one) == len(other)
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            same(mine, theirs, f"{where} {number}")
    else:
        assert_same_bits(np.asarray(one), np.asarray(other), where)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_whole_interface(package: str, tmp_path: Path) -> None:
    net = build()
    net.compile()
    meant = story(net, tmp_path)
    with simulated(emulated(), [package]) as driver:
        net = build()
        net.config(paradigm="cuda")
        net.compile()
        found = story(net, tmp_path)
        same(meant, found, package)
        del net
        assert_nothing_left(driver)


def alternately(target: str) -> list[dict[str, str]]:
    """All that a user sees of two networks that take turns."""
    nets = []
    for name in ("coba", "learning_rates"):
        with explicit(list(BUILDERS).index(name)):
            nets.append(BUILDERS[name]())
        nets[-1].config(num_threads=None)
        nets[-1].compile(target=target)
    for steps in (3, 1, 2):
        for net in nets:
            net.simulate(steps * net.dt)
    return [{name: _plain(value) for name, value in _seen(net).items()} for net in nets]


@pytest.mark.parametrize("package", PACKAGES)
def test_two_networks_on_one_device(package: str) -> None:
    meant = alternately("cpu")
    with simulated(emulated(), [package]) as driver:
        found = alternately("cuda")
    assert found == meant
    assert driver.devices[0].retained <= 1
    assert_nothing_left(driver)


def test_states_go_from_one_target_to_the_other(tmp_path: Path) -> None:
    """Each goes on with a state of the other."""

    def run(first: str, second: str) -> list[Any]:
        nets = [build(), build()]
        for net, target in zip(nets, (first, second), strict=True):
            net.compile(target=target)
        nets[0].simulate(3.0)
        nets[0].save(tmp_path / f"{first}.npz")
        nets[1].load(tmp_path / f"{first}.npz")
        nets[1].simulate(2.0)
        return [_plain(value) for value in _seen(nets[1]).values()]

    meant = run("cpu", "cpu")
    with simulated(emulated(), ["cuda-bindings"]) as driver:
        assert run("cpu", "cuda") == meant
        assert run("cuda", "cpu") == meant
        assert_nothing_left(driver)


@pytest.mark.parametrize("target", ["cpu", "cuda"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_denormal_numbers(dtype: str, target: str) -> None:
    """Kept on a GPU in double precision, zeros elsewhere."""
    net = rv.Network(dt=1.0)
    net.config(dtype=dtype)
    cells = net.create(3, rv.Neuron(equations="r = 0.5*r"))
    with simulated(emulated(), ["cuda-bindings"]):
        net.compile(target=target)
        cells.r = least = np.finfo(dtype).tiny
        net.step()
        kept = (dtype, target) == ("float64", "cuda")
        assert_same_bits(cells.r, np.full(3, least / 2 if kept else 0.0, dtype), target)
