"""How synapses lie in memory, and the way between that and the order the user sees.

The user sees synapses in *dendrite order*: by post rank, then by pre rank. Kernels see the storage
that ``choose-storage`` picked (``by_post``, ``by_pre`` or ``dense``; see
``passes/kernels/projection.py`` for the layouts). Ranks are those of whole populations.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ..ir.interface import BLOCK
from .buffers import aligned, bounds, padded

Array = NDArray[Any]


@define
class Storage:
    """The synapses of a projection; ``pre`` and ``post`` are None where all pairs are connected."""

    layout: str
    n_pre: int
    n_post: int
    pre: Array | None
    post: Array | None
    delays: int | Array = 1
    structure: dict[str, Array] = field(factory=dict, init=False)
    _order: Array | None = field(default=None, init=False)
    _class: Array | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        delays = np.asarray(self.delays).reshape(-1)
        if self.layout == "dense":
            one = len(delays) == 1
            self.structure["delay"] = _copy(delays, np.int32) if one else self._blocks(delays)
            return
        pre, post = self.pairs()
        if self.layout == "by_post":
            rows = np.arange(padded(self.n_post) + 1)
            self.structure["row"] = _copy(np.searchsorted(post, rows), self._offset)
            self.structure["pre"] = _copy(pre, _rank(self.n_pre))
            self.structure["delay"] = _copy(delays, np.int32)
            return
        distinct, classes = np.unique(delays, return_inverse=True)
        self.structure["delays"] = _copy(distinct, np.int64)
        self.structure["classes"] = _copy(np.array([len(distinct)]), np.int64)
        self._class = classes if len(classes) > 1 else np.zeros(self.size, np.int64)
        self._order = np.lexsort((post, self._class, pre))
        self.structure["post"] = _copy(post[self._order], _rank(self.n_post))

    def column_index(self) -> None:
        """Find the synapses of each post neuron, for what its spikes do to them."""
        pre, post = self.pairs()
        place = np.empty(self.size, self._offset)
        place[self._order] = np.arange(self.size)
        columns = np.searchsorted(post, np.arange(self.n_post + 1))
        self.structure["column"] = _copy(columns, self._offset)
        self.structure["column_at"] = _copy(place, self._offset)
        self.structure["column_pre"] = _copy(pre, np.int32)

    @property
    def size(self) -> int:
        """Number of synapses."""
        return self.n_pre * self.n_post if self.pre is None else len(self.pre)

    def pairs(self) -> tuple[Array, Array]:
        """Pre and post ranks in dendrite order."""
        if self.pre is None or self.post is None:
            pre = np.tile(np.arange(self.n_pre, dtype=np.int32), self.n_post)
            return pre, np.repeat(np.arange(self.n_post, dtype=np.int32), self.n_pre)
        return self.pre, self.post

    @property
    def _offset(self) -> Any:
        return np.int32 if self.size < 1 << 31 else np.int64

    @property
    def dendrites(self) -> Array:
        """Ranks of the post neurons that have synapses."""
        return np.unique(self.pairs()[1])

    def split(self, threads: int) -> None:
        """Cut rows of pre neurons at the borders of the threads' ranges of post neurons."""
        if self._order is None or self._class is None:
            return
        pre, post = self.pairs()
        count = int(self.structure["classes"][0])
        width = padded(self.n_post) + 1
        rows = (pre.astype(np.int64) * count + self._class) * width + post
        cuts = np.arange(self.n_pre * count)[:, None] * width + bounds(self.n_post, threads)
        found = np.searchsorted(rows[self._order], cuts.ravel())
        self.structure["split"] = _copy(found, self._offset)

    def place(self, values: Array) -> tuple[Array, int]:
        """Storage of an attribute from one value or one per synapse; and its stride (0: shared)."""
        values = np.asarray(values).reshape(-1)
        if self.layout == "dense":
            return self._blocks(values), 1
        if len(values) == 1 and self.size != 1:
            return _copy(values, values.dtype), 0
        if self._order is not None:
            values = values[self._order]
        return _copy(values, values.dtype), 1

    def values(self, stored: Array, stride: int) -> Array:
        """The attribute back in dendrite order; one value where all synapses share it."""
        if self.layout == "dense":
            blocks = stored[: padded(self.n_post) * self.n_pre].reshape(-1, self.n_pre, BLOCK)
            rows = blocks.transpose(0, 2, 1).reshape(-1, self.n_pre)
            return rows[: self.n_post].reshape(-1).copy()
        if stride == 0:
            return stored[:1].copy()
        flat = stored[: self.size]
        if self._order is None:
            return flat.copy()
        out = np.empty_like(flat)
        out[self._order] = flat
        return out

    def _blocks(self, values: Array) -> Array:
        rows = padded(self.n_post)
        matrix = np.zeros((rows, self.n_pre), values.dtype)
        shape = (self.n_post, self.n_pre)
        matrix[: self.n_post] = values.reshape(shape) if len(values) > 1 else values
        blocks = matrix.reshape(-1, BLOCK, self.n_pre).transpose(0, 2, 1)
        return _copy(blocks.reshape(-1), values.dtype)

    def fan_in(self) -> Array:
        """Number of synapses of each post neuron, padded; 1 where there are none."""
        count = np.bincount(self.pairs()[1], minlength=padded(self.n_post))
        return np.maximum(count, 1)


def _rank(size: int) -> Any:
    """The type of a rank in a population of ``size``; ``choose-storage`` says the same."""
    return np.uint16 if size <= 1 << 16 else np.int32


def _copy(values: Array, dtype: Any) -> Array:
    out = aligned(len(values), dtype)
    out[: len(values)] = values
    return out
