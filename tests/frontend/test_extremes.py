"""Numbers far beyond every machine.

Errors at the user's line, before anything is allocated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import ranvier as rv
from ranvier.frontend import memory, network_memory
from ranvier.frontend.subsets import bernoulli
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.target import CPU, CUDA

HERE = Path(__file__).name
SPIKING = rv.Neuron(equations="v = v + g_exc : init=0", spike="v > 1", reset="v = 0")
RATE = rv.Neuron(equations="r = sum(exc) + 1")
AVAILABLE = 8e9


@pytest.fixture(autouse=True)
def _limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on every machine; and nothing large is allocated."""
    for module in (memory, network_memory):
        monkeypatch.setattr(module, "available_memory", lambda: AVAILABLE)


class Net:
    """A network and short ways to make its parts."""

    def __init__(
        self, neuron: rv.Neuron = SPIKING, dt: float = 1.0, dtype: str = "float64"
    ) -> None:
        self.net: Any = rv.Network(dt=dt, seed=1, dtype=dtype)
        self.neuron = neuron

    def group(self, geometry: Any = 10) -> Any:
        return self.net.create(geometry, self.neuron)

    def pair(self, pre: int = 10, post: int | None = None) -> Any:
        target = "exc"
        return self.net.connect(self.group(pre), self.group(post or pre), target)

    def decoding(self, size: int, window: float) -> Any:
        post = self.net.create(size, RATE)
        projection = rv.DecodingProjection(
            self.group(5), post, "exc", window=window, network=self.net
        )
        return projection.all_to_all(1.0)


Case = Callable[[Net], Any]
TOO_LONG = "the delays of projection 'proj0' are too long"
GB = r"needs [\d,.]+ GB of memory, 8 GB are available"

