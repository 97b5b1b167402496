"""Which neurons are connected: the result of a connector, and the object that user functions fill.

Synapses are kept in *dendrite order*: sorted by the rank of the post-synaptic neuron, then by that
of the pre-synaptic one. Ranks are those of the whole populations, also for projections of views.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from .caller import WrongValue, reject

Ranks = NDArray[np.int32]
Pattern = Literal["all_to_all", "one_to_one", "sparse"]


@frozen(slots=False, eq=False)
class Connectivity:
    """The synapses of a projection.

    ``pre`` and ``post`` are ranks in dendrite order, or None for ``all_to_all`` between whole
    populations, where every pair is connected. ``w`` is one number or one per synapse: ``(nnz,)``,
    for implicit ``all_to_all`` ``(n_post, n_pre)``; ``delay_steps`` likewise.
    """

    n_pre: int
    n_post: int
    pre: Ranks | None
    post: Ranks | None
    w: float | NDArray[np.float64]
    delay_steps: int | NDArray[np.int32]
    pattern: Pattern

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return self.n_pre * self.n_post if self.pre is None else int(self.pre.size)

    @cached_property
    def pre_ranks(self) -> Ranks:
        """The pre-synaptic rank of every synapse, also where ``pre`` is implicit."""
        if self.pre is not None:
            return self.pre
        return np.tile(np.arange(self.n_pre, dtype=np.int32), self.n_post)

    @cached_property
    def post_ranks(self) -> Ranks:
        """The post-synaptic rank of every synapse, also where ``post`` is implicit."""
        if self.post is not None:
            return self.post
        return np.repeat(np.arange(self.n_post, dtype=np.int32), self.n_pre)

    @cached_property
    def row_offsets(self) -> NDArray[np.int64]:
        """``(n_post + 1,)``: the synapses of neuron i are ``row_offsets[i]:row_offsets[i + 1]``."""
        if self.post is None:
            return np.arange(self.n_post + 1, dtype=np.int64) * self.n_pre
        return np.searchsorted(self.post, np.arange(self.n_post + 1)).astype(np.int64)

    @cached_property
    def dendrites(self) -> NDArray[np.int64]:
        """Ranks of the post-synaptic neurons that have synapses, ascending."""
        return np.flatnonzero(np.diff(self.row_offsets))

    @property
    def max_delay_steps(self) -> int:
        """The longest delay; 1 is no delay beyond that of a step."""
        if isinstance(self.delay_steps, int):
            return self.delay_steps
        return int(self.delay_steps.max(initial=1))


@frozen
class _Row:
    post: int
    pre: NDArray[np.int64]
    w: NDArray[np.float64]
    delays: NDArray[np.float64]


@frozen(eq=False)
class LILConnectivity:
    """Filled by the function given to ``from_function``: one ``add`` per post-synaptic neuron.

    ``dt`` is taken for compatibility; delays are in ms and become steps of the network.
    """

    dt: float | None = None
    rows: list[_Row] = field(factory=list, init=False)

    def add(
        self, post_rank: int, pre_ranks: Iterable[int], weights: Any, delays: Any = 0.0
    ) -> None:
        """Connect neurons ``pre_ranks`` to the neuron ``post_rank``.

        Weights and delays are numbers, lists of one number, or one per pre-synaptic neuron.
        """
        ranks = _whole_numbers(pre_ranks if not np.isscalar(pre_ranks) else [pre_ranks])
        post = _whole_numbers([post_rank])
        self.rows.append(
            _Row(
                int(post[0]),
                ranks,
                _one_each(weights, ranks.size, "weights", int(post[0])),
                _one_each(delays, ranks.size, "delays", int(post[0])),
            )
        )

    @property
    def size(self) -> int:
        """Number of calls of ``add``."""
        return len(self.rows)

    @property
    def nb_synapses(self) -> int:
        """Number of synapses added so far."""
        return sum(row.pre.size for row in self.rows)

    def columns(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Pre ranks, post ranks, weights and delays (ms) of all synapses, as added."""
        if not self.rows:
            ranks, numbers = np.empty(0, dtype=np.int64), np.empty(0)
            return ranks, ranks, numbers, numbers
        sizes = [row.pre.size for row in self.rows]
        return (
            np.concatenate([row.pre for row in self.rows]),
            np.repeat([row.post for row in self.rows], sizes).astype(np.int64),
            np.concatenate([row.w for row in self.rows]),
            np.concatenate([row.delays for row in self.rows]),
        )


CSR = LILConnectivity


def _whole_numbers(ranks: Any) -> NDArray[np.int64]:
    array = np.asarray(ranks if hasattr(ranks, "__len__") else list(ranks))
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    if array.dtype.kind not in "iu" and not (
        array.dtype.kind == "f" and np.array_equal(array, np.rint(array))
    ):
        reject(f"ranks must be whole numbers, not {ranks!r:.60}", kind=WrongValue)
    return array.astype(np.int64).reshape(-1)


def _one_each(values: Any, count: int, what: str, post: int) -> NDArray[np.float64]:
    if not np.isscalar(values) and not hasattr(values, "__len__"):
        values = list(values)
    try:
        array = np.asarray(values, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        reject(f"{what} of neuron {post} must be numbers, not {values!r:.60}", kind=WrongValue)
    if array.size not in (1, count):
        reject(f"neuron {post} got {count} synapses, but {array.size} {what}", kind=WrongValue)
    return np.array(np.broadcast_to(array, count)) if count else np.empty(0)
