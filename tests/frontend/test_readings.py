"""Attributes read as arrays like any other.

They cannot be changed in place.
"""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fakes.compiled import fake_compiler

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

NEURON = rv.Neuron(
    parameters="b = 1.0 : local\nk = 2 : int, local",
    equations="tau = 1.0\ndr/dt = sum(exc) + b + k * tau - r",
)


@pytest.fixture(params=[False, True], ids=["before compile", "after compile"])
def parts(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    net = rv.Network(seed=1)
    population = net.create((2, 3), NEURON)
    projection = net.connect(population, population, "exc").all_to_all(rv.Uniform(0.0, 1.0), 2.0)
    if request.param:
        with fake_compiler():
            net.compile()
    return population, projection


CHANGES: list[Callable[[Any, Any], Any]] = [
    lambda p, q: p.b.__setitem__(0, 99.0),
    lambda p, q: p.b.__setitem__(p.b > 0, 99.0),
    lambda p, q: p.k.__setitem__((0, 1), 3),
    lambda p, q: p.b[0].__setitem__(1, 99.0),
    lambda p, q: p.b.T.__setitem__(0, 99.0),
    lambda p, q: p.b.reshape(-1).__setitem__(0, 99.0),
    lambda p, q: p.get("b").__setitem__(0, 99.0),
    lambda p, q: p[0:2].b.__setitem__(0, 99.0),
    lambda p, q: p[[1, 2]].k.__setitem__(0, 1),
    lambda p, q: p.b.fill(0.0),
    lambda p, q: p.b.sort(),
    lambda p, q: p.b.put([0], [1.0]),
    lambda p, q: q.w.__setitem__(0, [1.0] * 5),
    lambda p, q: q.w[0].__setitem__(0, 1.0),
    lambda p, q: q.w.append(np.ones(5)),
    lambda p, q: q.dendrite(1).w.__setitem__(0, 1.0),
    lambda p, q: q.pre_ranks[0].__setitem__(0, 1),
    lambda p, q: q.pre_ranks.pop(),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_changing_a_reading_is_an_error_that_says_how_to_set(
    parts: tuple[Any, Any], number: int
) -> None:
    population, projection = parts
    before = population.b.copy(), population.k.copy(), projection.w.copy()
    with pytest.raises(ModelError, match=r"cannot be changed in place; .*copy") as caught:
        CHANGES[number](population, projection)
    loc = caught.value.diagnostics[0].loc
    assert loc is not None
    place = spot(loc)
    assert place is not None
    assert place.file == __file__
    assert place.line == inspect.getsourcelines(CHANGES[number])[1]
    np.testing.assert_array_equal(population.b, before[0])
    np.testing.assert_array_equal(population.k, before[1])
    np.testing.assert_array_equal(projection.w, before[2])


def test_arithmetic_in_place_makes_a_new_array(parts: tuple[Any, Any]) -> None:
    population, _ = parts
    mine = population.b
    mine += 1.0
    assert type(mine) is np.ndarray
    mine[0] = 7.0
    assert (mine == [[7.0] * 3, [2.0] * 3]).all()
    assert (population.b == 1.0).all()
    population.b += 1.0
    assert (population.b == 2.0).all()
    population.b *= [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    np.testing.assert_array_equal(population.b, [[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]])
    population.k //= 2
    assert (population.k == 1).all()


def test_what_is_made_of_a_reading_is_a_plain_array(parts: tuple[Any, Any]) -> None:
    population, projection = parts
    b = population.b
    made = [
        b + 1,
        -b,
        np.exp(b),
        b.copy(),
        copy.copy(b),
        copy.deepcopy(b),
        pickle.loads(pickle.dumps(b)),
        np.array(b),
        b.astype(np.float32),
        *copy.deepcopy(projection.w),
        *projection.w.copy(),
        *pickle.loads(pickle.dumps(projection.w)),
    ]
    for each in made:
        assert type(each) is np.ndarray
        each[0] = 3.0
    assert isinstance(b.sum(), np.floating)
    assert isinstance(b[0, 0], np.floating)
    assert repr(b) == repr(np.ones((2, 3)))
    assert isinstance(projection.w, list)
    assert type(projection.w.copy()) is list
    projection.w = projection.w
    population.b = population.b


def test_initial_values_of_synapses_are_for_reading() -> None:
    """They are what the network starts from, not copies."""
    net = rv.Network(seed=1)
    cells = net.create(2, rv.Neuron(equations="r = sum(exc)"))
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    listed = net.connect(cells, cells, "exc").from_matrix(given)
    drawn = net.connect(cells, cells, "exc").from_matrix(given)
    drawn.w = rv.Uniform(0.0, 1.0)
    for projection in (listed, drawn):
        values = projection.initial_value("w")
        before = values.copy()
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 99.0
        assert np.array_equal(np.concatenate(projection.w), before)
    given[:] = 99.0
    assert np.concatenate(listed.w).tolist() == [1.0, 2.0, 3.0, 4.0]
