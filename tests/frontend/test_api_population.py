"""Populations, views and single neurons: attributes, ranks, initial values, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes.compiled import fake_compiler
from numpy.typing import NDArray

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(
    parameters="""
        tau = 10.0 : population
        b = 1.0
        k = 3 : int
        on = True : bool
    """,
    equations="""
        tau*dr/dt + r = sum(exc) + b : init=b
        u = r : init=Uniform(0, 1)
        m = 2.0 : population, init=0.5
    """,
    name="rate",
)
SPIKE = rv.Neuron(
    parameters="tau = 20.0 : population\nT = 5.0",
    equations="tau*dv/dt = -v + g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)


@pytest.fixture
def net() -> rv.Network:
    return rv.Network(dt=0.5, seed=7)


def test_what_it_is(net: rv.Network) -> None:
    population: Any = net.create((3, 4), RATE, name="input")
    assert (population.name, population.size, len(population)) == ("input", 12, 12)
    assert (population.geometry, population.dimension) == ((3, 4), 2)
    assert population.parameters == ["tau", "b", "k", "on"]
    assert population.variables == ["r", "u", "m"]
    assert population.targets == ["exc"]
    assert population.kind == "rate"
    assert population.network is net
    assert net.create(2, SPIKE).name == "pop1"
    assert net.get_population("input") is population


def test_values_before_compile(net: rv.Network) -> None:
    population: Any = net.create((2, 3), RATE)
    assert population.tau == 10.0
    assert isinstance(population.tau, float)
    assert population.b.shape == (2, 3)
    assert (population.r == 1.0).all()
    assert population.k.dtype == np.int64
    assert population.on.dtype == np.bool_
    assert population.m == 0.5
    assert ((population.u >= 0) & (population.u < 1)).all()
    assert len(np.unique(population.u)) == 6


def test_setting_before_compile(net: rv.Network) -> None:
    population: Any = net.create((2, 3), RATE)
    population.tau = 5
    population.b = [[1, 2, 3], [4, 5, 6]]
    assert population.tau == 5.0
    np.testing.assert_array_equal(population.b, [[1, 2, 3], [4, 5, 6]])
    # The initial value of r is that of b.
    np.testing.assert_array_equal(population.r, population.b)
    population.b = np.arange(6)
    np.testing.assert_array_equal(population.b.ravel(), np.arange(6))
    population.set({"b": 2.0, "k": 4})
    assert (population.get("b") == 2.0).all()
    assert (population.k == 4).all()


def test_random_values_depend_on_names_not_on_order() -> None:
    def values(names: list[str]) -> NDArray[np.float64]:
        net = rv.Network(seed=3)
        made = {name: net.create(5, RATE, name=name) for name in names}
        made["b"].u = rv.Normal(0.0, 1.0)
        return np.array(made["b"].u)

    np.testing.assert_array_equal(values(["a", "b"]), values(["b", "c", "a"]))


def test_random_values_depend_on_the_seed(net: rv.Network) -> None:
    population: Any = net.create(5, RATE)
    first = population.u
    np.testing.assert_array_equal(first, population.u)
    net.seed = 8
    assert (first != population.u).all()


def test_views_share_no_draws(net: rv.Network) -> None:
    population: Any = net.create(6, RATE)
    population[:3].b = rv.Uniform(0.0, 1.0)
    population[3:].b = rv.Uniform(0.0, 1.0)
    assert len(np.unique(population.b)) == 6


@pytest.mark.parametrize(
    ("key", "ranks", "geometry"),
    [
        (slice(2, 5), [2, 3, 4], (3,)),
        (slice(None, None, -4), [11, 7, 3], (3,)),
        (5, [5], (1,)),
        (-1, [11], (1,)),
        ([3, 1], [3, 1], (2,)),
        (np.array([3, 1]), [3, 1], (2,)),
        (np.arange(12) > 9, [10, 11], (2,)),
        (np.arange(12).reshape(3, 4) > 9, [10, 11], (2,)),
        ((slice(1, 3), slice(None)), [4, 5, 6, 7, 8, 9, 10, 11], (2, 4)),
        ((0, slice(1, 3)), [1, 2], (2,)),
        ([], [], (0,)),
    ],
    ids=str,
)
def test_views(net: rv.Network, key: Any, ranks: list[int], geometry: tuple[int, ...]) -> None:
    view = net.create((3, 4), RATE)[key]
    assert view.ranks.tolist() == ranks
    assert view.geometry == geometry
    assert view.size == len(view) == len(ranks)
    assert view.b.shape == geometry


def test_views_read_and_write_their_part(net: rv.Network) -> None:
    population: Any = net.create(5, RATE)
    population[[4, 0]].b = [40.0, 10.0]
    population[1:3].b = 2.0
    assert population.b.tolist() == [10, 2, 2, 1, 40]
    assert population[[4, 0]].b.tolist() == [40, 10]
    assert population[1:3].tau == 10.0
    assert population[1:4][1:].ranks.tolist() == [2, 3]
    assert (population[:2] + population[1:3]).ranks.tolist() == [0, 1, 2]
    with pytest.raises(ModelError, match="set it on the population"):
        population[1:3].tau = 3.0


def test_neurons(net: rv.Network) -> None:
    population: Any = net.create((2, 3), RATE)
    neuron: Any = population[1, 2]
    assert isinstance(neuron, rv.IndividualNeuron)
    assert neuron.rank == 5
    neuron.b = 9.0
    assert neuron.b == 9.0
    assert isinstance(neuron.b, float)
    assert population.neuron(5).b == population.neuron((1, 2)).b == 9.0
    assert [n.rank for n in population] == list(range(6))
    assert population.rank_from_coordinates((1, 0)) == 3
    assert population.coordinates_from_rank(4) == (1, 1)
    assert (population.neuron(0) + population.neuron(2)).ranks.tolist() == [0, 2]
    view = population[3:]
    assert view.rank_from_coordinates((1, 1)) == 4
    assert view.rank_from_coordinates((1, 1), local=True) == 1
    assert view.coordinates_from_rank(1, local=True) == (1, 1)


def test_values_after_compile(net: rv.Network) -> None:
    population: Any = net.create((2, 3), RATE)
    population.u = rv.Uniform(0.0, 1.0)
    before = population.u
    with fake_compiler():
        compiled = net.compile()
    np.testing.assert_array_equal(population.u, before)
    population.b = 4.0
    assert (compiled.values["pop0", "b"] == 4.0).all()
    population[1].b = 5.0
    assert population.b.ravel().tolist() == [4, 5, 4, 4, 4, 4]
    population.tau = 7.0
    assert population.tau == 7.0
    population.u = rv.Uniform(0.0, 1.0)
    second = population.u
    population.u = rv.Uniform(0.0, 1.0)
    assert (second != population.u).all()
    population.reset(["b"])
    assert (population.b == 1.0).all()
    assert population.tau == 7.0
    population.reset()
    assert population.tau == 10.0
    np.testing.assert_array_equal(population.u, before)


def test_spikes_and_sums(net: rv.Network) -> None:
    spiking, rate = net.create(4, SPIKE), net.create(3, RATE)
    assert spiking.spike.tolist() == []
    assert rate.sum("exc").tolist() == [0, 0, 0]
    with fake_compiler():
        compiled = net.compile()
    compiled.spikes["pop0"] = np.array([1, 3])
    compiled.values["pop1", "sum(exc)"] = np.array([1.0, 2.0, 3.0])
    compiled.values["pop0", "g_exc"] = np.array([1.0, 0.0, 0.0, 0.0])
    assert spiking.spike.tolist() == [1, 3]
    assert spiking[2:].spike.tolist() == [3]
    assert rate.sum("exc").tolist() == [1, 2, 3]
    assert rate[1:].sum("exc").tolist() == [2, 3]
    assert spiking.sum("exc").tolist() == [1, 0, 0, 0]
    with pytest.raises(ModelError, match="does not spike"):
        _ = rate.spike
    with pytest.raises(ModelError, match="no target 'ecx'; did you mean 'exc'"):
        rate.sum("ecx")


def test_refractory(net: rv.Network) -> None:
    population: Any = net.create(4, SPIKE)
    assert population.refractory == 2.0
    population.refractory = 3
    assert population.refractory == 3.0
    with pytest.raises(ModelError, match="at least 0 ms"):
        population.refractory = -1.0
    with pytest.raises(ModelError, match="declare a parameter"):
        population.refractory = "T"
    with pytest.raises(ModelError, match="does not spike"):
        net.create(1, RATE).refractory = 1.0
    named = rv.Neuron(
        parameters="T = 5.0", equations="v = 0.0", spike="v > 1", reset="v = 0", refractory="T"
    )
    other: Any = net.create(2, named)
    other.refractory = 4.0
    assert other.refractory == "T"
    assert other.T.tolist() == [4.0, 4.0]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("tua", 1.0, "no attribute 'tua'; did you mean 'tau'"),
        ("b", [1.0, 2.0], "takes 5 values or one number, not 2"),
        ("b", [[1.0], [2.0, 3.0]], "lists of different lengths"),
        ("b", "fast", "must be a number"),
        ("b", None, "must be a number"),
        ("k", 1.5, "of type int: it takes whole numbers"),
        ("on", 2, "of type bool: it takes True or False"),
        ("tau", [1.0, 2.0], "takes 1 values or one number"),
        ("size", 3, "size"),
        ("disable", 3, "not supported yet; give the projections"),
    ],
)
def test_wrong_assignments(net: rv.Network, name: str, value: Any, message: str) -> None:
    population: Any = net.create(5, RATE)
    with pytest.raises((ModelError, AttributeError), match=message):
        setattr(population, name, value)


def test_unknown_attributes_are_attribute_errors(net: rv.Network) -> None:
    population: Any = net.create(5, RATE)
    assert not hasattr(population, "x")
    assert not hasattr(population[1:], "x")
    with pytest.raises(AttributeError):
        _ = population.__array_interface__
    assert "tau" in dir(population)


def test_an_error_points_at_the_calling_line(net: rv.Network) -> None:
    population: Any = net.create(5, RATE)
    with pytest.raises(ModelError) as caught:
        population.tua = 1.0
    assert "test_api_population.py" in str(caught.value)
    assert "population.tua = 1.0" in str(caught.value)


def test_wrong_populations(net: rv.Network) -> None:
    for geometry in (0, -1, 1.5, (), (2, 0), "3"):
        with pytest.raises(ModelError, match="a geometry is"):
            net.create(geometry, RATE)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="must be a Neuron"):
        net.create(3, "RATE")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="starts with a letter or '_'"):
        net.create(3, RATE, name="3 cells")
    with pytest.raises(ModelError, match="stop_condition is not supported yet; call simulate"):
        net.create(3, RATE, stop_condition="r > 1")
    net.create(3, RATE, name="a")
    with pytest.raises(ModelError, match="already has a part called 'a'"):
        net.create(3, RATE, name="a")
    clash = rv.Neuron(parameters="ranks = 1.0", equations="r = ranks")
    with pytest.raises(ModelError, match=r"declares 'ranks'.*rename it"):
        net.create(3, clash)
    assert [population.name for population in net.populations] == ["a"]


def test_wrong_ranks(net: rv.Network) -> None:
    population: Any = net.create((3, 4), RATE)
    for key in (12, [1, 12], (3, 0), np.ones(5, dtype=bool), (0, 0, 0)):
        with pytest.raises(ModelError) as caught:
            population[key]
        assert isinstance(caught.value, IndexError)
    with pytest.raises(ModelError, match="names one twice"):
        population[[1, 1]]
    with pytest.raises(ModelError, match="same population"):
        population[:2] + net.create(3, RATE)[:2]


def test_local_parameters_of_wrong_size(net: rv.Network) -> None:
    neuron = rv.Neuron(
        parameters=dict(b=rv.Parameter(np.array([1.0, 2.0]), locality="local")), equations="r = b"
    )
    assert net.create(2, neuron).b.tolist() == [1.0, 2.0]
    with pytest.raises(ModelError, match="'b' of population 'pop1' takes 3 values"):
        net.create(3, neuron)


def test_poisson(net: rv.Network) -> None:
    constant = net.create(rv.PoissonPopulation(3, rates=20.0))
    assert constant.rates.tolist() == [20.0] * 3
    assert (constant.kind, constant.name, constant.network) == ("spike", "pop0", net)
    many = rv.PoissonPopulation((2, 2), rates=[[1, 2], [3, 4]], name="many", network=net)
    assert many.rates.tolist() == [[1, 2], [3, 4]]
    assert rv.PoissonPopulation(2, rates="10.0*(1.0 + sin(t))", network=net).targets == []
    equation = rv.PoissonPopulation(
        2, rates="rates = a*t", parameters=dict(a=3.0), refractory=2.0, network=net
    )
    assert (equation.a, equation.refractory) == (3.0, 2.0)
    target = rv.PoissonPopulation(2, target="exc", network=net)
    assert target.targets == ["exc"]
    rv.Projection(net.create(2, RATE), target, "exc").one_to_one()
    for arguments in ({}, {"rates": 1.0, "target": "exc"}, {"rates": -1.0}):
        with pytest.raises(ModelError, match="rates"):
            rv.PoissonPopulation(3, network=net, **arguments)


def test_input_array(net: rv.Network) -> None:
    population: Any = rv.InputArray((2, 2), network=net)
    population.r = [[1, 2], [3, 4]]
    assert population.r.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("name", ["reset", "get", "size", "name", "geometry"])
def test_methods_and_facts_cannot_be_overwritten(name: str) -> None:
    cells: Any = rv.Network().create(2, rv.Neuron(equations="r = 1"))
    with pytest.raises(rv.ModelError, match=f"'{name}' of population 'pop0' cannot be set"):
        setattr(cells, name, 3)


@pytest.mark.parametrize("duration", [1e30, 1e308])
def test_a_simulation_that_never_ends_is_refused(duration: float) -> None:
    net = rv.Network(dt=0.1)
    net.create(2, rv.Neuron(equations="r = 1"))
    net.compile()
    with pytest.raises(rv.ModelError, match="too long"):
        net.simulate(duration)


@pytest.mark.parametrize(
    ("text", "value"),
    [("k**20", 2.0**20), ("2**62", 2.0**62), ("2**100", 2.0**100), ("2**-20", 2.0**-20)],
)
def test_whole_numbers_have_large_powers(text: str, value: float) -> None:
    net = rv.Network()
    cells: Any = net.create(1, rv.Neuron(parameters="k = 2 : int", equations=f"r = {text}"))
    net.compile()
    net.step()
    assert cells.r.tolist() == [value]
