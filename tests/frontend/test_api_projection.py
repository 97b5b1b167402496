"""Projections: which pairs may be connected, attributes of synapses, dendrites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fakes.compiled import fake_compiler
from numpy.typing import NDArray

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(equations="r = sum(exc) - sum(inh)")
ANY = rv.Neuron(equations="r = sum()")
SPIKE = rv.Neuron(
    parameters="tau = 20.0 : population",
    equations="tau*dv/dt = -v + g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
)


@pytest.fixture
def net() -> rv.Network:
    return rv.Network(dt=0.1, seed=11)


@pytest.fixture
def projection(net: rv.Network) -> Any:
    """Synapses 0 -> 0, 2 -> 0, 1 -> 2.

    Their weights are 1, 2, 3.
    """
    a, b = net.create(3, RATE), net.create(3, RATE)
    matrix = [[1.0, None, 2.0], [None, None, None], [None, 3.0, None]]
    return net.connect(a, b, "exc").from_matrix(matrix)


def lists(rows: list[NDArray[Any]]) -> list[list[float]]:
    return [row.tolist() for row in rows]


def test_what_it_is(net: rv.Network, projection: Any) -> None:
    assert (projection.name, projection.target, projection.kind) == ("proj0", "exc", "rate")
    assert (projection.pre.name, projection.post.name) == ("pop0", "pop1")
    assert projection.attributes == ["w"]
    assert (projection.size, len(projection), projection.nb_synapses) == (2, 2, 3)
    assert projection.post_ranks == [0, 2]
    assert lists(projection.pre_ranks) == [[0, 2], [1]]
    assert projection.nb_synapses_per_dendrite == [2, 1]
    assert projection.delay == 0.1
    assert net.get_projections(post="pop1", target="exc") == [projection]
    assert net.get_projections(pre="pop1") == []


def test_groups_by_name(net: rv.Network) -> None:
    net.create(3, RATE, name="a")
    assert net.connect("a", "a", "exc").pre is net.get_population("a")
    with pytest.raises(ModelError, match="no population called 'b'"):
        net.connect("a", "b", "exc")


def test_weights(projection: Any) -> None:
    assert lists(projection.w) == [[1, 2], [3]]
    projection.w = [[4, 5], [6]]
    assert lists(projection.w) == [[4, 5], [6]]
    assert projection.connectivity.w.tolist() == [4, 5, 6]
    projection.w = np.array([7, 8, 9])
    assert lists(projection.get("w")) == [[7, 8], [9]]
    projection.w = 1.5
    assert projection.w == 1.5
    assert projection.connectivity.w == 1.5
    projection.w = rv.Uniform(0.0, 1.0)
    drawn = lists(projection.w)
    assert drawn == lists(projection.w)
    assert 0 < drawn[0][0] < 1
    for wrong in ([[1, 2, 3], [4]], [[1, 2]], np.ones(4), "x"):
        with pytest.raises(ModelError):
            projection.w = wrong


def test_weights_of_implicit_pairs(net: rv.Network) -> None:
    a, b = net.create(3, RATE), net.create(2, RATE)
    projection: Any = net.connect(a, b, "exc").all_to_all(0.5)
    assert projection.w == 0.5
    projection.w = [[1, 2, 3], [4, 5, 6]]
    assert np.array_equal(projection.connectivity.w, [[1, 2, 3], [4, 5, 6]])
    assert lists(projection.w) == [[1, 2, 3], [4, 5, 6]]


def test_after_compile(net: rv.Network, projection: Any) -> None:
    with fake_compiler():
        compiled = net.compile()
    assert lists(projection.w) == [[1, 2], [3]]
    projection.w = 2.0
    assert compiled.values["proj0", "w"].tolist() == [2.0]
    assert projection.w == 2.0
    projection.w = [[1, 1], [1]]
    projection.dendrite(2).w = 9.0
    assert lists(projection.w) == [[1, 1], [9]]
    projection.reset()
    assert lists(projection.w) == [[1, 1], [9]]
    projection.reset(synapses=True)
    assert lists(projection.w) == [[1, 2], [3]]
    with pytest.raises(ModelError, match="no attribute 'W'; did you mean 'w'"):
        projection.W = 3.0


def test_synaptic_parameters(net: rv.Network) -> None:
    synapse = rv.Synapse(
        parameters="gain = 2.0 : projection\nbias = 0.5", psp="gain*w*pre.r + bias"
    )
    a, b = net.create(3, RATE), net.create(2, RATE)
    projection: Any = net.connect(a, b, "exc", synapse).all_to_all(1.0)
    assert set(projection.attributes) == {"gain", "bias", "w"}
    assert (projection.gain, projection.bias) == (2.0, 0.5)
    projection.gain = 3.0
    projection.bias = rv.Uniform(0.0, 1.0)
    assert projection.gain == 3.0
    assert [len(row) for row in projection.bias] == [3, 3]
    with pytest.raises(ModelError, match="takes 1 values or one number"):
        projection.gain = [1.0, 2.0]


def test_dendrites(projection: Any) -> None:
    dendrite = projection[0]
    assert (dendrite.post_rank, dendrite.size, len(dendrite)) == (0, 2, 2)
    assert dendrite.pre_ranks.tolist() == [0, 2]
    assert dendrite.w.tolist() == [1, 2]
    dendrite.w = [5.0, 6.0]
    assert lists(projection.w) == [[5, 6], [3]]
    assert dendrite.receptive_field().tolist() == [5, 0, 6]
    assert [d.post_rank for d in projection] == [0, 2]
    for rank in (1, 3):
        with pytest.raises(ModelError, match=f"no synapses onto the neuron of rank {rank}"):
            projection.dendrite(rank)


def test_dendrites_of_uniform_weights(net: rv.Network) -> None:
    a = net.create(3, RATE)
    projection: Any = net.connect(a, a, "exc").all_to_all(1.0)
    assert projection.dendrite(1).w.tolist() == [1, 1]
    projection.dendrite(1).w = 2.0
    assert lists(projection.w) == [[1, 1], [2, 2], [1, 1]]


def test_matrices(net: rv.Network, projection: Any) -> None:
    expected = [[1, -1, 2], [-1, -1, -1], [-1, 3, -1]]
    assert projection.connectivity_matrix(fill=-1.0).tolist() == expected
    a = net.get_population("pop0")
    part = net.connect(a[[2, 0]], a[[1]], "exc").from_matrix([[5.0, 6.0]])
    assert part.connectivity_matrix().tolist() == [[5, 6]]
    assert part.dendrite(1).receptive_field().tolist() == [5, 6]
    image, cells = net.create((2, 2), RATE), net.create((1, 3), RATE)
    fields = net.connect(image, cells, "exc").all_to_all(1.0).receptive_fields()
    assert fields.shape == (2, 6)
    values = net.connect(image, cells, "exc").from_matrix(np.arange(12.0).reshape(3, 4))
    assert values.receptive_fields()[:, 2:4].tolist() == [[4, 5], [6, 7]]
    assert values.receptive_fields(in_post_geometry=False).shape == (4, 4)


def test_which_pairs_may_be_connected(net: rv.Network) -> None:
    rate, spike, anything = net.create(3, RATE), net.create(3, SPIKE), net.create(3, ANY)
    poisson = rv.PoissonPopulation(3, target="drive", network=net)
    net.connect(rate, rate, "inh")
    net.connect(rate, anything, "whatever")
    net.connect(spike, spike, "exc")
    net.connect(rate, poisson, "drive")
    assert net.connect(spike[:2], spike[1:], "exc").kind == "spike"
    with pytest.raises(ModelError, match="do not use the target 'ecx'; did you mean 'exc'"):
        net.connect(rate, rate, "ecx")
    with pytest.raises(ModelError, match="do not use the target 'inh'"):
        net.connect(spike, spike, "inh")
    with pytest.raises(ModelError, match="cannot feed a conductance g_exc"):
        net.connect(rate, spike, "exc")
    with pytest.raises(ModelError, match="use DecodingProjection"):
        net.connect(spike, rate, "exc")
    with pytest.raises(ModelError, match="one projection per target"):
        net.connect(spike, spike, ["exc", "inh"])  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="belongs to another network"):
        net.connect(rate, rv.Network().create(3, RATE), "exc")
    with pytest.raises(ModelError, match="must be a population"):
        net.connect(rate, 3, "exc")  # type: ignore[arg-type]


def test_synapses_fit_their_populations(net: rv.Network) -> None:
    rate, spike = net.create(3, RATE), net.create(3, SPIKE)
    event = rv.Synapse(pre_spike="g_target += 2.0*w", name="event")
    net.connect(spike, spike, "exc", event)
    with pytest.raises(ModelError, match="synapse 'event' reacts to spikes"):
        net.connect(rate, rate, "exc", event)
    with pytest.raises(ModelError, match="the synapse reacts to spikes"):
        net.connect(rate, rate, "exc", rv.Synapse(pre_axon_spike="g_target += w"))
    other = rv.Synapse(psp="w*pre.x", name="other")
    with pytest.raises(ModelError, match=r"'other' reads pre\.x, but population 'pop0'"):
        net.connect(rate, rate, "exc", other)
    with pytest.raises(ModelError, match="must be a Synapse"):
        net.connect(rate, rate, "exc", 3)  # type: ignore[arg-type]


def test_decoding(net: rv.Network) -> None:
    rate, spike = net.create(3, RATE), net.create(5, SPIKE)
    projection = rv.DecodingProjection(spike, rate, "exc", window=10.0)
    assert (projection.kind, projection.window_steps) == ("decoding", 100)
    assert net.connect(projection) is projection
    assert rv.DecodingProjection(spike, rate, "exc").window_steps == 1
    assert rv.DecodingProjection(spike, rate, "exc", window=0.3).window_steps == 3
    with pytest.raises(ModelError, match="does not spike"):
        rv.DecodingProjection(rate, rate, "exc")
    with pytest.raises(ModelError, match="at least 0 ms"):
        rv.DecodingProjection(spike, rate, "exc", window=-1.0)
    with pytest.raises(ModelError, match="do not use the target"):
        rv.DecodingProjection(spike, rate, "other")


def test_unconnected(net: rv.Network) -> None:
    a = net.create(3, RATE)
    projection: Any = net.connect(a, a, "exc")
    uses: list[Callable[[], Any]] = [
        lambda: projection.connectivity,
        lambda: projection.w,
        net.compile,
    ]
    for use in uses:
        with pytest.raises(ModelError, match="'proj0' is not connected; call one of its"):
            use()
    with pytest.raises(ModelError, match="connect projection 'proj0' before"):
        projection.w = 3.0
