"""The state of an interpreted network, for every level.

Data that the module does not hold is given apart: synapses, initial values, dt and seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..attrs_classes import frozen
from ..dialects import eq, net
from ..dialects.builtin import Module
from ..events import SPIKE
from .equations import Array, Find, StepClock, VariablePlace
from .transmission import LearningState, SynapseTable
from .values import dtype_of

LONG = 2**31 - 1
"""The longest refractory period in steps; the count is an i32."""


@frozen
class Cells:
    """The variables of one population or projection.

    ``declared`` are their declarations, ``values`` their arrays, by name.
    """

    declared: dict[str, eq.Variable]
    values: dict[str, Array]

    def at(self, i: int, pre: int = 0, post: int = 0, frozen: str | None = None) -> Find:
        """The places of the variables of neuron or synapse ``i``.

        A synapse goes from ``pre`` onto ``post``; ``frozen`` is a variable that counts as frozen.
        """
        ends = {"global": 0, "presynaptic": pre, "postsynaptic": post}

        def find(name: str) -> VariablePlace:
            variable = self.declared[name]
            index = ends.get(variable.locality, i)
            return VariablePlace(self.values[name], index, bool(variable.frozen) or name == frozen)

        return find


class NetworkState:
    """A network and its state.

    ``values`` maps ``"pop0.v"`` to a number or to one number per neuron or synapse (in the order of
    ``synapses``); ``windows`` maps decoding projections to numbers of steps, ``ranks`` monitors of
    views to the ranks that they record. ``spike_lists[population, list]`` and
    ``recorded[monitor][variable]`` hold one array per step that was run.
    """

    def __init__(
        self,
        module: Module,
        *,
        dt: float,
        seed: int,
        synapses: Mapping[str, SynapseTable],
        values: Mapping[str, Any],
        windows: Mapping[str, int] | None = None,
        ranks: Mapping[str, Sequence[int]] | None = None,
        learning: Mapping[str, LearningState] | None = None,
    ) -> None:
        self.clock = StepClock(0, dt, seed)
        self.synapses = dict(synapses)
        self.windows = dict(windows or {})
        self.ranks = dict(ranks or {})
        self.learning = dict(learning or {})
        self.populations = {o.sym_name: o for o in module.ops if isinstance(o, net.Population)}
        self.projections = {o.sym_name: o for o in module.ops if isinstance(o, net.Projection)}
        self.monitors = {o.sym_name: o for o in module.ops if isinstance(o, net.Monitor)}
        self.cells = {name: self._cells(op, values) for name, op in self._owners()}
        self.number = net.number_type(module.ops)
        self.sums: dict[tuple[str, str], Array] = {}
        self.refractory_left = {n: np.zeros(p.size, np.int64) for n, p in self.populations.items()}
        self.spike_lists: dict[tuple[str, str], list[Array]] = {
            (name, SPIKE.name): [] for name in self.populations
        }
        self.past: dict[str, list[dict[str, Array]]] = {n: [] for n in self.populations}
        self.arrived: dict[str, list[Array]] = {name: [] for name in self.windows}
        self.recorded: dict[str, dict[str, list[Array]]] = {
            name: {item.label: [] for item in op.items} for name, op in self.monitors.items()
        }

    def _owners(self) -> list[tuple[str, Any]]:
        return [*self.populations.items(), *self.projections.items()]

    def _size(self, op: Any, locality: str) -> int:
        """The number of values of a variable."""
        if locality == "global":
            return 1
        if isinstance(op, net.Population):
            return op.size
        ends = {"presynaptic": op.pre, "postsynaptic": op.post}
        if locality in ends:
            return self.populations[ends[locality]].size
        return len(self.synapses[op.sym_name].pre)

    def _cells(self, op: Any, values: Mapping[str, Any]) -> Cells:
        """Arrays of all declared variables with their initial values."""
        arrays = {}
        for name, variable in op.variables.items():
            given = np.asarray(values.get(f"{op.sym_name}.{name}", 0)).reshape(-1)
            shape = (self._size(op, variable.locality),)
            arrays[name] = np.broadcast_to(given, shape).astype(dtype_of(variable.stored_type))
        return Cells(op.variables, arrays)

    def value(self, owner: str, name: str) -> Array:
        """The current values of a variable."""
        return self.cells[owner].values[name]

    def simulate(self, steps: int) -> None:
        """Run some steps."""
        with np.errstate(all="ignore"):
            for _ in range(steps):
                self.step()

    def step(self) -> None:
        """Run one step."""
        raise NotImplementedError

    def sum_of(self, population: str, target: str) -> Array:
        """The weighted sums of a target."""
        key = population, target
        if key not in self.sums:
            size = self.populations[population].size
            self.sums[key] = np.zeros(size, dtype_of(self.number))
        return self.sums[key]

    @property
    def spikes(self) -> dict[str, list[Array]]:
        """The lists of plain spikes, by population."""
        return {name: self.spike_lists[name, SPIKE.name] for name in self.populations}

    def spikes_now(self, population: str, event: str) -> Array:
        """The spikes of an event in this step, so far."""
        return self.spike_lists[population, event][-1]

    def settings_of(self, op: net.Projection) -> LearningState:
        """The settings of learning of a projection."""
        return self.learning.get(op.sym_name) or LearningState()

    def arriving(self, op: net.Projection, spikes: str) -> Iterable[tuple[int, int]]:
        """The spikes that arrive now, as pre ranks and delays.
        They come by delay, then by rank; where they are gathered, the longest delay first: in the
        order in which they were fired.
        """
        fired = self.spike_lists[op.pre, spikes]
        for delay in sorted(self.synapses[op.sym_name].all_delays(), reverse=bool(op.gathers)):
            if len(fired) >= delay:
                yield from ((int(rank), delay) for rank in fired[-delay])
