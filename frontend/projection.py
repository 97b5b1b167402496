"""Projections: the synapses of one target between two populations or views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from ..ir.layouts import NOT_CHOSEN, Layout
from .annarchy_names import PROJECTION
from .connection_rules import Group
from .connectivity import Connectivity
from .connector_methods import ConnectorMethods
from .connectors import Recipe, Streams, build
from .dendrite import Dendrite, connectivity_matrix, receptive_fields
from .language.model import SynapseModel
from .language.names import canonical
from .learning import LearningControl
from .memory import MemoryEstimate, check_fits, out_of_memory
from .population import Population
from .projection_rules import check_pair, resolve_group
from .readings import ReadRows, reading
from .synapse import Synapse
from .synapse_draws import SameForAll, SynapseDraws
from .synapse_element import SynapseElement
from .synapse_values import block_shape, flattened
from .user_errors import caller_location, reject
from .workers import at_most

if TYPE_CHECKING:
    from .network import Network


class Projection(SynapseElement, ConnectorMethods, LearningControl):
    """``Projection(pre, post, target, synapse=None, name=None)``, to be followed by a connector.

    Synaptic attributes (``projection.w``) read as one number when all synapses share it, else as a
    list of arrays, one per dendrite. They can be set to a number, to a random distribution, to one
    number per synapse in dendrite order, or to a list of lists.
    """

    _kind = "_projections"
    _not_yet = PROJECTION

    def __init__(
        self,
        pre: Group | str,
        post: Group | str,
        target: str,
        synapse: Synapse | type[Synapse] | None = None,
        name: str | None = None,
        *,
        network: Network | None = None,
    ) -> None:
        self._loc = caller_location()
        self._pre, self._post, self._network = resolve_group(pre, post, network)
        self._target = canonical(target)
        self._synapse_type = _checked_synapse(synapse)
        self._name = self._network._new_name("projection", name)
        check_pair(self._pre, self._post, target, self._synapse_type, self.kind)
        self._learning: dict[str, Any] = {}
        self._recipe: Recipe | None = None
        self._built: tuple[tuple[int, float], Connectivity] | None = None
        self._declare(self.model, "synapse")
        if "w" in self._table:
            self._limit("w", "finite")
        self._network._add_projection(self)

    # ------------------------------------------------------------------ what it is

    @property
    def pre(self) -> Group:
        """The pre-synaptic population or view, as given."""
        return self._pre

    @property
    def post(self) -> Group:
        """The post-synaptic population or view, as given."""
        return self._post

    @property
    def target(self) -> str:
        """The input of the post-synaptic neurons that it feeds."""
        return self._target

    @property
    def synapse_type(self) -> Synapse:
        """The synapse it was made with."""
        return self._synapse_type

    @property
    def model(self) -> SynapseModel:
        """The checked equations of the synapse."""
        return self._synapse_type.model

    @property
    def kind(self) -> Literal["rate", "spike", "decoding"]:
        """The kind of signals: rates, spikes, or spikes decoded to rates."""
        return self._pre.kind

    @property
    def _label(self) -> str:
        return f"projection '{self._name}'"

    def __repr__(self) -> str:
        return (
            f"<Projection '{self._name}' from '{self._pre.name}' to '{self._post.name}', "
            f"target '{self._target}'>"
        )

    # ------------------------------------------------------------------ synapses

    def _connect(self, recipe: Recipe) -> Self:
        if self._network.compiled:
            reject(f"{self._label} must be connected before compile()")
        if self._recipe is not None:
            reject(f"{self._label} is already connected; create another projection")
        self._recipe = evolve(recipe, loc=caller_location())
        return self

    @property
    def _is_spiking(self) -> bool:
        return self._pre.kind == "spike"

    @property
    def is_connected(self) -> bool:
        """Whether a connector was called."""
        return self._recipe is not None

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with their initial weights, drawn when first asked for."""
        if not self._table["w"].assignments:
            return self._structure
        return self._structure.with_weights(self.initial_value("w"))

    @property
    def _structure(self) -> Connectivity:
        """The synapses as the connector made them."""
        if self._recipe is None:
            reject(f"{self._label} is not connected; call one of its connectors, e.g. all_to_all()")
        key = (self._network.seed, self._network.dt)
        if self._built is None or self._built[0] != key:
            self._check_memory()
            threads = self._network.options.num_threads
            with out_of_memory(self._label, self._recipe.loc), at_most(threads):
                self._built = key, build(self._recipe, Streams(key[0], self._name), key[1])
        return self._built[1]

    def _check_memory(self, layout: Layout = NOT_CHOSEN) -> None:
        """Raise NoMemory where synapses do not fit. ``layout`` is theirs, once it is known."""
        recipe = self._recipe
        assert recipe is not None
        stored = {v.name for v in self.model.variables if v.locality == "local"}
        if recipe.varied or not layout.shares_values:
            stored.add("w")
        plan = MemoryEstimate(
            synapses=recipe.expected,
            n_pre=self.pre_population.size,
            n_post=self.post_population.size,
            complete=recipe.pattern == "all_to_all",
            weights=recipe.varied,
            delays=not isinstance(recipe.delays, float),
            spiking=self.kind == "spike",
            values=len(stored) * np.dtype(self.synapse_dtype).itemsize,
        )
        check_fits(plan, self._label, recipe.loc)

    @property
    def nb_synapses(self) -> int:
        """Number of synapses."""
        return self._structure.nnz

    @property
    def size(self) -> int:
        """Number of post-synaptic neurons that have synapses."""
        return int(self._structure.dendrites.size)

    def __len__(self) -> int:
        return self.size

    @property
    def post_ranks(self) -> list[int]:
        """Ranks of the post-synaptic neurons that have synapses, ascending."""
        return [int(rank) for rank in self._structure.dendrites]

    @property
    def pre_ranks(self) -> list[NDArray[np.int32]]:
        """Ranks of the pre-synaptic neurons, an array for each dendrite."""
        hint = "connections are made by connectors; take a copy: projection.pre_ranks.copy()"
        return self._readings(self._structure.pre_ranks.view(), hint)

    @property
    def nb_synapses_per_dendrite(self) -> list[int]:
        """Number of synapses of each dendrite."""
        counts = np.diff(self._structure.row_offsets)
        return [int(count) for count in counts if count]

    @property
    def delay(self) -> Any:
        """Delays in ms: one number, or an array for each dendrite."""
        steps = self._structure.delay_steps
        if isinstance(steps, int):
            return steps * self._network.dt
        hint = "delays are given to connectors; take a copy: projection.delay.copy()"
        return self._readings(steps.reshape(-1) * self._network.dt, hint)

    def dendrite(self, post: int) -> Dendrite:
        """The synapses of the post-synaptic neuron of this rank."""
        return Dendrite(self, post)

    def __getitem__(self, post: int) -> Dendrite:
        return self.dendrite(post)

    def __iter__(self) -> Iterator[Dendrite]:
        return self.dendrites

    @property
    def dendrites(self) -> Iterator[Dendrite]:
        """All dendrites, by rank of the post-synaptic neuron."""
        return (Dendrite(self, rank) for rank in self.post_ranks)

    def connectivity_matrix(self, fill: float = 0.0) -> NDArray[np.floating]:
        """Weights ``(post.size, pre.size)``; ``fill`` stands where there is no synapse."""
        return connectivity_matrix(self, fill)

    def receptive_fields(
        self, variable: str = "w", in_post_geometry: bool = True
    ) -> NDArray[np.floating]:
        """All receptive fields in one image, arranged as the post neurons."""
        return receptive_fields(self, canonical(variable), in_post_geometry)

    def _readings(self, values: NDArray[Any], hint: str) -> list[NDArray[Any]]:
        """Values of all synapses, one array per dendrite."""
        offsets = self._structure.row_offsets
        read = reading(values, hint)
        rows = [read[offsets[rank] : offsets[rank + 1]] for rank in self._structure.dendrites]
        return ReadRows(rows, hint)

    # ------------------------------------------------------------------ values

    def initial_value(self, name: str) -> Any:
        """Value, to read, that ``compile()`` starts from. One, or ``(nnz,)`` in dendrite order."""
        name = canonical(name)
        self._check_attribute(name)
        attribute = self._table[name]
        if name == "w" and not attribute.assignments:
            weights = self._structure.w
            return _protected(weights) if isinstance(weights, np.ndarray) else weights
        value = attribute.initial(
            self._count(name),
            self._network.seed,
            lambda given: self._numbers(name, given, self._stream(name)),
            self.initial_value,
        )
        return _protected(value) if value.ndim else value.item()

    @property
    def drawn_weights(self) -> SynapseDraws | SameForAll | None:
        """The maker of initial weights, if the connector draws them."""
        return None if self._table["w"].assignments else self._structure.drawn_weights

    def _count(self, name: str) -> int:
        """Number of values of an attribute. It has one per synapse, per dendrite, or one."""
        locality = self._table[name].locality
        return {"local": self.nb_synapses, "postsynaptic": self.size}.get(locality, 1)

    def _values(self, name: str) -> Any:
        """The values now. One number, ``(nnz,)``, or ``(size,)`` for postsynaptic attributes."""
        values = self._network._execution.read(self._name, name)
        if values is None:
            value = self.initial_value(name)
            return self._stored(name, value) if isinstance(value, np.ndarray) else value
        if values.size == 1 and self._count(name) != 1:
            return values.item()
        if self._table[name].locality == "global":
            return values.reshape(-1)[0].item()
        return values

    def _read(self, name: str) -> Any:
        values = self._values(name)
        if isinstance(values, np.ndarray) and self._table[name].locality == "local":
            return self._readings(values, self._set_hint(name))
        return reading(values, self._set_hint(name)) if isinstance(values, np.ndarray) else values

    def _set_hint(self, name: str) -> str:
        return (
            f"set '{name}' of {self._label} as a whole or of one dendrite: projection.{name} = "
            f"..., projection.dendrite(i).{name} = ..., or take a copy: projection.{name}.copy()"
        )

    def _write(self, name: str, value: object) -> None:
        attribute = self._table[name]
        if self._recipe is None:
            reject(f"connect {self._label} before setting '{name}'")
        flat = flattened(self, name, value) if isinstance(value, (list, tuple)) else value
        shape = block_shape(self, attribute) if getattr(flat, "ndim", 0) > 1 else None
        execution = self._network._execution
        if not execution.compiled:
            attribute.assign(flat, self._count(name), shape=shape)
            return
        count = self._count(name)
        stream = self._next_stream(name)
        given = attribute.checked(flat, count, shape)
        drawn = attribute.draw(given, lambda each: self._numbers(name, each, stream))
        execution.write(self._name, name, drawn)

    def reset(self, attributes: list[str] | None = None, synapses: bool = False) -> None:
        """Set attributes back to their initial values.

        ``w`` only with ``synapses``. Where all are, event-driven ones have their initial values
        now, not at their last event.
        """
        names = self._names(attributes)
        execution = self._network._execution
        if not execution.compiled:
            return
        for name in names:
            if synapses or name != "w":
                self._draws.pop(name, None)
                execution.write(self._name, name, self.initial_value(name))
        if {*self.attributes} - {"w"} <= {*names}:
            execution.start_clocks(self._name)

    @property
    def pre_population(self) -> Population:
        """The whole population that ``pre`` belongs to."""
        return self._pre.population

    @property
    def post_population(self) -> Population:
        """The whole population that ``post`` belongs to."""
        return self._post.population


def _protected(values: NDArray[Any]) -> NDArray[Any]:
    """A view ``(nnz,)`` that cannot be changed."""
    found = values.reshape(-1).view()
    found.flags.writeable = False
    return found


def _checked_synapse(synapse: object) -> Synapse:
    if synapse is None:
        return Synapse()
    if isinstance(synapse, type) and issubclass(synapse, Synapse):
        synapse = synapse()
    if not isinstance(synapse, Synapse):
        reject(f"'synapse' must be a Synapse, not {synapse!r:.60}")
    return synapse
