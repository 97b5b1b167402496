"""The work of a GPU in a step.

    GPU NVIDIA H200: a grid
      = launches  2 in each step
      = bytes     213 kB to 280 kB in each step (calculated, for spikes at 10 Hz)
      ...

    launch launch1: in each step, 16 blocks of 256 threads
      = scatter   proj0, proj1: spikes are put into buckets, or counted
      = bytes     14.6 kB to 66.1 kB (calculated)

Bytes and times are calculated (``analysis/launch_traffic.py``, ``analysis/gpu_bounds.py``): they
are what a step takes at least. The larger number is for spikes that reach neurons far apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field

from ...ir.attributes import ArrayAttr, DictAttr, StringAttr
from ...ir.attrs_classes import frozen
from ...ir.buffers import Table, described
from ...ir.byte_counts import readable
from ...ir.core import Op, lookup_symbol
from ...ir.declarations import DeclaredProjection, read
from ...ir.dialects import net
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Func
from ...ir.interface import HOLDS, LAUNCH
from ...ir.layouts import layout_of
from ..analysis.gpu_bounds import LAUNCH as LAUNCH_SECONDS
from ..analysis.gpu_bounds import bandwidth_of, core_seconds, occupancy
from ..analysis.launch_traffic import NOTHING, NetworkCounts, Traffic, traffic
from ..framework.report import Report, counted
from .explain import Explanation, Subject, SubjectNote

RATE = 10.0
"""Spikes of each neuron in a second, unless somebody knows."""

DONE: Mapping[str, str] = {
    "constants": "what parameters alone decide, once in a run",
    "clear": "sums are set to 0",
    "scatter": "spikes are put into buckets of the neurons that they reach, or counted",
    "drain": "what has arrived is added to its neurons, in the order of the CPU",
    "events": "spikes that arrive change synapses, a warp for each spike",
    "post": "spikes of post neurons change synapses, a warp for each spike",
    "transmit": "sums of post neurons, a thread for each",
    "tile": "sums of several steps in one pass over the weights",
    "column": "sums of the steps that are left over",
    "learn": "equations of synapses",
    "fused_learning": "equations of synapses, and the next sums",
    "shared": "values that synapses of a neuron share",
    "global": "equations of values that all neurons share",
    "update": "equations, spikes and recordings of neurons, a thread for each",
    "catch_up": "synapses learn of post spikes that they have not seen",
}
"""The work of kernels, by the last word of their names."""


@frozen
class LaunchRun:
    """A launch, with its threads and resources.

    ``in_step`` is how often it is launched in a step (0: once in a run). ``registers`` and bytes of
    ``local`` memory are those of a thread; None where no driver has told.
    """

    name: str
    in_step: float
    blocks: int
    threads: int
    registers: int | None = None
    local: int = 0

    @property
    def often(self) -> str:
        """``in each step``."""
        if not self.in_step:
            return "once in a run"
        if self.in_step >= 1:
            times = f"{self.in_step:.3g} times " if self.in_step > 1 else ""
            return f"{times}in each step"
        return f"once in {1 / self.in_step:.3g} steps"


@frozen(kw_only=True)
class GpuRun:
    """A program on a GPU that may be there.

    ``device`` is its name, with a ``capability`` and ``multiprocessors``. ``workers`` are threads
    of one block; 1: the program is one for a grid. ``rooms`` are those of buckets by projection,
    ``overflows`` the runs in which they were too small, ``uniform`` projections with one weight
    (None: those that had one when they were compiled). ``dt`` is in ms.
    """

    device: str
    capability: tuple[int, int]
    multiprocessors: int
    workers: int
    dt: float
    launches: tuple[LaunchRun, ...]
    rooms: Mapping[str, int] = field(factory=dict)
    overflows: Mapping[str, int] = field(factory=dict)
    uniform: frozenset[str] | None = None

    @property
    def in_step(self) -> float:
        """The launches of a step."""
        return sum(each.in_step for each in self.launches)


def explain_gpu(network: Op, kernels: Module, run: GpuRun, report: Report) -> Explanation:
    """The explanation of a program on a GPU.

    ``network`` is at the net level, ``kernels`` are those of the program. ``report`` says why it is
    one block, if it is.
    """
    counts = NetworkCounts.of(network, RATE * run.dt * 1e-3)
    if run.uniform is not None:
        counts.uniform &= run.uniform
    counts.uniform &= _with_buckets(kernels)
    if run.workers > 1:
        return Explanation((_one_block(run, report), *_deliveries(counts, kernels, run)))
    launches = {each.name: _function(kernels, each.name) for each in run.launches}
    moved = {
        each.name: traffic(launches[each.name], counts, max(1, round(1 / (each.in_step or 1))))
        for each in run.launches
    }
    whole = sum([moved[each.name].times(each.in_step) for each in run.launches], NOTHING)
    told = [_launch(each, launches[each.name], moved[each.name], run) for each in run.launches]
    return Explanation((_grid(run, whole), *told, *_deliveries(counts, kernels, run)))


def not_on_gpu() -> Explanation:
    """The words for a network that was compiled for the CPU."""
    note = SubjectNote("way out", 'net.config(paradigm="cuda") or compile(target="cuda")')
    return Explanation(
        (Subject("GPU", "", "none, since it was compiled for the CPU", notes=(note,)),)
    )


# ---------------------------------------------------------------------- the whole


def _one_block(run: GpuRun, report: Report) -> Subject:
    """One block, and why."""
    said = tuple(each for each in report.remarks if each.pass_name == "map-to-grid")
    share = f"on one of {run.multiprocessors} multiprocessors"
    notes = [SubjectNote("launches", _in_step(run))] if run.in_step else []
    notes += [SubjectNote("CPU", "faster: one block is a small part of a GPU")]
    about = f"one block of {run.workers} threads, {share}"
    return Subject("GPU", run.device, about, remarks=said, notes=tuple(notes))


def _grid(run: GpuRun, whole: Traffic) -> Subject:
    """Launches, bytes and time of a step."""
    bandwidth = bandwidth_of(run.device)
    least, most = (
        run.in_step * LAUNCH_SECONDS + each / bandwidth for each in (whole.packed, whole.scattered)
    )
    core = core_seconds(whole.packed)
    faster = "faster than the GPU" if core < least else f"{core / most:.2g} times the GPU's time"
    notes = {
        "launches": _in_step(run),
        "bytes": f"{_bytes(whole)} in each step (calculated, for spikes at {RATE:g} Hz)",
        "time": f"{_span(least, most)} for a step of {run.dt:g} ms, "
        f"{least / run.dt * 1e3:.2g} of real time (calculated: {LAUNCH_SECONDS * 1e6:g} us a "
        f"launch, {bandwidth / 1e12:.3g} TB/s)",
        "CPU": f"{core * 1e6:.2g} us on one core (calculated from the same bytes): {faster}",
    }
    rows = tuple([SubjectNote(name, text) for name, text in notes.items()])
    return Subject(
        "GPU", run.device, f"a grid on {run.multiprocessors} multiprocessors", notes=rows
    )


def _in_step(run: GpuRun) -> str:
    once = sum(not each.in_step for each in run.launches)
    before = f", {once} before the first" if once else ""
    if run.in_step >= 1 or not run.in_step:
        return f"{run.in_step:.3g} in each step{before}"
    few = min(each.in_step for each in run.launches if each.in_step)
    return f"{run.in_step / few:.3g} in {1 / few:.3g} steps{before}"


def _bytes(moved: Traffic) -> str:
    if not moved.packed:
        return "a few numbers"
    least, most = readable(moved.packed), readable(moved.scattered)
    return least if least == most else f"{least} to {most}"


def _span(least: float, most: float) -> str:
    low, high = f"{least * 1e6:.3g}", f"{most * 1e6:.3g}"
    return f"{low} us" if low == high else f"{low} to {high} us"


# ---------------------------------------------------------------------- launches


def _function(kernels: Module, name: str) -> Func:
    found = lookup_symbol(kernels, name)
    assert isinstance(found, Func)
    return found


def held(launch: Func) -> list[str]:
    """The names of the kernels that a launch holds."""
    said: Any = launch.attributes[LAUNCH]
    found = dict(said.value).get(HOLDS) if isinstance(said, DictAttr) else None
    names = found.value if isinstance(found, ArrayAttr) else ()
    return [each.value for each in names if isinstance(each, StringAttr)]


def _launch(launched: LaunchRun, function: Func, moved: Traffic, run: GpuRun) -> Subject:
    """A launch with its kernels, threads and bytes."""
    by_work: dict[str, list[str]] = {}
    for name in held(function):
        work = next((each for each in DONE if name.endswith(f"_{each}")), "")
        by_work.setdefault(work, []).append(name.removesuffix(f"_{work}"))
    notes = [
        SubjectNote(work, f"{_names(owners)}: {DONE[work]}")
        for work, owners in by_work.items()
        if work
    ]
    notes.append(SubjectNote("bytes", f"{_bytes(moved)} (calculated)"))
    if launched.registers is not None:
        notes.append(SubjectNote("threads", _filled(launched, run)))
    blocks = counted(launched.blocks, "block")
    detail = f"{launched.often}, {blocks} of {launched.threads} threads"
    return Subject("launch", launched.name, detail, function.loc, notes=tuple(notes))


def _names(owners: list[str]) -> str:
    return ", ".join(owners) if len(owners) <= 4 else f"{owners[0]} and {len(owners) - 1} more"


def _filled(launched: LaunchRun, run: GpuRun) -> str:
    """The share of the device that threads fill."""
    assert launched.registers is not None
    share = occupancy(run.capability, launched.threads, launched.registers)
    busy = min(launched.blocks, run.multiprocessors)
    spilled = f", {launched.local} bytes of local memory" if launched.local else ""
    return (
        f"{launched.registers} registers{spilled}; occupancy {share:.2g}, "
        f"blocks for {busy} of {run.multiprocessors} multiprocessors"
    )


# ---------------------------------------------------------------------- delivery


def _deliveries(counts: NetworkCounts, kernels: Module, run: GpuRun) -> Iterator[Subject]:
    """Projections, with the way in which they deliver."""
    declared = read(kernels)
    layouts = {} if declared is None else {each.name: each for each in declared.projections}
    kinds = {name for op in _launches(kernels) for name in held(op)}
    buckets = _with_buckets(kernels)
    for name, op in counts.projections.items():
        if name in layouts:
            scatters = f"{name}_scatter" in kinds
            if scatters and name not in buckets:
                how = "atomics: added in any order, as asked for; last bits differ from run to run"
            else:
                how = _delivery(op, layouts[name], scatters, counts, run)
            targets = ", ".join(each.value for each in op.targets)
            detail = f"{op.pre} -> {op.post}, {targets}"
            notes = (SubjectNote("delivery", how),)
            yield Subject("projection", name, detail, op.loc, notes=notes)


def _launches(kernels: Module) -> list[Func]:
    return [op for op in kernels.ops if isinstance(op, Func) and LAUNCH in op.attributes]


def _with_buckets(kernels: Module) -> frozenset[str]:
    """The projections with buckets for spikes that arrive."""
    found = [about for op in _launches(kernels) for about in described(op) if about is not None]
    buffers = [b for each in found for b in (each.each() if isinstance(each, Table) else [each])]
    return frozenset(each.owner for each in buffers if each.extent.kind == "buckets")


def _delivery(
    op: net.Projection, declared: DeclaredProjection, scattered: bool, counts: NetworkCounts,
    run: GpuRun,
) -> str:  # fmt: skip
    """The way of spikes or rates to post neurons, and why."""
    layout = layout_of(declared.layout)
    if not scattered:
        steps = f"; {declared.tile} steps in one pass" if declared.tile else ""
        return f"{layout.name}: {layout.summary}{steps}"
    if op.sym_name in counts.uniform:
        return "counts: all its synapses have one weight, which is added as often as spikes arrive"
    arriving = counts.arrivals(op.sym_name) / max(1, counts.neurons(op.post))
    room = run.rooms.get(op.sym_name)
    how = "buckets: weights differ, and are added in the order of the CPU"
    if room is None:
        return how
    often = run.overflows.get(op.sym_name, 0)
    full = f"too small in {counted(often, 'run')}, and larger since" if often else "never too small"
    return f"{how}; room for {room} in a step ({arriving:.2g} arrive at {RATE:g} Hz), {full}"
