"""Checks that a network fits into memory, before it is made.

They are about what a network keeps besides its synapses:

==================  ============================================================================
values              every neuron has all its attributes and its inputs
delays              the last values, or spikes, of all pre-synaptic neurons: as many as the longest
                    delay has steps
windows             what arrived in every step of the window of a decoding projection
==================  ============================================================================

An estimate from below: a network that it refuses cannot work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..ir.attrs_classes import frozen
from ..ir.location import Loc
from ..ir.target import Target
from .inputs import DecodingProjection
from .memory import available_memory, check_room

if TYPE_CHECKING:
    from .network import Network
    from .population import Population
    from .projection import Projection

_RANK = 4
"""Bytes of a recorded spike."""


@frozen
class MemoryNeed:
    """Bytes for an object at ``loc``, and advice to need fewer."""

    bytes: float
    what: str
    loc: Loc
    way: str


def check_network(network: Network, threads: Callable[[], int], target: Target) -> None:
    """Raise NoMemory if all parts of a network do not fit.

    The error is about the largest part. ``threads`` gives the number of threads for which spikes
    are kept apart, asked for where there are any. ``target`` pads buffers; where it has workers of
    its own, a bit may do for a spike.
    """
    available = available_memory()
    needs = list(_needs(network, threads, target))
    needed = sum(need.bytes for need in needs)
    if available is None or needed <= available:
        return
    largest = max(needs, key=lambda need: need.bytes)
    ways = [largest.way]
    if largest.bytes <= available:
        ways.append("together with the rest of the network that is too much")
    check_room(needed, largest.what, largest.loc, *ways)


def _needs(network: Network, threads: Callable[[], int], target: Target) -> Iterator[MemoryNeed]:
    number = np.dtype(network.options.dtype).itemsize
    longest: dict[Population, tuple[int, Projection]] = {}
    for projection in network.projections:
        steps, source = projection.connectivity.max_delay_steps, projection.pre_population
        if steps > longest.get(source, (1, None))[0]:
            longest[source] = steps, projection
        if isinstance(projection, DecodingProjection):
            yield _window(projection, number, target)
    for population in network.populations:
        yield _values(population, number, target)
    for population, (steps, projection) in longest.items():
        each = target.padded(population.size) * number
        if projection._is_spiking:
            each = _spikes(population.size, threads, target)
        yield _delays(population, steps, projection, float(each))


def _values(population: Population, number: int, target: Target) -> MemoryNeed:
    local = sum([attribute.is_local for attribute in population._table.values()])
    size = population.size
    count = target.padded(size) * (local + len(population.model.targets))
    what = f"{population._label} of {size:,} neurons"
    return MemoryNeed(float(count * number), what, population.loc, "make it smaller")


def _spikes(size: int, threads: Callable[[], int], target: Target) -> int:
    """Bytes for the spikes of a step.

    They are lists, or masks where the worker may be a whole grid.
    """
    if target.workers:
        return target.padded(size) // 8
    lines = target.padded(target.line * max(2, threads()))
    return target.padded(size) * _RANK + 8 * lines


def _delays(population: Population, steps: int, projection: Projection, each: float) -> MemoryNeed:
    """Memory for past values or spikes of a population.

    ``each`` is the number of bytes for a step.
    """
    what = (
        f"{projection._label} with delays of up to {steps:,} steps from {population.size:,} neurons"
    )
    assert projection._recipe is not None
    return MemoryNeed(steps * each, what, projection._recipe.loc, "shorten its delays")


def _window(projection: DecodingProjection, number: int, target: Target) -> MemoryNeed:
    steps, size = projection.window_steps, projection.post_population.size
    what = f"{projection._label} with a window of {steps:,} steps onto {size:,} neurons"
    return MemoryNeed(
        float(steps * target.padded(size) * number), what, projection.loc, "shorten its window"
    )
