"""Many small populations of one type, alone or in a ring.

They have 10 neurons each; in a ring each projects to the next. Compile time should hardly grow
with their number.
"""

from __future__ import annotations

import time

from attrs import frozen

import ranvier as rv

from ..race import Settings
from ..report import Report, number
from .coba import neuron

SUMMARY = "1, 10 and 100 populations of 10 neurons of one type, compile time"
COUNTS = (1, 10, 100)
SIZE = 10
DT = 0.1
STAGES = ("emit", "passes", "llvm", "buffers")


@frozen
class Times:
    """Seconds to compile, by stage, to simulate, and to compile again.

    ``compile()`` is timed until it returns; the last one is from memory.
    """

    compiled: float
    stages: tuple[float, ...]
    simulated: float
    cached: float


def network(populations: int, ring: bool, size: int = SIZE) -> rv.Network:
    """Populations of one type; in a ring each projects to another."""
    net = rv.Network(dt=DT, seed=1)
    cells = [net.create(size, neuron()) for _ in range(populations)]
    for place, pre in enumerate(cells if ring else []):
        post = cells[(place + 1) % populations]
        net.connect(pre, post, "exc").fixed_probability(0.5, weights=0.6)
    return net


def measure(populations: int, ring: bool, size: int, duration: float) -> Times:
    """Compile and simulate once."""
    net = network(populations, ring, size)
    start = time.perf_counter()
    compiled = net.compile(cache=False)
    waited = time.perf_counter() - start
    stages = tuple(compiled.seconds[stage] for stage in STAGES)
    start = time.perf_counter()
    net.simulate(duration)
    simulated = time.perf_counter() - start
    with rv.options(cache=True, cache_size=0):
        network(populations, ring, size).compile()
        again = network(populations, ring, size)
        start = time.perf_counter()
        again.compile()
    cached = time.perf_counter() - start
    return Times(waited, stages, simulated, cached)


def run(settings: Settings) -> Report:
    """Measure all numbers of populations, taking turns.

    The fastest compilation of each is shown with its stages.
    """
    size, duration = settings.neurons or SIZE, settings.duration or 100.0
    cases = [(count, ring) for ring in (False, True) for count in COUNTS]
    network(1, True).compile(cache=False)
    found: dict[tuple[int, bool], list[Times]] = {case: [] for case in cases}
    for _ in range(settings.repeats):
        for case in cases:
            found[case].append(measure(*case, size, duration))
    rows = []
    best = {case: min(times, key=lambda each: each.compiled) for case, times in found.items()}
    for (count, ring), times in best.items():
        simulated = min(each.simulated for each in found[count, ring])
        rows.append(
            (
                f"{count} in a ring" if ring else f"{count}",
                number(times.compiled),
                number(times.compiled / best[1, ring].compiled, 2),
                *(number(stage) for stage in times.stages),
                number(min(each.cached for each in found[count, ring])),
                number(simulated / round(duration / DT) * 1e6, 2),
            )
        )
    return Report(
        name="many-small",
        title=f"many-small: populations of {size} neurons",
        header=("populations", "compile s", "x one", *STAGES, "cached s", "us a step"),
        rows=rows,
        numbers={str(row[0]): [float(cell) for cell in row[1:]] for row in rows},
    )
