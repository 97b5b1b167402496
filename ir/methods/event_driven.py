"""``event-driven``: as exponential, over the time since the last event of the synapse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exponential import exponential
from .method import Method, alone

if TYPE_CHECKING:
    from ..interpreter.methods import System


def event_driven(system: System, op: Any) -> Any:
    """As exponential; the step is the time since the variable was last kept."""
    return exponential(system.since_event(op), op)


METHOD = Method("event-driven", alone(event_driven), by_event=True)
