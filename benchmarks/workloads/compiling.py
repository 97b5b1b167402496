"""Compile time by stage, in a process that has compiled before and with nothing cached."""

from __future__ import annotations

from collections.abc import Mapping

from ..contest import Workload
from ..race import Settings
from ..report import Report, number

SUMMARY = "compile time of the networks by stage: emit, passes, llvm, buffers"
STAGES = ("emit", "passes", "llvm", "buffers", "compile")
NEURONS = 1000


def seconds_of(workload: Workload, neurons: int) -> dict[str, float]:
    """Compile once; the synapses are drawn before."""
    net, _ = workload.built(neurons, 1)
    seconds: dict[str, float] = net.compile().seconds
    return seconds


def run(workloads: Mapping[str, Workload], settings: Settings) -> Report:
    """Every kind of network, taking turns; the fastest compilation of each is shown."""
    neurons = settings.neurons or NEURONS
    chosen = {name: w for name, w in workloads.items() if not name.endswith("-large")}
    for workload in chosen.values():
        seconds_of(workload, neurons)
    rounds = [
        {name: seconds_of(workload, neurons) for name, workload in chosen.items()}
        for _ in range(settings.repeats)
    ]
    best = {
        name: min((each[name] for each in rounds), key=lambda one: one["compile"])
        for name in chosen
    }
    return Report(
        name="compile",
        title=f"compile: networks of {neurons} neurons, warm",
        header=("", *(f"{stage} s" for stage in STAGES)),
        rows=[(name, *(number(times[stage]) for stage in STAGES)) for name, times in best.items()],
        numbers=best,
    )
