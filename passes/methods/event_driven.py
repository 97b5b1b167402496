"""``event-driven``: as exponential, over the time since the last event.

An event is one of the synapse.
"""

from __future__ import annotations

from ...ir.core import Value
from .exponential import exponential
from .scheme import Ode, Scheme, alone


def event_driven(scheme: Scheme, ode: Ode) -> Value:
    """The exponential step over the time since the last event.

    At that event the variable was last kept.
    """
    return exponential(scheme.since_event(ode), ode)


advance = alone(event_driven)
