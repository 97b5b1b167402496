"""The interpreters of loops and networks agree bit for bit."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, interpreted, without
from differential.random_networks import random_network
from samples.seed_levels import NETWORKS

import ranvier as rv
from ranvier.ir.dialects import loops
from ranvier.ir.parser import parse
from ranvier.ir.spec import check_level

STEPS = 4
SEEDS = range(int(os.environ.get("RANVIER_TEST_SEEDS", "6")))
ABOVE = ("discretize", "@equations", "@equations,@sparsity")
"""Before and after passes moved variables.

They also chose what kernels will be.
"""


def _check(network: rv.Network, above: str, steps: int = STEPS) -> Lowered:
    lowered = Lowered(network).run(above)
    meant = interpreted(lowered, steps)
    lowered.run("lower-equations{share=true}")
    check_level(lowered.module, "loops")
    text = str(lowered.module)
    assert str(parse(text)) == text
    found = differences(meant, interpreted(lowered, steps))
    assert not found, found[:3]
    return lowered


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks(seed: int, above: str) -> None:
    _check(random_network(seed), above)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_published_networks(name: str) -> None:
    _check(NETWORKS[name](), "@equations,@sparsity", steps=2)


def test_native_code_agrees() -> None:
    network = random_network(3)
    lowered = _check(network, "discretize")
    native = Lowered(network).run(without("@lowering", "expand-math"))
    found = differences(interpreted(lowered, STEPS), executed(native, STEPS, native=True))
    assert not found, found[:3]


def _decoding(net: rv.Network) -> None:
    """Weights are multiples of 1/4: sums are exact in any order."""
    spikes = net.create(20, rv.Neuron(equations="v = v + 0.3", spike="v > 1.0", reset="v = 0.0"))
    spikes.v = np.linspace(0.0, 1.0, 20)
    rates = net.create(5, rv.Neuron(equations="r = sum(exc)"))
    decoding = rv.DecodingProjection(spikes, rates, "exc", window=4.0, network=net)
    decoding.fixed_number_pre(7, weights=0.25)
    net.monitor(rates, ["r", "sum(exc)"])


def _delayed_learning(net: rv.Network) -> None:
    """Learning reads pre neurons one step newer than transmission does."""
    cells = net.create(9, rv.Neuron(equations="r = 0.5 * r + sum(exc) + 0.01 * t"))
    cells.r = np.linspace(-1.0, 1.0, 9)
    oja = rv.Synapse(equations="4.0 * dw/dt = pre.r * post.r - w : min=-1.0, max=1.0")
    projection = net.connect(cells, cells, "exc", oja)
    projection.all_to_all(weights=rv.Uniform(0.0, 0.1), delays=rv.Uniform(1.0, 4.0))


def _gathering(net: rv.Network) -> None:
    """Many delays of spikes that only add."""
    cells = net.create(
        12,
        rv.Neuron(equations="dv/dt = 0.2 - v * 0.01 + g_exc", spike="v > 1.0", reset="v = 0.0"),
    )
    cells.v = np.linspace(0.0, 0.99, 12)
    net.connect(cells, cells, "exc").all_to_all(
        weights=rv.Uniform(0.0, 0.1), delays=rv.Uniform(1.0, 5.0)
    )


@pytest.mark.parametrize("build", [_decoding, _delayed_learning, _gathering])
@pytest.mark.parametrize("above", ABOVE)
def test_special_projections(build: Callable[[rv.Network], None], above: str) -> None:
    network = rv.Network(dt=1.0, seed=3)
    build(network)
    _check(network, above, steps=12)


def test_tasks_of_one_kind_are_copies() -> None:
    """Equations of a hundred populations of one type are lowered once."""
    network = rv.Network(dt=1.0)
    neuron = rv.Neuron(equations="r = 0.5 * r")
    for _ in range(100):
        network.create(3, neuron)
    lowered = Lowered(network).run("discretize,lower-equations{share=true}")
    tasks: list[Any] = [op for op in lowered.module.ops if isinstance(op, loops.Step)]
    updates = tasks[0].tasks
    assert [task.owner for task in updates[:2]] == ["pop0", "pop1"]
    assert len({id(task.as_original()) for task in updates}) == 1
