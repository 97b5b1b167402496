"""Kernels of a population: one loop per concern; ``fuse-loops`` makes them one.

Order of a step (what the neurons see): inputs are recorded, equations run (a refractory neuron
keeps its frozen variables), the spike condition is tested and spiking neurons are reset, and
conductances without an equation of their own go back to zero.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ...ir.buffers import (
    ANYTHING,
    ATTRIBUTE,
    DT,
    FIRST,
    INPUT,
    ONE,
    OWN,
    PAST,
    RING,
    SCRATCH,
    STATE,
    THREADS,
    Buffer,
    Extent,
    neurons,
    stream,
)
from ...ir.core import Value
from ...ir.dialects import arith, eq, math, memref, net, syn
from ...ir.dialects.func import Func
from ...ir.interface import LINE
from ...ir.types import Type, f64, i1, i32, i64
from .equations import Frame, Place, lower
from .kernel import Kernel


@frozen(kw_only=True)
class Demands:
    """What projections demand of a population.

    ``targets`` are those whose sums they compute. Delayed projections read the past: spike lists of
    earlier steps (``delayed_spikes``) and earlier values of variables (``past``). Both are rings of
    ``history`` steps: step k uses the slot ``k mod history``. ``tiles`` are targets whose sums
    tiled projections have computed for so many steps at once, with the number of steps; ``settled``
    are targets to which projections contribute whose sums stay as they are, ``opened`` those whose
    sums a projection starts. ``few``: ranks fit into 16 bits.
    """

    targets: tuple[str, ...] = ()
    delayed_spikes: bool = False
    past: tuple[str, ...] = ()
    tiles: tuple[tuple[str, int], ...] = ()
    settled: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    few: bool = False


class PopulationLowering:
    """Lowers one ``net.population`` as projections demand; ``number`` is the float type.

    ``depends`` is all that its kernels depend on beside its operation and its monitors.
    """

    def __init__(self, op: net.Population, number: Type, demands: Demands) -> None:
        self.op = op
        self.name = op.sym_name
        self.number = number
        self.depends = number, demands
        self.variables = op.original.variables
        self.targets = demands.targets
        self.delayed_spikes = demands.delayed_spikes
        self.past = demands.past
        self.tiles = dict(demands.tiles)
        self.settled = demands.settled
        self.opened = demands.opened
        self.few = demands.few

    def place(self, k: Kernel, variable: str, i: Value, reach: str = ANYTHING) -> Place:
        """Where neuron ``i`` keeps ``variable``; ``reach`` says whose neuron it may be."""
        found = self.variables[variable]
        shared = found.locality == "global"
        extent = ONE if shared else neurons(self.name)
        reach = ANYTHING if shared and reach != FIRST else reach
        described = Buffer(self.name, variable, ATTRIBUTE, extent, reach=reach)
        buffer = k.buffer(described, found.stored_type)
        return Place(buffer, k.constant(0) if shared else i, found.type, bool(found.frozen))

    def sum_buffer(self, k: Kernel, target: str) -> Value:
        """The weighted sums of a target."""
        described = Buffer(self.name, "sum", INPUT, neurons(self.name), target, OWN)
        return k.buffer(described, self.number)

    def _total(self, k: Kernel, target: str, i: Value) -> Value:
        if target:
            loaded: Value = k.load(self.sum_buffer(k, target), i, None, f"sum_{target}")
            return loaded
        total = k.constant(0.0, self.number)
        for each in self.targets:
            total = k(arith.AddF(total, k.load(self.sum_buffer(k, each), i)))
        return total

    def frame(self, k: Kernel, i: Value, reach: str = OWN) -> Frame:
        """The context of the equations of neuron ``i`` of this thread."""
        return Frame(
            k,
            lambda v: self.place(k, v, i, reach),
            total=lambda t: self._total(k, t, i),
            id=i,
            stream=stream(self.name),
        )

    def clear_sums(self) -> Func | None:
        """``@P_clear``: sums become zero, or what is known before: settled ones, those of tiles.

        But not those of targets for which a projection does it (``opened``).
        """
        targets = [target for target in self.targets if target not in self.opened]
        if not targets:
            return None
        k = Kernel(f"{self.name}_clear", self.op.loc)
        low, high = k.partition(self.name)
        for target in targets:
            with k.loop(low, high, parallel=True) as i:
                k.store(self.sum_start(k, target, i), self.sum_buffer(k, target), i)
        return k.finish()

    def sum_start(self, k: Kernel, target: str, i: Value) -> Any:
        """What the sum of a neuron starts with in this step."""
        if target not in self.tiles:
            return self.settled_sum(k, target, i)
        return k.load(self.tile_buffer(k, target), k.add(self.tile_row(k, target, k.step), i))

    def settled_buffer(self, k: Kernel, target: str) -> Value:
        """The sums of projections whose sums stay as they are."""
        described = Buffer(self.name, "settled", SCRATCH, neurons(self.name), target, OWN)
        return k.buffer(described, self.number)

    def settled_sum(self, k: Kernel, target: str, i: Value) -> Any:
        """The part of the sum of a neuron that stays as it is."""
        if target not in self.settled:
            return k.constant(0.0, self.number)
        return k.load(self.settled_buffer(k, target), i)

    def tile_buffer(self, k: Kernel, target: str) -> Value:
        """The sums that tiled projections computed, one row per step."""
        extent = Extent("rows", self.name, self.tiles[target])
        return k.buffer(Buffer(self.name, "tile", SCRATCH, extent, target, OWN), self.number)

    def tile_row(self, k: Kernel, target: str, step: Value) -> Value:
        """Where the row of a step begins."""
        slot = k(arith.RemUI(step, k.constant(self.tiles[target])))
        row: Value = k.mul(slot, k.count(self.name, "padded"), "row")
        return row

    def global_update(self) -> Func | None:
        """``@P_global``: equations of population-wide variables, run by the first thread."""
        if net.idle(self.op.globals):
            return None
        k = Kernel(f"{self.name}_global", self.op.loc)
        zero = k.constant(0)
        with k.when(k.compare("eq", k.thread, zero)):
            lower(self.op.globals.block, self.frame(k, zero, FIRST))
        return k.finish()

    def update(self, monitors: list[Any]) -> Func:
        """``@P_update``: what happens to the neurons of this thread in one step."""
        k = Kernel(f"{self.name}_update", self.op.loc)
        low, high = k.partition(self.name)
        for monitor in monitors:
            monitor.record_inputs(k, self, low, high)
        with k.loop(low, high, parallel=True) as i:
            frame = self.frame(k, i)
            if self.op.refractory:
                frame.keep = self._refractory(k, i)
            lower(self.op.equations.block, frame)
        if self.op.kind == "spike":
            self._spikes(k, low, high)
        self._reset_conductances(k, low, high)
        self._remember(k, low, high)
        for monitor in monitors:
            monitor.record_state(k, self, low, high)
        for monitor in monitors:
            monitor.record_spikes(k, self, low)
        return k.finish()

    def _left(self, k: Kernel) -> Value:
        return k.buffer(
            Buffer(self.name, "refractory_left", STATE, neurons(self.name), reach=OWN), i32
        )

    def _refractory(self, k: Kernel, i: Value) -> Value:
        """Whether neuron ``i`` is refractory in this step."""
        left = k.load(self._left(k), i, None, "left")
        result: Value = k.compare("sgt", left, k.constant(0, i32)).named("refractory")
        return result

    def slot(self, k: Kernel, delay: Value | None = None) -> Value:
        """The slot of this step, or of ``delay`` steps ago, in the rings of the past."""
        history = k.count(self.name, "history")
        now: Value = k(arith.RemUI(k.step, history), "now")
        if delay is None:
            return now
        ahead = k.add(now, k(arith.SubI(history, delay)))
        wrapped = k(arith.SubI(ahead, history))
        past = k.compare("uge", ahead, history)
        slot: Value = k(arith.Select(past, wrapped, ahead), "slot")
        return slot

    def spike_list(self, k: Kernel, reach: str = ANYTHING) -> tuple[Value, Value]:
        """The ranks that spiked, at the first neuron of each thread, and how many per thread.

        ``reach``: OWN for this thread's spikes, PAST for those of all threads in earlier steps.
        """
        extents = Extent("past", self.name), Extent("past_threads", self.name)
        if not self.delayed_spikes:
            extents = neurons(self.name), THREADS
            reach = ANYTHING if reach == PAST else reach
        ranks = Buffer(self.name, "spikes", RING, extents[0], reach=reach)
        counts = Buffer(self.name, "spike_count", RING, extents[1], reach=reach)
        return k.buffer(ranks, i32), k.buffer(counts, i64)

    def spike_position(
        self, k: Kernel, thread: Value, first: Value, slot: Value | None
    ) -> tuple[Value, Value]:
        """Where the spikes of ``thread`` start, and where their number is.

        ``first`` is the first neuron of the thread; ``slot`` is for delayed populations.
        """
        count = k.mul(thread, k.constant(LINE))
        if slot is None:
            return first, count
        start = k.add(k.mul(slot, k.count(self.name, "padded")), first)
        row = k.mul(k.mul(slot, k.threads), k.constant(LINE))
        return start, k.add(row, count)

    def own_spikes(self, k: Kernel, low: Value) -> tuple[Value, Value]:
        """Where this thread puts the spikes of this step, and their number."""
        return self.spike_position(k, k.thread, low, self.slot(k) if self.delayed_spikes else None)

    def past_place(
        self, k: Kernel, variable: str, i: Value, slot: Value, reach: str = ANYTHING
    ) -> Place:
        """Where neuron ``i`` keeps the value that ``variable`` had in the step of ``slot``."""
        found = self.variables[variable]
        described = Buffer(self.name, "past", RING, Extent("past", self.name), variable, reach)
        buffer = k.buffer(described, found.stored_type)
        row = k.mul(slot, k.count(self.name, "padded"), "row")
        return Place(buffer, k.add(row, i), found.type)

    def _remember(self, k: Kernel, low: Value, high: Value) -> None:
        """Keep the values that delayed projections will read."""
        for name in self.past:
            slot = self.slot(k)
            with k.loop(low, high, parallel=True) as i:
                place = self.place(k, name, i, OWN)
                past = self.past_place(k, name, i, slot, OWN)
                k.store(k.load(place.buffer, place.at, place.type), past.buffer, past.at)

    def _spikes(self, k: Kernel, low: Value, high: Value) -> None:
        ranks, counts = self.spike_list(k, OWN)
        size = k.count(self.name, "size")
        base, slot = self.own_spikes(k, low)
        k(memref.Store(k.constant(0, i64), counts, slot))
        with k.loop(low, high, parallel=True) as i:
            frame = self.frame(k, i)
            (hit,) = lower(self.op.spike.block, frame)
            if self.op.refractory:
                busy = self._refractory(k, i)
                hit = k(arith.AndI(hit, k(arith.XOrI(busy, k.constant(1, i1)))), "hit")
            k(syn.Append(hit.named("hit"), i, ranks, base, counts, slot, size))
            reset = self.frame(k, i)
            reset.only = hit
            lower(self.op.reset.block, reset)
            if self.op.refractory:
                self._count_down(k, i, hit, busy)

    def _count_down(self, k: Kernel, i: Value, hit: Value, busy: Value) -> None:
        """A spike starts round(refractory/dt) frozen steps; each frozen step counts one down."""
        place = self.place(k, str(self.op.refractory), i, OWN)
        period = k.load(place.buffer, place.at, f64, "refractory")
        steps = k(arith.DivF(period, k.milliseconds(DT, f64)))
        steps = k(math.OPERATIONS["roundeven"](steps))
        steps = k(arith.FPToSI(steps, result_type=i32), "refractory_steps")
        left = k.load(self._left(k), i, None, "left")
        left = k(arith.SubI(left, k(arith.ExtUI(busy, result_type=i32))))
        k.store(k(arith.Select(hit, steps, left)), self._left(k), i)

    def _reset_conductances(self, k: Kernel, low: Value, high: Value) -> None:
        """Conductances that no equation writes hold the input of one step only."""
        equations = [*self.op.globals.block.ops, *self.op.equations.block.ops]
        written = {op.variable for op in equations if isinstance(op, eq.Write)}
        for name, variable in self.variables.items():
            if net.is_conductance(name) and variable.role == "variable" and name not in written:
                with k.loop(low, high, parallel=True) as i:
                    place = self.place(k, name, i, OWN)
                    k.store(k.constant(0.0, self.number), place.buffer, place.at)
