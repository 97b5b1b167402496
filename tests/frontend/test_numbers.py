"""Numbers that users give: one rule for every way in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from fakes.compiled import fake_compiler

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

RATE = rv.Neuron(
    parameters="b = 1.0 : local\nk = 2 : int, local\non = True : bool, local",
    equations="r = sum(exc) + b",
)
SPIKE = rv.Neuron(
    parameters="rest = 2.0 : local", equations="v = g_exc", spike="v > 1.0", refractory="rest"
)
NAN, INF = float("nan"), float("inf")


@pytest.fixture
def net() -> rv.Network:
    return rv.Network(seed=1)


def refused(call: Callable[[], Any], text: str) -> None:
    """The call raises a located error with this text."""
    with pytest.raises(ModelError, match=text) as caught:
        call()
    loc = caught.value.diagnostics[0].loc
    assert loc is not None
    place = spot(loc)
    assert place is not None
    assert place.file == __file__


def fill(post: Any, pre: Any, weight: Any = 1.0, delay: Any = 0.0) -> rv.LILConnectivity:
    made = rv.LILConnectivity()
    made.add(0, [0, 1], weight, delay)
    return made


CONNECTORS: dict[str, Callable[[Any, Any], Any]] = {
    "all_to_all": lambda p, w: p.all_to_all(w),
    "one_to_one": lambda p, w: p.one_to_one(w),
    "fixed_probability": lambda p, w: p.fixed_probability(0.5, w),
    "fixed_number_pre": lambda p, w: p.fixed_number_pre(1, w),
    "fixed_number_post": lambda p, w: p.fixed_number_post(1, w),
    "from_function": lambda p, w: p.from_function(fill, weight=w),
    "from_function with a list": lambda p, w: p.from_function(fill, weight=[w, w]),
    "w before compile": lambda p, w: setattr(p.all_to_all(1.0), "w", w),
    "set": lambda p, w: p.all_to_all(1.0).set({"w": w}),
    "dendrite": lambda p, w: setattr(p.all_to_all(1.0).dendrite(0), "w", w),
    "rows": lambda p, w: setattr(p.one_to_one(1.0), "w", [[w]] * 3),
}


@pytest.mark.parametrize("weight", [NAN, INF, -INF, np.float32("inf"), 1 + 2j, "1", None, 10**400])
@pytest.mark.parametrize("connect", CONNECTORS.values(), ids=CONNECTORS.keys())
def test_weights_are_finite_numbers(net: rv.Network, connect: Any, weight: Any) -> None:
    population = net.create(3, RATE)
    refused(lambda: connect(net.connect(population, population, "exc"), weight), "weight|'w'")


def test_weights_of_matrices(net: rv.Network) -> None:
    a, b = net.create(2, RATE), net.create(2, RATE)
    for matrix in ([[1.0, INF], [1.0, 1.0]], [[1.0, 1j], [0, 0]], [["1", "2"], ["3", "4"]]):
        refused(lambda m=matrix: net.connect(a, b, "exc").from_matrix(m), "weight")  # type: ignore[misc]
        refused(lambda m=matrix: net.connect(a, b, "exc").from_matrix(np.array(m)), "weight")  # type: ignore[misc]
    masked = np.ma.array(np.ones((2, 2)), mask=[[True, False], [False, False]])
    refused(lambda: net.connect(a, b, "exc").from_matrix(masked), "masked")
    for entry in (NAN, INF, 1j):
        matrix = scipy.sparse.csr_matrix(np.array([[entry, 1.0], [0.0, 1.0]]))
        refused(lambda m=matrix: net.connect(a, b, "exc").from_sparse(m), "weight")  # type: ignore[misc]
    found = net.connect(a, b, "exc").from_matrix([[None, 2], [NAN, 4]])
    assert found.pre_ranks[0].tolist() == [1]
    assert [row.tolist() for row in found.w] == [[2.0], [4.0]]


def test_drawn_weights_are_finite(net: rv.Network) -> None:
    population = net.create(300, RATE)
    projection = net.connect(population, population, "exc").all_to_all(rv.LogNormal(0.0, 1e6))
    refused(lambda: projection.w, "weights of projection 'proj0'.*must be finite")


def test_weights_after_compile(net: rv.Network) -> None:
    population = net.create(3, RATE)
    projection: Any = net.connect(population, population, "exc").all_to_all(1.0)
    with fake_compiler():
        net.compile()
    for weight in (NAN, INF, 1j, "1"):
        refused(lambda w=weight: setattr(projection, "w", w), "'w' of projection")  # type: ignore[misc]
        refused(lambda w=weight: setattr(projection.dendrite(1), "w", w), "'w' of dendrite 1")  # type: ignore[misc]
    assert projection.w == 1.0


@pytest.mark.parametrize("delay", [NAN, INF, -1.0, 1j, "1", [1.0, -1.0], [NAN, 1.0]])
def test_delays_are_times(net: rv.Network, delay: Any) -> None:
    a, b = net.create(2, RATE), net.create(1, RATE)
    refused(lambda: net.connect(a, b, "exc").from_function(fill, delay=delay), "delay")
    refused(lambda: net.connect(a, b, "exc").all_to_all(1.0, delay), "delay")
    matrix = [delay] if isinstance(delay, list) else [[delay, 0.0]]
    refused(lambda: net.connect(a, b, "exc").from_matrix([[1.0, 1.0]], matrix), "delay")


def test_numbers_of_python_of_any_size(net: rv.Network) -> None:
    population: Any = net.create(2, RATE)
    population.b = 2**70
    assert (population.b == 2.0**70).all()
    population.b = [2**70, Fraction(1, 2)]
    assert population.b.tolist() == [2.0**70, 0.5]
    population.k = -(2**63)
    assert population.k.tolist() == [-(2**63)] * 2
    for wrong in (2**70, 2**63, 2.0**63, -(2**63) - 1, 1e300, 0.5, NAN, INF, [1, 2**70]):
        refused(lambda v=wrong: setattr(population, "k", v), "type int: it takes whole")  # type: ignore[misc]
    refused(lambda: setattr(population, "k", np.array([1, 2**64 - 1], np.uint64)), "64 bits")
    for no_number in (1j, "x", None, [1.0, None], ["1", "2"], object(), rv.Uniform, np.void(b"a")):
        refused(lambda v=no_number: setattr(population, "b", v), "must be a? ?(real )?number")  # type: ignore[misc]
    refused(lambda: setattr(population, "b", 10**400), "must be a number")
    refused(lambda: setattr(population, "on", 2), "True or False")
    refused(lambda: setattr(population, "on", NAN), "True or False")
    population.k = rv.Uniform(1e300, 2e300)
    refused(lambda: population.k, "whole")


@pytest.mark.parametrize("compiled", [False, True])
def test_arrays_have_the_shape_of_the_geometry(net: rv.Network, compiled: bool) -> None:
    population: Any = net.create((2, 3), RATE)
    if compiled:
        with fake_compiler():
            net.compile()
    values = np.arange(6.0)
    for shape in ((6,), (2, 3), (1, 6), (6, 1), (2, 3, 1)):
        population.b = 0.0
        population.b = values.reshape(shape)
        np.testing.assert_array_equal(population.b, values.reshape(2, 3))
    refused(lambda: setattr(population, "b", values.reshape(3, 2)), r"shape \(2, 3\).*\(3, 2\)")
    refused(lambda: setattr(population, "b", [[1, 2], [3, 4], [5, 6]]), r"shape \(2, 3\)")
    view = population[0:2, 0:2]
    refused(lambda: setattr(view, "b", np.ones((4, 1, 1, 2))), "4 values")
    view.b = [[1.0, 2.0], [3.0, 4.0]]
    assert population.b[:, :2].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    refused(lambda: setattr(population[0:1, :], "b", np.ones((2, 3))), "3 values")
    neuron = rv.Neuron(parameters={"a": rv.Parameter(np.ones((3, 2)), "local")}, equations="r = a")
    if not compiled:
        refused(lambda: net.create((2, 3), neuron), r"shape \(3, 2\)")


@pytest.mark.parametrize("compiled", [False, True])
def test_weights_as_a_matrix_have_one_row_per_dendrite(net: rv.Network, compiled: bool) -> None:
    a, b = net.create(2, RATE), net.create(3, RATE)
    projection: Any = net.connect(a, b, "exc").all_to_all(rv.Uniform(0.0, 1.0))
    if compiled:
        with fake_compiler():
            net.compile()
    projection.w = np.arange(6.0).reshape(3, 2)
    assert [row.tolist() for row in projection.w] == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    refused(lambda: setattr(projection, "w", np.ones((2, 3))), r"shape \(3, 2\)")


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("period", [-1.0, NAN, INF, [1.0, -1.0]])
def test_a_refractory_attribute_is_a_time(net: rv.Network, compiled: bool, period: Any) -> None:
    population: Any = net.create(2, SPIKE)
    if compiled:
        with fake_compiler():
            net.compile()
    refused(lambda: setattr(population, "rest", period), "time of at least 0 ms")
    refused(lambda: setattr(population, "refractory", period), "time of at least 0 ms")
    refused(lambda: setattr(population[0:2], "rest", period), "time of at least 0 ms")
    assert population.rest.tolist() == [2.0, 2.0]
    if not compiled:
        given = {"rest": rv.Parameter(period, "local")}
        neuron = rv.Neuron(
            parameters=given, equations="v = g_exc", spike="v > 1", refractory="rest"
        )
        refused(lambda: net.create(2, neuron), "time of at least 0 ms")


def test_a_drawn_refractory_period_is_a_time(net: rv.Network) -> None:
    population: Any = net.create(100, SPIKE)
    population.rest = rv.Normal(0.0, 1.0)
    refused(net.compile, "'rest' of population 'pop0' must be a time of at least 0 ms")
    population.rest = rv.Normal(0.0, 1.0, min=0.0)
    assert population.rest.min() == 0.0


@pytest.mark.parametrize("wrong", [1j, "0", None, [0.0, 1.0]])
def test_what_fills_a_matrix_is_one_number(net: rv.Network, wrong: Any) -> None:
    pop = net.create(3, RATE)
    projection = net.connect(pop, pop, "exc").one_to_one(2.0)
    refused(lambda: projection.connectivity_matrix(fill=wrong), "'fill' must be a number")
    refused(lambda: projection.dendrite(0).receptive_field(fill=wrong), "'fill' must be a number")
    assert np.isnan(projection.connectivity_matrix(fill=NAN)).sum() == 6


def test_single_precision_is_too_narrow_for_a_value() -> None:
    """A value too large is refused as compile() says it.

    Before compile, when the value is read.
    """
    net = rv.Network(dtype="float32")
    pop = net.create(3, RATE)
    projection = net.connect(pop, pop, "exc").all_to_all(1.0)
    pop.b, projection.dendrite(1).w = 1e300, 1e300
    refused(lambda: pop.b, "beyond single precision")
    refused(lambda: projection.w, "beyond single precision")
    refused(lambda: projection.dendrite(1).w, "beyond single precision")
    refused(net.compile, "beyond single precision")


def test_smoothing_over_less_than_a_step_is_none() -> None:
    spikes = {0: [0, 4, 6], 1: [2]}
    plain = rv.smoothed_rate(spikes)
    for smooth in (1e-300, 0.5, 1.0):
        np.testing.assert_array_equal(rv.smoothed_rate(spikes, smooth=smooth), plain)
