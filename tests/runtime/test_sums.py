"""Weighted sums at run time.

What the user writes counts, whatever form was compiled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv

LEAKY = rv.Neuron(
    parameters="tau = 10.0 : population; b = 0.5",
    equations="tau*dr/dt + r = b + sum(exc) : min=0.0",
)


def recurrent(opt: int, threads: int = 1, **options: Any) -> Any:
    net = rv.Network(dt=1.0, seed=11)
    net.config(num_threads=threads)
    pop = net.create(83, LEAKY)
    pop.b = np.linspace(-1.0, 2.0, 83)
    projection = net.connect(pop[3:70], pop[17:83], "exc").all_to_all(weights=0.01, **options)
    net.compile(opt=opt)
    return net, pop, projection


@pytest.mark.parametrize("self_too", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_weights_that_are_equal_no_longer(self_too: bool, threads: int) -> None:
    plain = recurrent(0, allow_self_connections=self_too)
    mine = recurrent(1, threads, allow_self_connections=self_too)
    count = plain[2].nb_synapses
    weights = np.random.default_rng(3).uniform(-0.01, 0.02, count)
    for net, _, projection in (plain, mine):
        assert projection.w == 0.01
        net.simulate(7.0)
        projection.w = _rows(projection, weights)
        net.simulate(7.0)
        projection.w = 0.02
        net.simulate(7.0)
    np.testing.assert_array_equal(plain[1].r, mine[1].r)


def test_weights_read_back_as_written() -> None:
    _, _, projection = recurrent(1, allow_self_connections=False)
    weights = np.random.default_rng(3).uniform(-0.01, 0.02, projection.nb_synapses)
    projection.w = _rows(projection, weights)
    found = np.concatenate([dendrite.w for dendrite in projection])
    np.testing.assert_array_equal(found, weights)


def test_state_is_kept_through_a_file(tmp_path: Path) -> None:
    net, pop, projection = recurrent(1)
    net.simulate(5.0)
    projection.w = _rows(projection, np.linspace(0.0, 0.01, projection.nb_synapses))
    net.simulate(5.0)
    net.save(tmp_path / "state.npz")
    net.simulate(6.0)
    again, population, _ = recurrent(1, 2)
    again.load(tmp_path / "state.npz")
    again.simulate(6.0)
    np.testing.assert_array_equal(pop.r, population.r)


def _rows(projection: Any, weights: Any) -> list[Any]:
    """Weights per dendrite, as ``projection.w`` takes them."""
    ends = np.cumsum([dendrite.size for dendrite in projection])
    return np.split(weights, ends[:-1])


def driven(opt: int, threads: int = 1) -> Any:
    """Rates that the user sets drive a chain.

    So do rates that follow from parameters.
    """
    net = rv.Network(dt=1.0, seed=5)
    net.config(num_threads=threads)
    given = net.create(70, rv.Neuron(parameters="r = 0.5"))
    derived = net.create(64, rv.Neuron(parameters="b = 0.5", equations="a = 2.0 * b\nr = a * a"))
    given.r, derived.b = np.linspace(0.0, 1.0, 70), np.linspace(-1.0, 1.0, 64)
    chain = [net.create(size, LEAKY) for size in (83, 90, 75)]
    small = rv.Uniform(-0.02, 0.04)
    net.connect(given, chain[0], "exc").all_to_all(weights=small)
    net.connect(given[3:50], chain[0][5:60], "exc").all_to_all(weights=small)
    net.connect(chain[0], chain[1], "exc").all_to_all(weights=small)
    net.connect(given, chain[2], "exc").all_to_all(weights=0.01)
    net.connect(chain[0], chain[2], "exc").all_to_all(weights=small)
    net.connect(derived, chain[1], "exc").fixed_probability(0.4, weights=small)
    second = net.create(70, LEAKY)
    net.connect(derived, second, "exc").fixed_probability(0.4, weights=small)
    net.connect(given, second, "exc").one_to_one(weights=0.3)
    return net, given, derived, [*chain, second], net.compile(opt=opt)


@pytest.mark.parametrize("threads", [1, 2])
def test_inputs_that_only_the_user_changes(threads: int) -> None:
    plain, mine = driven(0), driven(1, threads)
    assert "constant_sum" in mine[4].ir("kernels")
    for steps, factor in ((20, 1.0), (1, 0.5), (1, 2.0), (7, 3.0), (30, 0.0), (13, 1.5)):
        for net, given, derived, *_ in (plain, mine):
            given.r = np.linspace(0.0, factor, 70)
            derived.b = np.linspace(-factor, 1.0, 64)
            if factor == 3.0:
                net.projections[0].w = 0.02
            net.simulate(float(steps))
        for one, other in zip(plain[3], mine[3], strict=True):
            np.testing.assert_array_equal(one.r, other.r)
            np.testing.assert_array_equal(one.sum("exc"), other.sum("exc"))


def test_what_is_said_of_inputs() -> None:
    report = driven(1)[4].report
    remarks = [r for r in report.remarks if r.pass_name == "constant-inputs"]
    assert {r.subject for r in remarks if r.applied} == {
        "proj0",
        "proj1",
        "proj3",
        "proj6",
        "proj7",
    }
    reasons = {r.subject: r.reason for r in remarks if not r.applied}
    late = "another sum of its target comes first"
    assert reasons == {"proj2": "pre.r changes", "proj4": "pre.r changes", "proj5": late}


RECTIFIED = rv.Neuron(
    parameters="tau = 5.0 : population; b = 0.5",
    equations="tau*dr/dt + r = b + sum(exc) : min=0.0",
)


def mostly_silent(opt: int, threads: int = 1, self_too: bool = True, delays: float = 0.0) -> Any:
    net = rv.Network(dt=1.0, seed=12)
    net.config(num_threads=threads)
    pop = net.create(90, RECTIFIED)
    pop.b = np.where(np.arange(90) % 7 == 3, 0.5, -1.0)
    projection = net.connect(pop[2:83], pop[5:], "exc")
    weights = rv.Uniform(-0.02, 0.03)
    projection.all_to_all(weights=weights, allow_self_connections=self_too, delays=delays)
    return net, pop, projection, net.compile(opt=opt)


@pytest.mark.parametrize("delays", [0.0, 3.0])
@pytest.mark.parametrize("self_too", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_silent_neurons_are_left_out(threads: int, self_too: bool, delays: float) -> None:
    plain = mostly_silent(0, 1, self_too, delays)
    mine = mostly_silent(1, threads, self_too, delays)
    assert "active_count" in mine[3].ir("kernels")
    for drive in (0.0, 0.4, 5.0, -1.0):  # few, some, all, none
        for net, pop, _, _ in (plain, mine):
            net.simulate(9.0)
            pop.b = pop.b + drive
    np.testing.assert_array_equal(plain[1].r, mine[1].r)
    np.testing.assert_array_equal(plain[1].sum("exc"), mine[1].sum("exc"))


def test_zero_times_infinity_is_not_left_out() -> None:
    plain, mine = mostly_silent(0), mostly_silent(1)
    weights = np.full(plain[2].nb_synapses, 0.01)
    weights[17] = np.inf
    for net, pop, projection, compiled in (plain, mine):
        net.simulate(20.0)
        assert (pop.r == 0.0).mean() > 0.5
        compiled.write(projection.name, "w", weights)  # users cannot set them, learning can
        net.simulate(1.0)
    assert np.isnan(mine[1].sum("exc")).any()
    np.testing.assert_array_equal(plain[1].sum("exc"), mine[1].sum("exc"))


def learning(opt: int, threads: int = 1) -> Any:
    """Learning by the rates of both ends.

    There are variables of dendrites and of the projection.
    """
    net = rv.Network(dt=1.0, seed=21)
    net.config(num_threads=threads)
    one, other = net.create(50, LEAKY), net.create(83, LEAKY)
    one.b, other.b = np.linspace(0.0, 1.0, 50), np.linspace(0.5, -0.2, 83)
    synapse = rv.Synapse(
        parameters="eta = 0.02 : projection",
        equations="""
            20.0 * dscale/dt = 1.0 - scale : projection
            8.0 * dtheta/dt + theta = post.r ^ 2 : postsynaptic, exponential
            dw/dt = eta * scale * (post.r * pre.r - theta * w) : min=0.0, max=1.0
        """,
    )
    weights = rv.Uniform(0.0, 0.02)
    for pre, post in ((one, other), (other, other), (other, one)):
        net.connect(pre, post, "exc", synapse).all_to_all(weights=weights)
    net.connect(one, other, "exc", rv.Hebb(eta=0.01)).fixed_number_pre(20, weights=weights)
    return net, one, other, net.compile(opt=opt)


@pytest.mark.parametrize("threads", [1, 2])
def test_learning_in_one_pass_with_sums(threads: int) -> None:
    plain, mine = learning(0), learning(1, threads)
    assert "fused_learning" in mine[3].ir("kernels")
    for number, steps in enumerate((1, 1, 9, 2, 17)):
        for net, one, _, _ in (plain, mine):
            net.simulate(float(steps))
            if number == 1:
                net.projections[0].w = 0.01
                one.r = 0.3
            if number == 2:
                net.projections[1].disable_learning()
                net.projections[2].enable_learning(period=3.0, offset=1.0)
        for mine_, theirs in zip(mine[0].projections, plain[0].projections, strict=True):
            for row, expected in zip(mine_.w, theirs.w, strict=True):
                np.testing.assert_array_equal(row, expected)
        for name in (1, 2):
            np.testing.assert_array_equal(mine[name].r, plain[name].r)
            np.testing.assert_array_equal(mine[name].sum("exc"), plain[name].sum("exc"))
