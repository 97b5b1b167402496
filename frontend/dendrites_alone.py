"""Some dendrites of a projection, drawn without the others.

A process that has only these needs no more:

    part = dendrites_alone(projection, 1000, 2000)      # of the post neurons 1000 to 1999
    part.pre_ranks, part.post_ranks, part.weights, part.delays

Patches (see ``patches.py``) that hold synapses of these neurons are drawn, no others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ir.attrs_classes import frozen
from .connectors import Recipe, Streams, checked_steps, checked_weights
from .patches import Array, Patch, Patches
from .random_streams import Stream, is_in_order

if TYPE_CHECKING:
    from .projection import Projection


@frozen(slots=False, eq=False)
class DendritesAlone:
    """The synapses onto post neurons ``first`` to ``last - 1``. They are in dendrite order."""

    recipe: Recipe
    streams: Streams
    dt: float
    first: int
    last: int

    @cached_property
    def _drawn(self) -> tuple[Patches, dict[tuple[int, int], Patch]]:
        """The patches that hold synapses of these neurons."""
        rule, stream = self.recipe.rule(), self.streams.of("synapses")
        rows, columns = (range(count) for count in rule.patches.shape)
        if rule.of == "post":
            rows = _blocks(rule.patches.rows, self.first, self.last)
        else:
            columns = _blocks(rule.patches.columns, self.first, self.last)
        numbers = [(row, column) for row in rows for column in columns]
        return rule.patches, {number: rule.patch(stream, *number) for number in numbers}

    @cached_property
    def _ranks(self) -> tuple[Array, Array]:
        """Pre and post ranks of drawn synapses, in draw order."""
        patches, drawn = self._drawn
        empty = np.empty(0, np.int32)
        rows = [
            np.repeat(patch.row_ranks.astype(np.int32), patch.sizes) for patch in drawn.values()
        ]
        row = np.concatenate([empty, *rows])
        partner = np.concatenate([empty, *(patch.partners for patch in drawn.values())])
        return (row, partner) if patches.of == "pre" else (partner, row)

    @cached_property
    def _order(self) -> Array:
        """Places in draw order of these neurons' synapses, in dendrite order."""
        pre, post = self._ranks
        order = np.lexsort((pre, post))
        return order[slice(*np.searchsorted(post[order], (self.first, self.last)))]

    @property
    def pre_ranks(self) -> Array:
        """The pre-synaptic rank of every synapse."""
        return self._ranks[0][self._order]

    @property
    def post_ranks(self) -> Array:
        """The post-synaptic rank of every synapse."""
        return self._ranks[1][self._order]

    @property
    def weights(self) -> float | Array:
        """The weights that the connector gave.

        They are one number if it gave one, else one per synapse.
        """
        given = self.recipe.weights
        if isinstance(given, float):
            return np.full(len(self._order), given) if self.recipe.many_weights else given
        if isinstance(given, np.ndarray):
            return given[self._listed]
        checked = checked_weights(self.recipe, self.streams.name)
        return self.values(given, self.streams.of("weights"), checked)

    @property
    def delays(self) -> int | Array:
        """Delays in steps: one, or one per synapse."""
        given = self.recipe.delays
        steps = checked_steps(self.recipe, self.streams.name, self.dt)
        if isinstance(given, float):
            return int(steps(np.array([given]))[0])
        if isinstance(given, np.ndarray):
            return steps(given[self._listed])
        return self.values(given, self.streams.of("delays"), steps)

    @property
    def _listed(self) -> slice:
        """The place of these dendrites among synapses that the user listed."""
        offsets = self.recipe.rule().rows(self.streams.of("synapses")).dendrite_offsets
        return slice(int(offsets[self.first]), int(offsets[self.last]))

    def values(
        self, given: Any, stream: Stream, checked: Callable[[Array], Array] = lambda drawn: drawn
    ) -> Array:
        """The draws of a distribution from a stream, one per synapse."""
        if is_in_order(given):
            raise ValueError("a generator of the user's own draws for all synapses in order")
        drawn = [
            checked(stream.numbers(given, len(patch.partners), *number))
            for number, patch in self._drawn[1].items()
        ]
        return np.concatenate([np.empty(0, np.uint8), *drawn])[self._order]


def dendrites_alone(projection: Projection, first: int, last: int) -> DendritesAlone:
    """The dendrites of the post neurons ``first`` to ``last - 1``.

    These are ranks in the population.
    """
    recipe, network = projection._recipe, projection.network
    assert recipe is not None
    streams = Streams(network.seed, projection.name)
    return DendritesAlone(recipe, streams, network.dt, first, last)


def _blocks(borders: Array, first: int, last: int) -> range:
    """The blocks that hold a rank from ``first`` to ``last - 1``.

    ``borders`` are the first ranks of blocks.
    """
    start = int(np.searchsorted(borders, first, side="right")) - 1
    return range(start, max(start, int(np.searchsorted(borders, last))))
