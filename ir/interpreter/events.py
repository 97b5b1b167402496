"""Events of synapses, which update traces and then run statements.

Statements see the current values of event-driven variables; the values after them are written where
the event sets the clock of the variable, see :class:`~ranvier.ir.dialects.net.Projection`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from ..core import Region
from ..dialects import eq, net
from .equations import EquationState, VariablePlace

Run = Callable[[Region, EquationState], Any]


class SynapseEvent:
    """An event of a projection, whose statements are the region ``part``.

    ``done`` is the number of updates so far, to which clocks are set. ``common`` are the variables
    that the event writes once for all synapses of a neuron.
    """

    def __init__(self, op: net.Projection, part: str, done: int, dt: float) -> None:
        self.op = op
        self.region: Region = getattr(op, part)
        self.done = done
        self.dt = dt
        self.traces = {n: str(v.clock) for n, v in op.variables.items() if v.clock is not None}
        self.event_driven = op.event_driven(part)
        self.clocks = sorted({self.traces[name] for name in self.event_driven})
        written = {o.variable for o in self.region.block.ops if isinstance(o, eq.Write)}
        changed = written | {*self.event_driven, *self.clocks}
        self.common = [n for n in changed if op.variables[n].locality == net.SIDES[part]]

    def at(self, frame: EquationState, run: Run) -> None:
        """Run the event at the synapse of ``frame``."""
        own = frame.own
        now = {name: _copy(own(name)) for name in self.traces}

        def find(name: str) -> VariablePlace:
            return now[name] if name in now else own(name)

        def elapsed(name: str) -> float:
            clock = own(self.traces[name])
            return float(self.done - clock.values[clock.at]) * self.dt

        frame = evolve(frame, own=find, elapsed=elapsed)
        run(self.op.events, frame)
        run(self.region, frame)
        for name in self.event_driven:
            own(name).write(now[name].values[0])
        for name in self.clocks:
            own(name).write(self.done)


def _copy(place: VariablePlace) -> VariablePlace:
    return VariablePlace(place.values[place.at : place.at + 1].copy(), 0, place.frozen)
