"""Recorded items of a monitor, from names to the operation. Each has a kind."""

from __future__ import annotations

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend.emit import network_module
from ranvier.ir.dialects import net as net_dialect
from ranvier.ir.recorded import INPUT, SPIKES, SUM, VARIABLE, Recorded


def network() -> rv.Network:
    net = rv.Network(dt=1.0, seed=1)
    spiking = net.create(
        2,
        rv.Neuron(equations="dv/dt = g_exc\nspikes = 2 * v", spike="v > 1", reset="v = 0"),
        name="spiking",
    )
    rated = net.create(2, rv.Neuron(equations="r = sum(exc) + 1\nsum_ = r"), name="rated")
    net.connect(rated, rated, "exc").all_to_all(0.25)
    net.connect(spiking, spiking, "exc").all_to_all(0.5)
    return net


def test_names_of_users_become_items() -> None:
    net = network()
    monitor = net.monitor(net.get_population("spiking"), ["spike", "g_exc", "v", "spikes"])
    sums = net.monitor(net.get_population("rated"), ["sum(exc)", "r", "sum_"])
    assert monitor.items == [
        Recorded(SPIKES, "spike"),
        Recorded(INPUT, "g_exc"),
        Recorded(VARIABLE, "v"),
        Recorded(VARIABLE, "spikes"),
    ]
    assert sums.items == [Recorded(SUM, "exc"), Recorded(VARIABLE, "r"), Recorded(VARIABLE, "sum_")]
    assert [item.label for item in monitor.items] == monitor.variables
    assert [item.label for item in sums.items] == sums.variables


def test_the_operation_says_of_each_what_it_is() -> None:
    net = network()
    net.monitor(net.get_population("spiking"), ["spike", "g_exc", "v"])
    net.monitor(net.get_population("rated"), ["sum(exc)"])
    one, other = (o for o in network_module(net).ops if isinstance(o, net_dialect.Monitor))
    assert 'records = {variable = ["v"], input = ["g_exc"], spikes = ["spike"]}' in str(one)
    assert 'records = {sum = ["exc"]}' in str(other) and "variable" not in str(other)
    assert {i.kind for i in one.items} == {VARIABLE, INPUT, SPIKES}
    assert other.items == [Recorded(SUM, "exc")]


def test_a_variable_called_like_an_event_of_its_neuron_is_not_mistaken_for_it() -> None:
    equations = "v = v + 0.25\naxon_spike = 2.0 * v"
    net = rv.Network(dt=1.0)
    both = rv.Neuron(equations=equations, spike="v > 1", reset="v = 0", axon_spike="v > 0.5")
    plain = rv.Neuron(equations=equations, spike="v > 1", reset="v = 0")
    with pytest.raises(rv.ModelError, match="is a variable and an event; rename the variable"):
        net.monitor(net.create(1, both), "axon_spike")
    monitor = net.monitor(net.create(1, plain), "axon_spike")
    net.compile()
    net.simulate(2.0)
    assert monitor.get("axon_spike").tolist() == [[0.5], [1.0]]


def test_variables_may_be_called_like_what_is_recorded() -> None:
    """``spikes`` and ``sum_`` are variables, ``spike`` and ``sum(exc)`` are none."""
    net = network()
    monitor = net.monitor(net.get_population("rated"), ["sum(exc)", "sum_"])
    net.compile()
    net.simulate(3.0)
    r, sums = [], []
    before = 0.0
    for _ in range(3):
        sums.append(0.25 * before)  # one other neuron, its rate of the step before
        before = sums[-1] + 1.0
        r.append(before)
    np.testing.assert_array_equal(monitor.get("sum(exc)"), np.array([sums, sums]).T)
    np.testing.assert_array_equal(monitor.get("sum_"), np.array([r, r]).T)


@pytest.mark.parametrize("name", ["sum(inh)", "sum()", "sum(exc", "spikes", 3])
def test_what_is_no_item_is_refused(name: object) -> None:
    net = network()
    with pytest.raises(rv.ModelError):
        net.monitor(net.get_population("rated"), [name])  # type: ignore[list-item]