SPIKES_OR_RATES: dict[str, tuple[Case, str]] = {
    "one delay": (
        lambda n: n.pair().one_to_one(1.0, delays=1e9),
        f"projection 'proj0' with delays of up to 1,000,000,000 steps from 10 neurons {GB}",
    ),
    "one delay, short steps": (lambda n: n.pair().one_to_one(1.0, delays=1e300), TOO_LONG),
    "uniform": (lambda n: n.pair().all_to_all(1.0, delays=rv.Uniform(0, 1e12)), TOO_LONG),
    "log-normal": (lambda n: n.pair().all_to_all(1.0, delays=rv.LogNormal(1, 300)), TOO_LONG),
    "exponential": (lambda n: n.pair().all_to_all(1.0, delays=rv.Exponential(1e-300)), TOO_LONG),
    "probability": (
        lambda n: n.pair().fixed_probability(0.5, 1.0, delays=rv.LogNormal(1, 300)), TOO_LONG,
    ),
    "matrix of delays": (
        lambda n: n.pair(3).from_matrix([[1.0] * 3] * 3, delays=[[1e300, 1, 2]] * 3), TOO_LONG,
    ),
    "one of nine delays": (
        lambda n: n.pair(3).from_matrix([[1.0] * 3] * 3, delays=[[1e9, 1, 2]] * 3),
        f"delays of up to 1,000,000,000 steps from 3 neurons {GB}",
    ),
    "long delays of many": (
        lambda n: n.pair(100_000, 3).fixed_number_pre(2, 1.0, delays=50_000.0),
        f"delays of up to 50,000 steps from 100,000 neurons {GB}",
    ),
    "many neurons": (lambda n: n.group(2**30), "population 'pop0' of 1,073,741,824 neurons needs"),
    "all of many": (
        lambda n: n.pair(10**9).all_to_all(rv.Uniform(0, 1)), r"about 1e\+18 synapses need",
    ),
    "a few of many": (
        lambda n: n.pair(10**9).fixed_number_pre(1, 1.0), r"about 1e\+09 synapses need",
    ),
    "nearly all of many": (
        lambda n: n.pair(3_000_000).fixed_number_post(2_999_999, 1.0), r"about 9e\+12 synapses",
    ),
    "hardly any of many": (
        lambda n: n.pair(10**9).fixed_probability(1e-18, 1.0), "projection 'proj0' does not fit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("neuron", [SPIKING, RATE], ids=["spikes", "rates"])
@pytest.mark.parametrize("case", SPIKES_OR_RATES)
def test_refused_by_compile(case: str, neuron: rv.Neuron, dtype: str) -> None:
    make, message = SPIKES_OR_RATES[case]
    net = Net(neuron, dtype=dtype)
    make(net)
    with pytest.raises(ModelError, match=message) as caught:
        net.net.compile()
    assert re.match(rf".*{HERE}:\d+:\d+: error: ", str(caught.value))
    line = int(re.search(rf"{HERE}:(\d+):", str(caught.value))[1])  # type: ignore[index]
    assert line < test_refused_by_compile.__code__.co_firstlineno, "where it was made"


HUGE = np.broadcast_to(1.0, (10**6, 10**6))
AT_ONCE: dict[str, tuple[Case, str]] = {
    "2**62": (lambda n: n.group(2**62), "at most 2,147,483,647 neurons, not 4611686018427387904"),
    "2**31": (lambda n: n.group(2**31), "at most 2,147,483,647 neurons, not 2147483648"),
    "(2**40, 2**40)": (lambda n: n.group((2**40, 2**40)), "at most 2,147,483,647 neurons; the geo"),
    "10**5000": (lambda n: n.group(10**5000), "neurons, not a number of 16610 bits"),
    "numpy": (lambda n: n.group(np.uint64(2**63)), "at most 2,147,483,647 neurons, not"),
    "a grid of numpy": (lambda n: n.group((np.int32(2**30), np.int32(4))), "has 4294967296"),
    "Poisson": (
        lambda n: n.net.create(rv.PoissonPopulation(2**62, rates=3.0)), "at most 2,147,483,647",
    ),
    "inputs": (lambda n: n.net.create(rv.InputArray(2**62)), "at most 2,147,483,647 neurons"),
    "ranks": (lambda n: n.group(2**31 - 1).ranks, "an array of the ranks of population 'pop0' nee"),
    "values": (lambda n: n.group(2**31 - 1).v, "an array of 'v' of population 'pop0' needs 17.2"),
    "a view": (lambda n: n.group(2**31 - 1)[[3, 4]], "an array of the ranks of population 'pop0'"),
    "a matrix": (
        lambda n: n.pair(10**6).from_matrix(HUGE), "copy of the weights from 'pop0' to 'pop1' need",
    ),
    "a matrix of delays": (
        lambda n: n.pair(3).from_matrix([[1.0] * 3] * 3, delays=HUGE), "a copy of the delays from",
    ),
    "a sparse matrix": (
        lambda n: n.pair(10**9).from_sparse(scipy.sparse.coo_matrix((10**9, 10**9))),
        "a list of 0 synapses from 'pop0' to 'pop1' needs 64 GB",
    ),
    "another sparse matrix": (
        lambda n: n.pair(3).from_sparse(scipy.sparse.coo_matrix((10**12, 10**12))), "the shape",
    ),
    "a delay": (lambda n: n.pair().one_to_one(1.0, delays=float("inf")), "delays must be at least"),
    "a delay of digits": (lambda n: n.pair().one_to_one(1.0, delays=10**5000), "delays must be a"),
    "a number": (lambda n: n.pair().fixed_number_pre(10**5000, 1.0), "was to get a number of 16"),
    "a window": (lambda n: n.decoding(5, 1e300), "the window of a DecodingProjection is too long"),
    "a window of digits": (lambda n: n.decoding(5, 10**400), "the window .* is too long"),
    "a period": (lambda n: n.net.monitor(n.group(), "v", period=1e300), "the period of a monitor"),
    "a distribution": (lambda n: rv.Uniform(0, 10**400), "'max' must be finite"),
    "dt": (lambda n: n.net.config(dt=10**400), "dt must be a time of more than 0 ms"),
}  # fmt: skip


@pytest.mark.parametrize("case", AT_ONCE)
def test_refused_at_once(case: str) -> None:
    make, message = AT_ONCE[case]
    net = Net()
    with pytest.raises(ModelError, match=message) as caught:
        make(net)
    assert f"{HERE}:" in str(caught.value)


def test_windows() -> None:
    net = Net()
    net.decoding(5, 1e9)
    with pytest.raises(memory.NoMemory, match=f"a window of 1,000,000,000 steps onto 5 .*{GB}"):
        net.net.compile()


def test_what_fits_alone_but_not_together() -> None:
    """The largest part is named."""
    net = Net(RATE)
    for delay in (3e6, 2e7, 2.5e7, 2e7):
        net.pair(20).one_to_one(1.0, delays=delay)
    with pytest.raises(memory.NoMemory, match="together with the rest") as caught:
        net.net.compile()
    assert "projection 'proj2' with delays of up to 25,000,000 steps" in str(caught.value)


def test_a_bit_for_a_spike() -> None:
    """Masks, as GPUs have them, need less memory than lists."""
    for delay, refusing in ((50_000.0, [CPU]), (700_000.0, [CPU, CUDA])):
        net = Net()
        net.pair(100_000, 3).fixed_number_pre(2, 1.0, delays=delay)
        for target in (CPU, CUDA):
            refuses = pytest.raises(memory.NoMemory, match="from 100,000 neurons")
            with refuses if target in refusing else nullcontext():
                network_memory.check_network(net.net, lambda: 1, target)


def test_long_steps_shorten_delays() -> None:
    """The same delay is refused or works, as dt says."""
    net = Net(dt=1e-3)
    net.pair().one_to_one(1.0, delays=1e8)
    with pytest.raises(ModelError, match=r"too long: 1e\+08 ms at dt = 0.001 ms"):
        net.net.compile()
    net.net.dt = 1e6
    net.net.compile()
    net.net.simulate(2e6)
    assert net.net.current_step == 2


def test_few_synapses_with_delays_far_apart_arrive() -> None:
    """More steps between delays than there are synapses."""
    far = 1_200_000
    for neuron, variable in ((SPIKING, "v"), (RATE, "r")):
        net = Net(neuron)
        projection = net.pair(1, 2)
        projection.from_matrix([[0.25], [0.5]], delays=[[2.0], [float(far)]])
        assert projection.connectivity.distinct_delays.tolist() == [2, far]
        pre, post = net.net.populations
        if variable == "v":
            pre.v = 2.0
        net.net.compile()
        net.net.simulate(float(far))
        before = getattr(post, variable).tolist()
        net.net.simulate(1.0)
        after = getattr(post, variable).tolist()
        if variable == "v":  # one spike in step 0
            assert before == [0.25, 0.0] and after == [0.25, 0.5]
        else:  # r is 0 at first, then 1
            assert before == [1.25, 1.0] and after == [1.25, 1.5]


# ---------------------------------------------------------------------- drawing


def test_fixed_numbers_are_drawn_when_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call itself makes no array of ranks.

    The number of neurons plays no part.
    """
    net = Net()
    pop = net.group(3_000_000)

    def refuse(_: object) -> Any:
        raise AssertionError("ranks were listed")

    monkeypatch.setattr(type(pop), "ranks", property(refuse))
    for connect in ("fixed_number_pre", "fixed_number_post"):
        projection = net.net.connect(pop, pop, "exc")
        getattr(projection, connect)(1, 1.0)
        with pytest.raises(ModelError, match="there are only 2999999 to choose from"):
            getattr(net.net.connect(pop, pop, "exc"), connect)(3_000_000, 1.0)
    monkeypatch.undo()
    synapses = projection.connectivity
    assert synapses.nnz == 3_000_000
    assert not np.any(synapses.pre_ranks == synapses.post_ranks)


def test_overlapping_groups() -> None:
    net = Net()
    pop = net.group(10)
    for pre, post, most in ((pop[:5], pop[5:], 5), (pop[:6], pop[5:], 5), (pop, pop[2:3], 9)):
        with pytest.raises(ModelError, match=f"there are only {most} to choose from"):
            net.net.connect(pre, post, "exc").fixed_number_pre(most + 1, 1.0)


def test_gaps_between_chosen_pairs_are_exact() -> None:
    """Gaps between chosen pairs are exact in the largest patch.

    Nearly none of its pairs is chosen.
    """
    total, found = 2**50, []
    for seed in range(400):
        numbers = bernoulli(total, 1.0 / total, np.random.default_rng(seed))
        assert np.all(np.diff(numbers) > 0) and np.all((numbers >= 0) & (numbers < total))
        found.append(numbers)
    chosen = np.concatenate(found) / total
    assert abs(len(chosen) - 400) < 4.5 * 20  # a Poisson number of mean 400
    assert abs(chosen.mean() - 0.5) < 4.5 / np.sqrt(12 * 400)


# ---------------------------------------------------------------------- clocks

LAST = 2**63 - 1


def running() -> Any:
    net = rv.Network(dt=0.5, seed=1)
    net.create(3, rv.Neuron(equations="r = r + 1"))
    net.compile()
    return net


def test_steps_up_to_the_last() -> None:
    net = running()
    for step in (0, 2**53 + 1, 2**62, LAST - 3, np.uint64(LAST - 3), np.int64(LAST - 3)):
        net.current_step = step
        assert net.current_step == int(step)
    net.simulate(1.0)
    net.step()
    assert net.current_step == LAST and net.populations[0].r.tolist() == [3.0] * 3
    assert net.time == LAST * 0.5
    for go in (net.step, lambda: net.simulate(0.5), lambda: net.simulate(1e15)):
        with pytest.raises(ModelError, match=f"go beyond step {LAST}") as caught:
            go()
        assert HERE in str(caught.value) and net.current_step == LAST
    net.simulate(0.0)


@pytest.mark.parametrize(
    "wrong",
    [-1, -(2**70), 2**63, 10**5000, np.uint64(2**63), 1.0, np.float64(3), float("nan"), "3", True,
     np.bool_(True), None, [1], 2j],
    ids=type,
)  # fmt: skip
def test_what_is_no_step(wrong: Any) -> None:
    net = running()
    with pytest.raises(ModelError, match="step") as caught:
        net.current_step = wrong
    assert HERE in str(caught.value) and net.current_step == 0


@pytest.mark.parametrize(
    "wrong",
    [-1.0, float("nan"), float("inf"), 1e300, 10**400, "3", b"3", True, np.bool_(False), None,
     [1.0, 2.0], 1j, np.uint64(2**63)],
    ids=type,
)  # fmt: skip
def test_what_is_no_time(wrong: Any) -> None:
    net = running()
    ways: list[Callable[[], Any]] = [
        lambda: setattr(net, "time", wrong),
        lambda: net.simulate(wrong),
    ]
    for way in ways:
        with pytest.raises(ModelError, match=r"time|too long|number of ms") as caught:
            way()
        assert HERE in str(caught.value) and net.current_step == 0


@pytest.mark.parametrize("period", [1e15, 1e300])
@pytest.mark.parametrize("given", ["a number", "an attribute", "set later"])
def test_neurons_that_are_refractory_for_ever(period: float, given: str) -> None:
    """One spike each, and no more."""
    equations: dict[str, Any] = {"equations": "v = 1.0", "spike": "v > 0"}
    if given == "a number":
        neuron = rv.Neuron(**equations, refractory=period)
    elif given == "an attribute":
        neuron = rv.Neuron(**equations, parameters={"ref": period}, refractory="ref")
    else:
        neuron = rv.Neuron(**equations, refractory=1.0)
    net = rv.Network(dt=0.1, seed=1)
    cells: Any = net.create(3, neuron)
    if given == "set later":
        cells.refractory = period
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(100.0)
    assert [len(times) for times in monitor.get("spike").values()] == [1, 1, 1]
