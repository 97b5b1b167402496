"""The base of layouts of synapses, and the user's order.

The user sees synapses in *dendrite order*: by post rank, then by pre rank. Kernels see the layout
that ``choose-layout`` picked (see ``passes/kernels/projection.py``). Ranks are those of whole
populations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ...ir.attrs_classes import define
from ...ir.diagnostics import fail
from ...ir.layouts import FEW_SYNAPSES, LAYOUTS, Layout
from ...ir.target import Target
from ..host_memory import aligned

Array = NDArray[Any]

StructureValues = Mapping[str, Array | int]
"""The structure of synapses for kernels, by name.

Its values are arrays, and whole numbers of 64 bits.
"""


class Rows(Protocol):
    """The frontend's synapses, in rows of pre or post neurons.

    The run time shares them, synapses in the order of the frontend. ``offsets`` and ``ranks`` list
    the partners in the row of each neuron, in as many bits as kernels expect; ``buffer`` is
    ``ranks`` with padding. ``dendrite_offsets`` are where dendrites begin in dendrite order.
    """

    n_pre: int
    n_post: int
    offsets: NDArray[np.int64]
    complete: bool

    @property
    def size(self) -> int: ...
    @property
    def buffer(self) -> Array: ...
    @property
    def ranks(self) -> Array: ...
    @property
    def dendrite_offsets(self) -> NDArray[np.int64]: ...

    def turn(self, of: Literal["pre", "post"]) -> None:
        """Keep rows of these neurons from now on."""

    def divide(self, classes: Array, count: int) -> NDArray[np.int64]:
        """Sort rows of pre neurons by class; gives where each starts."""

    def to_dendrites(self, values: Array) -> Array:
        """Values as the rows list synapses, in dendrite order."""

    def from_dendrites(self, values: Array, out: Array | None = None) -> Array:
        """Values in dendrite order, as the rows list synapses."""

    def from_drawn(self, values: Array, out: Array) -> Array:
        """Values in draw order, as the rows list synapses."""

    def drawn_to_dendrites(self, values: Array) -> Array:
        """Values in draw order, in dendrite order."""

    def first_from(self, ranks: Array, low: Array, high: Array, border: int) -> Array:
        """Places where ranks from ``border`` on begin, in ascending ranges.

        Ranks ascend in each range.
        """

    def columns(self) -> tuple[NDArray[np.int64], Array, Array]:
        """Dendrites: offsets, where the rows list the synapses, pre ranks."""

    def span(self, of: Literal["pre", "post"]) -> slice:
        """From the first to the last neuron that has synapses."""

    def pre_ranks(self) -> Array:
        """Pre ranks in dendrite order."""

    def post_ranks(self) -> Array:
        """Post ranks in dendrite order."""


class Draws(Protocol):
    """Values that the synapses of some rows draw on demand. Drawn again, they are the same."""

    def __call__(self) -> Array:
        """All values, in dendrite order."""

    def listed(self, out: Array) -> None:
        """Fill a buffer in the order of the rows' synapses."""

    def by_row(self, place: Callable[[int, Array], None], least: int) -> bool:
        """Hand whole rows of post neurons to ``place``, from several threads.

        It gets the rank of the first neuron and the values, of ``least`` ranks or more at a time
        but for the last. False if the synapses are not drawn so.
        """


