"""Variables that a refractory neuron keeps, and those that go on.

Variables with ``unless_refractory`` are kept, if any equation has the flag. Else the variables of
the membrane are kept, and those of synapses go on: the conductances ``g_...``, and all that is
driven by them without the membrane, as the alpha function of a synapse::

    tau*dg_exc/dt = -g_exc
    gain = exp(1.0 - dt/(2*tau))
    tau*dalpha/dt = gain*g_exc - alpha      goes on, with the gain that it reads
    tau_m*dv/dt = alpha*(E - v) - v         is kept

A variable is of the membrane if ``reset`` sets it, if the spike condition depends on it directly or
through assignments, or if its equation reads one that is. A variable that has nothing to do with
any conductance is kept, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..language.model import Assign, NeuronModel
from ..language.syntax import Expr, Name, walk


def frozen_variables(model: NeuronModel) -> set[str]:
    """The variables that keep their values while a neuron is refractory."""
    flagged = {v.name for v in model.variables if v.unless_refractory}
    return flagged or {v.name for v in model.variables} - _synaptic(model)


def _synaptic(model: NeuronModel) -> set[str]:
    """Conductances, variables that only they drive, and variables that these read.

    None is of the membrane.
    """
    reads = {v.name: set[str]() for v in model.variables}
    for s in model.statements:
        sides = [s.value] if isinstance(s, Assign) else [s.lhs, s.rhs]
        reads[s.variable] = _variables([*sides, *(b for b in (s.min, s.max) if b is not None)])
    read_by = {name: {other for other in reads if name in reads[other]} for name in reads}
    conductances = {name for name in reads if name.startswith("g_")}
    membrane = _spread(_membrane(model, reads) - conductances, read_by, conductances)
    driven = _spread(conductances, read_by, membrane)
    return _spread(driven, reads, membrane)


def _membrane(model: NeuronModel, reads: dict[str, set[str]]) -> set[str]:
    """Variables that ``reset`` sets or the condition reads.

    The condition reads them directly or through assignments.
    """
    assigned = {s.variable for s in model.statements if isinstance(s, Assign)}
    condition = _variables([event.condition for event in model.events])
    through = _spread(condition, {n: reads[n] if n in assigned else set() for n in reads}, set())
    return through | {s.variable for event in model.events for s in event.reset}


def _variables(expressions: Iterable[Expr]) -> set[str]:
    names = (n for e in expressions for n in walk(e) if isinstance(n, Name))
    return {n.name for n in names if n.scope == "variable"}


def _spread(start: set[str], edges: dict[str, set[str]], stop: set[str]) -> set[str]:
    """Variables that can be reached from ``start`` without entering ``stop``.

    Those of ``start`` are among them.
    """
    found, waiting = set(start), list(start)
    while waiting:
        for name in edges[waiting.pop()] - stop - found:
            found.add(name)
            waiting.append(name)
    return found
