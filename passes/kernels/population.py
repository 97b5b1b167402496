"""Places of a population in kernels: variables, sums, spikes, past."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ...ir import buffer_names
from ...ir.attrs_classes import frozen
from ...ir.buffer_names import (
    HISTORY,
    PADDED,
    REFRACTORY_LEFT,
    SUM,
    TILE,
)
from ...ir.buffers import (
    ANYTHING,
    ATTRIBUTE,
    FIRST,
    INPUT,
    ONE,
    OWN,
    RING,
    SCRATCH,
    STATE,
    Buffer,
    Extent,
    neurons,
)
from ...ir.core import Value
from ...ir.dialects import arith, eq, loops, net
from ...ir.target import Target
from ...ir.types import Type, i32
from .constant_element import constant_element
from .kernel import Kernel
from .spike_lists import SpikeList, SpikeStore
from .statements import BufferElement


@frozen(kw_only=True)
class Demands:
    """Demands of projections on a population.

    ``delayed_spikes``: the lists of spikes that they read of earlier steps, rings of ``history``
    steps: step k uses the slot ``k mod history``. ``tiles`` are targets whose sums tiled
    projections have computed for so many steps at once, with the number of steps;
    ``constant_sums`` are targets to which projections contribute whose sums stay as they are,
    ``initialised_sums`` those whose sums a projection initialises. ``few``: ranks fit into 16 bits;
    ``short_rows``: so does their number.
    """

    delayed_spikes: tuple[str, ...] = ()
    tiles: tuple[tuple[str, int], ...] = ()
    constant_sums: tuple[str, ...] = ()
    initialised_sums: tuple[str, ...] = ()
    few: bool = False
    short_rows: bool = False


class PopulationLowering:
    """A ``net.population`` as projections demand it; ``number`` is the float type.

    ``tasks`` are its tasks of a step. ``depends`` is all that its kernels depend on beside them,
    its operation and its monitors.
    """

    def __init__(
        self,
        op: net.Population,
        tasks: Mapping[str, loops.Task],
        number: Type,
        demands: Demands,
        target: Target,
    ) -> None:
        self.op = op
        self.machine = target
        self.tasks = tasks
        self.name = op.sym_name
        self.number = number
        self.depends = number, demands
        self.delayed_spikes = demands.delayed_spikes
        self.tiles = dict(demands.tiles)
        self.constant_sums = demands.constant_sums
        self.initialised_sums = demands.initialised_sums
        self.few = demands.few
        self.short_rows = demands.short_rows

    @cached_property
    def variables(self) -> dict[str, eq.Variable]:
        """Its parameters and variables by name."""
        return self.op.original.variables

    def kernel(self, what: str) -> Kernel:
        """A new kernel ``@P_what`` of this population P."""
        return Kernel(f"{self.name}_{what}", self.op.loc, self.machine)

    def place(
        self, kernel: Kernel, variable: str, i: Value, reach: str = ANYTHING
    ) -> BufferElement:
        """The place of ``variable`` of neuron ``i``. ``reach`` says whose neuron it may be."""
        found = self.variables[variable]
        shared = found.locality == "global"
        if found.role == eq.CONSTANT:
            return constant_element(kernel, self.name, found, self.name, i)
        extent = ONE if shared else neurons(self.name)
        reach = ANYTHING if shared and reach != FIRST else reach
        described = Buffer(self.name, variable, ATTRIBUTE, extent, reach=reach)
        buffer = kernel.buffer(described, found.stored_type)
        return BufferElement(buffer, kernel.constant(0) if shared else i, found.type)

    def sum_buffer(self, kernel: Kernel, target: str) -> Value:
        """The weighted sums of a target."""
        described = Buffer(self.name, SUM, INPUT, neurons(self.name), target, reach=OWN)
        return kernel.buffer(described, self.number)

    def sum_start(self, kernel: Kernel, target: str, i: Value) -> Any:
        """The start of the sum of a neuron in this step."""
        if target not in self.tiles:
            return self.constant_sum(kernel, target, i)
        return kernel.load(
            self.tile_buffer(kernel, target),
            kernel.add(self.tile_row(kernel, target, kernel.step), i),
        )

    def constant_sum_buffer(self, kernel: Kernel, target: str) -> Value:
        """The sums of projections whose sums stay as they are."""
        described = Buffer(
            self.name, "constant_sum", SCRATCH, neurons(self.name), target, reach=OWN
        )
        return kernel.buffer(described, self.number)

    def constant_sum(self, kernel: Kernel, target: str, i: Value) -> Any:
        """The constant part of the sum of a neuron."""
        if target not in self.constant_sums:
            return kernel.constant(0.0, self.number)
        return kernel.load(self.constant_sum_buffer(kernel, target), i)

    def tile_buffer(self, kernel: Kernel, target: str) -> Value:
        """The sums that tiled projections computed, one row per step."""
        extent = Extent("rows", self.name, self.tiles[target])
        return kernel.buffer(
            Buffer(self.name, TILE, SCRATCH, extent, target, reach=OWN), self.number
        )

    def tile_row(self, kernel: Kernel, target: str, step: Value) -> Value:
        """The place where the row of a step begins."""
        slot = kernel(arith.RemUI(step, kernel.constant(self.tiles[target])))
        row: Value = kernel.mul(slot, kernel.count(self.name, PADDED), "row")
        return row

    def refractory_left(self, kernel: Kernel) -> Value:
        """The numbers of steps for which neurons are still refractory."""
        return kernel.buffer(
            Buffer(self.name, REFRACTORY_LEFT, STATE, neurons(self.name), reach=OWN), i32
        )

    def slot(self, kernel: Kernel, delay: Value | None = None) -> Value:
        """The slot of a step in the rings of the past.

        Without ``delay`` the step is this one, else one so long ago.
        """
        history = kernel.count(self.name, HISTORY)
        now: Value = kernel(arith.RemUI(kernel.step, history), "now")
        if delay is None:
            return now
        ahead = kernel.add(now, kernel(arith.SubI(history, delay)))
        wrapped = kernel(arith.SubI(ahead, history))
        past = kernel.compare("uge", ahead, history)
        slot: Value = kernel(arith.Select(past, wrapped, ahead), "slot")
        return slot

    def spikes(self, name: str) -> SpikeStore:
        """The spikes of a name, however they are kept."""
        return self.spike_list(name)

    def spike_list(self, name: str) -> SpikeList:
        """The list of spikes of a name."""
        return SpikeList(self, name)

    def past_place(
        self, kernel: Kernel, variable: str, i: Value, slot: Value, reach: str = ANYTHING
    ) -> BufferElement:
        """The place of an earlier value of a neuron's variable.

        The neuron ``i`` had it in the step of ``slot``.
        """
        found = self.variables[variable]
        described = Buffer(
            self.name, buffer_names.PAST, RING, Extent("past", self.name), variable, reach=reach
        )
        buffer = kernel.buffer(described, found.stored_type)
        row = kernel.mul(slot, kernel.count(self.name, PADDED), "row")
        return BufferElement(buffer, kernel.add(row, i), found.type)
