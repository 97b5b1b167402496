"""Parts of populations: views (``population[2:5]``) and single neurons.

A view holds ranks of its population, in the order of the key it was made with, and no values.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .annarchy_names import VIEW
from .attributes import Attributed
from .memory import check_array
from .numbers import real_array, whole_numbers
from .readings import reading
from .user_errors import WrongRank, WrongValue, reject

if TYPE_CHECKING:
    from .network import Network
    from .population import Population

Ranks = NDArray[np.int64]


class PopulationView(Attributed):
    """Some neurons of a population. Attributes read and set that part of the population only."""

    _not_yet = VIEW

    def __init__(
        self, population: Population, ranks: Any, geometry: tuple[int, ...] | None = None
    ) -> None:
        from .population import Population

        if not isinstance(population, Population):
            reject(f"a view is a part of a population, not of {population!r:.60}")
        ranks = whole_numbers(ranks, "a view of a population: it").reshape(-1)
        if ((ranks < 0) | (ranks >= population.size)).any():
            reject(
                f"population '{population.name}' has ranks 0 to {population.size - 1}",
                kind=WrongRank,
            )
        if np.unique(ranks).size != ranks.size:
            reject("a view holds every neuron at most once, but the key names one twice")
        self._population = population
        self._ranks: Ranks = ranks
        self._geometry = (ranks.size,) if geometry is None else _fitting(geometry, ranks.size)

    @property
    def population(self) -> Population:
        """The population it is part of."""
        return self._population

    @property
    def network(self) -> Network:
        """The network of the population."""
        return self._population.network

    @property
    def name(self) -> str:
        """The name of the population."""
        return self._population.name

    @property
    def kind(self) -> Literal["rate", "spike"]:
        """The signal that neurons send: rates or spikes."""
        return self._population.kind

    @property
    def ranks(self) -> Ranks:
        """Ranks of the neurons in the population."""
        return self._ranks.copy()

    @property
    def size(self) -> int:
        """Number of neurons."""
        return int(self._ranks.size)

    @property
    def geometry(self) -> tuple[int, ...]:
        """Number of neurons along each dimension. It is ``(size,)`` where the view is no block."""
        return self._geometry

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return self._population.attributes

    def _declares(self, name: str) -> bool:
        return (
            name not in vars(self)
            and "_population" in vars(self)
            and self._population._declares(name)
        )

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters."""
        return self._population.parameters

    @property
    def variables(self) -> list[str]:
        """Names of the variables."""
        return self._population.variables

    @property
    def targets(self) -> list[str]:
        """Targets that the neuron's equations use."""
        return self._population.targets

    @property
    def spike(self) -> Ranks:
        """Ranks of the view's neurons that fired in the last step.

        They are ranks in the population.
        """
        fired = self._population.spike
        return fired[np.isin(fired, self._ranks)]

    def sum(self, target: str) -> NDArray[np.floating]:
        """The inputs of ``target`` that neurons received in the last step."""
        sums: NDArray[np.floating] = self._population.sum(target).reshape(-1)[self._ranks]
        return sums

    def rank_from_coordinates(self, coordinates: Any, local: bool = False) -> int:
        """The rank of a neuron given its coordinates in the population.

        With ``local`` the position within the view instead of the rank in the population.
        """
        rank = self._population.rank_from_coordinates(coordinates)
        place = np.flatnonzero(self._ranks == rank)
        if not place.size:
            reject(f"the neuron at {coordinates} is not in this view", kind=WrongRank)
        return int(place[0]) if local else rank

    def coordinates_from_rank(self, rank: int, local: bool = False) -> tuple[int, ...]:
        """The coordinates in the population of a neuron given its rank.

        With ``local`` the argument is a position within the view.
        """
        if not isinstance(rank, (int, np.integer)):
            reject(f"a rank is a whole number, not {rank!r:.60}", kind=WrongRank)
        if local and not 0 <= rank < self.size:
            reject(f"a view of {self.size} neurons has no position {rank}", kind=WrongRank)
        if not local and rank not in self._ranks:
            reject(f"the neuron of rank {rank} is not in this view", kind=WrongRank)
        return self._population.coordinates_from_rank(int(self._ranks[rank]) if local else rank)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, key: Any) -> PopulationView:
        positions, geometry = ranks_of_key(self._label, self._geometry, key)
        return PopulationView(self._population, self._ranks[positions], geometry)

    def __add__(self, other: PopulationView) -> PopulationView:
        """The neurons of two views of the same population. Each neuron is there once."""
        if not isinstance(other, PopulationView) or other._population is not self._population:
            reject("only views and neurons of the same population can be added")
        return PopulationView(self._population, np.union1d(self._ranks, other._ranks))

    def __repr__(self) -> str:
        return f"<{self._label}>"

    @property
    def _label(self) -> str:
        return f"a view of {self.size} neurons of population '{self._population.name}'"

    def _read(self, name: str) -> Any:
        values = self._population._read(name)
        if isinstance(values, np.ndarray):
            chosen = np.asarray(values).reshape(-1)[self._ranks]
            return reading(chosen.reshape(self._geometry), self._population._set_hint(name))
        return values

    def _write(self, name: str, value: object) -> None:
        if not self._population._table[name].is_local:
            reject(
                f"'{name}' is one value for the whole population '{self._population.name}': set "
                "it on the population"
            )
        self._population._write(name, value, self._ranks, self._geometry)


