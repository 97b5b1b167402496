"""Compile time: by stage in a warm process, and with caches.

``memory`` and ``disk`` are the whole ``compile()`` of a network that was compiled before, by this
process and by another one. With probes, fresh processes say the same: ``first`` with nothing in the
cache, ``first, disk`` with all of it, loading LLVM included.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from tempfile import TemporaryDirectory

import ranvier as rv
from ranvier import compile_cache

from ..contest import Workload
from ..probe import probe
from ..race import Settings
from ..report import Report, number

SUMMARY = "compile time of the networks by stage: emit, passes, llvm, buffers; and from the cache"
STAGES = ("emit", "passes", "llvm", "buffers", "compile")
CACHED = ("memory", "disk")
NEURONS = 1000


def seconds_of(workload: Workload, neurons: int) -> dict[str, float]:
    """Compile once without a cache, and once from each cache. The synapses are drawn before."""
    net, _ = workload.built(neurons, 1)
    compiled = net.compile(cache=False)
    found = {stage: compiled.seconds[stage] for stage in STAGES}
    with TemporaryDirectory() as folder, rv.options(cache=True, cache_dir=folder):
        net, _ = workload.built(neurons, 1)
        net.compile()
        found["memory"] = _timed(workload, neurons)
        compile_cache.forget()
        found["disk"] = _timed(workload, neurons)
    return found


def _timed(workload: Workload, neurons: int) -> float:
    net, _ = workload.built(neurons, 1)
    start = time.perf_counter()
    net.compile()
    return time.perf_counter() - start


def run(workloads: Mapping[str, Workload], settings: Settings) -> Report:
    """Compile every kind of network, taking turns. The fastest compilation of each is shown."""
    neurons = settings.neurons or NEURONS
    chosen = {name: w for name, w in workloads.items() if not name.endswith("-large")}
    for workload in chosen.values():
        seconds_of(workload, neurons)
    rounds = [
        {name: seconds_of(workload, neurons) for name, workload in chosen.items()}
        for _ in range(settings.repeats)
    ]
    best: dict[str, dict[str, float]] = {}
    for name in chosen:
        best[name] = min((each[name] for each in rounds), key=lambda one: one["compile"])
        best[name] |= {word: min(each[name][word] for each in rounds) for word in CACHED}
        if settings.probe:
            probed = probe(name, neurons)
            best[name] |= {"first": probed.first, "first, disk": probed.disk}
    header = list(next(iter(best.values()), {}))
    return Report(
        name="compile",
        title=f"compile: networks of {neurons} neurons, warm",
        header=("", *(f"{word} s" for word in header)),
        rows=[(name, *(number(times[word]) for word in header)) for name, times in best.items()],
        numbers=best,
    )
