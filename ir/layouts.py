"""Layouts: how the synapses of a projection lie in memory.

Each is one record, which passes and the run time read alike. ``choose-layout`` picks one per
projection. Passes ask the record for its abilities, the run time for its buffers. A layout ``name``
has two more files, found by that name:

``passes/kernels/layouts/name.py``   lowers loops over its synapses
``runtime/layouts/name.py``          arranges synapses and their values
"""

from __future__ import annotations

from typing import Literal

from .attrs_classes import frozen

Side = Literal["pre", "post"]

Ability = Literal[
    "sum",
    "deliver",
    "delays",
    "learn",
    "events",
    "fused_learning",
    "tile",
    "active_sources",
    "grid",
]
"""Abilities of a layout: loops that kernels can run along it.

``sum``             weighted sums, for each post neuron by ascending pre rank
``deliver``         spikes that arrive, along the synapses of their neuron
``delays``          the same where each synapse has its own delay
``learn``           equations of each step
``events``          spikes of both ends that change synapses or what they share
``fused_learning``  learning and the next sums in one pass
``tile``            sums of several steps in one pass
``active_sources``  sums over those pre neurons whose value is not zero
``grid``            all of these for the threads of a grid: one for each post neuron, or for each
                    synapse of a row
"""

Element = Literal["pre_rank", "post_rank", "row_count", "offset", "i64", "i32", "u16", "u8"]
"""Elements of buffers of the structure.

Ranks, numbers of synapses of a row, places of synapses, each as narrow as it may be; or numbers of
one width.
"""

Values = Literal["each", "strided", "both"]
"""Forms of a parameter that may be equal for all synapses.

``each`` synapse has its own; ``strided``: as one element or one each, and kernels multiply places
by a stride; ``both``: as one element or one each, and kernels have a form for either.
"""

Per = Literal["projection", "delay", "synapse", "neuron", "part", "scratch", "column"]
"""Objects for which a buffer has one element each; see :class:`Structure`."""

_BYTES: dict[Element, int] = {"i64": 8, "i32": 4, "u16": 2, "u8": 1}


FEW_SYNAPSES = (1 << 31) - (1 << 12)
"""The number of synapses whose places have 64 bits.

Those among fewer have 32, also where a loop over a row ends: it takes steps of a few synapses.
"""

QUEUED = 4
"""The number of post neurons per place of a delay queue.

Arrivals of a step wait in a queue while they are for no more than one in so many neurons.
"""

GROUP = 64
"""The number of post neurons that count spikes together.

Rows of a matrix of bits have a multiple of it.
"""

COLUMN_AHEAD = 64
"""The number of elements behind the end of a column index.

Kernels may prefetch so far ahead.
"""


@frozen
class Structure:
    """A buffer of the structure: it locates synapses.

    ``per`` is the object with one element: the ``projection``, each ``synapse``, each ``neuron`` or
    block of neurons of the layout's side; ``delay``: each different delay, or one delay for all
    synapses or for each; ``part``: its elements depend on the number of parts that rows are cut
    into, one for each worker; ``scratch``: room for each worker; ``column``: it exists for
    projections that post spikes change.
    """

    name: str
    element: Element
    per: Per


def _structure(per: Per, element: Element, *names: str) -> tuple[Structure, ...]:
    return tuple(Structure(name, element, per) for name in names)


