"""Building random synapses: drawing them, and bringing them to the form that the kernels read."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import ranvier as rv

from ..kit import ROOT
from ..probe import MEGABYTE, memory
from ..race import Settings
from ..report import Report, number

SUMMARY = "10,000,000 random synapses (fixed_probability): time and memory"
NEURONS, CHANCE = 10_000, 0.1
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
    """Build one network; seconds and bytes."""
    before = memory()[0]
    net = network(neurons, kind)
    start = time.perf_counter()
    synapses = net.projections[0].nb_synapses
    drawn = time.perf_counter() - start
    compiled = net.compile()
    now, peak = memory()
    return {
        "synapses": synapses,
        "draw": drawn,
        **{stage: compiled.seconds[stage] for stage in ("emit", "buffers", "compile")},
        "ready": now - before,
        "peak": peak - before,
    }


def in_fresh_process(neurons: int, kind: str) -> dict[str, float]:
    """The same where nothing else has touched the memory."""
    command = [sys.executable, "-m", "benchmarks.workloads.building", str(neurons), kind]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def run(settings: Settings) -> Report:
    """Each kind in fresh processes, taking turns; the run with the fastest sum is shown."""
    neurons = settings.neurons or NEURONS
    build = in_fresh_process if settings.probe else measure
    rounds = [{kind: build(neurons, kind) for kind in KINDS} for _ in range(settings.repeats)]
    rows, numbers = [], {}
    for kind in KINDS:
        best = min((each[kind] for each in rounds), key=lambda one: one["draw"] + one["compile"])
        numbers[kind] = best
        count = max(1.0, best["synapses"])
        rows.append(
            (
                kind,
                f"{best['synapses']:,.0f}",
                *(number(best[stage]) for stage in ("draw", "emit", "buffers")),
                number(best["draw"] + best["compile"]),
                number(best["ready"] / count, 1),
                number(best["peak"] / count, 1),
                number(best["peak"] / MEGABYTE, 0),
            )
        )
    return Report(
        name="build",
        title=f"build: random synapses from {neurons} to {neurons} neurons",
        header=(
            "", "synapses", "draw s", "emit s", "buffers s", "draw + compile s",
            "bytes each", "bytes at peak", "peak MB",
        ),
        rows=rows,
        numbers=numbers,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
