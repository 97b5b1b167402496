"""The meaning of the levels ``net`` and ``eq``, step by step.
One step: sums are cleared; projections transmit in the order of the module; monitors record inputs;
each population runs its population-wide equations, then for every neuron its equations, the
spike condition and the reset; conductances without an equation go back to zero; synapses run their
equations, then their statements for spikes of post neurons; monitors record everything else. No
population sees another one's values of the same step.

Data that the module does not hold is given apart: synapses, initial values, dt and seed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from ..dialects import eq, net
from ..dialects.builtin import Module
from ..events import SPIKE, NeuronEvent, events_in
from .core import InterpreterError
from .equations import Equations, EquationState, Find, StepClock
from .events import SynapseEvent
from .recording import sample
from .state import LONG, Cells, NetworkState
from .transmission import combine, gathered
from .values import convert, dtype_of


class NetworkInterpreter(NetworkState):
    """An interpreted network at the level ``net`` or ``eq``.

    Arguments are those of :class:`~.state.NetworkState`.
    """

    def __init__(self, module: Module, **given: Any) -> None:
        super().__init__(module, **given)
        self._run = Equations(module).run
        for name in self.populations:
            self._store_past(name)
        own = [(name, event.name) for name, op in self.populations.items() for event in op.events]
        heard = [(op.pre, op.spikes) for op in self.projections.values()]
        self.spike_lists |= {each: [] for each in (*own, *heard)}

    # ------------------------------------------------------------------ one step

    def step(self) -> None:
        """Run one step."""
        self._constants()
        for total in self.sums.values():
            total[:] = 0.0
        for projection in self.projections.values():
            self._transmit(projection)
        self._record(inputs=True)
        for name, population in self.populations.items():
            self._update(name, population)
        for name in self.populations:
            self._store_past(name)
        for projection in self.projections.values():
            self._learn(projection)
        for projection in self.projections.values():
            self._post_spikes(projection)
        self._record(inputs=False)
        self.clock = StepClock(self.clock.step + 1, self.clock.dt, self.clock.seed)

    def _constants(self) -> None:
        """Set the constants of a run.

        They get the same values in each step.
        """
        for name, population in self.populations.items():
            for i in range(population.size) if not net.idle(population.constants) else ():
                self._run(population.constants, self._neuron(name, i))
        for op in self.projections.values():
            length = self.settings_of(op).period * self.clock.dt
            size = self.populations[op.post].size
            for post in range(size) if not net.idle(op.constants) else ():
                self._run(op.constants, self._shared(op, post, length))

    def _store_past(self, name: str) -> None:
        """Store the values of this step for synapses with delays."""
        values = self.cells[name].values
        self.past[name].append({variable: array.copy() for variable, array in values.items()})

    # ------------------------------------------------------------------ projections

    def _transmit(self, op: net.Projection) -> None:
        if op.kind == "rate":
            self._weighted_sums(op)
        elif op.kind == "spike":
            ranks, arriving = self.synapses[op.sym_name].pre, self._arrivals(op)
            with gathered([self.value(op.post, name) for name in op.gathered]):
                for pre, synapses in groupby(arriving, lambda synapse: int(ranks[synapse])):
                    self._event(op, "transmit", pre, synapses)
        elif op.kind == "decode":
            self._decode(op)
        else:
            raise InterpreterError(f"there are no projections of kind '{op.kind}'", op.loc)

    def _synapse(self, op: net.Projection, synapse: int, **context: Any) -> EquationState:
        """The frame of a synapse.

        A rate-coded one reads values of ``pre`` from as many steps ago as its delay. The past ends
        with the last step before this one during transmission, with this step when synapses learn:
        they read values that are one step newer.
        """
        s, source = self.synapses[op.sym_name], self.cells[op.pre]
        if op.kind == "rate":
            history = self.past[op.pre]
            source = Cells(source.declared, history[max(0, len(history) - s.delay(synapse))])
        pre, post = int(s.pre[synapse]), int(s.post[synapse])
        return EquationState(
            self.clock,
            self._own(op, synapse, pre, post),
            rank=post * self.populations[op.pre].size + pre,
            owner=op.sym_name,
            pre=source.at(pre),
            post=self.cells[op.post].at(post),
            held=not self.settings_of(op).plastic,
            **context,
        )

    def _own(self, op: net.Projection, synapse: int, pre: int, post: int) -> Find:
        """The places of a synapse's own variables.

        A weight that changes can be kept fixed.
        """
        weight = op.variables.get("w")
        changes = weight is not None and weight.role == "variable"
        return self.cells[op.sym_name].at(synapse, pre, post, "w" if changes else None)

    def _event(self, op: net.Projection, part: str, rank: int, synapses: Iterable[int]) -> None:
        """Run an event of a neuron at its synapses.

        ``rank`` is that of the pre (post) neuron, ``part`` the name of the region that runs.
        """
        done = self.clock.step + (part == "post_spike")
        event = SynapseEvent(op, part, done, self.clock.dt)
        values = self.cells[op.sym_name].values
        before = {name: values[name][rank] for name in event.common}
        for synapse in synapses:
            for name, value in before.items():
                values[name][rank] = value
            event.at(self._synapse(op, synapse), self._run)

    def _learn(self, op: net.Projection) -> None:
        """Run the equations of synapses, those of shared variables first.

        Those of each post neuron follow, each with those of its synapses.
        """
        settings, s = self.settings_of(op), self.synapses[op.sym_name]
        if not settings.due(self.clock.step):
            return
        length = settings.period * self.clock.dt
        self._run(op.shared_equations, self._shared(op, 0, length))
        for post in range(self.populations[op.post].size):
            self._run(op.dendrite_equations, self._shared(op, post, length))
            for synapse in () if net.idle(op.equations) else s.of_post(post):
                self._run(op.equations, self._synapse(op, synapse, length=length))

    def _shared(self, op: net.Projection, post: int, length: float) -> EquationState:
        """The frame of equations that several synapses share."""
        neuron = self.cells[op.post].at(post)
        return EquationState(
            self.clock,
            self._own(op, 0, 0, post),
            post=neuron,
            rank=post * self.populations[op.pre].size,
            owner=op.sym_name,
            length=length,
        )

    def _post_spikes(self, op: net.Projection) -> None:
        """Run the post-spike statements of the neurons that fired."""
        if net.idle(op.post_spike):
            return
        for rank in self.spike_lists[op.post, SPIKE.name][-1]:
            self._event(op, "post_spike", rank, self.synapses[op.sym_name].of_post(int(rank)))

    def _weighted_sums(self, op: net.Projection) -> None:
        """Combine the potentials of dendrites and add them to sums.
        They are combined in the order of its synapses.
        """
        for post, synapses in self.synapses[op.sym_name].dendrites():
            potentials = [self._run(op.transmit, self._synapse(op, s))[0] for s in synapses]
            total = combine(op.operation, potentials, convert(0.0, self.number))
            for target in op.targets:
                self.sum_of(op.post, target.value)[post] += total

    def _arrivals(self, op: net.Projection) -> list[int]:
        """The synapses that spikes reach in this step, in order.

        Those of a pre neuron come by post rank.
        """
        s = self.synapses[op.sym_name]
        return [
            each for rank, delay in self.arriving(op, op.spikes) for each in s.of_pre(rank, delay)
        ]

    def _decode(self, op: net.Projection) -> None:
        """Add the mean rates over the window to the sums.

        They are in Hz, per synapse of the dendrite.
        """
        name, size = op.sym_name, self.populations[op.post].size
        arrived = np.zeros(size, dtype_of(self.number))
        for synapse in self._arrivals(op):
            (weight,) = self._run(op.transmit, self._synapse(op, synapse))
            arrived[int(self.synapses[name].post[synapse])] += weight
        history, window = self.arrived.setdefault(name, []), self.windows[name]
        history.append(arrived)
        total = sum(history[-window:], np.zeros(size, dtype_of(self.number)))
        fan_in = np.maximum(np.bincount(self.synapses[name].post, minlength=size), 1)
        scale = 1000.0 / (window * self.clock.dt) / fan_in
        rate = total * scale.astype(dtype_of(self.number))
        for target in op.targets:
            self.sum_of(op.post, target.value)[:] += rate

    # ------------------------------------------------------------------ populations

    def _update(self, name: str, op: net.Population) -> None:
        self._run(op.globals, self._neuron(name, 0))
        left, events = self.refractory_left[name], op.events
        fired: dict[str, list[int]] = {event.name: [] for event in (SPIKE, *events)}
        for i in range(op.size):
            refractory = bool(left[i] > 0)
            self._run(op.equations, self._neuron(name, i, refractory))
            left[i] -= refractory
            for happened in self._events(name, op, i, events) if not refractory else ():
                fired[happened].append(i)
        self._append(name, fired)
        for variable in _transient(op):
            self.cells[name].values[variable][:] = 0.0

    def _neuron(self, name: str, i: int, refractory: bool = False) -> EquationState:
        """The frame of a neuron."""

        def total(target: str) -> Any:
            found = [target] if target else [t for p, t in self.sums if p == name]
            result = convert(0.0, self.number)
            for each in found:
                result = result + self.sum_of(name, each)[i]
            return result

        own = self.cells[name].at(i)
        return EquationState(self.clock, own, total=total, rank=i, owner=name, held=refractory)

    def _append(self, name: str, fired: dict[str, list[int]]) -> None:
        """Append spikes to the lists that hold their events."""
        for population, spike_list in self.spike_lists:
            if population == name:
                of = [fired.get(event, []) for event in events_in(spike_list)]
                ranks = np.array(sorted(set().union(*of)), np.int64)
                self.spike_lists[population, spike_list].append(ranks)

    def _events(
        self, name: str, op: net.Population, i: int, events: Iterable[NeuronEvent]
    ) -> list[str]:
        """Test a neuron for events; return those that happen.

        The neuron is not refractory. Each event is followed by its reset; one that begins
        refractoriness starts round(refractory/dt) frozen steps.
        """
        happened: list[str] = []
        for event in events:
            (hit,) = self._run(net.condition(op, event), self._neuron(name, i))
            if not hit or not {*event.unless}.isdisjoint(happened):
                continue
            happened.append(event.name)
            self._run(net.reset(op, event), self._neuron(name, i))
            if op.refractory and event.begins_refractory:
                period = self.cells[name].at(i)(op.refractory)
                steps = np.rint(np.float64(period.values[period.at]) / self.clock.dt)
                self.refractory_left[name][i] = np.clip(np.nan_to_num(steps, nan=0.0), -LONG, LONG)
        return happened

    # ------------------------------------------------------------------ monitors

    def _record(self, *, inputs: bool) -> None:
        """Record inputs before the update, everything else after it.

        Inputs are sums and conductances.
        """
        for name, op in self.monitors.items():
            for item in op.items:
                if (item.about.moment == "inputs") == inputs:
                    self.recorded[name][item.label].append(sample(self, op, item))


def _transient(op: net.Population) -> list[str]:
    """Conductances that no equation sets.

    They hold the input of one step only.
    """
    equations = [*op.globals.block.ops, *op.equations.block.ops]
    inner = [x for each in equations for x in each.walk()]
    changed = {x.variable for x in inner if isinstance(x, eq.Write | eq.Equation)}
    found = [n for n, v in op.variables.items() if net.is_conductance(n) and v.role == "variable"]
    return [name for name in found if name not in changed]
