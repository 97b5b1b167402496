"""Values for all synapses of a projection, as users write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .numbers import real_array
from .user_errors import WrongValue, reject
from .values import AttributeValues

if TYPE_CHECKING:
    from .projection import Projection


def block_shape(projection: Projection, attribute: AttributeValues) -> tuple[int, ...]:
    """The shape of an array of values.

    It has two dimensions, one row per dendrite, if these are equal.
    """
    if attribute.locality != "local":
        return (projection._count(attribute.name),)
    counts = projection.nb_synapses_per_dendrite
    even = bool(counts) and min(counts) == max(counts)
    return (len(counts), counts[0]) if even else (projection.nb_synapses,)


def flattened(projection: Projection, name: str, rows: list[Any] | tuple[Any, ...]) -> Any:
    """One array from lists per dendrite. Other lists stay as they are."""
    if not any(np.ndim(row) for row in rows):
        return rows
    what = f"'{name}' of {projection._label}"
    counts = projection.nb_synapses_per_dendrite
    if [np.size(row) for row in rows] != counts:
        reject(
            f"{what} takes one list per dendrite ({len(counts)}), each with one number per synapse",
            kind=WrongValue,
        )
    return np.concatenate([real_array(row, what).reshape(-1) for row in rows])
