"""``event-driven``: as exponential, over the time since the last event of the synapse."""

from __future__ import annotations

from ...ir.core import Value
from .exponential import exponential
from .scheme import Ode, Scheme, alone


def event_driven(scheme: Scheme, ode: Ode) -> Value:
    """As exponential; the step is the time since the variable was last kept."""
    return exponential(scheme.since_event(ode), ode)


advance = alone(event_driven)
