"""Numbers, lists, matrices and states that nobody means.

One after the other in one process.

``python -m surface.hostile KIND LOG``: whatever is given is taken or refused with an error at the
line here; every network is compiled with ``check="bounds"`` and runs on afterwards. What is tried
stands in the file LOG, so that a process that ends says why.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

EXTREMES = [
    *(0, 1, -1, 7, 2**31 - 1, 2**31, -(2**31), 2**53, 2**62, 2**63 - 1, 2**63, -(2**63), 2**64),
    *(0.0, -0.0, 0.5, 1e-320, 1e-9, 1e9, 1e18, 1e300, -1e300, 10**400),
    *(float("nan"), float("inf"), float("-inf"), True, None, "x", 1j),
]
FLOATS = [each for each in EXTREMES if isinstance(each, float)]
numbers = st.sampled_from(EXTREMES)
floats = st.sampled_from(FLOATS)
ranks = st.one_of(*[st.integers(0, 6)] * 15, st.sampled_from([-1, 7, 8, 9, 2**31, 2**63]))


class Log:
    """The file of the current trial, and counts of outcomes."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.taken = self.refused = 0

    @contextmanager
    def trying(self, text: str) -> Iterator[None]:
        """Try a call: it succeeds, or is refused here.

        An error must be at a line of this file.
        """
        os.pwrite(self.file, text[:600].ljust(600).encode(errors="replace"), 0)
        try:
            yield
            self.taken += 1
        except ModelError as problem:
            places = [spot(each.loc) if each.loc else None for each in problem.diagnostics]
            if not all(place is not None and _ours(place.file) for place in places):
                raise AssertionError(f"{text}: an error without a place: {problem}") from problem
            self.refused += 1


def _ours(file: str) -> bool:
    return file == __file__ or file.startswith("<")


def many(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Settings of hypothesis for so many examples.

    They are the same in every run.
    """
    nightly = 20 if os.environ.get("RANVIER_NIGHTLY") else 1
    found: Callable[[Callable[..., None]], Callable[..., None]] = settings(
        max_examples=count * nightly,
        deadline=None,
        database=None,
        derandomize=not os.environ.get("RANVIER_NIGHTLY"),
        suppress_health_check=list(HealthCheck),
    )
    return found


# ---------------------------------------------------------------------- networks

SPIKING = rv.Neuron(
    parameters="tau = 10.0 : population\ndrive = 0.4\nk = 3 : int\non = True : bool\nhold = 1.0",
    equations="""
        tau*dv/dt = drive - v + g_exc
        tau*dg_exc/dt = -g_exc
        m = k % 5 + 7 % k : int
        n = Binomial(5.0, clip(drive, 0.0, 1.0)) + DiscreteUniform(0.0, hold) + Gamma(drive)
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory="hold",
)
RATE = rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt + r = sum(exc) : min=0.0")


def zoo() -> Any:
    """A network with every layout of synapses.

    It is compiled with tests of all indices.
    """
    net = rv.Network(dt=0.5, seed=3)
    net.config(num_threads=2)
    spiking, other = net.create(37, SPIKING, name="spiking"), net.create(21, SPIKING, name="other")
    rate, last = net.create(30, RATE, name="rate"), net.create(11, RATE, name="last")
    net.connect(spiking, other, "exc").fixed_probability(
        0.3, rv.Uniform(0.0, 0.2), delays=rv.DiscreteUniform(1, 9)
    )
    net.connect(spiking, spiking, "exc").fixed_probability(0.4, 0.1, delays=2.0)
    net.connect(other, spiking[3:20], "exc").all_to_all(rv.Uniform(0.0, 0.1))
    net.connect(spiking[2:12], other[5:15], "exc").one_to_one(0.3)
    net.connect(other, spiking, "exc", rv.STDP()).fixed_number_pre(4, rv.Uniform(0.0, 0.2))
    net.connect(other, other, "exc", rv.STP()).fixed_number_post(3, 0.1)
    rv.DecodingProjection(spiking, rate, "exc", 10.0, network=net).all_to_all(0.01)
    net.connect(rate, last, "exc", rv.Oja()).all_to_all(rv.Uniform(0.0, 0.1), delays=3.0)
    net.connect(rate, rate, "exc").fixed_number_pre(5, rv.Uniform(0.0, 0.1), delays=2.0)
    net.connect(last[1:6], rate[20:25], "exc").one_to_one(rv.Uniform(0.0, 1.0))
    net.monitor(spiking, ["v", "spike", "m"])
    net.monitor(rate[3:9], "r")
    net.compile(check="bounds", cache=True)
    net.simulate(10.0)
    return net


