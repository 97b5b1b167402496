"""Populations: neurons of one type, arranged in a geometry."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .annarchy_names import POPULATION
from .distributions import RandomDistribution
from .language.model import NeuronModel
from .language.names import canonical
from .memory import check_array
from .network_element import NetworkElement
from .neuron import Neuron
from .numbers import durations, real_array, whole_numbers
from .options import warn_no_effect
from .random_streams import Stream
from .readings import reading
from .user_errors import (
    WrongRank,
    WrongValue,
    caller_location,
    did_you_mean,
    listing,
    reject,
    shown,
)
from .values import AttributeValues
from .views import IndividualNeuron, PopulationView, Ranks, ranks_of_key

if TYPE_CHECKING:
    from .network import Network

Geometry = int | tuple[int, ...]

MOST_NEURONS = 2**31 - 1
"""The most neurons of a population: ranks have 32 bits."""


class Population(NetworkElement):
    """``Population(geometry, neuron, name=None)``: neurons of one type in a geometry.

    Their parameters and variables are attributes of the population. Local attributes read as arrays
    of shape ``geometry``, population-wide ones as numbers; both can be set to a number, local ones
    also to an array, a list or a random distribution. ``population[2:5]``, ``population[mask]``,
    ... are views.
    """

    _kind = "_populations"
    _not_yet = POPULATION

    def __init__(
        self,
        geometry: Geometry,
        neuron: Neuron | type[Neuron],
        name: str | None = None,
        stop_condition: str | None = None,
        storage_order: str = "post_to_pre",
        *,
        network: Network | None = None,
    ) -> None:
        from .network import current_network

        if stop_condition is not None:
            reject(
                "stop_condition is not supported yet; call simulate() in short pieces and test the "
                "condition in between"
            )
        if storage_order != "post_to_pre":
            warn_no_effect("storage_order", "create")
        self._loc = caller_location()
        self._geometry = _checked_geometry(geometry)
        self._neuron_type = _checked_neuron(neuron)
        self._network = current_network(network)
        self._name = self._network._new_name("population", name)
        model = self._neuron_type.model
        self._refractory = model.refractory
        self._declare(model, "neuron")
        if isinstance(self._refractory, str):
            self._limit(self._refractory, "duration")
        for declaration in model.parameters:
            attribute = self._table[declaration.name]
            count = self.size if attribute.is_local else 1
            attribute.checked(declaration.value, count, self._geometry)
        self._network._add_population(self)

    # ------------------------------------------------------------------ what it is

    @property
    def geometry(self) -> tuple[int, ...]:
        """Number of neurons along each dimension."""
        return self._geometry

    @property
    def dimension(self) -> int:
        """Number of dimensions."""
        return len(self._geometry)

    @property
    def size(self) -> int:
        """Number of neurons."""
        return prod(self._geometry)

    @property
    def ranks(self) -> Ranks:
        """Ranks of the neurons: ``0 ... size-1``."""
        check_array(8 * self.size, f"the ranks of {self._label}")
        return np.arange(self.size)

    @property
    def population(self) -> Population:
        """The population itself, as that of a view is its whole."""
        return self

    @property
    def neuron_type(self) -> Neuron:
        """The neuron it was made with."""
        return self._neuron_type

    @property
    def model(self) -> NeuronModel:
        """The checked equations."""
        return self._neuron_type.model

    @property
    def kind(self) -> Literal["rate", "spike"]:
        """The signal that neurons send: rates or spikes."""
        return self.model.kind

    @property
    def targets(self) -> list[str]:
        """Targets that the neuron's equations use."""
        return list(self.model.targets)

    @property
    def _label(self) -> str:
        return f"population '{self._name}'"

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        return f"<Population '{self._name}' of {self.size} neurons>"

    # ------------------------------------------------------------------ values

    def initial_value(self, name: str) -> Any:
        """Value that ``compile()`` starts from. ``(size,)`` if local, else a number of Python."""
        name = canonical(name)
        attribute, value = self._attribute(name), self._start(name)
        check_array(8 * self.size, f"'{name}' of {self._label}")
        return np.array(np.broadcast_to(value, self.size)) if attribute.is_local else value.item()

    def _start(self, name: str) -> NDArray[Any]:
        """The initial value of an attribute. It has no dimensions where it is the same for all."""
        attribute = self._attribute(name)
        declared = attribute.declared
        if declared is not None:
            return declared
        return attribute.initial(
            self.size,
            self._network.seed,
            lambda given: self._numbers(name, given, self._stream(name)),
            self.initial_value,
        )

    def _numbers(
        self, name: str, given: RandomDistribution, stream: Stream, ranks: Ranks | None = None
    ) -> NDArray[Any]:
        """The draws of a distribution for the neurons ``ranks`` (default: all)."""
        if not self._table[name].is_local:
            return stream.values(given, 1)
        return stream.values(given, self.size, ranks)

    def _attribute(self, name: str) -> AttributeValues:
        self._check_attribute(name)
        return self._table[name]

    def _read(self, name: str) -> Any:
        attribute = self._table[name]
        values = self._network._execution.read(self._name, name)
        if values is None:
            value = self.initial_value(name)
            if not attribute.is_local:
                return value
            values = self._stored(name, value)
        if not attribute.is_local:
            return values.reshape(-1)[0].item()
        return reading(values.reshape(self._geometry), self._set_hint(name))

    def _set_hint(self, name: str) -> str:
        return (
            f"set '{name}' of {self._label} as a whole or in part: population.{name} = ..., "
            f"population[2:5].{name} = ..., or take a copy: population.{name}.copy()"
        )

    def _write(
        self,
        name: str,
        value: object,
        ranks: Ranks | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        """Set values of the neurons ``ranks``. They are arranged in ``shape`` (default: all)."""
        attribute = self._table[name]
        shape = self._geometry if shape is None else shape
        execution = self._network._execution
        if not execution.compiled:
            attribute.assign(value, self.size, ranks, shape)
            return
        count = 1 if not attribute.is_local else self.size if ranks is None else ranks.size
        given = attribute.checked(value, count, shape)
        stream = self._next_stream(name)
        drawn = attribute.draw(given, lambda each: self._numbers(name, each, stream, ranks))
        if ranks is not None:
            values = np.array(execution.read(self._name, name))
            values[ranks] = drawn
            drawn = values
        execution.write(self._name, name, drawn)

    def reset(self, attributes: list[str] | None = None) -> None:
        """Set attributes (default: all) back to their initial values."""
        names = self._names(attributes)
        if not self._network.compiled:
            return
        for name in names:
            self._draws.pop(name, None)
            self._network._execution.write(self._name, name, self.initial_value(name))

    @property
    def spike(self) -> Ranks:
        """Ranks of the neurons that fired in the last step, ascending."""
        if self.kind != "spike":
            reject(f"{self._label} does not spike; its neurons have no 'spike' condition")
        ranks = self._network._execution.spikes(self._name)
        return np.asarray([] if ranks is None else ranks, dtype=np.int64)

    def sum(self, target: str) -> NDArray[np.floating]:
        """The inputs of ``target`` that neurons received in the last step."""
        target = canonical(target)
        if target not in self.targets:
            reject(
                f"{self._label} has no target '{target}'{did_you_mean(target, self.targets)}",
                f"its targets: {listing(self.targets)}",
            )
        dtype = np.dtype(self._network.options.dtype)
        execution = self._network._execution
        if f"g_{target}" in self._table:
            values = execution.read(self._name, f"g_{target}")
        else:
            values = execution.read_sum(self._name, target)
        if values is None:
            return np.zeros(self._geometry, dtype)
        return np.asarray(values, dtype).reshape(self._geometry)

    @property
    def refractory(self) -> float | str | None:
        """Refractory period in ms, or the attribute that holds it."""
        return self._refractory

    @refractory.setter
    def refractory(self, value: float | str) -> None:
        if self.kind != "spike":
            reject(f"{self._label} does not spike, so it has no refractory period")
        if isinstance(self._refractory, str):
            self._check_attribute(self._refractory)
            self._write(self._refractory, value)
            return
        if self._network.compiled or not isinstance(value, (int, float, np.number)):
            reject(
                f"the refractory period of {self._label} can only be set to a number and before "
                "compile(); declare a parameter and give the neuron refractory='its name'"
            )
        number = real_array(value, "a refractory period").astype(np.float64)
        durations(number, "a refractory period")
        self._refractory = float(number)

    # ------------------------------------------------------------------ parts

    def __getitem__(self, key: Any) -> PopulationView | IndividualNeuron:
        if isinstance(key, tuple) and all(isinstance(k, (int, np.integer)) for k in key):
            return self.neuron(*key)
        ranks, geometry = ranks_of_key(self._label, self._geometry, key)
        return PopulationView(self, ranks, geometry)

    def __iter__(self) -> Iterator[IndividualNeuron]:
        return self.neurons

    @property
    def neurons(self) -> Iterator[IndividualNeuron]:
        """All neurons in order of rank."""
        return (IndividualNeuron(self, rank) for rank in range(self.size))

    def neuron(self, *coordinates: Any) -> IndividualNeuron:
        """The neuron of a rank, or of coordinates."""
        if len(coordinates) == 1 and not isinstance(coordinates[0], tuple):
            return IndividualNeuron(self, self._checked_rank(coordinates[0]))
        return IndividualNeuron(self, self.rank_from_coordinates(coordinates))

    def rank_from_coordinates(self, coordinates: Any) -> int:
        """The rank of the neuron at these coordinates. The last one varies fastest."""
        flat = whole_numbers(coordinates, "a neuron is found by coordinates: it").reshape(-1)
        if flat.size != self.dimension:
            reject(
                f"{self._label} has {self.dimension} dimensions, not {flat.size}", kind=WrongRank
            )
        shape = np.asarray(self._geometry)
        if ((flat < -shape) | (flat >= shape)).any():
            reject(
                f"coordinates {tuple(flat.tolist())} are outside of {self._label}", kind=WrongRank
            )
        return int(np.ravel_multi_index(tuple(flat % shape), self._geometry))

    def coordinates_from_rank(self, rank: int) -> tuple[int, ...]:
        """The coordinates of the neuron of this rank."""
        return tuple(int(i) for i in np.unravel_index(self._checked_rank(rank), self._geometry))

    def _checked_rank(self, rank: object) -> int:
        if not isinstance(rank, (int, np.integer)) or not -self.size <= rank < self.size:
            reject(f"{self._label} of {self.size} neurons has no rank {rank!r}", kind=WrongRank)
        return int(rank) % self.size


def _checked_geometry(geometry: object) -> tuple[int, ...]:
    shape = geometry if isinstance(geometry, (tuple, list)) else (geometry,)
    if not shape or not all(isinstance(n, (int, np.integer)) and n > 0 for n in shape):
        reject(
            f"a geometry is a positive whole number or a tuple of them, not {shown(geometry)}",
            kind=WrongValue,
        )
    found = tuple(int(n) for n in shape)
    if prod(found) > MOST_NEURONS:
        of = f"; the geometry {shown(geometry)} has" if len(found) > 1 else ", not"
        reject(
            f"a population has at most {MOST_NEURONS:,} neurons{of} {shown(prod(found))}",
            kind=WrongValue,
        )
    return found


def _checked_neuron(neuron: object) -> Neuron:
    if isinstance(neuron, type) and issubclass(neuron, Neuron):
        neuron = neuron()
    if not isinstance(neuron, Neuron):
        reject(f"'neuron' must be a Neuron, not {neuron!r:.60}")
    return neuron
