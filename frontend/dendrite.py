"""Dendrites: the synapses of one post-synaptic neuron, and matrices of many."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .annarchy_names import DENDRITE
from .attributes import Attributed
from .language.names import canonical
from .numbers import filler
from .readings import reading
from .user_errors import WrongRank, reject
from .values import DTYPES

if TYPE_CHECKING:
    from .projection import Projection


class Dendrite(Attributed):
    """The synapses of a projection onto one post-synaptic neuron.

    Attributes of synapses read as arrays in the order of ``pre_ranks``.
    """

    _not_yet = DENDRITE

    def __init__(self, projection: Projection, post_rank: int) -> None:
        connectivity = projection._structure
        if not isinstance(post_rank, (int, np.integer)):
            reject(f"a dendrite is found by the rank of a neuron, not {post_rank!r}")
        if post_rank not in connectivity.dendrites:
            reject(
                f"{projection._label} has no synapses onto the neuron of rank {post_rank}",
                kind=WrongRank,
            )
        self._projection = projection
        self._post_rank = int(post_rank)

    @property
    def _part(self) -> slice:
        """Its place among all synapses. It changes with the seed."""
        start, end = self._projection._structure.row_offsets[self._post_rank : self._post_rank + 2]
        return slice(int(start), int(end))

    @property
    def _index(self) -> int:
        """Its place among the dendrites."""
        dendrites = self._projection._structure.dendrites
        found = int(np.searchsorted(dendrites, self._post_rank))
        if found == dendrites.size or dendrites[found] != self._post_rank:
            reject(f"{self._label} has no synapses any more", kind=WrongRank)
        return found

    @property
    def post_rank(self) -> int:
        """Rank of the post-synaptic neuron."""
        return self._post_rank

    @property
    def pre_ranks(self) -> NDArray[np.int32]:
        """Ranks of the pre-synaptic neurons, ascending."""
        return self._projection._structure.pre_ranks_of(self._post_rank).copy()

    @property
    def size(self) -> int:
        """Number of synapses."""
        part = self._part
        return int(part.stop - part.start)

    def __len__(self) -> int:
        return self.size

    @property
    def attributes(self) -> list[str]:
        """Names of the synapses' attributes."""
        return self._projection.attributes

    def _declares(self, name: str) -> bool:
        return (
            name not in vars(self)
            and "_projection" in vars(self)
            and self._projection._declares(name)
        )

    def receptive_field(self, variable: str = "w", fill: float = 0.0) -> NDArray[np.floating]:
        """An attribute of the synapses in the geometry of ``pre``.

        Where there is no synapse it is ``fill``.
        """
        variable = canonical(variable)
        self._check_attribute(variable)
        pre = self._projection.pre
        kind = _matrix_type(self._projection, variable)
        field = np.full(pre.population.size, filler(fill), dtype=kind)
        field[self.pre_ranks] = self._read(variable)
        return field[pre.ranks].reshape(pre.geometry)

    @property
    def _label(self) -> str:
        return f"dendrite {self._post_rank} of {self._projection._label}"

    def _read(self, name: str) -> Any:
        values = self._values(name)
        if not isinstance(values, np.ndarray):
            return values
        return reading(values, self._projection._set_hint(name))

    def _values(self, name: str) -> Any:
        if self._projection._table[name].locality == "local":
            execution = self._projection.network._execution
            found = execution.read(self._projection.name, name, self._post_rank)
            if found is not None:
                return found if found.size == self.size else np.repeat(found, self.size)
        values = self._projection._values(name)
        if self._projection._table[name].locality == "postsynaptic":
            return np.broadcast_to(values, self._projection.size)[self._index].item()
        if isinstance(values, np.ndarray):
            return values[self._part].copy()
        if self._projection._table[name].is_local:
            return self._projection._stored(name, np.full(self.size, values))
        return values

    def _write(self, name: str, value: object) -> None:
        projection = self._projection
        attribute = projection._table[name]
        if not attribute.is_local:
            reject(f"'{name}' is one value for the whole {projection._label}: set it there")
        single = attribute.locality == "postsynaptic"
        count = 1 if single else self.size
        given = attribute.checked(value, count, (count,), f"'{name}' of {self._label}")
        stream = projection._next_stream(name)
        part = self._index if single else self._part
        given = attribute.draw(given, lambda each: projection._numbers(name, each, stream)[part])
        before = np.broadcast_to(projection._values(name), projection._count(name))
        values = before.astype(DTYPES[attribute.kind])
        values[part] = given.reshape(()) if single else given
        projection._write(name, values)


def _matrix_type(projection: Projection, variable: str) -> np.dtype[Any]:
    """The type of a matrix of an attribute. It is always one of floats, which may be NaN."""
    found = projection._dtype(variable)
    return found if found.kind == "f" else np.dtype(np.float64)


def connectivity_matrix(projection: Projection, fill: float) -> NDArray[np.floating]:
    """Weights ``(post.size, pre.size)``, in the order of the neurons."""
    connectivity = projection._structure
    shape = (connectivity.n_post, connectivity.n_pre)
    matrix = np.full(shape, filler(fill), dtype=_matrix_type(projection, "w"))
    matrix[connectivity.post_ranks, connectivity.pre_ranks] = projection._values("w")
    return matrix[np.ix_(projection.post.ranks, projection.pre.ranks)]


def receptive_fields(
    projection: Projection, variable: str, in_post_geometry: bool
) -> NDArray[np.floating]:
    """The receptive fields of all dendrites side by side."""
    projection._check_attribute(variable)
    pre, post = projection.pre.geometry, projection.post.geometry
    if len(pre) > 2 or (in_post_geometry and len(post) > 2):
        reject("receptive fields of more than two dimensions make no image; use dendrite(i)")
    height, width = pre if len(pre) == 2 else (1, *pre)
    count = projection.post.size
    if in_post_geometry and len(post) == 2:
        rows, columns = post
    else:
        columns = count if in_post_geometry else ceil(sqrt(count))
        rows = ceil(count / columns)
    fields = np.zeros((rows * columns, height, width), _matrix_type(projection, variable))
    present = set(projection.post_ranks)
    for place, rank in enumerate(projection.post.ranks):
        if int(rank) in present:
            field = projection.dendrite(int(rank)).receptive_field(variable)
            fields[place] = field.reshape(height, width)
    image = fields.reshape(rows, columns, height, width).swapaxes(1, 2)
    return image.reshape(rows * height, columns * width)
