"""Names of parts of Ranvier, given to a model's parts.

Variables, monitors and populations have them; values are by arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv

ONE = rv.Neuron(equations="r = 1.0")
SUM = rv.Neuron(equations="r = sum(exc)")


def network(*neurons: rv.Neuron, size: int = 3) -> list[Any]:
    """A network, and a population for each of the neurons."""
    net: Any = rv.Network(dt=1.0, seed=1)
    return [net, *(net.create(size, neuron) for neuron in neurons)]


@pytest.mark.parametrize("name", ["total", "ring", "arrived", "refractory_left"])
def test_reset_leaves_parameters(name: str) -> None:
    counter = rv.Neuron(parameters=f"{name} = 2.0 : population", equations=f"r = r + {name}")
    net, cells = network(counter)
    net.compile()
    for _ in range(2):
        net.simulate(2.0)
        assert cells.r.tolist() == [4.0] * 3 and cells.get(name) == 2.0
        net.reset()


def test_reset_leaves_parameters_of_synapses() -> None:
    net, pre, post = network(ONE, SUM)
    twice = rv.Synapse(parameters="total = 2.0 : projection", psp="w * pre.r * total")
    net.connect(pre, post, "exc", twice).all_to_all(1.0)
    net.compile()
    for _ in range(2):
        net.simulate(3.0)
        assert post.r.tolist() == [6.0] * 3
        net.reset()


def test_padded() -> None:
    """The length of a row of recordings is not the user's."""
    counter = rv.Neuron(parameters="padded = 3 : int, population", equations="r = r + padded")
    net, cells = network(counter)
    monitor = net.monitor(cells, "r")
    net.compile()
    net.simulate(3.0)
    assert monitor.get("r").tolist() == [[3.0] * 3, [6.0] * 3, [9.0] * 3]


@pytest.mark.parametrize("value", [2, 10**9])
def test_history(value: int) -> None:
    """A user's ``history`` does not change the length of delays.

    In step 6 arrives what was there after step 3.
    """
    number = f"history = {value} : int, population"
    net, pre, post = network(rv.Neuron(parameters=number, equations="r = r + history"), SUM)
    net.connect(pre, post, "exc").one_to_one(1.0, delays=3.0)
    net.compile()
    net.simulate(6.0)
    assert post.r.tolist() == [3.0 * value] * 3


def test_shift() -> None:
    """A user's ``shift`` does not move the pre neuron.

    The toolchain says how far that of a one-to-one synapse is away.
    """
    net, pre, post = network(ONE, SUM, size=6)
    far = rv.Synapse(parameters="shift = 1000000000 : int, projection", psp="w * pre.r * shift")
    net.connect(pre[1:4], post[2:5], "exc", far).one_to_one(1.0)
    net.compile()
    net.simulate(3.0)
    assert post.r.tolist() == [0.0, 0.0, 1e9, 1e9, 1e9, 0.0]


def test_row() -> None:
    net, pre, post = network(ONE, SUM)
    synapse = rv.Synapse(parameters="row = 5 : int, projection", psp="w * pre.r * row")
    net.connect(pre, post, "exc", synapse).fixed_number_pre(1, 1.0)
    net.compile()
    net.simulate(3.0)
    assert post.r.tolist() == [5.0] * 3


@pytest.mark.parametrize("name", ["spikes", "borders", "spike_count", "_left", "counts", "padded"])
def test_variables_of_spiking_neurons(name: str) -> None:
    """A counter that spikes at 3, in every fourth step."""
    text = f"{name} = {name} + 1.0\nv = {name}"
    neuron = rv.Neuron(equations=text, spike="v > 3.0", reset=f"{name} = 0.0")
    net, cells = network(neuron)
    monitor = net.monitor(cells, [name, "spike"])
    net.compile()
    net.simulate(6.0)
    assert monitor.get(name)[:, 0].tolist() == [1.0, 2.0, 3.0, 0.0, 1.0, 2.0]
    assert monitor.get("spike") == {rank: [3] for rank in range(3)}
    assert getattr(cells, name).tolist() == cells[0:3].get(name).tolist() == [2.0] * 3


@pytest.mark.parametrize("event", ["pre_spike", "post_spike"])
def test_clocks_of_events(event: str) -> None:
    """A synapse may own names that once were of clocks.

    The clocks of event-driven variables were called so.
    """
    names = ("last_event", "last_pre_event", "last_post_event")
    synapse = rv.Synapse(
        equations="tau * dx/dt = -x : event-driven\n" + "\n".join(f"{n} = 7.0" for n in names),
        parameters="tau = 10.0 : projection",
        pre_spike="g_target += w" + ("\nx += 1.0" if event == "pre_spike" else ""),
        post_spike="x += 1.0" if event == "post_spike" else None,
    )
    spiking = rv.Neuron(equations="v = v + 1.0 + 0.0 * g_exc", spike="v > 1.0", reset="v = 0.0")
    net, cells = network(spiking)
    projection = net.connect(cells, cells, "exc", synapse)
    projection.one_to_one(1.0)
    net.compile()
    net.simulate(4.0)
    assert all(np.all(np.asarray(projection.get(name)) == 7.0) for name in names)
    assert np.all(np.concatenate([np.ravel(x) for x in projection.x]) > 0.0)


def test_monitors_are_called_as_they_like() -> None:
    """Names of monitors have a table of their own."""
    net: Any = rv.Network(dt=1.0)
    cells = net.create(3, rv.Neuron(equations="r = r + 1.0 + sum(exc)"), name="a")
    net.connect(cells, cells, "exc", name="b").one_to_one(1.0)
    monitors = [net.monitor(cells, "r", name=name) for name in ("a", "b", "c")]
    net.monitor(cells[1:], "r", name="a_")
    net.compile()
    net.simulate(3.0)
    for monitor in monitors:
        assert monitor.get("r").tolist() == [[1.0] * 3, [3.0] * 3, [7.0] * 3]
    assert [net.get_monitor(name) for name in "abc"] == monitors


def test_files_of_states_have_room_for_all_names(tmp_path: Path) -> None:
    """A population called ``net`` has a place in files.

    What it has is none of the numbers of the network.
    """
    names = ("step", "steps_done", "seed", "learning", "spikes", "spikes_per_step")
    text = "\n".join(f"{name} = {name} + {n}.0" for n, name in enumerate(names, 1))
    counter = rv.Neuron(equations=f"{text}\nr = sum(exc)")
    net: Any = rv.Network(dt=1.0, seed=2)
    cells = net.create(2, counter, name="net")
    net.connect(cells, cells, "exc").one_to_one(1.0)
    net.compile()
    net.simulate(3.0)
    net.save(tmp_path / "state.npz")
    net.simulate(2.0)
    net.load(tmp_path / "state.npz")
    assert net.current_step == 3
    assert [cells.get(name)[1] for name in names] == [3.0, 6.0, 9.0, 12.0, 15.0, 18.0]
