"""The COBA network against the limit: hand-written C with AVX-512, one thread, double precision."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from attrs import frozen

import ranvier as rv

from .kit import BUILD, alternate, build_limit, number_after, run_generator, run_limit

DT = 0.1
WEIGHTS = {"exc": 0.6, "inh": 6.7}


@frozen
class Options:
    """What the command line chooses."""

    neurons: int
    duration: float
    threads: int
    repeats: int


def network(data: Path, threads: int) -> tuple[rv.Network, rv.Population]:
    """The network of a connectivity file of the kit."""
    from scipy.sparse import csr_matrix

    neuron = rv.Neuron(
        name="COBA",
        parameters=dict(
            El=-60.0, Vr=-60.0, Erev_exc=0.0, Erev_inh=-80.0, Vt=-50.0,
            tau=20.0, tau_exc=5.0, tau_inh=10.0, I=20.0,
        ),
        equations="""
            tau*dv/dt = (El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I
            tau_exc*dg_exc/dt = - g_exc
            tau_inh*dg_inh/dt = - g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )  # fmt: skip
    arrays = np.load(data)
    size = len(arrays["v0"])
    excitatory = int(0.8 * size)
    net = rv.Network(dt=DT, seed=98765)
    net.config(num_threads=threads)
    cells = net.create(size, neuron)
    cells.v = arrays["v0"]
    for view, target in ((cells[:excitatory], "exc"), (cells[excitatory:], "inh")):
        pairs = (arrays[f"{target}_pre"], arrays[f"{target}_post"])
        weights = np.full(len(pairs[0]), WEIGHTS[target])
        matrix = csr_matrix((weights, pairs), shape=(view.size, size))
        net.connect(view, cells, target).from_sparse(matrix)
    return net, cells


def run(options: Options) -> None:
    """Print the times of both, their ratio, and both firing rates."""
    program = build_limit("limit_coba")
    run_generator("gen_coba.py", str(options.neurons), str(BUILD))
    data = BUILD / f"coba_{options.neurons}"
    steps = str(round(options.duration / DT))
    compile_times: list[float] = []
    printed = ""

    def limit() -> float:
        nonlocal printed
        printed = run_limit(program, f"{data}.bin", steps)
        return number_after("time", printed)

    def ours() -> float:
        net, _ = network(Path(f"{data}.npz"), options.threads)
        start = time.perf_counter()
        net.compile()
        compile_times.append(time.perf_counter() - start)
        start = time.perf_counter()
        net.simulate(options.duration)
        return time.perf_counter() - start

    limit_time, our_time = alternate(options.repeats, limit, ours)
    limit_rate = number_after("rate", printed)
    rate, recorded_time = firing_rate(Path(f"{data}.npz"), options)
    print(
        f"COBA, {options.neurons} neurons, {options.duration / 1000:g} s, "
        f"{options.threads} thread(s), best of {options.repeats}"
    )
    print(f"  limit    {limit_time:8.4f} s   {limit_rate:.2f} Hz   (one thread)")
    print(f"  ranvier  {our_time:8.4f} s   {rate:.2f} Hz   ({recorded_time:.4f} s with a monitor)")
    print(f"  ratio    {our_time / limit_time:8.2f}     compile {min(compile_times):.3f} s")


def firing_rate(data: Path, options: Options) -> tuple[float, float]:
    """The mean firing rate (Hz) of the same run with a spike monitor, and the time it took."""
    net, cells = network(data, options.threads)
    monitor = net.monitor(cells, "spike")
    net.compile()
    start = time.perf_counter()
    net.simulate(options.duration)
    elapsed = time.perf_counter() - start
    spikes = monitor.get("spike")
    count = sum(len(steps) for steps in spikes.values())
    return count / options.neurons / (options.duration / 1000), elapsed