# ---------------------------------------------------------------------- kinds of inputs


def values(log: Log) -> None:
    """Values of attributes, of the clock, and of settings."""
    net = zoo()
    spiking, stdp = net.populations[0], net.projections[4]
    names = ["v", "g_exc", "drive", "k", "on", "hold", "tau", "m", "n"]

    def lists(size: int) -> Any:
        return st.lists(numbers, min_size=size, max_size=size)

    ways: list[tuple[str, Callable[[Any], Any]]] = [
        *((name, lambda x, name=name: setattr(spiking, name, x)) for name in names),
        *((name, lambda x, name=name: setattr(stdp, name, x)) for name in ("w", "tau_plus")),
        ("one neuron", lambda x: setattr(spiking.neuron(5), "drive", x)),
        ("some neurons", lambda x: setattr(spiking[2:5], "hold", x)),
        ("step", lambda x: setattr(net, "current_step", x)),
        ("time", lambda x: setattr(net, "time", x)),
        ("dt", lambda x: setattr(net, "dt", x)),
        ("learn", lambda x: stdp.start_learning(period=x)),
        ("monitor", lambda x: setattr(net.monitors[0], "period", x)),
        ("simulate", lambda x: net.simulate(x) if not _is_long(x) else None),
    ]

    @many(150)
    @given(st.sampled_from(ways), st.one_of(numbers, lists(37), lists(3), st.just(np.zeros(0))))
    def run(way: tuple[str, Callable[[Any], Any]], value: Any) -> None:
        name, do = way
        with log.trying(f"{name} = {value!r}"):
            do(value)
        with log.trying(f"a run after {name} = {value!r}"):
            net.step()
            if net.current_step > 2**60:
                net.current_step = 100

    run()


def _is_long(value: Any) -> bool:
    return isinstance(value, int | float) and 1e3 < value < 2**62


def connections(log: Log) -> None:
    """Lists of synapses between parts of groups.

    They have any ranks, weights and delays.
    """
    usual = st.sampled_from([0.0, 0.5, 1.0, 3.0, 40.0])
    delays = st.one_of(*[usual] * 9, st.sampled_from([-1.0, 1e9, float("nan"), 2**63]))
    weights = st.one_of(*[st.floats(-2.0, 2.0)] * 9, floats)

    @many(40)
    @given(
        st.booleans(),
        st.lists(
            st.tuples(ranks, st.lists(ranks, max_size=5, unique=True), weights, delays),
            max_size=4,
            unique_by=lambda row: row[0],
        ),
        st.sampled_from(["whole", "views", "one"]),
    )
    def run(spikes: bool, rows: list[Any], parts: str) -> None:
        def fill(pre: Any, post: Any) -> Any:
            made = rv.LILConnectivity()
            for row in rows:
                made.add(*row)
            return made

        net: Any = rv.Network(dt=0.5, seed=1)
        kind = SPIKING if spikes else RATE
        pre, post = net.create(7, kind, name="pre"), net.create(8, kind, name="post")
        if parts == "views":
            pre, post = pre[1:], post[:5]
        elif parts == "one":
            pre = pre[3:4]
        with log.trying(f"{kind is SPIKING}, {parts}: {rows!r}"):
            net.connect(pre, post, "exc").from_function(fill)
            net.compile(check="bounds", cache=True)
            net.simulate(30.0)
            net.reset()
            net.simulate(2.0)

    run()