@define
class Storage:
    """The synapses of a projection in memory.

    ``delays`` in steps: one, or one per synapse in draw order.

    It computes in arrays of the host, for the kernels of a ``target``. ``structure`` is what
    kernels find synapses by, as ``layout`` names it, until it is handed over. A subclass makes it
    in ``arrange`` and ``split``, and says where an attribute's values lie (``place``, ``values``).
    """

    layout: ClassVar[Layout]

    target: Target
    rows: Rows
    delays: int | Array = 1
    slots: int = field(default=1, init=False)
    """Steps from the shortest delay to the longest. Arrivals wait in the slots for their step."""

    structure: StructureValues = field(init=False)

    @staticmethod
    def of(layout: str, target: Target, rows: Rows, delays: int | Array = 1) -> Storage:
        """The storage of this layout."""
        module = import_module(f".{LAYOUTS[layout].name}", __package__)
        kinds = (each for each in vars(module).values() if isinstance(each, type))
        found: list[type[Storage]] = [each for each in kinds if issubclass(each, Storage)]
        kind = next(each for each in found if vars(each).get("layout") is LAYOUTS[layout])
        return kind(target, rows, delays)

    def __attrs_post_init__(self) -> None:
        self.structure = self.arrange()

    def hand_over(self) -> StructureValues:
        """The structure, for a device to adopt. Only what is asked for again stays here."""
        found, self.structure = self.structure, {}
        return found

    def arrange(self) -> StructureValues:
        """The structure, but for what depends on the number of threads."""
        raise NotImplementedError

    def split(self, threads: int) -> StructureValues:
        """The structure that depends on the number of threads."""
        return {}

    def column_index(self) -> StructureValues:
        """Find the synapses of each post neuron. Its spikes need them."""
        fail(f"synapses stored as '{self.layout.name}' cannot be found by their post neuron")

    def place(self, values: Array) -> tuple[Array, int]:
        """Stored values of an attribute, and their stride.

        The stride is 1 where each synapse has a value, 0 where all share one.
        """
        raise NotImplementedError

    def draw(self, draws: Draws, dtype: Any) -> Array | None:
        """Stored values that synapses draw, made in place. None where that cannot be done.

        A padded layout gives None as well where all synapses may have drawn the same value.
        """
        return None

    def values(self, stored: Array, stride: int) -> Array:
        """The attribute in dendrite order. One value is given where all synapses share it."""
        raise NotImplementedError

    def dendrite(self, stored: Array, stride: int, post: int) -> Array:
        """The part of ``values`` of one post neuron. One value is given where all share it."""
        values = self.values(stored, stride)
        return values[self.part(post)] if stride else values

    def part(self, post: int) -> slice:
        """The synapses of a post neuron, in dendrite order."""
        start, stop = self.rows.dendrite_offsets[post : post + 2]
        return slice(int(start), int(stop))

    @property
    def n_pre(self) -> int:
        """Size of the pre-synaptic population."""
        return self.rows.n_pre

    @property
    def n_post(self) -> int:
        """Size of the post-synaptic population."""
        return self.rows.n_post

    @property
    def size(self) -> int:
        """Number of synapses."""
        return self.rows.size

    def pairs(self) -> tuple[Array, Array]:
        """Pre and post ranks in dendrite order. Each call makes them."""
        return self.rows.pre_ranks(), self.rows.post_ranks()

    @property
    def offset_type(self) -> Any:
        """The type of a position among the synapses. ``choose-layout`` says the same."""
        return np.int32 if self.size < FEW_SYNAPSES else np.int64

    def room(self, kind: str, threads: int) -> int:
        """Elements of a buffer of the extent ``kind`` (see ``ir/buffers.py``)."""
        fail(f"synapses stored as '{self.layout.name}' have no {kind}")

    def memory(self, count: int, dtype: Any) -> Array:
        """Zeros for so many elements and padding. A device can take them over as they lie."""
        return aligned(self.target.padded(count), dtype)

    def copied(self, values: Array, dtype: Any) -> Array:
        """The values in such memory."""
        out = self.memory(len(values), dtype)
        out[: len(values)] = values
        return out

    @property
    def dendrites(self) -> Array:
        """Ranks of the post neurons that have synapses."""
        return np.flatnonzero(np.diff(self.rows.dendrite_offsets))

    @property
    def has_one_delay(self) -> bool:
        """Whether kernels read one delay for all synapses. A single synapse may have its own."""
        return isinstance(self.delays, int)

    def dendrite_delays(self) -> Array:
        """One delay, or those of all synapses in dendrite order."""
        if isinstance(self.delays, int):
            return np.array([self.delays], np.int32)
        return self.rows.drawn_to_dendrites(self.delays).astype(np.int32)

    def fan_in(self) -> Array:
        """Number of synapses of each post neuron, padded. Neurons without any have 1."""
        count = np.ones(self.target.padded(self.n_post), np.int64)
        count[: self.n_post] = np.diff(self.rows.dendrite_offsets)
        return np.maximum(count, 1)


@define
class OneForAll(Storage):
    """A shortcut for values that all synapses share.

    It stands in front of a layout: such a value is kept once, with a stride of 0.
    """

    def place(self, values: Array) -> tuple[Array, int]:
        """One value as it is, several as the layout has them."""
        values = np.asarray(values).reshape(-1)
        if len(values) == 1 != self.size:
            return self.copied(values, values.dtype), 0
        return super().place(values)

    def values(self, stored: Array, stride: int) -> Array:
        """``(synapses,)`` or ``(1,)``."""
        return super().values(stored, stride) if stride else stored[:1].copy()
