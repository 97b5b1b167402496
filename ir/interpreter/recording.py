"""Meaning of the kinds of recordings: a monitor in one step.

``SAMPLES`` has a function for each kind of ``ir/recorded.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..dialects import net
from ..recorded import COUNT, INPUT, SPIKES, SUM, VARIABLE, Recorded
from .equations import Array
from .state import NetworkState

Sampler = Callable[[NetworkState, str, str], Array]
"""A function from a population and a name to values.

There is one value for each neuron, or one for all; for events it gives the neurons.
"""


def _variable(state: NetworkState, population: str, name: str) -> Array:
    return state.value(population, name)


def _sum(state: NetworkState, population: str, target: str) -> Array:
    return state.sum_of(population, target)


def _spikes(state: NetworkState, population: str, event: str) -> Array:
    return state.spikes_now(population, event)


def _count(state: NetworkState, population: str, event: str) -> Array:
    """The number of spikes of each neuron since the last sample.

    Here every step is sampled.
    """
    size = state.populations[population].size
    return np.bincount(state.spikes_now(population, event), minlength=size)


SAMPLES: dict[str, Sampler] = {
    VARIABLE: _variable,
    INPUT: _variable,
    SUM: _sum,
    SPIKES: _spikes,
    COUNT: _count,
}


def sample(state: NetworkState, monitor: net.Monitor, item: Recorded) -> Array:
    """The sample of an item that a monitor takes now."""
    found = SAMPLES[item.kind](state, monitor.source, item.name)
    ranks = state.ranks.get(monitor.sym_name)
    if item.holds_spikes:
        return found if ranks is None else found[np.isin(found, ranks)]
    whole = ranks is None or len(found) != state.populations[monitor.source].size
    return found.copy() if whole else found[np.asarray(ranks)]