@frozen(kw_only=True)
class Layout:
    """The record of a layout of synapses.

    ``side``: the neurons whose synapses lie together. ``ranks``: the neurons whose ranks each
    synapse stores; None: they follow from its place. ``address``: the place of the synapse from
    ``pre`` to ``post``, or the places of a row; ``block`` is that of the target, ``part`` one of
    ``parts`` into which rows are cut. ``padded``: some places hold no synapse. ``general``: it
    holds synapses of any pattern, and serves every projection that needs no more than its
    ``abilities``. ``single``: no neuron of ``side`` has more than one synapse. ``every_post``:
    loops over post neurons reach also those without synapses.

    ``one_value`` is the layout that also takes one weight for all synapses, ``side_by_side`` the
    one with a vector lane for each row, None where there is none. ``sum_seconds`` is what a synapse
    of a weighted sum is expected to take; 0: sums are not taken along it.
    """

    name: str
    summary: str
    side: Side
    ranks: Side | None
    address: str
    structure: tuple[Structure, ...]
    abilities: frozenset[Ability]
    general: bool = False
    padded: bool = False
    single: bool = False
    values: Values = "each"
    every_post: bool = False
    one_value: str | None = None
    side_by_side: str | None = None
    sum_seconds: float = 0.0

    @property
    def shares_values(self) -> bool:
        """Whether a parameter that all synapses share may be stored once."""
        return self.values != "each"

    def can(self, ability: Ability) -> bool:
        """Whether the layout has this ability."""
        return ability in self.abilities

    def names(self, *per: Per) -> tuple[str, ...]:
        """The names of buffers with one element per such object."""
        return tuple(each.name for each in self.structure if each.per in per)

    def described(self, name: str) -> Structure:
        """The description of a buffer of the structure."""
        return next(each for each in self.structure if each.name == name)

    def bytes_per_synapse(self, rank_bits: int) -> int:
        """Bytes of structure per synapse, without padding.

        Its attributes and its delay come on top.
        """
        widths = {**_BYTES, "pre_rank": rank_bits // 8, "post_rank": rank_bits // 8}
        return sum(widths[each.element] for each in self.structure if each.per == "synapse")


def _can(*abilities: Ability) -> frozenset[Ability]:
    return frozenset(abilities)


_RANGES = _structure("projection", "i64", "pre_first", "pre_count", "post_first", "post_count")
_CUT = _structure("part", "offset", "split")
_COLUMNS = (
    *_structure("column", "offset", "column", "column_at"),
    *_structure("column", "pre_rank", "column_pre"),
)
_DELAYS = (
    *_structure("projection", "i64", "distinct_delays"),
    *_structure("delay", "i64", "delays"),
)
_POST_RANKS = _structure("synapse", "post_rank", "post")
_PRE_RANKS = _structure("synapse", "pre_rank", "pre")

BY_PRE = Layout(
    name="by_pre",
    summary="rows of pre neurons, divided by delay: spikes are delivered along them",
    side="pre",
    ranks="post",
    address="split[(pre * distinct_delays + c) * (parts + 1) + part] and the next, for delays[c]",
    structure=(*_POST_RANKS, *_DELAYS, *_CUT, *_COLUMNS),
    general=True,
    abilities=_can("deliver", "delays", "learn", "events", "grid"),
    values="strided",
)
BIT_MATRIX = Layout(
    name="bit_matrix",
    summary="rows of pre neurons and a matrix of bits: spikes of one weight are counted",
    side="pre",
    ranks="post",
    address="as in by_pre; bit (pre - pre_first) * length + post - group_first * GROUP",
    structure=(
        *_POST_RANKS,
        *_DELAYS,
        *_CUT,
        *_structure("projection", "i64", "pre_first", "pre_count", "group_first", "group_count"),
        *_structure("projection", "i64", "length"),
        *_structure("neuron", "u8", "bits"),
        *_structure("scratch", "u16", "counts"),
        *_structure("scratch", "i64", "found"),
    ),
    abilities=_can("deliver"),
    values="strided",
)
DELAY_QUEUES = Layout(
    name="delay_queues",
    summary="rows of pre neurons, and for each synapse how much later than others it is reached",
    side="pre",
    ranks="post",
    address="split[pre * (parts + 1) + part] and the next",
    structure=(
        *_POST_RANKS,
        *_structure("synapse", "u16", "extra_delay"),
        *_structure("projection", "i64", "first_delay", "slots", "slot_row"),
        *_CUT,
    ),
    abilities=_can("deliver", "delays"),
    values="strided",
)
BY_DELAY = Layout(
    name="by_delay",
    summary="rows of pre neurons sorted by delay: a piece of each is delivered as it arrives",
    side="pre",
    ranks="post",
    address="start[pre] + cut[pre * (distinct_delays * parts + 1) + c * parts + part] and the next",
    structure=(
        *_POST_RANKS,
        *_DELAYS,
        *_structure("neuron", "offset", "start"),
        *_structure("part", "row_count", "cut"),
    ),
    general=True,
    abilities=_can("deliver", "delays"),
    values="strided",
)
DENSE_ROWS = Layout(
    name="dense_rows",
    summary="every pair of two ranges of neurons, in rows of pre neurons",
    side="pre",
    ranks=None,
    address="(pre - pre_first) * length + post - post_first // block * block",
    structure=(
        *_RANGES,
        *_structure("projection", "i64", "length"),
        *_structure("delay", "i64", "delays"),
    ),
    abilities=_can("deliver", "grid"),
    padded=True,
)
BY_POST = Layout(
    name="by_post",
    summary="rows of post neurons: sums are taken along them",
    side="post",
    ranks="pre",
    address="row[post] to row[post + 1]",
    structure=(
        *_structure("neuron", "offset", "row"),
        *_PRE_RANKS,
        *_structure("delay", "i32", "delay"),
    ),
    general=True,
    abilities=_can("sum", "learn", "grid"),
    values="strided",
    every_post=True,
    side_by_side="slices",
    sum_seconds=0.6e-9,
)
SLICES = Layout(
    name="slices",
    summary="the same rows, those of a block of post neurons side by side",
    side="post",
    ranks="pre",
    address="(slice[post // block] + number in the row) * block + post % block",
    structure=(
        *_structure("neuron", "offset", "slice"),
        *_structure("neuron", "i32", "count"),
        *_PRE_RANKS,
        *_structure("delay", "i32", "delay"),
    ),
    general=True,
    abilities=_can("sum", "learn", "fused_learning", "grid"),
    padded=True,
    every_post=True,
    one_value="slices_one",
    sum_seconds=0.3e-9,
)
SLICES_ONE = Layout(
    name="slices_one",
    summary="as slices, or one value for all synapses",
    side="post",
    ranks="pre",
    address=SLICES.address,
    structure=SLICES.structure,
    values="both",
    abilities=_can("sum"),
    padded=True,
    every_post=True,
    sum_seconds=0.25e-9,
)
DENSE = Layout(
    name="dense",
    summary="every pair of two ranges of neurons, in blocks of post neurons",
    side="post",
    ranks=None,
    address="((post // block - first block) * pre_count + pre - pre_first) * block + post % block",
    structure=(*_RANGES, *_structure("delay", "i32", "delay")),
    abilities=_can("sum", "learn", "fused_learning", "tile", "active_sources") | _can("grid"),
    padded=True,
    one_value="dense_one",
    sum_seconds=0.1e-9,
)
DENSE_ONE = Layout(
    name="dense_one",
    summary="as dense, or one value for all pairs",
    side="post",
    ranks=None,
    address=DENSE.address,
    structure=DENSE.structure,
    values="both",
    abilities=_can("sum", "tile", "active_sources"),
    padded=True,
    sum_seconds=0.01e-9,
)
DIAGONAL = Layout(
    name="diagonal",
    summary="one synapse for each post neuron of a range, all pre neurons at the same distance",
    side="post",
    ranks=None,
    address="post, from the pre neuron post + shift",
    structure=(
        *_structure("projection", "i64", "post_first", "post_count", "shift"),
        *_structure("delay", "i32", "delay"),
    ),
    abilities=_can("sum", "learn", "grid"),
    padded=True,
    single=True,
    sum_seconds=0.2e-9,
)

LAYOUTS: dict[str, Layout] = {
    each.name: each for each in list(globals().values()) if isinstance(each, Layout)
}
"""All layouts by name."""


NOT_CHOSEN = Layout(
    name="",
    summary="no layout was chosen yet",
    side="post",
    ranks=None,
    address="",
    structure=(),
    abilities=_can(),
    values="strided",
)


def layout_of(name: str | None) -> Layout:
    """The layout of that name, or :data:`NOT_CHOSEN`."""
    return LAYOUTS.get(name or "", NOT_CHOSEN)
