"""Synapses of a projection, from connectors or from user functions.

Synapses are kept in *dendrite order*: sorted by the rank of the post-synaptic neuron, then by that
of the pre-synaptic one. Ranks are those of the whole populations, also for projections of views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np
from attrs import evolve, field
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from .annarchy_names import CONNECTIVITY, KnownNames
from .numbers import real_array, real_floats, whole_numbers
from .synapse_draws import SameForAll, SynapseDraws
from .synapse_rows import CHUNK, SynapseRows
from .user_errors import WrongValue, reject

Ranks = NDArray[np.int32]
Pattern = Literal["all_to_all", "one_to_one", "sparse"]


_MOST_CACHED = 1 << 24
"""Synapses up to which ranks stay in memory once asked for.

Beyond that they stay only while they are in use.
"""


@frozen(slots=False, eq=False)
class Connectivity:
    """The synapses of a projection.

    Arrays with a number for each synapse are in dendrite order and made when they are read: weights
    are kept as the user gave them or as what draws them.
    """

    rows: SynapseRows
    weights: float | NDArray[np.float64] | SynapseDraws | SameForAll
    delays: int | NDArray[np.unsignedinteger]
    """Delays in steps: one, or those of synapses in draw order."""
    pattern: Pattern
    _seen: WeakValueDictionary[str, Any] = field(factory=WeakValueDictionary, init=False)
    _cached: dict[str, Any] = field(factory=dict, init=False)

    @property
    def n_pre(self) -> int:
        """Size of the whole population that ``pre`` belongs to."""
        return self.rows.n_pre

    @property
    def n_post(self) -> int:
        """Size of the whole population that ``post`` belongs to."""
        return self.rows.n_post

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return self.rows.size

    @property
    def is_complete(self) -> bool:
        """Whether every pair of neurons of the two populations is connected."""
        return self.rows.complete

    @property
    def pre(self) -> Ranks | None:
        """``pre_ranks``; None for ``all_to_all`` between whole populations."""
        return None if self.is_complete else self.pre_ranks

    @property
    def post(self) -> Ranks | None:
        """``post_ranks``; None for ``all_to_all`` between whole populations."""
        return None if self.is_complete else self.post_ranks

    @property
    def pre_ranks(self) -> Ranks:
        """The pre-synaptic rank of every synapse."""
        found: Ranks = self._read("pre_ranks", self.rows.pre_ranks)
        return found

    @property
    def post_ranks(self) -> Ranks:
        """The post-synaptic rank of every synapse."""
        found: Ranks = self._read("post_ranks", self.rows.post_ranks)
        return found

    def pre_ranks_of(self, post: int) -> Ranks:
        """The pre-synaptic ranks of the synapses of one post-synaptic neuron."""
        found = self._seen.get("pre_ranks")
        if found is None and self.nnz > _MOST_CACHED:
            return self.rows.partners_of(post)
        start, stop = self.row_offsets[post : post + 2]
        return self.pre_ranks[start:stop]

    @property
    def w(self) -> float | NDArray[np.float64]:
        """Initial weights: one number, or ``(nnz,)``; ``(n_post, n_pre)`` if it is complete."""
        found = self.weights
        if callable(found):
            found = self._read("w", found)
        if self.is_complete and isinstance(found, np.ndarray):
            return found.reshape(self.n_post, self.n_pre)
        return found

    @property
    def drawn_weights(self) -> SynapseDraws | SameForAll | None:
        """The maker of the initial weights, None for numbers from users."""
        return None if isinstance(self.weights, (float, np.ndarray)) else self.weights

    @property
    def delay_steps(self) -> int | NDArray[np.int32]:
        """Delays in steps, of the shape of weights."""
        if isinstance(self.delays, int):
            return self.delays
        steps = self.rows.drawn_to_dendrites(self.delays).astype(np.int32)
        return steps.reshape(self.n_post, self.n_pre) if self.is_complete else steps

    @cached_property
    def row_offsets(self) -> NDArray[np.int64]:
        """``(n_post + 1,)``: the synapses of neuron i are ``row_offsets[i]:row_offsets[i + 1]``."""
        return self.rows.dendrite_offsets

    @cached_property
    def dendrites(self) -> NDArray[np.int64]:
        """Ranks of the post-synaptic neurons that have synapses, ascending."""
        return np.flatnonzero(np.diff(self.row_offsets))

    @cached_property
    def max_delay_steps(self) -> int:
        """The longest delay; 1 is the delay of a step."""
        return self.delays if isinstance(self.delays, int) else int(self.delays.max(initial=1))

    @cached_property
    def min_delay_steps(self) -> int:
        """The shortest delay; 1 where there are no synapses."""
        if isinstance(self.delays, int):
            return self.delays
        return int(self.delays.min()) if len(self.delays) else 1

    @cached_property
    def distinct_delays(self) -> NDArray[np.int64]:
        """The different delays in steps, ascending."""
        if isinstance(self.delays, int):
            return np.array([self.delays])
        if self.max_delay_steps > max(CHUNK, self.delays.size):  # more steps than synapses
            return np.unique(self.delays).astype(np.int64)
        counts = np.zeros(self.max_delay_steps + 1, np.int64)
        for start in range(0, self.delays.size, CHUNK):
            part = self.delays[start : start + CHUNK]
            counts += np.bincount(part, minlength=counts.size)
        return np.flatnonzero(counts)

    def __getstate__(self) -> dict[str, Any]:
        """The fields that it is made from."""
        return {key: getattr(self, key) for key in ("rows", "weights", "delays", "pattern")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def with_weights(self, weights: float | NDArray[np.float64]) -> Connectivity:
        """The same synapses with other initial weights."""
        return evolve(self, weights=weights)

    def _read(self, name: str, make: Callable[[], Any]) -> Any:
        """The result of ``make``, made again only when it was dropped."""
        found = self._seen.get(name)
        if found is None:
            self._seen[name] = found = make()
            found.flags.writeable = False
            if self.nnz <= _MOST_CACHED or name == "w":
                self._cached[name] = found
        return found

    def forget(self) -> None:
        """Drop the arrays that were read. They are made again when they are needed."""
        self._cached.clear()


@frozen
class _Row:
    post: int
    pre: NDArray[np.int64]
    w: NDArray[np.float64]
    delays: NDArray[np.float64]


@frozen(eq=False)
class LILConnectivity(KnownNames):
    """Synapses from a user's function, a post-synaptic neuron at a time.

    The function, given to ``from_function``, calls ``add``. ``dt`` is taken for compatibility;
    delays are in ms and become steps of the network.
    """

    _not_yet = CONNECTIVITY

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
        if post.size != 1:
            reject(f"'post_rank' is the rank of one neuron, not {post_rank!r:.60}", kind=WrongValue)
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
        """Pre ranks, post ranks, weights and delays (ms), as added."""
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
    if isinstance(ranks, Iterable) and not hasattr(ranks, "__len__"):
        ranks = list(ranks)
    array = real_array(ranks, "a list of ranks")
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    return whole_numbers(array, "a list of ranks", ranks).reshape(-1)


def _one_each(values: Any, count: int, what: str, post: int) -> NDArray[np.float64]:
    if isinstance(values, Iterable) and not hasattr(values, "__len__"):
        values = list(values)
    array = real_floats(values, f"{what} of neuron {post}").reshape(-1)
    if array.size not in (1, count):
        reject(f"neuron {post} got {count} synapses, but {array.size} {what}", kind=WrongValue)
    return np.array(np.broadcast_to(array, count)) if count else np.empty(0)
