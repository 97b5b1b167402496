"""uniform-first: the same bits, also where parameters change between runs."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from differential.harness import assert_same_bits

import ranvier as rv

PARAMETERS = ("tau = 10.0", "tau_g = 5.0", "drive = 1.5", "rest = 1.0")
PIPELINE = "@equations,@sparsity,@steps,uniform-first,@threads,@cpu"

NEURON = """
tau*dv/dt = drive - v + g_exc
tau_g*dg_exc/dt = -g_exc : exponential
"""
EXACT = """
tau_g*da/dt = g_exc - a : exact
tau*dv/dt = a - v + drive*exp(-drive/tau) : exact
"""


def network(equations: str = NEURON, count: int = 2) -> rv.Network:
    """Populations of one kind that excite themselves through synapses that learn."""
    net = rv.Network(dt=0.5, seed=3)
    net.config(num_threads=2)
    neuron = rv.Neuron(
        parameters="\n".join(f"{name} : population" for name in PARAMETERS),
        equations=equations,
        spike="v > 1.0",
        reset="v = 0.0",
        refractory="rest",
    )
    for number in range(count):
        cells = net.create(20 + 7 * number, neuron, name=f"p{number}")
        cells.v = np.linspace(0.0, 0.99, cells.size)
        net.connect(cells, cells, "exc", rv.STDP()).fixed_probability(0.3, weights=0.1)
        net.monitor(cells, ["v", "spike"])
    return net


def story(net: rv.Network, pipeline: str | None) -> list[Any]:
    """Recordings of runs between which parameters change."""
    net.compile(pipeline=pipeline)
    net.simulate(10.0)
    net.populations[-1].tau = 3.0
    net.simulate(0.5)
    net.populations[0].rest = 4.0
    net.projections[0].tau_plus = 2.0
    for _ in range(5):
        net.step()
    net.populations[0].tau_g = 1.5
    net.simulate(20.0)
    recorded = [monitor.get() for monitor in net.monitors]
    ranks = [ranks for each in recorded for ranks in each["spike"].values()]
    weights = [row for projection in net.projections for row in projection.w]
    return [each["v"] for each in recorded] + [np.concatenate(all) for all in (ranks, weights)]


@pytest.mark.parametrize("equations", [NEURON, EXACT])
def test_what_changes_between_runs_counts(equations: str) -> None:
    meant = story(network(equations), None)
    assert meant[-2].size > 20, "neurons spike"
    for one, other in zip(meant, story(network(equations), PIPELINE), strict=True):
        assert_same_bits(one, other)


def test_populations_of_one_kind_share_the_kernel() -> None:
    """One kernel for all, and a remark about each."""
    net = network(count=5)
    compiled = net.compile(pipeline=PIPELINE)
    text = str(compiled.ir("kernels"))
    assert len(re.findall(r"func\.func @\w*_constants", text)) == 2, "of neurons and of synapses"
    update = re.search(r"func\.func @p0_update.*?\n  }", text, re.DOTALL)
    assert update is not None and "arith.divf" not in update[0]
    said = [str(each) for each in compiled.report.remarks if each.pass_name == "uniform-first"]
    assert len(said) == 10 and said[0].endswith("values of parameters alone: once in a run")
