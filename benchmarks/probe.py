"""Probes in fresh processes: memory, and compile times cold and warm.

======  ==========================================================================
import  ``import ranvier``
first   compile in a process that has compiled nothing, with nothing in the cache
disk    the same where another process has compiled it before
warm    compile after another network was compiled
again   compile the same once more in the same process: it is in memory
======  ==========================================================================

``python -m benchmarks.probe NAME NEURONS ROLE`` is one such process; it prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from .kit import ROOT

MEGABYTE = 1e6
MANY = 1_000_000
"""Synapses, beyond which they take more memory than the compiler does."""


@frozen
class Probe:
    """Seconds and bytes of a fresh process.

    Bytes are those of the ready network, and at the peak while it was built.
    """

    imported: float
    built: float
    first: float
    disk: float
    warm: float
    again: float
    peak: int
    ready: int
    synapses: int

    def lines(self) -> list[str]:
        """Lines for the notes of a report."""
        memory = f"memory {self.ready / MEGABYTE:.0f} MB, {self.peak / MEGABYTE:.0f} MB at the peak"
        if self.synapses >= MANY:
            memory += f", {self.ready / self.synapses:.1f} bytes a synapse"
        return [
            f"import {self.imported:.3f} s, build {self.built:.3f} s; compile: first "
            f"{self.first:.3f} s, from disk {self.disk:.3f} s, warm {self.warm:.3f} s, from memory "
            f"{self.again:.3f} s",
            memory,
        ]


def probe(name: str, neurons: int) -> Probe:
    """Measure a workload in processes of their own."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        first = _ask(name, neurons, "first", folder)
        disk = _ask(name, neurons, "first", folder)
        warm = _ask(name, neurons, "warm", other)
    return Probe(
        imported=min(first["import"], warm["import"]),
        built=min(first["build"], warm["build"]),
        first=first["compile"],
        disk=disk["compile"],
        warm=warm["compile"],
        again=warm["again"],
        peak=first["peak"],
        ready=first["ready"],
        synapses=first["synapses"],
    )


def _ask(name: str, neurons: int, role: str, cache: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.probe", name, str(neurons), role]
    environment = {**os.environ, "RANVIER_CACHE": "1", "RANVIER_CACHE_DIR": cache}
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    if answer.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{answer.stderr}")
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def memory() -> tuple[int, int]:
    """Bytes of this process, now and at its peak. They are 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0, 0
    lines = (line.split() for line in status.read_text().splitlines())
    found = {words[0]: int(words[1]) * 1024 for words in lines if words[0] in ("VmRSS:", "VmHWM:")}
    return found["VmRSS:"], found["VmHWM:"]


def main(name: str, neurons: int, role: str) -> dict[str, float]:
    """Measure in this process, which is fresh."""
    start = time.perf_counter()
    import ranvier as rv

    found = {"import": time.perf_counter() - start}
    from .workloads import WORKLOADS

    if role == "warm":
        net = rv.Network(dt=1.0, seed=1)
        net.create(8, rv.Neuron(equations="r = 1.0"))
        net.compile()
    before = memory()[0]
    start = time.perf_counter()
    net, _ = WORKLOADS[name].built(neurons, 1)
    found["build"] = time.perf_counter() - start
    start = time.perf_counter()
    net.compile()
    found["compile"] = time.perf_counter() - start
    now, peak = memory()
    found |= {"ready": now - before, "peak": peak - before}
    found["synapses"] = sum(projection.nb_synapses for projection in net.projections)
    if role == "warm":
        start = time.perf_counter()
        net.compile()
        found["again"] = time.perf_counter() - start
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3])))
