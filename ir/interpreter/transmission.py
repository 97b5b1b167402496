"""Synapses as plain data, and combination of their potentials."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..attrs_classes import frozen
from .arith import maximum, minimum
from .equations import Array


@frozen
class LearningState:
    """Settings of learning of a projection.

    Equations run every ``period`` steps, at ``offset`` first; with ``updating`` off they do not
    run, with ``plastic`` off they leave the weights.
    """

    updating: bool = True
    plastic: bool = True
    period: int = 1
    offset: int = 0

    def due(self, step: int) -> bool:
        """Whether equations run in this step."""
        return self.updating and math.fmod(step - self.offset, max(1, self.period)) == 0


@frozen(eq=False)
class SynapseTable:
    """The synapses of a projection in the order of dendrites.

    They are sorted by post rank, then by pre rank. ``delays`` are in steps, one for all or one per
    synapse.
    """

    pre: Array
    post: Array
    delays: Any = 1

    def delay(self, synapse: int) -> int:
        """The delay of a synapse."""
        return int(np.broadcast_to(self.delays, self.pre.shape)[synapse])

    def all_delays(self) -> list[int]:
        """The distinct delays in ascending order."""
        return [int(d) for d in np.unique(np.broadcast_to(self.delays, self.pre.shape))]

    def dendrites(self) -> Iterator[tuple[int, list[int]]]:
        """Post ranks with synapses, and the numbers of these synapses."""
        for post in np.unique(self.post):
            yield int(post), np.flatnonzero(self.post == post).tolist()

    def of_post(self, rank: int) -> list[int]:
        """The synapses of a dendrite, by pre rank."""
        found: list[int] = np.flatnonzero(self.post == rank).tolist()
        return found

    def of_pre(self, rank: int, delay: int) -> list[int]:
        """The synapses of a pre neuron and delay, by post rank."""
        found: list[int] = np.flatnonzero((self.pre == rank) & (self.delays == delay)).tolist()
        return found


@contextmanager
def gathered(variables: Sequence[Array]) -> Iterator[None]:
    """Sum additions to variables from 0, then add the sums.

    Summed are those inside the ``with``. A sum of 0 changes nothing, not even the sign of a zero.
    """
    before = [values.copy() for values in variables]
    for values in variables:
        values[:] = 0.0
    yield
    for values, old in zip(variables, before, strict=True):
        values[:] = np.where(values == 0.0, old, old + values)


def combine(operation: str, potentials: Sequence[Any], zero: Any) -> Any:
    """The combination of the potentials of a dendrite.

    ``operation`` is ``sum``, ``mean``, ``min`` or ``max``; it goes from the first potential on.
    """
    if operation in ("min", "max"):
        choose = minimum if operation == "min" else maximum
        total = potentials[0]
        for potential in potentials[1:]:
            total = choose(total, potential)
        return total
    total = zero
    for potential in potentials:
        total = total + potential
    return total / type(total)(len(potentials)) if operation == "mean" else total
