"""Building random synapses: drawing them, and laying them out for kernels."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import ranvier as rv
from ranvier.frontend.memory import available_memory

from ..kit import ROOT
from ..probe import MEGABYTE, memory
from ..race import Settings
from ..report import Report, number

SUMMARY = "10,000,000 random synapses, and 100,000,000: time and memory"
NEURONS, MANY_NEURONS, CHANCE = 10_000, 31_623, 0.1
ENOUGH = 2e9
"""Bytes that should be free before the largest network is built.

They are several times those that it takes.
"""
KINDS = ("one weight", "random weights", "fixed number")


def network(neurons: int, kind: str) -> rv.Network:
    """Two populations and the synapses between them."""
    net = rv.Network(dt=0.1, seed=1)
    silent = rv.Neuron(
        parameters="tau = 10.0", equations="tau*dv/dt = g_exc - v", spike="v > 1.0", reset="v = 0.0"
    )
    pre, post = net.create(neurons, silent), net.create(neurons, silent)
    projection = net.connect(pre, post, "exc")
    weights = rv.Uniform(0.0, 1.0) if kind == "random weights" else 0.5
    if kind == "fixed number":
        projection.fixed_number_pre(max(1, round(CHANCE * neurons)), weights=weights)
    else:
        projection.fixed_probability(CHANCE, weights=weights)
    return net


def measure(neurons: int, kind: str) -> dict[str, float]:
    """Build one network; return seconds and bytes."""
    network(16, kind).compile()  # the first network of a process loads libraries
    _forget_peak()
    before = memory()[0]
    net = network(neurons, kind)
    start, begin = time.perf_counter(), time.process_time()
    synapses = net.projections[0].nb_synapses
    drawn = time.perf_counter() - start
    compiled = net.compile(cache=False)
    processor = time.process_time() - begin
    now, peak = memory()
    return {
        "synapses": synapses,
        "draw": drawn,
        "buffers": compiled.seconds["buffers"],
        "build": drawn + compiled.seconds["buffers"],
        "compile": compiled.seconds["compile"] - compiled.seconds["buffers"],
        "processor": processor,
        "ready": now - before,
        "peak": max(0, peak - before),
    }


def _forget_peak() -> None:
    """Start the peak of this process again, if the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def in_fresh_process(neurons: int, kind: str) -> dict[str, float]:
    """Build one network in a process whose memory is untouched."""
    command = [sys.executable, "-m", "benchmarks.workloads.building", str(neurons), kind]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def run(settings: Settings) -> Report:
    """Measure each kind in fresh processes, taking turns. The run with the fastest sum is shown."""
    neurons = settings.neurons or NEURONS
    build = in_fresh_process if settings.probe else measure
    rounds = [{kind: build(neurons, kind) for kind in KINDS} for _ in range(settings.repeats)]
    numbers = {
        kind: min((each[kind] for each in rounds), key=lambda one: one["build"]) for kind in KINDS
    }
    notes = []
    if settings.neurons is None and settings.probe:
        free = available_memory() or 0.0
        if free >= ENOUGH:
            numbers["one weight, more neurons"] = build(MANY_NEURONS, KINDS[0])
        else:
            notes.append(f"100,000,000 synapses skipped: {free / MEGABYTE:,.0f} MB are free")
    return Report(
        name="build",
        title=f"build: random synapses from {neurons} to {neurons} neurons",
        header=(
            "", "synapses", "draw s", "buffers s", "build s", "compile s",
            "all, processor s", "bytes each", "bytes at peak", "peak MB",
        ),
        rows=[_row(kind, found) for kind, found in numbers.items()],
        notes=notes,
        numbers=numbers,
    )  # fmt: skip


def _row(kind: str, found: dict[str, float]) -> tuple[str, ...]:
    count = max(1.0, found["synapses"])
    return (
        kind,
        f"{found['synapses']:,.0f}",
        *(number(found[stage]) for stage in ("draw", "buffers", "build", "compile", "processor")),
        number(found["ready"] / count, 1),
        number(found["peak"] / count, 1),
        number(found["peak"] / MEGABYTE, 0),
    )


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
