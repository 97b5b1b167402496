"""Connectivity and initial values of the COBA benchmark.

They are those that the published script builds.

Every pre neuron has a binomial number of distinct random targets; 80 % of the neurons are
excitatory; the initial potentials are normal. 80 synapses per neuron on average for every size.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import frozen

SEED = 98765
SYNAPSES_PER_NEURON = 80

Ranks = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@frozen(eq=False)
class Synapses:
    """Pairs of a pre rank and a post rank, ascending."""

    pre: Ranks
    post: Ranks

    def __len__(self) -> int:
        return len(self.pre)


@frozen(eq=False)
class CobaNetwork:
    """The benchmark's network; ``inhibitory.pre`` counts from the first inhibitory neuron."""

    size: int
    excitatory_size: int
    excitatory: Synapses
    inhibitory: Synapses
    initial_v: Floats


def coba_network(size: int = 4000) -> CobaNetwork:
    """The network of a given size; equal numbers for equal sizes."""
    rng = np.random.default_rng(SEED)
    excitatory_size = int(0.8 * size)
    excitatory = _random_targets(rng, excitatory_size, size)
    inhibitory = _random_targets(rng, size - excitatory_size, size)
    initial_v = rng.normal(-55.0, 5.0, size)
    return CobaNetwork(size, excitatory_size, excitatory, inhibitory, initial_v)


def _random_targets(rng: np.random.Generator, pre_size: int, post_size: int) -> Synapses:
    """A binomial number of distinct targets for every pre neuron."""
    degrees = rng.binomial(post_size, SYNAPSES_PER_NEURON / post_size, pre_size)
    targets = [np.sort(rng.choice(post_size, degree, replace=False)) for degree in degrees]
    pre = np.repeat(np.arange(pre_size, dtype=np.int64), degrees)
    return Synapses(pre, np.concatenate(targets).astype(np.int64))
