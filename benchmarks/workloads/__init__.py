"""The benchmarks by name, a file for each family."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import frozen

from ..contest import Workload, contest
from ..race import Settings
from ..report import Report
from . import brunel, building, coba, compiling, hodgkin_huxley, izhikevich, many_small, rate


@frozen
class Benchmark:
    """A measurement with a name, for ``run NAME``."""

    name: str
    summary: str
    run: Callable[[Settings], Report]


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for family in (coba, rate, brunel, izhikevich, hodgkin_huxley)
    for workload in family.WORKLOADS
}
"""The networks that are simulated."""

BENCHMARKS: dict[str, Benchmark] = {
    **{name: Benchmark(name, w.summary, partial(contest, w)) for name, w in WORKLOADS.items()},
    **{
        benchmark.name: benchmark
        for benchmark in (
            Benchmark("many-small", many_small.SUMMARY, many_small.run),
            Benchmark("build", building.SUMMARY, building.run),
            Benchmark("compile", compiling.SUMMARY, partial(compiling.run, WORKLOADS)),
        )
    },
}
