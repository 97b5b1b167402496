"""Copies and pickles of networks and of their parts.

They are equal, independent, and go on alike.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.models import NETWORKS

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

Copy = Callable[[rv.Network], rv.Network]


def pickled(thing: Any) -> Any:
    """A copy through bytes and back."""
    return pickle.loads(pickle.dumps(thing))


COPIES: dict[str, Copy] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "method": rv.Network.copy,
    "pickle": pickled,
    "old-pickle": lambda net: pickle.loads(pickle.dumps(net, protocol=0)),
    "pickled-part": lambda net: pickled(net.populations[-1]).network,
    "copied-part": lambda net: copy.deepcopy(net.populations[0]).network,
}


def state(net: rv.Network) -> dict[str, Any]:
    """Everything the next step depends on."""
    compiled: Any = net._execution.program
    found: dict[str, Any] = compiled.state()
    return found


def assert_alike(one: rv.Network, other: rv.Network) -> None:
    """Same state and same recordings, bit for bit."""
    first, second = state(one), state(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        np.testing.assert_array_equal(second[name], values, err_msg=name)
    for mine, its in zip(one.monitors, other.monitors, strict=True):
        assert mine.variables == its.variables
        for name in mine.variables:
            kept, found = mine.get(name, keep=True), its.get(name, keep=True)
            if name == "spike":
                assert found == kept
            else:
                np.testing.assert_array_equal(found, kept)
        assert its.times() == mine.times()


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_every_kind_go_on_alike(name: str) -> None:
    """After the copy both compute the same.

    40 steps, copied after 20, are 40 steps in one go.
    """
    net, whole = NETWORKS[name](), NETWORKS[name]()
    for each in (net, whole):
        last = each.populations[-1]
        what = ["spike"] if last.kind == "spike" else ["r"]
        each.monitor(last, what)
        each.compile()
    net.simulate(20 * net.dt)
    duplicate = pickled(net)
    assert_alike(net, duplicate)
    for each in (net, duplicate):
        each.simulate(20 * net.dt)
    whole.simulate(40 * net.dt)
    assert_alike(whole, net)
    assert_alike(whole, duplicate)


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("running", [False, True])
def test_every_way_to_copy(how: str, running: bool) -> None:
    """A copy starts at the step of its network.

    Neither changes the other.
    """
    net = NETWORKS["spike_timing"]()
    if running:
        net.compile()
        net.simulate(10 * net.dt)
    duplicate = COPIES[how](net)
    assert type(duplicate) is type(net)
    assert duplicate is not net
    assert duplicate.compiled == running
    assert duplicate.seed == net.seed
    if running:
        before = state(net)
        duplicate.simulate(10 * net.dt)
        for name, values in state(net).items():
            np.testing.assert_array_equal(values, before[name])
    else:
        duplicate.compile()
        duplicate.simulate(20 * net.dt)
        assert not net.compiled
        net.compile()
        net.simulate(10 * net.dt)
    net.simulate(10 * net.dt)
    assert_alike(net, duplicate)


def test_without_a_seed_both_go_on_alike() -> None:
    """A seed is drawn before the copy.

    Nobody asked for it yet.
    """
    net = rv.Network()
    net.create(20, rv.Neuron(equations="r = Uniform(0.0, 1.0)"))
    duplicate = net.copy()
    for each in (net, duplicate):
        each.compile()
        each.simulate(3)
    assert_alike(net, duplicate)


CONNECTORS: dict[str, Callable[[rv.Projection], object]] = {
    "all_to_all": lambda p: p.all_to_all(rv.Uniform(0.0, 1.0), delays=rv.Uniform(1.0, 4.0)),
    "many_weights": lambda p: p.all_to_all(1.5, force_multiple_weights=True),
    "one_to_one": lambda p: p.one_to_one(2.0),
    "fixed_probability": lambda p: p.fixed_probability(0.5, weights=rv.Normal(0.0, 1.0)),
    "fixed_number_pre": lambda p: p.fixed_number_pre(3, weights=1.0),
    "fixed_number_post": lambda p: p.fixed_number_post(3, weights=1.0),
    "from_matrix": lambda p: p.from_matrix(np.arange(36.0).reshape(6, 6)),
    "from_function": lambda p: p.from_function(_diagonal),
    "own_generator": lambda p: p.all_to_all(
        rv.Uniform(0.0, 1.0, rng=np.random.default_rng(3)),
        delays=rv.Uniform(1.0, 4.0, rng=np.random.default_rng(4)),
    ),
}


def _diagonal(pre: Any, post: Any) -> rv.CSR:
    found = rv.CSR()
    for rank in range(post.size):
        found.add(rank, [rank], [0.5 * rank], [2.0])
    return found


def _delays(projection: rv.Projection) -> Any:
    """The delays of all synapses.

    One number if all share it.
    """
    found = projection.delay
    return np.concatenate(found) if isinstance(found, list) else found


@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("looked", [False, True])
def test_connectivity_is_the_same(connector: str, looked: bool) -> None:
    """Synapses, weights and delays, whether or not they were drawn before."""
    net = rv.Network(dt=1.0, seed=8)
    pop = net.create(6, rv.Neuron(equations="r = sum(exc)"))
    projection = net.connect(pop, pop, "exc")
    CONNECTORS[connector](projection)
    if looked:
        assert projection.nb_synapses
    duplicate = pickled(net).projections[0]
    assert duplicate.nb_synapses == projection.nb_synapses
    for mine, its in zip(projection, duplicate, strict=True):
        np.testing.assert_array_equal(its.pre_ranks, mine.pre_ranks)
        np.testing.assert_array_equal(its.w, mine.w)
    np.testing.assert_array_equal(_delays(duplicate), _delays(projection))


def test_parts_that_are_copied_together_belong_together() -> None:
    """A container of a network and its parts is copied whole.

    Its copy holds the copied network and its parts.
    """
    net = NETWORKS["views_and_self"]()
    net.compile()
    pop, projection = net.populations[0], net.projections[0]
    monitor = net.monitor(pop, pop.variables[:1])
    things: dict[str, Any] = {
        "pop": pop,
        "net": net,
        "view": pop[1:3],
        "neuron": pop.neuron(2),
        "projection": projection,
        "dendrite": projection.dendrite(projection.post_ranks[0]),
        "monitor": monitor,
    }
    for found in (pickled(things), copy.deepcopy(things)):
        copied = found["net"]
        assert copied is not net
        assert found["pop"] is copied.populations[0]
        assert found["view"].population is found["pop"]
        assert found["neuron"].rank == 2
        assert found["projection"] is copied.projections[0]
        assert found["dendrite"]._projection is found["projection"]
        assert found["monitor"] is copied.monitors[-1]
        copied.simulate(2 * net.dt)
        assert len(found["monitor"].get(monitor.variables[0])) == 2
    assert net.current_step == 0


class Column(rv.Network):
    """A network of a user's own class, which remembers its parts."""

    def __init__(self, size: int) -> None:
        self.cells = self.create(size, rv.Neuron(parameters="a = 2.0", equations="r += a"))
        self.half = self.cells[: size // 2]
        self.recording = self.monitor(self.half, "r")


def test_subclasses_keep_what_they_remember() -> None:
    """Attributes of a user's class name parts of the copy.

    In the original they name its parts.
    """
    net = Column(6, dt=0.5, seed=2)  # type: ignore[call-arg]
    net.cells.a = np.arange(6.0)
    duplicate = copy.deepcopy(net)
    assert type(duplicate) is Column
    assert duplicate.cells is duplicate.populations[0]
    assert duplicate.half.population is duplicate.cells
    assert duplicate.recording is duplicate.monitors[0]
    duplicate.compile()
    duplicate.simulate(1.0)
    np.testing.assert_array_equal(duplicate.recording.get("r")[-1], [0.0, 2.0, 4.0])
    np.testing.assert_array_equal(duplicate.cells.a, np.arange(6.0))
    assert not net.compiled


def test_monitors_made_after_compile_are_in_the_copy() -> None:
    """Monitors that the program does not know yet are copied."""
    net = rv.Network(dt=1.0, seed=2)
    pop = net.create(3, rv.Neuron(equations="r += 1.0"))
    net.compile()
    net.simulate(2)
    net.monitor(pop, "r", name="late")
    duplicate = pickled(net)
    for each in (net, duplicate):
        each.simulate(2)
        np.testing.assert_array_equal(each.get_monitor("late").get("r")[:, 0], [3.0, 4.0])


def test_a_copy_takes_threads_and_options_along() -> None:
    """Settings, options of compile() and learning that was switched off."""
    net = NETWORKS["spike_timing"]()
    net.config(method="exponential")
    net.compile(num_threads=2, opt=0)
    net.projections[0].disable_learning()
    duplicate = net.copy()
    assert duplicate.options == net.options
    assert duplicate.options is not net.options
    assert not duplicate.projections[0].plasticity
    for each in (net, duplicate):
        each.simulate(5 * net.dt)
    assert_alike(net, duplicate)


def test_what_is_not_copied_alone_says_so() -> None:
    """The refusal is at the user's line, with the way out."""
    net = NETWORKS["spike_timing"]()
    net.monitor(net.populations[0], "spike")
    compiled = net.compile()
    for part in (net.populations[0], net.projections[0], net.monitors[0]):
        with pytest.raises(ModelError, match=r"net\.copy\(\)") as caught:
            copy.copy(part)
        assert __file__ in str(caught.value)
    for wrong in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ModelError, match=r"net\.copy\(\)"):
            wrong(compiled)


def test_definitions_are_shared() -> None:
    """Neurons and synapses never change; pickled ones make equal populations."""
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = 1.0 - r")
    assert copy.deepcopy(neuron) is neuron
    assert copy.copy(neuron) is neuron
    net = rv.Network(dt=1.0)
    both = [net.create(2, neuron), net.create(2, pickled(neuron))]
    net.compile()
    net.simulate(5)
    np.testing.assert_array_equal(both[0].r, both[1].r)
    assert both[0].r[0] > 0


def test_models_that_hold_all_of_the_language_are_pickled() -> None:
    """Locations, functions, distributions, flags: every model of the networks here."""
    for build in NETWORKS.values():
        net = build()
        for owner in (*net.populations, *net.projections):
            assert pickled(owner.model) == owner.model


SCRIPT = Path(__file__).with_name("copies_in_processes.py")


@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver", "joblib", "cloudpickle", "dask"])
def test_other_processes(how: str) -> None:
    """Workers of every kind continue a running network.

    They do so as the process that sent it.
    """
    if how in ("joblib", "cloudpickle"):
        pytest.importorskip(how)
    if how == "dask":
        pytest.importorskip("distributed")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), how], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["alike"] * 3
