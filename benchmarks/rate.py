"""The rate-coded network, all-to-all, against two limits: one GEMV per step, and tiled in time."""

from __future__ import annotations

import time

import numpy as np
from attrs import frozen

import ranvier as rv

from .kit import alternate, build_limit, number_after, run_limit


@frozen
class Options:
    """What the command line chooses."""

    neurons: int
    steps: int
    threads: int
    repeats: int


def network(options: Options) -> tuple[rv.Network, rv.Population]:
    """Driven input neurons, leaky output neurons, random weights between all of them."""
    driven = rv.Neuron(
        parameters="tau = 10.0 : population\ndrive = 0.0",
        equations="tau*dr/dt + r = drive : min=0.0",
    )
    leaky = rv.Neuron(
        parameters="tau = 10.0 : population", equations="tau*dr/dt + r = sum(exc) : min=0.0"
    )
    net = rv.Network(dt=1.0, seed=1)
    net.config(num_threads=options.threads)
    inputs = net.create(options.neurons, driven)
    outputs = net.create(options.neurons, leaky)
    inputs.drive = 0.01 * (np.arange(options.neurons) % 7)
    net.connect(inputs, outputs, "exc").all_to_all(weights=rv.Uniform(0.0, 1.0))
    return net, outputs


def run(options: Options) -> None:
    """Print the times of all three and the ratios to both limits."""
    program = build_limit("limit_rate")
    size, steps = str(options.neurons), str(options.steps)
    tiled_times: list[float] = []
    compile_times: list[float] = []
    mean_rate = 0.0

    def limits() -> float:
        gemv, tiled = run_limit(program, size, steps).splitlines()
        tiled_times.append(number_after("time", tiled))
        return number_after("time", gemv)

    def ours() -> float:
        nonlocal mean_rate
        net, outputs = network(options)
        start = time.perf_counter()
        net.compile()
        compile_times.append(time.perf_counter() - start)
        start = time.perf_counter()
        net.simulate(float(options.steps))
        elapsed = time.perf_counter() - start
        mean_rate = float(np.mean(outputs.r))
        return elapsed

    gemv_time, our_time = alternate(options.repeats, limits, ours)
    tiled_time = min(tiled_times)
    print(
        f"rate-coded, {size} to {size} neurons, {steps} steps, "
        f"{options.threads} thread(s), best of {options.repeats}"
    )
    print(f"  limit, one GEMV per step   {gemv_time:8.4f} s")
    print(f"  limit, tiled in time       {tiled_time:8.4f} s")
    print(f"  ranvier                    {our_time:8.4f} s   mean rate {mean_rate:.3f}")
    print(
        f"  ratios {our_time / gemv_time:.2f} and {our_time / tiled_time:.2f}, "
        f"compile {min(compile_times):.3f} s"
    )
