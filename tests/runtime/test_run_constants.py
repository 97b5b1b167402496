"""Propagators are computed when a run starts, not in its steps.

Whatever happens between two runs counts: parameters, periods of learning, files, threads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from references.linear import solution

BLOCK = "tau*dx/dt = -x : exact, init=1.0\nslow*dy/dt = x - y : exact, init=0.5"


def _network(kind: str, locality: str, pattern: str = "all", learn: str = "") -> Any:
    """A network, and the owner of the block of equations."""
    net = rv.Network(dt=0.5, seed=4)
    flag = f" : {locality}" if locality else ""
    parameters = f"tau = 4.0{flag}\nslow = 8.0{flag}"
    if kind == "neurons":
        return net, net.create(20, rv.Neuron(parameters=parameters, equations=BLOCK + "\nr = x"))
    text = {"rate": "r = 1.0 + 0.1*sum(exc)", "spike": "v = v + 0.3 + g_exc"}[kind]
    events: Any = {"spike": "v > 1.0", "reset": "v = 0.0"} if kind == "spike" else {}
    cells = net.create(20, rv.Neuron(equations=text, **events))
    adds: Any = {"pre_spike": "g_target += w"} if kind == "spike" else {}
    synapse = rv.Synapse(parameters=parameters, equations=f"{BLOCK}\n{learn}", **adds)
    projection = net.connect(cells, cells, "exc", synapse)
    if pattern == "all":
        return net, projection.all_to_all(weights=0.25)
    return net, projection.fixed_number_pre(5, weights=0.25)


def _loops(net: rv.Network, opt: int = 1) -> dict[str, int]:
    """The number of ``scf.while`` in kernels that have any."""
    text = str(net.compile(opt=opt).ir("kernels"))
    kernels = re.split(r"func\.func (?:private )?@", text)[1:]
    found = {each.partition("(")[0]: each.count("scf.while") for each in kernels}
    return {name: count for name, count in found.items() if count}


@pytest.mark.parametrize(
    ("kind", "locality", "pattern"),
    [
        ("neurons", "", ""),
        ("neurons", "population", ""),
        ("rate", "projection", "all"),
        ("rate", "projection", "sparse"),
        ("rate", "postsynaptic", "all"),
        ("rate", "postsynaptic", "sparse"),
        ("spike", "projection", "sparse"),
        ("spike", "postsynaptic", "all"),
    ],
)
def test_no_step_has_an_exponential(kind: str, locality: str, pattern: str) -> None:
    """Only the kernel of constants has the loops of an exponential."""
    net, owner = _network(kind, locality, pattern, "w = 0.25 + 0.125*y")
    assert _loops(net) == {f"{owner.name}_constants": 3}


def test_each_synapse_finds_its_own() -> None:
    """Synapses with parameters of their own compute it in every step."""
    net, owner = _network("rate", "", "all")
    assert f"{owner.name}_constants" not in _loops(net)
    explained = str(net.explain("hoist-run-constants"))
    assert "each synapse has parameters of its own" in explained


@pytest.mark.parametrize("locality", ["projection", "postsynaptic"])
@pytest.mark.parametrize("kind", ["rate", "spike"])
def test_parameters_and_periods_change_between_runs(kind: str, locality: str) -> None:
    """Synapses follow the solution for what each run begins with."""
    net, owner = _network(kind, locality)
    net.compile()
    state = np.array([1.0, 0.5])
    for tau, slow, period in ((4.0, 8.0, 0.5), (2.0, 8.0, 0.5), (2.0, 2.0, 0.5), (2.0, 5.0, 1.5)):
        owner.tau, owner.slow = tau, slow
        owner.enable_learning(period=period)
        net.simulate(6.0)
        matrix = [[-1.0 / tau, 0.0], [1.0 / slow, -1.0 / slow]]
        state = solution(matrix, [0, 0], state, 6.0)
        found = [np.ravel(owner.x), np.ravel(owner.y)]
        # A few units in the last place for each step.
        np.testing.assert_allclose(found, np.outer(state, np.ones(len(found[0]))), rtol=1e-12)


def test_each_post_neuron_has_its_own() -> None:
    """Time constants of post neurons: equal, endless, very short."""
    net, owner = _network("rate", "postsynaptic")
    net.compile()
    taus = np.array([8.0, 8.0, np.inf, 2.0**-10, -6.0, *np.linspace(0.5, 20.0, 15)])
    owner.tau = taus
    net.simulate(10.0)
    for post, tau in enumerate(taus):
        rate = 0.0 if tau == np.inf else 1.0 / tau
        right = solution([[-rate, 0], [0.125, -0.125]], [0, 0], [1, 0.5], 10.0)
        dendrite = owner.dendrite(post)
        for values, one in ((dendrite.x, right[0]), (dendrite.y, right[1])):
            # What is left of x after 10 ms with the shortest is below all numbers.
            np.testing.assert_allclose(np.ravel(values), one, rtol=1e-12, atol=1e-300)


def _history(folder: Path, locality: str, kind: str, opt: int, threads: int, parts: int) -> Any:
    """The values of synapses after runs with changes in between."""

    def run(net: rv.Network) -> None:
        for _ in range(parts):
            net.simulate(6.0 / parts)

    learn = "2.0*dw/dt = y - w : exact\n9.0*dz/dt = w - z : exact"
    nets = []
    for count in (threads, 3 - threads):
        net, owner = _network(kind, locality, "sparse", learn)
        net.config(num_threads=count)
        net.compile(opt=opt)
        nets.append((net, owner))
    (net, owner), (other, its) = nets
    run(net)
    owner.tau = 3.0 if locality == "projection" else np.linspace(1.0, 5.0, 20)
    run(net)
    owner.plasticity = False
    run(net)
    owner.enable_learning(period=1.0)
    run(net)
    file = folder / f"{opt}{threads}{parts}.npz"
    net.save(file)
    other.load(file)
    its.enable_learning(period=1.0)
    run(other)
    return [np.concatenate([np.ravel(d) for d in getattr(its, name)]) for name in "xywz"]


@pytest.mark.parametrize("kind", ["rate", "spike"])
@pytest.mark.parametrize("locality", ["projection", "postsynaptic"])
def test_the_same_bits(kind: str, locality: str, tmp_path: Path) -> None:
    """Levels of optimisation, threads, split runs and files make no difference."""
    with rv.options(exact_threads=True):
        first = _history(tmp_path, locality, kind, 1, 1, 1)
        assert all(np.isfinite(each).all() and (each != 0.25).all() for each in first)
        for opt, threads, parts in ((1, 2, 3), (0, 1, 3), (0, 2, 1)):
            found = _history(tmp_path, locality, kind, opt, threads, parts)
            for one, two in zip(first, found, strict=True):
                assert (one == two).all(), (opt, threads, parts)


def test_many_projections_share_kernels() -> None:
    """Each has its own constants, in one kernel."""
    net = rv.Network(dt=0.5)
    synapse = rv.Synapse(
        parameters="tau = 4.0 : projection", equations=BLOCK.replace("slow", "8.0")
    )
    cells = net.create(20, rv.Neuron(equations="r = sum(exc)"))
    found = []
    for k in range(6):
        post = net.create(12, rv.Neuron(equations="r = sum(exc)"))
        projection = net.connect(cells, post, "exc", synapse).all_to_all(weights=0.25)
        projection.tau = 1.0 + k
        found.append(projection)
    net.compile()
    for k, projection in enumerate(found):
        projection.tau = 1.0 + k
    net.simulate(10.0)
    for k, projection in enumerate(found):
        rate = 1.0 / (1.0 + k)
        right = solution([[-rate, 0], [0.125, -0.125]], [0, 0], [1, 0.5], 10.0)
        np.testing.assert_allclose(projection.dendrite(3).y[0], right[1], rtol=1e-12)
