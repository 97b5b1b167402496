"""Bytes that a launch moves between a GPU and its memory.

They are calculated from its accesses.

Each element that a launch touches comes once and goes once, however often that is: the rest is for
caches. How many elements there are follows from the buffers and from the loops around:

===================  ======================================================================
a loop over neurons  all of them; all synapses; of buckets what arrives in a step
words of a mask      a word for 32 neurons
a loop over spikes   one element for each
a loop over a row    one for each spike that arrives
nothing              some numbers for all, which are not counted
===================  ======================================================================

Of what lies side by side all bytes are wanted (``packed``). What spikes touch may lie alone: then
memory moves ``SECTOR`` bytes for each element (``scattered``). Branches for a bucket that was too
small are left out; so are weights and buckets where all weights are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, field

from ...ir.attrs_classes import define, frozen
from ...ir.buffers import MASK_BITS, STRUCTURE, Buffer, Table, described
from ...ir.core import Op, Value
from ...ir.dialects import arith, gpu, math, memref, net, scf
from ...ir.dialects.func import Func
from ...ir.layouts import LAYOUTS
from ...ir.types import MemRefType
from .gpu_bounds import SECTOR

NEURONS, SPIKES, ROWS, ONCE = "neurons", "spikes", "rows", "once"
"""Loops around an access; see the module."""

DELAYS, COLUMN = "distinct_delays", "column"
"""Names in layouts.

The number of delays of a projection; the begins of rows of post neurons.
"""

_PER = {each.name: each.per for layout in LAYOUTS.values() for each in layout.structure}
"""Objects with an element each of buffers of the structure."""

_FEW = ("one", "pair", "borders", "workers", "past_workers", "private", "settings", "buffers",
        "stale", "slots")  # fmt: skip
"""Extents that do not grow with a population."""


@frozen
class Traffic:
    """Bytes of a launch, loaded and stored.

    ``scattered`` are all of them where elements that spikes touch lie alone.
    """

    loaded: float = 0.0
    stored: float = 0.0
    scattered: float = 0.0

    @property
    def packed(self) -> float:
        """All bytes."""
        return self.loaded + self.stored

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(
            self.loaded + other.loaded,
            self.stored + other.stored,
            self.scattered + other.scattered,
        )

    def times(self, number: float) -> Traffic:
        """The bytes of so many launches."""
        return Traffic(self.loaded * number, self.stored * number, self.scattered * number)


NOTHING = Traffic()


@define
class NetworkCounts:
    """Neurons, synapses and spikes of a network.

    ``spikes`` are those of each population in a step. Populations without an entry have none.
    ``uniform`` are projections whose synapses all have one weight, and kernels for that.
    """

    populations: Mapping[str, net.Population]
    projections: Mapping[str, net.Projection]
    spikes: Mapping[str, float] = field(factory=dict)
    uniform: frozenset[str] = frozenset()

    @classmethod
    def of(cls, network: Op, in_step: float) -> NetworkCounts:
        """The counts of a network. Each neuron has so many spikes."""
        ops = [op for region in network.regions for block in region.blocks for op in block.ops]
        populations = {op.sym_name: op for op in ops if isinstance(op, net.Population)}
        projections = {op.sym_name: op for op in ops if isinstance(op, net.Projection)}
        spiking = {name: op for name, op in populations.items() if op.kind == "spike"}
        return cls(
            populations,
            projections,
            {name: op.size * in_step for name, op in spiking.items()},
            frozenset(name for name, op in projections.items() if op.uniform_weights),
        )

    def neurons(self, name: str) -> int:
        """The neurons of a population, or of a projection's post population."""
        if name in self.projections:
            name = self.projections[name].post
        return int(self.populations[name].size) if name in self.populations else 0

    def arrivals(self, projection: str, *, back: bool = False) -> float:
        """Synapses that spikes reach in a step. ``back``: those of post neurons."""
        op = self.projections.get(projection)
        if op is None:
            return 0.0
        end = op.post if back else op.pre
        return self.spikes.get(end, 0.0) * op.synapses / max(1, self.neurons(end))


