"""Delays that differ: what arrives is summed first.

It is summed in queues, or delay by delay.

All forms agree bit for bit with what the network means, whatever the number of threads and however
a run is cut, also where the user changes weights while spikes are under way.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier import compiler
from ranvier.passes.pipelines import LOWERING, OPTIMISED, lowering

QUEUES = OPTIMISED.replace("@sparsity", "choose-layout")
CLASSES = OPTIMISED.replace("@sparsity", "choose-layout{queues=false}")
SORTED = OPTIMISED.replace("@sparsity", "choose-layout{prefer=by_delay}")
PLAIN_SORTED = LOWERING.replace("@lowering", ",".join(lowering())).replace(
    "queues=false", "prefer=by_delay"
)
EXACT = without(QUEUES, "expand-math")
STEPS, FEW = 40, 3

BEAT = rv.Neuron(
    parameters="period = 5 : int; phase = 0 : int",
    equations="k = k + 1 : int, init=-1",
    spike="k % period == phase",
    reset="",
)
CELL = rv.Neuron(
    equations="4.0*dv/dt = g_exc - g_inh - v\n3.0*dg_exc/dt = -g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
)


def network(
    delays: Any, weights: Any = None, dtype: str = "float64", period: int = 7
) -> tuple[rv.Network, Any]:
    """Beating neurons onto cells that excite and inhibit one another."""
    net = rv.Network(dt=0.25, seed=4, dtype=dtype)
    source, cells = net.create(40, BEAT, name="source"), net.create(75, CELL, name="cells")
    source.period, source.phase = period, np.arange(40) % period
    weights = rv.Uniform(0.0, 0.7) if weights is None else weights
    onto = net.connect(source, cells, "exc")
    onto.fixed_probability(0.4, weights=weights, delays=delays)
    within = net.connect(cells, cells, "inh")
    within.fixed_probability(0.2, weights=rv.Uniform(0.0, 0.1), delays=delays)
    net.monitor(cells, ["v", "g_exc", "g_inh", "spike"])
    return net, onto


def plain(delays: Any, **options: Any) -> Callable[[], rv.Network]:
    return lambda: network(delays, **options)[0]


def views() -> rv.Network:
    """Several projections onto one target, also between parts of populations."""
    net, _ = network(rv.Uniform(1.0, 7.0))
    source, cells = net.populations
    for part, delays in ((source[3:20], rv.DiscreteUniform(1, 4)), (cells[30:61], 2.0)):
        net.connect(part, cells[11:50], "exc").fixed_probability(
            0.5, weights=rv.Uniform(0.0, 0.2), delays=delays
        )
    return net


def other_synapses() -> rv.Network:
    """Synapses with more than one addition.

    Others have a parameter of the projection, or do not only add.
    """
    net, _ = network(rv.Uniform(0.5, 6.0))
    source, cells = net.populations
    twice = rv.Synapse(
        parameters="k = 0.5 : projection; a = 0.1",
        pre_spike="g_target += k*w\ng_target -= a*w*dt",
    )
    late = rv.Synapse(pre_spike="g_target += w*t/100.0")
    reading = rv.Synapse(pre_spike="g_target += 0.1*w*post.v")
    for synapse in (twice, late, reading, rv.STP(tau_rec=20.0, tau_facil=5.0, U=0.3)):
        onto = net.connect(source, cells, "exc", synapse)
        onto.fixed_probability(0.2, weights=rv.Uniform(0.0, 0.4), delays=rv.Uniform(0.5, 6.0))
        if synapse is twice:
            onto.a = rv.Uniform(0.0, 1.0)
    return net


NETWORKS: dict[str, Callable[[], rv.Network]] = {
    "two": plain(rv.Uniform(0.25, 0.5)),
    "uniform": plain(rv.Uniform(0.5, 8.0)),
    "late": plain(rv.Uniform(2.0, 8.0)),
    "hundred": plain(rv.Uniform(0.5, 25.0)),
    "one_weight": plain(rv.Uniform(0.5, 8.0), weights=0.3),
    "crowded": plain(rv.Uniform(0.5, 8.0), period=1),
    "single": plain(rv.Uniform(0.5, 8.0), dtype="float32"),
    "views": views,
    "other_synapses": other_synapses,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_all_forms_agree(name: str) -> None:
    lowered = Lowered(NETWORKS[name]())
    meant = interpreted(lowered, STEPS)
    native = executed(lowered.run(EXACT), STEPS, native=True)
    assert not differences(meant, native, 0.0)
    for threads in (2, 3):
        assert not differences(native, executed(lowered, STEPS, threads=threads, native=True))
    first = {name: values[:FEW] for name, values in native.items()}
    assert not differences(first, executed(lowered, FEW, threads=2))
    for other in (CLASSES, SORTED, LOWERING, PLAIN_SORTED):
        delay_by_delay = Lowered(lowered.network).run(without(other, "expand-math"))
        assert not differences(native, executed(delay_by_delay, STEPS, threads=2, native=True))


def test_queues_are_there_where_they_can_be() -> None:
    net = other_synapses()
    net.compile(pipeline=QUEUES)
    said = str(net._execution.program.explain("choose-layout"))  # type: ignore[union-attr]
    assert said.count("waits in queues") == 3


def test_rows_are_sorted_by_delay_where_that_is_preferred() -> None:
    """Projections have sorted rows unless spikes change more than synapses."""
    net = other_synapses()
    net.connect(net.populations[0], net.populations[1], "exc").all_to_all(0.01)
    net.compile(pipeline=SORTED)
    said = str(net.explain("choose-layout"))
    assert said.count("by_delay, as asked for") == 6
    assert said.count("by_pre") == 1


# ---------------------------------------------------------------------- changes on the way


def outcome(run: Callable[[rv.Network, Any], None], pipeline: str, threads: int = 1) -> list[Any]:
    """The state of cells after ``run`` was done to a network."""
    net, onto = network(rv.Uniform(0.5, 10.0))
    net.config(num_threads=threads)
    with rv.options(exact_threads=True):
        net.compile(pipeline=pipeline)
        run(net, onto)
    return [net.populations[1].get(name) for name in ("v", "g_exc")]


def weights_change(net: rv.Network, onto: Any) -> None:
    net.simulate(17.0)
    onto.w = 0.4
    net.simulate(0.5)
    onto.w = rv.Uniform(0.1, 0.3)
    net.simulate(13.5)
    onto.w = 0.2
    net.simulate(6.0)


def reset_on_the_way(net: rv.Network, onto: Any) -> None:
    net.simulate(17.0)
    net.reset()
    net.simulate(11.0)


def in_pieces(net: rv.Network, onto: Any) -> None:
    for steps in (1, 3, 1, 7, 20, 2):
        net.simulate(0.5 * steps)


def recompiled(net: rv.Network, onto: Any) -> None:
    net.simulate(13.0)
    for pipeline, time in ((CLASSES, 5.5), (SORTED, 4.0), (QUEUES, 3.0), (SORTED, 3.0)):
        assert isinstance(net._execution.program, compiler.Compiled)
        net._execution.program = compiler.compile(
            net, pipeline=pipeline, previous=net._execution.program
        )
        net.simulate(time)


def another_time(net: rv.Network, onto: Any) -> None:
    net.simulate(13.0)
    net.current_step = 3
    net.simulate(12.0)


@pytest.mark.parametrize(
    "run", [weights_change, reset_on_the_way, in_pieces, recompiled, another_time]
)
@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("pipeline", [QUEUES, SORTED], ids=["queues", "sorted"])
def test_changes_on_the_way(run: Any, threads: int, pipeline: str) -> None:
    """A weight counts from the step in which it is set.

    It does so for spikes that were sent before, too.
    """
    found = outcome(run, pipeline, threads)
    for one, other in zip(outcome(run, CLASSES), found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.any(found[1] != 0.0)


def test_a_file_holds_what_is_under_way(tmp_path: Path) -> None:
    net, _ = network(rv.Uniform(0.5, 10.0))
    net.compile(pipeline=QUEUES)
    net.simulate(15.0)
    net.save(tmp_path / "state.npz")
    net.simulate(9.0)
    for pipeline, threads in ((QUEUES, 2), (CLASSES, 1), (SORTED, 1), (SORTED, 2)):
        other, _ = network(rv.Uniform(0.5, 10.0))
        other.config(num_threads=threads)
        with rv.options(exact_threads=True):
            other.compile(pipeline=pipeline)
            other.simulate(3.0)
            other.load(tmp_path / "state.npz")
            other.simulate(9.0)
        for name in ("v", "g_exc"):
            one, two = (x.populations[1].get(name) for x in (net, other))
            np.testing.assert_array_equal(one, two)


def test_rows_of_65536_synapses() -> None:
    """More than 16 bits count in long rows.

    A projection of the same kind has short ones.
    """

    def found(pipeline: str) -> list[Any]:
        net = rv.Network(dt=0.25, seed=4)
        source = net.create(2, BEAT)
        source.phase = [1, 0]
        populations = [net.create(size, CELL) for size in (40, 1 << 16)]
        for cells in populations:
            onto = net.connect(source, cells, "exc")
            size = cells.size
            onto.from_matrix([[0.25, 0.5]] * size, delays=[[0.25, 0.75]] * size)
        net.compile(pipeline=pipeline)
        net.simulate(3.0)
        return [cells.g_exc for cells in populations]

    for one, other in zip(found(CLASSES), found(SORTED), strict=True):
        np.testing.assert_array_equal(one, other)
        assert np.all(other == other[0]) and other[0] > 0.0
