"""The parts of the run on hardware, in order of worth."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import evolve, frozen
from samples.golden_ptx import NETWORKS

from .networks import FAMILY, SIZED
from .tasks import Task

DENSE = ("rates", "learning_rates")
"""Networks whose synapses grow with the square of their size."""


WITH_GRAPHS = "cuda-bindings"
"""The package that has graphs of launches."""

LONG = 600.0
"""Seconds for networks that take long to build. The time of their part ends before."""


@frozen
class Plan:
    """The packages that are there, and the extent of the run.

    ``small``: sizes and numbers for an emulated GPU. ``alone``: one process at a time has the GPU.
    """

    packages: Sequence[str]
    small: bool = False
    alone: bool = False

    @property
    def first(self) -> str:
        """The package for most tasks, which has graphs if any does."""
        return WITH_GRAPHS if WITH_GRAPHS in self.packages else self.packages[0]

    @property
    def others(self) -> list[str]:
        """The other packages."""
        return [each for each in self.packages if each != self.first]

    @property
    def processes(self) -> int:
        """Processes that work at once where times do not matter."""
        return 1 if self.small or self.alone else max(1, min(4, (os.cpu_count() or 1) // 2))


@frozen
class Part:
    """A part, its tasks, and the seconds that it may take.

    ``together``: they may be done by several processes at once.
    """

    number: int
    title: str
    seconds: float
    tasks: Callable[[Plan], Iterator[Task]]
    together: bool = False


def about_device(plan: Plan) -> Iterator[Task]:
    """The device, both packages, all kernels."""
    first = plan.first
    for package in (first, *plan.others):
        for name in ("memory", "launches"):
            yield Task(1, name, f"device_tasks:{name}", package=package, limit=30.0)
    yield Task(1, "machine", "device_tasks:machine", package=first, limit=30.0)
    for name in list(NETWORKS)[: 1 if plan.small else None]:
        yield Task(1, f"kernels of {name}", "device_tasks:kernels", {"network": name}, first)
    for package in (first, *plan.others):
        yield Task(1, "numbers", "device_tasks:numbers", package=package, limit=30.0)


def _bits(network: str, package: str, size: int = 0, **settings: Any) -> Task:
    """A network on the GPU and on the CPU."""
    said = "".join(f", {name} {value}" for name, value in settings.items() if name != "runs")
    name = f"{network}{f' of {size}' if size else ''}{said}"
    arguments = {"network": network, "size": size, **settings}
    return Task(2, name, "bit_tasks:same_bits", arguments, package, 90.0, reproduced=True)


def _possible(name: str, size: int) -> int:
    """The size of a network that finds room on the CPU."""
    return min(size, 1000) if name in DENSE else size


def about_bits(plan: Plan) -> Iterator[Task]:
    """Networks in small, the family, single precision, large networks, the emulator."""
    first, last = plan.first, [plan.first, *plan.others][-1]
    if plan.small:
        yield _bits("bursts", first, 40, runs=(1, 7))
        yield _bits("coba", last, runs=(1, 2), dtype="float32")
        yield Task(2, "rate_coded, emulated", "bit_tasks:same_as_emulated",
                   {"network": "rate_coded", "steps": 2}, first)  # fmt: skip
        return
    for name in SIZED:
        yield _bits(name, first, 300)
    for name in FAMILY:
        yield _bits(name, first)
    for setting in ("dtype", "synapse_dtype"):
        for name in ("coba", "delayed_spikes", "learning_rates", "spike_timing"):
            given: dict[str, Any] = {setting: "float32"}
            yield _bits(name, first, **given)
    for name in ("coba", "brunel", "delayed", "rates"):
        yield _bits(name, first, 300, opt=0)
    for size in (4_000, 20_000):
        for name in SIZED:
            if name != "everything" and (size == 4_000 or name not in DENSE):
                yield _bits(name, first, _possible(name, size))
    if last != first:
        for name in SIZED:
            yield _bits(name, last, 300)
    for name in FAMILY:
        yield Task(2, f"{name}, emulated", "bit_tasks:same_as_emulated", {"network": name}, first)


def about_repeats(plan: Plan) -> Iterator[Task]:
    """The same again and again; bursts; sums in any order."""
    first, call = plan.first, "repeat_tasks:repeated"
    size = 30 if plan.small else 4_000
    fewer: dict[str, Any] = {"steps": 3, "times": 2} if plan.small else {}
    names = ("bursts",) if plan.small else ("coba", "brunel", "delayed", "bursts")
    for name in names:
        yield Task(
            3, f"{name} again and again", call, {"network": name, "size": size, **fewer}, first
        )
    arguments = {"size": 40, "steps": 16} if plan.small else {"size": 20_000}
    yield Task(3, "bursts of all", "repeat_tasks:overflowing", arguments, first)
    arguments = {"size": size, **({"steps": 3} if plan.small else {})}
    yield Task(3, "fast", "repeat_tasks:fast", arguments, first)


def about_trouble(plan: Plan) -> Iterator[Task]:
    """Ctrl-C, states, two networks, no memory; at last a failing kernel."""
    first, size = plan.first, 30 if plan.small else 2_000
    few: dict[str, Any] = {"steps": 2} if plan.small else {}
    for package in (first, *plan.others):
        for name, more in (
            ("ctrl_c", {}), ("states", {"network": "bursts" if plan.small else "brunel", **few}),
            ("two_networks", {**few, **({"rounds": 1} if plan.small else {})}),
            ("no_memory", {}), ("failing_launch", few),
        ):  # fmt: skip
            if plan.small and package != first and name != "failing_launch":
                continue
            arguments = {"size": size, **more}
            yield Task(4, name.replace("_", " "), f"trouble_tasks:{name}", arguments, package)


def about_times(plan: Plan) -> Iterator[Task]:
    """Rows of the bounds, then the same in other ways."""
    first, last = plan.first, [plan.first, *plan.others][-1]
    call, fewer = "time_tasks:sparse", {"warm": 3, "seconds": 0.01, "most": 4} if plan.small else {}

    def coba(size: int, synapses: int, package: str = first, **settings: Any) -> Task:
        said = "".join(f", {name}={value}" for name, value in settings.items())
        arguments = {"size": size, "synapses": synapses, **fewer, **settings}
        return Task(5, f"COBA {size} x {synapses}{said}", call, arguments, package, 120.0)

    def dense(size: int, package: str = first, **settings: Any) -> Task:
        few = {name: value for name, value in fewer.items() if name != "warm"}
        arguments = {"size": size, **few, **settings}
        return Task(5, f"dense rates {size}", "time_tasks:dense", arguments, package, 120.0)

    def cortex(scale: float, limit: float = 120.0, **settings: Any) -> Task:
        arguments = {"scale": scale, **fewer, **settings}
        return Task(5, f"microcircuit x {scale}", "time_tasks:cortex", arguments, first, limit)

    if plan.small:
        yield from (coba(40, 8), dense(12), coba(40, 8, graphs=False))
        yield coba(20, 8, last, opt=0, dtype="float32")
        yield cortex(0.001, populations=1)
        arguments: dict[str, Any] = {"network": "hodgkin_huxley", "size": 10}
        arguments |= {"seconds": 0.01, "most": 4}
        yield Task(5, "hodgkin_huxley", "time_tasks:other", arguments, first)
        return
    yield from (coba(4_000, 80), dense(4_000), coba(100_000, 80))
    for name, size in (("brunel", 10_000), ("hodgkin_huxley", 100_000), ("delayed", 10_000)):
        arguments = {"network": name, "size": size}
        yield Task(5, f"{name} {size}", "time_tasks:other", arguments, first, 90.0)
    yield from (coba(1_000_000, 80), cortex(0.1))
    yield from (
        coba(4_000, 80, opt=0),
        coba(4_000, 80, graphs=False),
        coba(4_000, 80, atomics="fast"),
        coba(4_000, 80, last),
    )
    yield from (coba(4_000, 80, dtype="float32"), coba(100_000, 1000))
    yield cortex(1.0, LONG)
    yield evolve(coba(1_000_000, 1000), limit=LONG)


PARTS = (
    Part(1, "device, driver, packages and kernels", 30.0, about_device),
    Part(2, "bits of the CPU and of the emulator", 240.0, about_bits, together=True),
    Part(3, "the same again", 60.0, about_repeats),
    Part(4, "trouble", 60.0, about_trouble),
    Part(5, "times", 180.0, about_times),
)
