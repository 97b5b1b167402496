"""Programs of launches compute the bits of programs with barriers.

A program for one block is cut at its barriers into launches of that block. What may follow in any
order without a barrier still does; what a barrier kept apart is in launches of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from differential.explicit import explicit
from differential.gpus import emulated
from differential.test_cuda import FAMILY
from differential.test_golden_states import _plain, _seen
from fakes.cuda_driver.installed import assert_nothing_left, simulated

import ranvier as rv
from ranvier.passes.pipelines import kernels
from ranvier.runtime.device.cuda import graphs, grid

CUT = ",".join(
    [
        "@equations",
        "@sparsity",
        *(each.replace("place-barriers", "place-barriers{intervals=false}") for each in kernels()),
        "@block",
        "place-launches",
    ]
)
"""The pipeline of one block, cut into launches."""

GRID = "@equations,@grid-sparsity,@steps,uniform-first,@grid,@block"
"""The pipeline of grids."""

STEPS = 6

SOME = (
    *("coba", "rate_coded", "hybrid", "several_spiking_populations", "delayed_spikes"),
    *("delayed_rates", "learning_rates", "spike_timing", "brunel", "random_103"),
)
"""Networks with barriers of all kinds."""


def seen(name: str, target: str, **how: Any) -> dict[str, str]:
    """All that a user sees of a network after two runs."""
    with explicit(list(FAMILY).index(name)):
        net = FAMILY[name]()
    net.config(num_threads=None)
    net.compile(target=target, **how)
    net.simulate(2 * net.dt)
    net.simulate((STEPS - 2) * net.dt)
    return {name: _plain(value) for name, value in _seen(net).items()}


@pytest.mark.parametrize("name", SOME)
def test_launches_of_one_block(name: str) -> None:
    """PyCUDA begins them one by one."""
    number = list(FAMILY).index(name)
    meant = seen(name, "cpu")
    with simulated(emulated(number), ["pycuda"]) as driver:
        found = seen(name, "cuda", pipeline=CUT)
    assert found == meant
    assert "cuLaunchKernel" in [call[0] for call in driver.calls]
    assert_nothing_left(driver)


@pytest.mark.parametrize("pipeline", [CUT, GRID], ids=["block", "grid"])
@pytest.mark.parametrize("name", SOME)
def test_graphs(name: str, pipeline: str) -> None:
    """Two steps are a graph. The emulator looks for races of launches in no order."""
    number = list(FAMILY).index(name)
    meant = seen(name, "cpu")
    with (
        simulated(emulated(number), ["cuda-bindings"]) as driver,
        graphs.fixed(2),
        grid.fixed(3, 64),
    ):
        found = seen(name, "cuda", pipeline=pipeline)
    assert found == meant
    assert "cuGraphLaunch" in [call[0] for call in driver.calls]
    assert_nothing_left(driver)


def ring(count: int) -> rv.Network:
    """Populations of one kind, each with spikes to the next."""
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(
        parameters="tau = 10.0",
        equations="tau*dv/dt = 2 - v + g_exc",
        spike="v > 1",
        reset="v = 0",
    )
    cells = [net.create(40, neuron) for _ in range(count)]
    for one, other in zip(cells, [*cells[1:], cells[0]], strict=True):
        one.v = rv.Uniform(0.0, 1.0)
        synapses = net.connect(one, other, "exc")
        synapses.fixed_probability(0.2, weights=rv.Uniform(0.0, 0.5))
    net.monitor(cells[0], ["v", "spike"])
    return net


@pytest.mark.parametrize("shape", [(1, 32), (3, 64), (9, 32), (5, 96)])
def test_populations_of_one_kind_at_once(shape: tuple[int, int]) -> None:
    """Threads are turned by population, on large and small grids."""

    def run(target: str, **how: Any) -> tuple[dict[str, str], str]:
        with explicit(0):
            net = ring(6)
        net.compile(target=target, **how)
        net.simulate(10.0)
        said = str(net.explain())
        return {name: _plain(value) for name, value in _seen(net).items()}, said

    meant, _ = run("cpu")
    with simulated(emulated(sum(shape)), ["pycuda"]), grid.fixed(*shape):
        found, said = run("cuda", pipeline=GRID)
    assert found == meant
    assert said.count("6 kernels at once") == 3
