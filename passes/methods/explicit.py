"""``explicit``: x + (dt/A) R."""

from __future__ import annotations

from ...ir.core import Value
from .scheme import Ode, Scheme, alone


def explicit(scheme: Scheme, ode: Ode) -> Value:
    """The value after the step: x + (dt/A) R."""
    return scheme.euler(ode, scheme.dt, ode.rate)


advance = alone(explicit)
