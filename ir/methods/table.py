"""All numerical methods: their records, and some of their meanings.

Every equation is ``A dx/dt = R``. R is a function of the values before the step; some methods ask
for one that is linear in x: ``R = C - B x``.

=============  ===============================================================================
explicit       x + (dt/A) R
exponential    x + (C - B x) (1 - exp(-s))/B with s = (dt/A) B, whose limit for B = 0 is
               x + (dt/A) C; x exp(-s) without C
event-driven   as exponential, with the time since the last event of the variable as dt
semiimplicit   x + (C - B x) dt/(A + dt B); x A/(A + dt B) without C
implicit       (x + (dt/A) C) / (1 + (dt/A) B); equations that share unknowns are solved jointly
midpoint       x + (dt/A) R, A and R taken at x + (dt/2/A) R: see ``stages``
rk4            x + dt/6 (k1 + 2 (k2 + k3) + k4) with k = R/A: see ``stages``
exact          the exponential of the matrix of coupled equations: see ``exact``
=============  ===============================================================================

A further method is a record here, with its meaning here or in a module of its own, and a module of
its name (or family) in ``passes/methods`` that turns it into arithmetic. Nothing else lists
methods: the language, the coupling of equations, the interpreter and ``discretize`` ask this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .exact import exact
from .exponential import explicit, exponential
from .method import Method, alone
from .stages import staged

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep

HALF = -0.5
"""The relative change of x beyond which ``semiimplicit`` multiplies.

It then multiplies x by the fraction that is left, in place of adding the change.
"""


def event_driven(system: SystemStep, op: Any) -> Any:
    """The value after exponential decay since the last event."""
    return exponential(system.since_event(op), op)


def semiimplicit(system: SystemStep, op: Any) -> Any:
    """The value after a step that is implicit in x alone.

    It is x + (C - B x) dt/(A + dt B), and x A/(A + dt B) without C.
    """
    factor, decay, drive = system.linear(op, [op.variable])
    if not decay:
        return explicit(system, op)
    x, b = system.current(op.variable), decay[op.variable]
    both = system.fused(b, system.dt, factor)
    if drive is not None:
        return system.fused(system.fused(-b, x, drive), system.dt / both, x)
    change = system.dt * -b / both
    return system.fused(x, change, x) if change > HALF else x * (factor / both)


def implicit(system: SystemStep, ops: Sequence[Any]) -> list[Any]:
    """The values after a step that is implicit in all unknowns.

    They are the solutions x' of ``x' + (dt/A) sum of B[y] y' = x + (dt/A) C``.
    """
    names = [op.variable for op in ops]
    matrix, right = np.eye(len(ops), dtype=system.limits.dtype), []
    for row, op in enumerate(ops):
        factor, decay, drive = system.linear(op, names)
        step = system.dt / factor
        for name, b in decay.items():
            at = row, names.index(name)
            matrix[at] = system.fused(b, step, matrix[at])
        x = system.current(op.variable)
        right.append(x if drive is None else system.fused(drive, step, x))
    if np.count_nonzero(matrix) == np.count_nonzero(np.diag(matrix)):
        return [r / system.number(d) for r, d in zip(right, np.diag(matrix), strict=True)]
    return [system.number(x) for x in np.linalg.solve(matrix, np.array(right))]


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("explicit", alone(explicit)),
        Method("implicit", implicit),
        Method("semiimplicit", alone(semiimplicit)),
        Method("exponential", alone(exponential)),
        Method("midpoint", staged, family="stages", joint=True, order=2),
        Method("rk4", staged, "stages", joint=True, order=4, aliases=("runge-kutta4",)),
        Method("event-driven", alone(event_driven), by_event=True),
        Method("exact", exact, joint=True, order=None),
    )
}
"""All methods by name."""