@frozen(cache_hash=True)
class _Place:
    """Loops around an access. ``of`` are projections whose rows spikes go along.

    ``back`` says that these are rows of post neurons, ``times`` how often the loops are run anew.
    """

    loop: str
    of: tuple[str, ...] = ()
    back: bool = False
    times: int = 1


def traffic(launch: Func, counts: NetworkCounts, steps: int = 1) -> Traffic:
    """The bytes of a launch. It does so many steps."""
    return _Walk(launch, counts, steps).total()


@define(eq=False)
class _Walk:
    launch: Func
    counts: NetworkCounts
    steps: int
    _buffers: dict[Value, list[Buffer]] = field(factory=dict, init=False)
    _places: dict[Op, _Place | None] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        arguments = zip(self.launch.body.block.args, described(self.launch), strict=True)
        for value, about in arguments:
            if about is not None:
                self._buffers[value] = about.each() if isinstance(about, Table) else [about]

    def total(self) -> Traffic:
        """The bytes of all buffers. Of several accesses of one kind that with the most counts."""
        most: dict[tuple[Any, bool], tuple[float, float]] = {}
        for op in self.launch.walk():
            for each, writes in _accessed(op):
                place = self._place(op)
                if place is None or _is_constant(op):
                    continue
                element: Any = each.type
                width = max(1, getattr(element.element, "bits", 64) // 8)
                for row, buffer in enumerate(self._of(each)):
                    found = self._moved(buffer, place, row, width)
                    key = buffer.key, writes
                    most[key] = max(found, most.get(key, (0.0, 0.0)))
        whole = NOTHING
        for (_, writes), (packed, scattered) in most.items():
            whole += Traffic(0.0 if writes else packed, packed if writes else 0.0, scattered)
        return whole

    def _of(self, value: Value) -> list[Buffer]:
        """The buffers that a value may be."""
        if isinstance(value.op, memref.Load):
            return self._of(value.op.memref)
        return self._buffers.get(value, [])

    # ------------------------------------------------------------------ bytes of an access

    def _moved(self, buffer: Buffer, place: _Place, row: int, width: int) -> tuple[float, float]:
        """Bytes of an access of a buffer, packed and scattered."""
        kind, counts = buffer.extent.kind, self.counts
        if (
            place.loop == ONCE
            or kind in _FEW
            or (self._is_one(buffer) and kind in ("synapses", "buckets"))
        ):
            return 0.0, 0.0
        if place.loop in (SPIKES, ROWS):
            number, alone = self._by_spikes(buffer, place, row)
            touched = width * number
            return touched, max(touched, SECTOR * number) if alone else touched
        if kind == "buckets":
            number = counts.arrivals(buffer.owner)
            return width * number, max(width, SECTOR) * number
        found = float(width * self._elements(buffer) * place.times)
        return found, found

    def _elements(self, buffer: Buffer) -> int:
        """The elements that a loop over all neurons touches."""
        kind, counts = buffer.extent.kind, self.counts
        size = counts.neurons(buffer.extent.of or buffer.owner)
        if kind == "synapses":
            op = counts.projections.get(buffer.owner)
            if op is None or (buffer.role is STRUCTURE and _PER.get(buffer.name) == "projection"):
                return 0
            ends = buffer.role is STRUCTURE and _PER.get(buffer.name) == "neuron"
            return counts.neurons(op.post) if ends else int(op.synapses)
        if kind == "record":
            return 0
        if kind in ("words", "past_words"):
            return -(-size // MASK_BITS)
        if kind == "rows":
            return size * buffer.extent.times
        return size * self.steps if kind == "past" else size

    def _by_spikes(self, buffer: Buffer, place: _Place, row: int) -> tuple[float, bool]:
        """Elements that spikes touch, and whether each may lie alone."""
        of = place.of[row % len(place.of)] if place.of else buffer.owner
        op = self.counts.projections.get(of)
        if op is None:
            return 0.0, False
        if place.loop == SPIKES:
            spikes = self.counts.spikes.get(op.post if place.back else op.pre, 0.0) * place.times
            ends = buffer.extent.kind == "synapses"  # of the row
            return 2 * spikes if ends else spikes, not ends
        along = buffer.extent.kind == "synapses" and not (place.back and buffer.name == "w")
        return self.counts.arrivals(of, back=place.back), not along

    def _is_one(self, buffer: Buffer) -> bool:
        """Whether a buffer is idle while all weights are equal."""
        if buffer.owner not in self.counts.uniform:
            return False
        return buffer.extent.kind == "buckets" or buffer.name == "w"

    # ------------------------------------------------------------------ loops around an access

    def _place(self, op: Op) -> _Place | None:
        """The loops around an operation. None: where no GPU comes, or only for small buckets."""
        around = op.parent_op
        if around is None or around is self.launch:
            return _Place(ONCE)
        if isinstance(around, scf.If) and _is_for_one_lane(around, op):
            return None
        if around not in self._places:
            self._places[around] = self._inside(around)
        return self._places[around]

    def _inside(self, op: Op) -> _Place | None:
        """The place inside an operation."""
        outer = self._place(op)
        if outer is None or not isinstance(op, scf.For):
            return outer
        if _in_neurons(op) and any(isinstance(each, math.CountOnes) for each in op.walk()):
            return None
        found = _sources(op.upper)
        if any(isinstance(each, math.CountOnes) for each in found):
            return self._along_rows(op, outer)
        if outer.loop in (SPIKES, ROWS):
            return evolve(outer, loop=ROWS)
        loaded = [buffer for each in found for buffer in self._loaded(each)]
        delays = [each.owner for each in loaded if each.name == DELAYS]
        if delays:
            each = [self.counts.projections[name].distinct_delays for name in delays]
            return evolve(outer, times=max(each))
        return evolve(outer, loop=NEURONS)

    def _along_rows(self, loop: scf.For, outer: _Place) -> _Place:
        """The place inside a loop over spikes."""
        found = [buffer for op in loop.walk() for buffer in self._loaded(op)]
        rows = [each for each in found if each.extent.kind == "synapses"]
        back = any(each.name == COLUMN for each in rows)
        return _Place(
            SPIKES, tuple(dict.fromkeys([each.owner for each in rows])), back, outer.times
        )

    def _loaded(self, op: Op) -> list[Buffer]:
        """The buffers from which an operation loads."""
        return self._of(op.memref) if isinstance(op, memref.Load) else []


def _accessed(op: Op) -> Iterator[tuple[Value, bool]]:
    """The buffers that an operation accesses, and whether it writes."""
    if isinstance(op, memref.Load | memref.Store | memref.AtomicUpdate):
        buffer: Any = op.memref
        if isinstance(buffer.type.element, MemRefType):
            return
        if not isinstance(op, memref.Store):
            yield buffer, False
        if not isinstance(op, memref.Load):
            yield buffer, True


def _is_constant(op: Any) -> bool:
    """Whether all threads access one element."""
    return all(isinstance(each.op, arith.Constant) for each in op.indices)


def _is_for_one_lane(branches: scf.If, op: Op) -> bool:
    """Whether an operation is in the branch for machines without warps."""
    asks = any(isinstance(each, gpu.SubgroupSize) for each in _sources(branches.condition))
    return asks and any(op in block.ops for block in branches.otherwise.blocks)


def _in_neurons(op: Op) -> bool:
    """Whether there is a loop over neurons around."""
    around = op.parent_op
    while around is not None and not (isinstance(around, scf.For) and around.parallel):
        around = around.parent_op
    return around is not None


def _sources(value: Value) -> set[Op]:
    """The operations from which a value comes."""
    found, left = set[Op](), [value]
    while left:
        op = left.pop().op
        if op is not None and op not in found:
            found.add(op)
            left += op.operands
    return found
