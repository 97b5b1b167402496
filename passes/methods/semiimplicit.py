"""``semiimplicit``: each equation is implicit in its own variable.

x + (C - B x) dt/(A + dt B); x A/(A + dt B) where C is zero.
"""

from __future__ import annotations

from ...ir.core import Value
from . import relaxation
from .explicit import explicit
from .scheme import Ode, Scheme, alone


def semiimplicit(scheme: Scheme, ode: Ode) -> Value:
    """The value after the step.

    x + (C - B x) dt/(A + dt B); x A/(A + dt B) without a drive.
    """
    decay, drive = scheme.linear(ode)
    if decay is None:
        return explicit(scheme, ode)
    x = scheme.current(ode.variable)
    return relaxation.semiimplicit(scheme.algebra, x, scheme.dt, ode.factor, decay, drive)


advance = alone(semiimplicit)
