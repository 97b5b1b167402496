"""Classes that users derive from those of this package.

They also derive some from arrays that attributes read as.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(parameters="b = 1.0 : local", equations="r = sum(exc) + b")


class Experiment(rv.Network):
    """Properties of a user, one of them with a mistake."""

    def __init__(self) -> None:
        self.cells = self.create(3, RATE)

    @property
    def mean_rate(self) -> Any:
        return self.cells.rate.mean()

    @property
    def mean_input(self) -> Any:
        return self.cells.b.mean()


class Labelled(rv.Monitor):
    """A monitor with an attribute of its own."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label


def test_mistakes_in_properties_of_users_are_told() -> None:
    net = Experiment()
    assert net.mean_input == 1.0
    with pytest.raises(ModelError, match="population 'pop0' has no attribute 'rate'") as caught:
        _ = net.mean_rate
    assert "self.cells.rate.mean()" in str(caught.value)
    with pytest.raises(ModelError, match=r"no 'mean_rat'.*did you mean 'mean_rate'"):
        _ = net.mean_rat  # type: ignore[attr-defined]


def test_monitors_of_users_have_attributes_of_their_own() -> None:
    net = Experiment()
    monitor = Labelled(net.cells, "r", label="first", network=net)
    assert monitor.label == "first"
    with pytest.raises(ModelError, match="'variables' of a Labelled cannot be set"):
        monitor.variables = ["b"]  # type: ignore[misc]
    with pytest.raises(ModelError, match="no 'peroid'"):
        net.monitor(net.cells, "r").peroid = 2.0


def test_arrays_made_like_a_reading_are_like_any_other() -> None:
    read = Experiment().cells.b
    for made in (
        np.zeros_like(read),
        np.empty_like(read),
        read[[0, 1]],
        np.array(read, subok=True),
    ):
        made[:] = 0.0
        same = made
        same += 2.0
        same[0] *= 3.0
        np.testing.assert_array_equal(made, [6.0] + [2.0] * (len(made) - 1))
    rows = np.zeros_like(np.stack([read, read]))
    for row in rows:
        row += 1.0
    assert rows.sum() == 6.0
    same = read
    same += 1.0
    np.testing.assert_array_equal(same, [2.0] * 3)
    np.testing.assert_array_equal(read, [1.0] * 3)


class Table:
    """A table with missing entries: an array of objects."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array([[1.0, None], [None, 2.0]], dtype=object)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1.0, None], [None, 2.0]],
        [np.array([1.0, None]), np.array([None, 2.0])],
        np.array([[1.0, None], [None, 2.0]]),
        ((np.float32(1.0), np.nan), (None, np.int64(2))),
        Table(),
    ],
    ids=["lists", "rows", "objects", "scalars", "table"],
)
def test_matrices_with_nothing_in_some_places(matrix: Any) -> None:
    net = rv.Network()
    pop = net.create(2, RATE)
    projection = net.connect(pop, pop, "exc").from_matrix(matrix)
    assert projection.nb_synapses == 2
    np.testing.assert_array_equal(projection.connectivity_matrix(), [[1.0, 0.0], [0.0, 2.0]])


def test_arguments_of_annarchy_as_numbers_of_numpy() -> None:
    net = Experiment()
    net.compile()
    reset: Any = net.reset
    for true in (True, np.True_, 1, np.int64(1)):
        reset(reseed_rng=true)
    for false in (False, np.False_, 0, None):
        with pytest.raises(ModelError, match="reseed_rng"):
            reset(reseed_rng=false)


def _rounds(method: str) -> Any:
    """A class decorator: the method of a distribution gives whole numbers."""

    def derive(cls: Any) -> Any:
        def rounded(self: Any, *args: Any, **kwargs: Any) -> Any:
            return np.round(getattr(super(made, self), method)(*args, **kwargs))

        made = type(f"Whole{cls.__name__}", (cls,), {method: rounded})
        return made

    return derive


@pytest.mark.parametrize("seed", [None, 3], ids=["network's seed", "own seed"])
@pytest.mark.parametrize("method", ["draw", "numbers", "get_values"])
@pytest.mark.parametrize("parent", [rv.Uniform, rv.Normal, rv.Exponential])
def test_distributions_with_methods_of_users(parent: Any, method: str, seed: int | None) -> None:
    """Every number is one that the user's method gave."""
    args = (0.1,) if parent is rv.Exponential else (-40.0, 50.0)
    given = _rounds(method)(parent)(*args, seed=seed)
    for dtype in ("float64", "float32"):
        net = rv.Network(dtype=dtype)
        pre, post = net.create(30, RATE), net.create(20, RATE)
        dense = net.connect(pre, post, "exc").all_to_all(given)
        sparse = net.connect(pre, post, "exc").fixed_number_pre(5, given)
        pre.b = given
        for _ in range(2):  # before and after the network is compiled
            drawn: tuple[Any, ...] = (dense.connectivity.w, sparse.connectivity.w, pre.b)
            for values in drawn:
                np.testing.assert_array_equal(values, np.round(values))
                assert len({*np.ravel(values)}) > 1
            net.compile()
            found = np.concatenate(dense.w)
            np.testing.assert_array_equal(found, np.ravel(dense.connectivity.w))


def test_functions_that_connect_take_the_arguments_they_name() -> None:
    net = Experiment()

    def chain(pre: Any, post: Any, weight: float = 1.0) -> rv.CSR:
        found = rv.CSR()
        found.add(0, [1], [weight])
        return found

    projection = net.connect(net.cells, net.cells, "exc")
    with pytest.raises(ModelError, match=r"'chain' cannot be called .*'wmax'") as caught:
        projection.from_function(chain, wmax=1.0)
    assert __file__ in str(caught.value)
    assert projection.from_function(chain, weight=2.0).nb_synapses == 1


def test_the_argument_that_is_wrong_is_named() -> None:
    with pytest.raises(ModelError, match="'extra_values' of Neuron\\(\\) must be a dict, not 5"):
        rv.Neuron(equations="r = 1.0", extra_values=5, refractory=-1.0)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"'duration' must be a time in ms, not -1\.0"):
        rv.mean_fr({0: [1, 2, 5]}, duration=-1.0)
    with pytest.raises(ModelError, match="'rng' must be a generator of NumPy"):
        rv.Normal(0.0, 1.0).get_values(3, rng=object())  # type: ignore[arg-type]
    assert len(rv.raster_plot({0: range(3)})[0]) == 3
