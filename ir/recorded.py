"""Items that monitors record."""

from __future__ import annotations

from attrs import frozen

VARIABLE, INPUT, SUM, SPIKES = "variable", "input", "sum", "spikes"
"""Kinds of items that monitors record."""


@frozen
class Recorded:
    """An item of a monitor: a variable, a conductance, the sum of a target, spikes of an event."""

    kind: str
    name: str

    @property
    def label(self) -> str:
        """The name by which users know the item."""
        return f"sum({self.name})" if self.kind == SUM else self.name

    @property
    def is_input(self) -> bool:
        """Whether the recorded value is that which the equations see.

        Other items are recorded at the end of the step.
        """
        return self.kind in (INPUT, SUM)