def _damage(matrix: Any, place: str, at: int, value: Any) -> None:
    """Damage one of the arrays of a sparse matrix.

    Set an element of it, or make it shorter.
    """
    found = getattr(matrix, place)
    if value == "short":
        setattr(matrix, place, found[: at % len(found)])
    elif place == "rows":
        found[at % len(found)].append(value)
    else:
        found[at % len(found)] = value


def matrices(log: Log) -> None:
    """Sparse matrices, of every format, with arrays changed by hand."""
    whole = scipy.sparse.random(9, 8, 0.4, format="csr", random_state=1)
    arrays = {
        "csr": ("indices", "indptr", "data"),
        "csc": ("indices", "indptr", "data"),
        "bsr": ("indices", "indptr"),
        "coo": ("row", "col", "data"),
        "lil": ("rows",),
        "dia": ("offsets",),
    }
    cases = [(kind, place) for kind, places in arrays.items() for place in places]
    changes = st.sampled_from([-1, 0, 1, 3, 8, 9, 100, 10**6, 2**31 - 1, -(2**31), "short"])

    @many(150)
    @given(st.sampled_from(cases), st.integers(0, 40), changes)
    def run(case: tuple[str, str], at: int, change: Any) -> None:
        kind, place = case
        matrix = whole.asformat(kind).copy()
        net: Any = rv.Network(dt=1.0, seed=1)
        pre, post = net.create(9, RATE), net.create(8, RATE)
        text = f"{kind}.{place}[{at}] = {change}"
        try:
            _damage(matrix, place, at, change)
        except (AttributeError, TypeError, ValueError, OverflowError):
            return  # SciPy itself refuses
        with log.trying(text):
            net.connect(pre, post, "exc").from_sparse(matrix)
            found = net.projections[0].connectivity
            inside = (found.pre_ranks < 9) & (found.post_ranks < 8) & (found.pre_ranks >= 0)
            assert np.all(inside & (found.post_ranks >= 0)), text

    run()


def states(log: Log) -> None:
    """Files of a network with other numbers in them."""
    net = zoo()
    original = {name: values.copy() for name, values in net._execution.program.state().items()}
    file = io.BytesIO()
    net.save(file)
    extremes = st.sampled_from([*FLOATS, -(2**63), -1, 0, 1, 7, 2**31, 2**62, 2**63 - 101])

    def changed(values: Any, value: float, at: int) -> Any:
        out = values.copy()
        with np.errstate(all="ignore"):
            number = np.array(value).astype(values.dtype)
        out.reshape(-1)[slice(None) if at < 0 else at % max(1, values.size)] = number
        return out

    @many(80)
    @given(
        st.lists(
            st.tuples(st.sampled_from(sorted(original)), extremes, st.integers(-1, 9)),
            min_size=1,
            max_size=3,
        )
    )
    def run(changes: list[tuple[str, float, int]]) -> None:
        arrays = dict(original)
        for name, value, at in changes:
            if arrays[name].size:
                arrays[name] = changed(arrays[name], value, at)
        forged = io.BytesIO()
        np.savez(forged, **arrays)
        with log.trying(repr(changes)):
            net.load(forged)
            net.simulate(2.0)
            net.current_step = 50
            net.simulate(2.0)
            net.reset()
            net.simulate(1.0)

    run()
    net.load(file)


KINDS = {each.__name__: each for each in (values, connections, matrices, states)}


def main() -> int:
    """Try one kind of inputs."""
    _, kind, path = sys.argv
    log = Log(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        KINDS[kind](log)
    print(f"{log.taken} taken, {log.refused} refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
