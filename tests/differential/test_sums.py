"""Weighted sums over regular connectivity have the same bits.

Whatever way they are taken.

Each network runs as ``net`` says in the interpreter, as kernels in the interpreter, as machine code
on one and two threads, lowered only, and with one of the optimisations of sums left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier.passes.pipelines import LOWERING, OPTIMISED

STEPS = 20
FEW = 3
EXACT = without(OPTIMISED, "expand-math")
CHOICES = "@equations,@sparsity"
PASSES = (
    "tile-time",
    "share-sums",
    "constant-inputs",
    "slice-rows",
    "activity-sparsity",
    "fuse-learning",
    "initialise-sums",
)
"""Optimisations that may be left out."""

LEAKY = rv.Neuron(
    parameters="b = 0.1", equations="5.0 * dr/dt + r = b + sum(exc) - 0.1 * sum(inh) : max=2.0"
)
NETWORKS: dict[str, Callable[[], rv.Network]] = {}


def network(build: Callable[[], rv.Network]) -> Callable[[], rv.Network]:
    """Enter a function into the table."""
    NETWORKS[build.__name__] = build
    return build


def cells(net: rv.Network, size: int, name: str) -> Any:
    """A population with an input of its own to each neuron."""
    made = net.create(size, LEAKY, name=name)
    made.b = rv.Uniform(-0.5, 1.0)
    net.monitor(made, ["r", "sum(exc)"])
    return made


@network
def ranges() -> rv.Network:
    """All-to-all between parts of populations.

    They start and end inside a block or on a border.
    """
    net = rv.Network(dt=1.0, seed=3)
    one, other = cells(net, 83, "one"), cells(net, 70, "other")
    weights = rv.Uniform(-0.02, 0.05)
    net.connect(one[5:80], other[3:67], "exc").all_to_all(weights=weights)
    net.connect(one[16:], other[:32], "exc").all_to_all(weights=weights, delays=3.0)
    net.connect(one[:7], other[69], "exc").all_to_all(weights=weights)
    net.connect(one[20:30], other[33:39], "inh").all_to_all(
        weights=weights, delays=rv.DiscreteUniform(1, 4)
    )
    return net


@network
def not_itself() -> rv.Network:
    """No autapses: whole populations and ranges that overlap."""
    net = rv.Network(dt=1.0, seed=4)
    one = cells(net, 67, "one")
    weights = rv.Uniform(-0.02, 0.05)
    net.connect(one, one, "exc").all_to_all(weights=weights)
    net.connect(one[10:50], one[30:60], "exc").all_to_all(weights=weights)
    net.connect(one[30:60], one[10:50], "inh").all_to_all(weights=weights, delays=2.0)
    return net


@network
def one_weight() -> rv.Network:
    """All weights are equal, then not.

    Ranges, whole populations, delays, several operations.
    """
    net = rv.Network(dt=1.0, seed=7)
    one, other = cells(net, 83, "one"), cells(net, 70, "other")
    net.connect(one, other, "exc").all_to_all(weights=0.013)
    net.connect(one[5:80], other[3:67], "inh").all_to_all(weights=0.021, delays=3.0)
    net.connect(other, other, "exc").all_to_all(weights=0.011, allow_self_connections=True)
    for operation in ("mean", "max"):
        synapse = rv.Synapse(psp="sin(w * pre.r) + 0.1", operation=operation)
        net.connect(other[3:30], one[7:23], "exc", synapse).all_to_all(weights=0.7)
    return net


@network
def one_to_one() -> rv.Network:
    """Whole populations, and ranges shifted up and down.

    They lie inside one block and across several.
    """
    net = rv.Network(dt=1.0, seed=8)
    one, other = cells(net, 70, "one"), cells(net, 70, "other")
    weights = rv.Uniform(-0.5, 0.9)
    net.connect(one, other, "exc").one_to_one(weights=weights)
    net.connect(other[1:], one[:69], "exc").one_to_one(weights=0.3, delays=2.0)
    net.connect(one[3:9], other[20:26], "inh").one_to_one(weights=weights)
    net.connect(one[30:35], other[30:35], "inh").one_to_one(
        weights=weights, delays=rv.DiscreteUniform(1, 4)
    )
    for operation in ("mean", "min", "max"):
        synapse = rv.Synapse(psp="w * pre.r + 0.1 * post.r", operation=operation)
        net.connect(one[3:60], other[7:64], "inh", synapse).one_to_one(weights=weights)
    hebb = rv.Hebb(eta=0.01)
    net.connect(one[9:50], other[2:43], "exc", hebb).one_to_one(weights=weights)
    return net


@network
def inputs() -> rv.Network:
    """Rates of the user, or that follow from parameters.

    They come before others of their target.
    """
    net = rv.Network(dt=1.0, seed=9)
    given = net.create(70, rv.Neuron(parameters="r = 0.5"), name="given")
    derived = net.create(
        70,
        rv.Neuron(parameters="b = 0.5", equations="a = 2.0 * b\nr = sin(a) : min=0.1"),
        name="derived",
    )
    given.r, derived.b = rv.Uniform(0.0, 1.0), rv.Uniform(0.0, 1.0)
    one, other = cells(net, 83, "one"), cells(net, 70, "other")
    weights = rv.Uniform(-0.02, 0.05)
    net.connect(given, one, "exc").all_to_all(weights=weights)
    net.connect(given, one, "exc").all_to_all(weights=0.01)
    net.connect(one, other, "exc").all_to_all(weights=weights)
    net.connect(derived, other, "inh").fixed_probability(0.3, weights=weights)
    net.connect(given, other, "inh").fixed_number_pre(21, weights=weights)
    net.connect(given, one, "exc").all_to_all(weights=weights, delays=3.0)
    net.connect(derived, one[:70], "inh").one_to_one(weights=weights)
    return net


@network
def sparse_rows() -> rv.Network:
    """Rows of about the same length.

    They have weights, delays, operations and learning.
    """
    net = rv.Network(dt=1.0, seed=10)
    one, other = cells(net, 83, "one"), cells(net, 40, "other")
    weights = rv.Uniform(-0.2, 0.3)
    net.connect(one, other, "exc").fixed_number_pre(20, weights=weights)
    net.connect(one, other, "exc").fixed_number_pre(9, weights=0.01)
    net.connect(other, one, "exc").fixed_number_pre(9, weights=0.01, delays=3.0)
    net.connect(other, one[3:70], "inh").fixed_probability(
        0.5, weights=weights, delays=rv.DiscreteUniform(1, 4)
    )
    for operation in ("mean", "min", "max"):
        synapse = rv.Synapse(psp="w * pre.r + 0.1 * post.r", operation=operation)
        net.connect(one, other, "inh", synapse).fixed_number_pre(5, weights=weights)
    hebb = rv.Hebb(eta=0.01)
    net.connect(one, other, "exc", hebb).fixed_number_pre(11, weights=0.1)
    return net


@network
def operations() -> rv.Network:
    """mean, min and max over ranges, where padding must not count."""
    net = rv.Network(dt=1.0, seed=5)
    one = cells(net, 40, "one")
    for operation in ("mean", "min", "max"):
        synapse = rv.Synapse(psp="w * pre.r + 0.1 * post.r", operation=operation)
        net.connect(one[3:30], one[7:23], "exc", synapse).all_to_all(
            weights=rv.Uniform(0.5, 1.0), allow_self_connections=operation == "min"
        )
    return net


@network
def learning() -> rv.Network:
    """Weights of ranges learn, dendrites have variables.

    The net level keeps one per neuron.
    """
    net = rv.Network(dt=1.0, seed=6)
    one, other = cells(net, 37, "one"), cells(net, 21, "other")
    oja = rv.Synapse(
        parameters="eta = 0.02 : projection",
        equations="""
            8.0 * dtheta/dt + theta = post.r ^ 2 : postsynaptic, exponential
            dw/dt = eta * (post.r * pre.r - theta * w) : min=0.0
        """,
    )
    net.connect(one[2:20], other, "exc", oja).all_to_all(weights=rv.Uniform(0.0, 0.1))
    hebb = rv.Hebb(eta=0.01)
    net.connect(one[3:20], other[2:18], "exc", hebb).all_to_all(weights=0.1)
    net.connect(one[2:20], one, "exc", oja).all_to_all(weights=rv.Uniform(0.0, 0.1))
    return net


@pytest.mark.parametrize("name", NETWORKS)
def test_every_level_agrees(name: str) -> None:
    lowered = Lowered(NETWORKS[name]())
    meant = interpreted(lowered, STEPS)
    plain = Lowered(lowered.network).run(without(LOWERING, "expand-math"))
    assert not differences(_first(meant), executed(plain, FEW))
    assert not differences(meant, executed(plain, STEPS, native=True))
    native = executed(lowered.run(EXACT), STEPS, native=True)
    assert not differences(meant, native)
    assert not differences(native, executed(lowered, STEPS, threads=2, native=True))
    assert not differences(_first(native), executed(lowered, FEW))


@pytest.mark.parametrize("name", NETWORKS)
def test_without_a_pass(name: str) -> None:
    """Each of the passes, where it does anything."""
    network = NETWORKS[name]()
    chosen = str(Lowered(network).run(CHOICES).module)
    native = executed(Lowered(network).run(EXACT), STEPS, native=True)
    for left_out in PASSES:
        if str(Lowered(network).run(without(CHOICES, left_out)).module) != chosen:
            other = Lowered(network).run(without(EXACT, left_out))
            found = executed(other, STEPS, native=True)
            assert not differences(native, found), left_out


@pytest.mark.parametrize("name", ["sparse_rows", "inputs"])
def test_without_unrolled_gathers(name: str) -> None:
    """Ranks in vectors or one by one: the same elements."""
    network = NETWORKS[name]()
    one = Lowered(network).run(EXACT)
    other = Lowered(network).run(without(EXACT, "unroll-gathers"))
    assert "vector.from_elements" in str(one.module)
    assert "vector.gather" in str(other.module)
    native = executed(one, STEPS, native=True)
    assert not differences(native, executed(other, STEPS, threads=3, native=True))


def _first(trace: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: values[:FEW] for name, values in trace.items()}
