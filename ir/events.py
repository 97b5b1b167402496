"""Events of neurons.

Each has a condition, statements that follow it, and a list of its spikes. ``EVENTS`` holds them
all, in the order in which neurons test them. The regions of ``net.population`` for the condition
and the statements are called as the arguments of ``Neuron`` are, so a record says both.
Projections, monitors and kernels refer to events by their names, and to the spikes of several
events together by ``joined`` names: the *list* ``"spike+axon_spike"`` holds the neurons, in
ascending order, that had the one or the other in a step.
"""

from __future__ import annotations

from collections.abc import Iterable

from .attrs_classes import frozen


@frozen
class NeuronEvent:
    """An event of a neuron.

    ``name`` is that of its condition, of what monitors record, and of its list of spikes; ``reset``
    that of the statements that follow; ``arrival`` that of the statements of a synapse that its
    spikes reach. It does not happen to a neuron that has had one of ``unless`` in the same step.
    """

    name: str
    reset: str
    arrival: str
    begins_refractory: bool = False
    unless: tuple[str, ...] = ()


SPIKE = NeuronEvent("spike", "reset", "pre_spike", begins_refractory=True)

AXON_SPIKE = NeuronEvent("axon_spike", "axon_reset", "pre_axon_spike", unless=("spike",))

EVENTS = (SPIKE, AXON_SPIKE)
"""All events, in the order in which a neuron tests them."""

EVENT_OF: dict[str, NeuronEvent] = {event.name: event for event in EVENTS}
"""Events by their names."""


def joined(names: Iterable[str]) -> str:
    """The name of the list of spikes of some events."""
    found = set(names)
    return "+".join(event.name for event in EVENTS if event.name in found)


def events_in(spike_list: str) -> tuple[str, ...]:
    """The events whose spikes a list holds."""
    return tuple(spike_list.split("+"))


def item_of(spike_list: str) -> str:
    """The item of a list's buffers; empty for plain spikes."""
    return "" if spike_list == SPIKE.name else spike_list


def list_of(item: str) -> str:
    """The list whose buffers have this item."""
    return item or SPIKE.name
