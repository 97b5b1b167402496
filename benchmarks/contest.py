"""A contest: Ranvier with every number of threads against all rivals. All run one workload."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from attrs import frozen

import ranvier as rv

from .probe import Probe, probe
from .race import PRECISIONS, Contestant, Outcome, Result, Settings, alternate
from .report import Report, number, ratio
from .rivals import Rivals


@frozen
class Case:
    """Size and duration of a run: neurons, ms."""

    neurons: int
    duration: float


@frozen
class Workload:
    """A network that is simulated.

    ``network(neurons)`` makes it and returns the population whose activity is reported: its firing
    rate, or the mean of ``r`` at the end. ``rivals`` adds the other contestants.
    """

    name: str
    summary: str
    case: Case
    network: Callable[[int], tuple[rv.Network, rv.Population]]
    rivals: Callable[[Rivals, Case, Settings], None]

    def chosen(self, settings: Settings) -> Case:
        """The case that the settings ask for."""
        return Case(settings.neurons or self.case.neurons, settings.duration or self.case.duration)

    def built(
        self, neurons: int, threads: int, precision: str = "double"
    ) -> tuple[rv.Network, rv.Population]:
        """The network with all its synapses drawn."""
        net, cells = self.network(neurons)
        net.config(num_threads=threads, **PRECISIONS[precision])
        for projection in net.projections:
            projection.connectivity  # noqa: B018 - drawn when first asked for
        return net, cells


def contest(workload: Workload, settings: Settings) -> Report:
    """Run a workload and report times, activity and memory.

    Times are of runs and compilations, in seconds and relative to Ranvier's.
    """
    case = workload.chosen(settings)
    rivals = Rivals()
    workload.rivals(rivals, case, settings)
    ours = [
        Contestant(label(p), "ranvier", n, partial(run_once, workload, case, n, p))
        for p in settings.precisions
        for n in settings.threads
    ]
    everyone = ours + rivals.present
    results = alternate(everyone, settings.repeats, settings.budget)
    active = {label(p): run_recorded(workload, case, p) for p in settings.precisions}
    seen = next(iter(active.values()))
    for result in results:
        if result.contestant.kind == "ranvier":
            last, value = result.outcomes[-1], active[result.contestant.name].value
            result.outcomes[-1] = Outcome(last.seconds, last.compiled, value)
    probed = probe(workload.name, case.neurons) if settings.probe else None
    absent = rivals.absent + [
        (r.contestant.name, r.reason) for r in results if r.reason is not None
    ]
    notes = [f"{seen.seconds:.4f} s with a monitor of spikes, once"] if seen.unit == "Hz" else []
    notes += [] if probed is None else probed.lines()
    notes += [f"without {name}: {reason}" for name, reason in absent]
    return _report(workload, case, [r for r in results if r.outcomes], seen.unit, notes, probed)


def label(precision: str) -> str:
    """Ranvier's name in a table, with the precision."""
    return "ranvier" if precision == "double" else f"ranvier, {precision}"


def run_once(workload: Workload, case: Case, threads: int, precision: str) -> Outcome:
    """Build, compile and simulate."""
    net, _ = workload.built(case.neurons, threads, precision)
    start = time.perf_counter()
    net.compile(cache=False)
    compiled = time.perf_counter() - start
    start = time.perf_counter()
    net.simulate(case.duration)
    return Outcome(time.perf_counter() - start, compiled)


@frozen
class Activity:
    """Activity of a network with its unit, and the recorded duration."""

    value: float
    unit: str
    seconds: float


def run_recorded(workload: Workload, case: Case, precision: str) -> Activity:
    """Run once more, recording the activity.

    That is the firing rate, or the mean of ``r`` at the end.
    """
    net, cells = workload.built(case.neurons, 1, precision)
    monitor = net.monitor(cells, "spike") if cells.kind == "spike" else None
    net.compile()
    start = time.perf_counter()
    net.simulate(case.duration)
    elapsed = time.perf_counter() - start
    if monitor is None:
        return Activity(float(cells.r.mean()), "mean r", elapsed)
    spikes = sum(len(steps) for steps in monitor.get("spike").values())
    return Activity(spikes / cells.size / case.duration * 1000.0, "Hz", elapsed)


def _report(
    workload: Workload,
    case: Case,
    results: list[Result],
    unit: str,
    notes: list[str],
    probed: Probe | None,
) -> Report:
    base = results[0].seconds
    rows: list[tuple[str, ...]] = []
    bars: dict[str, float] = {}
    curves: dict[str, dict[int, float]] = {}
    for result in results:
        contestant = result.contestant
        rows.append(
            (
                contestant.name,
                str(contestant.threads),
                number(result.seconds, 4),
                ratio(result.seconds, base),
                ratio(base, result.seconds) if contestant.kind == "limit" else "",
                number(result.activity, 2),
                number(result.compiled),
                str(len(result.outcomes)),
            )
        )
        bars[f"{contestant.name}, {contestant.threads}"] = result.seconds / base
        if contestant.kind != "limit":
            curves.setdefault(contestant.name, {})[contestant.threads] = result.seconds
    return Report(
        name=workload.name,
        title=f"{workload.name}: {case.neurons} neurons, {case.duration:g} ms",
        header=("", "threads", "s", "x ranvier", "x limit", unit, "compile s", "runs"),
        rows=rows,
        notes=notes,
        bars=bars,
        curves=curves,
        numbers={"case": _numbers(case), "times": [_result_numbers(r) for r in results]}
        | ({} if probed is None else {"probe": _numbers(probed)}),
    )


def _numbers(values: Any) -> dict[str, Any]:
    from attrs import asdict

    return asdict(values)


def _result_numbers(result: Result) -> dict[str, Any]:
    contestant = result.contestant
    return {
        "name": contestant.name,
        "kind": contestant.kind,
        "threads": contestant.threads,
        "seconds": [outcome.seconds for outcome in result.outcomes],
        "compile": result.compiled,
        "activity": result.activity,
    }
