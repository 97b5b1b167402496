"""Guarding keeps signatures, documentation and pickles.

Errors of the user's own stay, too.
"""

from __future__ import annotations

import inspect
import pickle
from typing import Any, NoReturn

import pytest

import ranvier as rv
from ranvier.frontend import global_network
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

RATE = rv.Neuron(parameters="b = 1.0", equations="r = sum(exc) + b")


def test_signatures_and_documentation_stay() -> None:
    assert list(inspect.signature(rv.Network.monitor).parameters)[:3] == [
        "self",
        "obj",
        "variables",
    ]
    assert (rv.Network.simulate.__doc__ or "").startswith("Run for")
    assert rv.Network.simulate.__name__ == "simulate"
    assert vars(rv.Population)["size"].__doc__ == "Number of neurons."
    one, other = (getattr(rv.Projection, name) for name in ("connect_all_to_all", "all_to_all"))
    assert one is other


def test_functions_are_found_by_pickle() -> None:
    for function in (rv.simulate, rv.histogram, rv.setup):
        assert pickle.loads(pickle.dumps(function)) is function
    assert global_network.simulate is rv.simulate


def test_errors_of_the_users_function_are_theirs() -> None:
    def broken(pre: Any, post: Any) -> NoReturn:
        raise TypeError("mine")

    net = rv.Network()
    population = net.create(3, RATE)
    with pytest.raises(TypeError, match=r"^mine$") as caught:
        net.connect(population, population, "exc").from_function(broken)
    assert not isinstance(caught.value, ModelError)


def test_subclasses_of_users_have_their_own_constructors() -> None:
    class Mine(rv.Network):
        def __init__(self, size: int) -> None:
            self.cells = self.create(size, RATE)

    assert Mine(size=3, dt=0.5).cells.size == 3  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Mine(sise=3)  # type: ignore[call-arg]


def test_errors_of_the_run_time_have_a_place() -> None:
    net = rv.Network(dtype="float32")
    population: Any = net.create(3, RATE)
    net.compile()
    with pytest.raises(ModelError, match="beyond single precision") as caught:
        population.b = 1e300
    loc = caught.value.diagnostics[0].loc
    assert loc is not None
    place = spot(loc)
    assert place is not None
    assert (place.file, place.line) == (__file__, caught.tb.tb_lineno)


def test_wrong_options_are_found_at_their_line() -> None:
    with pytest.raises(ModelError, match="no option 'prnt'") as caught:
        rv.options(prnt=3)
    loc = caught.value.diagnostics[0].loc
    assert loc is not None
    place = spot(loc)
    assert place is not None
    assert place.file == __file__


def test_what_is_refused_changes_nothing() -> None:
    net = rv.Network()
    monitor = net.monitor(net.create(2, RATE), "r", period=3.0)
    with pytest.raises(ModelError):
        monitor.period = -1.0
    with pytest.raises(ModelError):
        monitor.period_offset = 9.0
    assert (monitor.period, monitor.period_offset) == (3.0, 0.0)


def test_a_dendrite_follows_the_seed() -> None:
    net = rv.Network(seed=1)
    population = net.create(40, RATE)
    projection: Any = net.connect(population, population, "exc").fixed_probability(0.4, 1.0)
    dendrite = projection.dendrite(3)
    net.seed = 2
    assert dendrite.size == len(dendrite.w) == projection.pre_ranks[3].size
    projection.w = list(range(projection.nb_synapses))
    net.seed = 3
    with pytest.raises(ModelError, match="drawn anew for another seed"):
        _ = projection.w