class IndividualNeuron(PopulationView):
    """One neuron; its attributes are numbers."""

    def __init__(self, population: Population, rank: int) -> None:
        super().__init__(population, [rank])
        self._ranks = np.array([population._checked_rank(rank)])

    @property
    def rank(self) -> int:
        """Its rank in the population."""
        return int(self._ranks[0])

    @property
    def _label(self) -> str:
        return f"neuron {self.rank} of population '{self._population.name}'"

    def _read(self, name: str) -> Any:
        value = super()._read(name)
        return value[0].item() if isinstance(value, np.ndarray) else value


def _fitting(geometry: object, size: int) -> tuple[int, ...]:
    """``geometry``, if it is one of ``size`` neurons."""
    if isinstance(geometry, (tuple, list)):
        shape = tuple(geometry)
        if all(isinstance(n, (int, np.integer)) for n in shape) and prod(shape) == size:
            return shape
    reject(f"a view of {size} neurons cannot have the geometry {geometry!r:.60}", kind=WrongValue)


def ranks_of_key(
    label: str, geometry: tuple[int, ...], key: Any
) -> tuple[Ranks, tuple[int, ...] | None]:
    """The ranks that ``[key]`` selects, and a block's geometry.

    Keys are what NumPy accepts for an array of shape ``geometry``; a list, an array or a mask of
    ``size`` elements always speaks of ranks.
    """
    size = prod(geometry)
    if isinstance(key, slice):
        try:
            ranks = np.arange(*key.indices(size))
        except (TypeError, ValueError):
            reject(
                f"{label} has {size} neurons of geometry {geometry}, not [{key}]", kind=WrongRank
            )
        return ranks, ranks.shape
    check_array(8 * size, f"the ranks of {label}")
    all_ranks = np.arange(size).reshape(geometry)
    block = isinstance(key, (int, np.integer, slice)) or (
        isinstance(key, tuple) and all(isinstance(k, (int, np.integer, slice)) for k in key)
    )
    if isinstance(key, (int, np.integer, slice)):
        all_ranks = all_ranks.reshape(-1)
    elif not isinstance(key, tuple):
        key = real_array(key, f"an index of {label}")
        if key.dtype == bool and key.shape not in (geometry, (size,)):
            reject(f"a mask of shape {key.shape} does not fit {label}", kind=WrongRank)
        if key.size == 0:
            key = key.astype(np.int64)
        if key.dtype != bool or key.ndim == 1:
            all_ranks = all_ranks.reshape(-1)
    try:
        selected = all_ranks[key]
    except (IndexError, TypeError, ValueError):
        reject(
            f"{label} has {size} neurons of geometry {geometry}, not [{key!s:.60}]", kind=WrongRank
        )
    return selected.reshape(-1), selected.shape if block and selected.ndim > 0 else None
