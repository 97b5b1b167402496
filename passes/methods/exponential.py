"""``exponential``: exact where B and C are constant over the step.

x + (C - B x) (1 - exp(-s))/B with s = dt B/A; x exp(-s) where C is zero.
"""

from __future__ import annotations

from ...ir.core import Value
from . import relaxation
from .explicit import explicit
from .scheme import Ode, Scheme, alone


def exponential(scheme: Scheme, ode: Ode) -> Value:
    """The value after the step.

    x + (C - B x) (1 - exp(-s))/B; x exp(-s) without a drive.
    """
    decay, drive = scheme.linear(ode)
    if decay is None:
        return explicit(scheme, ode)
    x, step = scheme.current(ode.variable), scheme.step_over(ode.factor)
    return relaxation.exponential(scheme.algebra, x, step, decay, drive, by_event=scheme.by_event)


advance = alone(exponential)
