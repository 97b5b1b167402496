"""Buffer descriptors: owner, name, role, extent and reach of a buffer.

They are all that passes, code generators and the run time know of it. A descriptor stands on each
buffer argument of a kernel and of the program, as the attribute ``ranvier.buffer``:

    {ranvier.buffer = {owner = "pop0", name = "v", role = "attribute", extent = "neurons",
                       reach = "own"}}

``owner`` is a population, projection or monitor, nothing for buffers of the whole program. ``name``
is the name of a variable where the role is ``attribute``, and Ranvier's own everywhere else: the
two never meet, whatever a model calls its variables. In print, Ranvier's own have a ``$`` in front,
which no identifier has (``pop0.$sum(exc)``). ``item`` is the variable or target that one of
Ranvier's own buffers is about. The ``role`` is the purpose of a buffer, and says whether it is
reset and saved:

=============  ==========================================================
``attribute``  a parameter or variable of the model; the user reads and sets it
``clock``      the step of the last event, for each synapse or neuron that it concerns
``input``      the sums of a target: reset to 0, saved
``state``      anything else on which the next step depends: reset to 0, saved
``ring``       values or spikes of earlier steps: reset, saved by their age
``scratch``    follows from the others: not saved
``structure``  sizes and connectivity: fixed, not saved; its numbers of 32 bits, such as ranks
               and places, are not negative
``control``    settings from the run time: seeds, lengths of steps, whether synapses learn
``record``     samples and spikes for a monitor, and its settings
=============  ==========================================================

The ``extent`` is the number of elements that the run time allocates. It goes by the size of the
owner, or of another population, ``of``; ``times`` is the number called k here:

======================  ==========================================================
``one``                 a single element
``pair``                two elements
``neurons``             one element per neuron, padded to whole blocks
``neurons_per_worker``  ``neurons`` once per worker
``rows``                ``neurons`` k times
``past``                ``neurons`` once per step of the longest delay
``words``               one bit per element of ``neurons``, ``MASK_BITS`` in each element
``past_words``          ``words`` once per step of the longest delay
``borders``             the first neuron of each worker, and one past the last of all
``workers``             one line of elements (``Target.line``) per worker
``past_workers``        ``workers`` once per step of the longest delay
``private``             k elements per worker
``synapses``            storage of a projection, shaped by its connectivity
``rings``               ``neurons`` of the post population of a projection, once per step from
                        its shortest delay to the longest, and once more
``queues``              ``rings``, but ``QUEUED`` times fewer
``slots``               one element per such step, in whole blocks, once per worker
``stale``               ``workers``; the run time sets all where rings are to be filled again
``buckets``             ``neurons`` of the post population of a projection, as often as each has
                        room for spikes that arrive in a step
``settings``            a handful of settings of a projection
``record``              samples of a monitor since control last returned
``buffers``             one element per buffer of the program
======================  ==========================================================

``reach`` on an argument of a kernel is the part of the buffer that one of several workers touches;
without it that may be any part:

=========  ===================================================================
``own``    the part of this worker: its neurons, the synapses onto them, its
           own line
``past``   of a ring, the own part of the slot of this step, and any part of
           the slots of earlier steps, as old as delays are
``first``  any part, but by the first worker only
=========  ===================================================================

``wanted = "last"`` on an argument of a kernel says that no other kernel touches the buffer during a
run: its elements need to be there after the last step only. Such a kernel takes ``%last``, the
number of that step, as the argument after ``%step``.

For a kernel that serves many populations, an argument of the program is a table of buffers; its
``owner``, and ``of`` unless it is the same for all, are lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from attrs import Factory, field

from .attributes import ArrayAttr, Attribute, DictAttr, IntegerAttr, StringAttr, attribute
from .attrs_classes import frozen
from .suggest import unknown

BUFFER = "ranvier.buffer"
"""The attribute of an argument with the descriptor of its buffer."""

OWN, PAST, FIRST, ANYTHING = "own", "past", "first", ""
"""Reaches of a buffer; see the module."""

LAST = "last"
"""The value of ``wanted`` for buffers needed after the last step."""


class Role(StrEnum):
    """Purpose of a buffer; see the module."""

    ATTRIBUTE = "attribute"
    CLOCK = "clock"
    INPUT = "input"
    STATE = "state"
    RING = "ring"
    SCRATCH = "scratch"
    STRUCTURE = "structure"
    CONTROL = "control"
    RECORD = "record"


ATTRIBUTE, CLOCK, INPUT, STATE, RING, SCRATCH, STRUCTURE, CONTROL, RECORD = Role

EXTENTS = (
    *("one", "pair", "neurons", "neurons_per_worker", "rows", "past", "borders", "workers"),
    *("past_workers", "private", "synapses", "rings", "queues", "slots", "stale", "settings"),
    *("record", "buffers", "words", "past_words", "buckets"),
)
"""Kinds of extents; see the module."""

MASK_BITS = 32
"""Neurons in an element of a spike mask. The first is the lowest bit."""

_WITHOUT_SIZES = ("one", "pair", "workers", "private", "buffers")
"""Extents that depend on the size of no population or projection."""

_USUALLY_OWN = ("synapses", "record", "settings")
"""Extents of which a worker usually touches its own part only."""


@frozen(cache_hash=True)
class Extent:
    """The number of elements of a buffer; see the module.

    ``of`` is a population, projection or monitor.
    """

    kind: str
    of: str = ""
    times: int = 0


ONE, PAIR, WORKERS = Extent("one"), Extent("pair"), Extent("workers")


def neurons(population: str) -> Extent:
    """One element per neuron."""
    return Extent("neurons", population)


class Key(NamedTuple):
    """The name of a buffer, unique in a program.

    ``str()`` of it is for people.
    """

    owner: str
    name: str
    item: str = ""
    internal: bool = True

    def __str__(self) -> str:
        if not self.internal:
            return f"{self.owner}.{self.name}"
        item = f"({self.item})" if self.item else ""
        return f"{self.owner}{'.' if self.owner else ''}${self.name}{item}"


_key: Callable[[tuple[str, str, str, bool]], Key] = partial(tuple.__new__, Key)
"""A key of its fields. Quicker than the class: a network may have tens of thousands."""


def earlier(name: str) -> str:
    """The printed name of a buffer in files of earlier versions.

    They had no ``$`` in it.
    """
    owner, mark, rest = name.rpartition("$")
    if mark and not owner:
        return f"net.{rest}"
    past = re.fullmatch(r"past\((.*)\)", rest) if mark else None
    return f"{owner}{past[1]}.past" if past else owner + rest


def variable(owner: str, name: str) -> Key:
    """The key of a variable or parameter of a model."""
    return _key((owner, name, "", False))


@frozen(cache_hash=True)
class Buffer:
    """The descriptor of a buffer; see the module.

    A worker usually touches its own synapses and recordings, but anything of all else.
    """

    owner: str
    name: str
    role: Role
    extent: Extent = ONE
    item: str = ""
    reach: str = field(
        default=Factory(
            lambda self: OWN if self.extent.kind in _USUALLY_OWN else ANYTHING, takes_self=True
        )
    )
    wanted: str = ""

    @cached_property
    def key(self) -> Key:
        """The key of the buffer, its unique name."""
        return Key(self.owner, self.name, self.item, self.role not in (ATTRIBUTE, CLOCK))

    @property
    def label(self) -> str:
        """A name for values that are loaded from the buffer."""
        return f"{self.item}_{self.name}" if self.item else self.name

    def renamed(self, names: Mapping[str, str]) -> Buffer:
        """The descriptor with populations, projections and monitors renamed."""
        kind, of, times = self.extent.kind, self.extent.of, self.extent.times
        extent = self.extent if of not in names else Extent(kind, names[of], times)
        return self._of(names.get(self.owner, self.owner), extent)

    def _of(self, owner: str, extent: Extent) -> Buffer:
        """The descriptor of the same buffer of another owner.

        Quicker than ``attrs.evolve``: a network may have tens of thousands.
        """
        rest = {"item": self.item, "reach": self.reach, "wanted": self.wanted}
        return Buffer(owner, self.name, self.role, extent, **rest)


@frozen(cache_hash=True)
class Table:
    """The descriptor of a table of buffers.

    It has a row like ``buffer`` for each of the ``owners``. ``of`` are the populations, projections
    or monitors of their extents, nothing where all have the same.
    """

    buffer: Buffer
    owners: tuple[str, ...]
    of: tuple[str, ...] = ()

    @classmethod
    def over(cls, buffer: Buffer, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
        """The table with a row for each of ``rows``.

        A row holds names in place of ``names``, to which ``buffer`` belongs.
        """
        place = {name: i for i, name in enumerate(names)}

        def column(name: str) -> tuple[str, ...]:
            return tuple([row[place[name]] for row in rows]) if name in place else ()

        owners = column(buffer.owner) or (buffer.owner,) * len(rows)
        first = {name: rows[0][i] for name, i in place.items()}
        return cls(buffer.renamed(first), owners, column(buffer.extent.of))

    @property
    def label(self) -> str:
        """A name for the table."""
        return f"{self.buffer.key}.rows"

    def keys(self) -> list[Key]:
        """The keys of all buffers, in order."""
        _, name, item, internal = self.buffer.key
        return [_key((owner, name, item, internal)) for owner in self.owners]

    def extent(self, row: int) -> Extent:
        """The extent of the buffer in a row."""
        same = self.buffer.extent
        return Extent(same.kind, self.of[row], same.times) if self.of else same

    def each(self) -> list[Buffer]:
        """All buffers, in order."""
        owners = enumerate(self.owners)
        return [self.buffer._of(owner, self.extent(row)) for row, owner in owners]


Descriptor = Buffer | Table


# ---------------------------------------------------------------------- buffers of all programs

BARRIER_STATE = Buffer("", "barrier", SCRATCH, WORKERS)
"""The state of the barrier: words that workers exchange."""

DT = Buffer("", "dt", CONTROL)
"""The length of a step in ms."""

CATCH_UP = Buffer("", "catch_up", CONTROL)
"""A flag: the run must leave synapses up to date."""

INTERVAL = Buffer("", "interval", CONTROL)
"""The number of steps from one barrier to the next."""

SIZES = Buffer("", "sizes", CONTROL, Extent("buffers"))
"""The number of elements of each buffer, for ``check-bounds``.

They stand in the order of the program's arguments, row by row for tables; only kernels that test
their indices have them.
"""

FAULTS = Buffer("", "faults", CONTROL, WORKERS)
"""The first access out of bounds of each worker.

Each has a line of its own: the number of the access (0: none), the index, the place of its buffer
among the sizes. The threads of a grid share the first line; the one that is the first to count in
the element ``CLAIMED`` notes its access there, and its number behind.
"""

CLAIMED = 3
"""The element that counts faults, where threads share a line."""


def stream(owner: str) -> Buffer:
    """The buffer for the random numbers of a population or projection.

    It holds their key, and the number at which counting begins.
    """
    return Buffer(owner, "stream", CONTROL, PAIR)


# ---------------------------------------------------------------------- descriptors as attributes


def written(descriptor: Descriptor) -> DictAttr:
    """The attributes of an argument with this descriptor."""
    one = descriptor.buffer if isinstance(descriptor, Table) else descriptor
    owner: Any = one.owner
    of: Any = one.extent.of
    if isinstance(descriptor, Table):
        owner = _listed(descriptor.owners)
        of = _listed(descriptor.of) if descriptor.of else of
    if one.extent.kind in _WITHOUT_SIZES or of == owner:
        of = None
    said = {
        "owner": owner,
        "name": one.name,
        "item": one.item,
        "role": one.role.value,
        "extent": one.extent.kind,
        "of": of,
        "times": one.extent.times,
        "reach": one.reach,
        "wanted": one.wanted,
    }
    return _around(tuple((key, attribute(value)) for key, value in said.items() if value))


@lru_cache(maxsize=64)
def _listed(names: tuple[str, ...]) -> Attribute:
    """A list of names. The tables of a kernel have the same ones."""
    return attribute(names)


@lru_cache(maxsize=4096)
def _around(said: tuple[tuple[str, Attribute], ...]) -> DictAttr:
    return DictAttr(((BUFFER, DictAttr(said)),))


@lru_cache(maxsize=4096)
def read(about: DictAttr) -> Descriptor | None:
    """The descriptor on an argument; None where it has none.

    Raises ValueError, with the fault, for an attribute that is no descriptor.
    """
    said = dict(about.value).get(BUFFER)
    if said is None:
        return None
    if not isinstance(said, DictAttr):
        raise ValueError(f"{BUFFER} is a dictionary")
    return _Reader(dict(said.value)).descriptor()


def described(func: Any) -> list[Descriptor | None]:
    """The descriptors of the arguments of a function.

    Each is None where the argument has none.
    """
    return [read(about) for about in func.arg_attrs or ()] or [None] * len(func.body.block.args)


def buffers_of(kernel: Any) -> list[Buffer | None]:
    """The buffers of the arguments of a kernel.

    Each is None where the argument has no descriptor; kernels take no tables.
    """
    return [each if isinstance(each, Buffer) else None for each in described(kernel)]


@frozen
class _Reader:
    said: dict[str, Attribute]

    def descriptor(self) -> Descriptor:
        """The descriptor that attributes stand for."""
        for name in self.said:
            for problem in unknown("entry of a buffer", name, _ENTRIES):
                raise ValueError(problem)
        owners, of, several = self._names("owner"), self._names("of"), self._is_list("of")
        kind, role = self._choice("extent", EXTENTS), Role(self._choice("role", [*Role]))
        if not of and kind not in _WITHOUT_SIZES:
            of, several = owners, self._is_list("owner")
        extent = Extent(kind, of[0] if of else "", self._number("times"))
        one = Buffer(
            owners[0] if owners else "",
            self._text("name"),
            role,
            extent,
            item=self._text("item"),
            reach=self._choice("reach", (OWN, PAST, FIRST, ANYTHING)),
            wanted=self._choice("wanted", (LAST, "")),
        )
        if not self._is_list("owner"):
            return one
        if several and len(of) != len(owners):
            raise ValueError("a table of buffers has an 'of' for each 'owner'")
        return Table(one, owners, of if several else ())

    def _is_list(self, entry: str) -> bool:
        return isinstance(self.said.get(entry), ArrayAttr)

    def _text(self, entry: str) -> str:
        found = self.said.get(entry, StringAttr(""))
        if not isinstance(found, StringAttr):
            raise ValueError(f"'{entry}' of a buffer is a string")
        return found.value

    def _number(self, entry: str) -> int:
        found = self.said.get(entry, IntegerAttr(0))
        if not isinstance(found, IntegerAttr) or found.value < 0:
            raise ValueError(f"'{entry}' of a buffer is a whole number >= 0")
        return found.value

    def _choice(self, entry: str, known: Sequence[str]) -> str:
        found = self._text(entry)
        for problem in unknown(f"{entry} of a buffer", found, known):
            raise ValueError(problem)
        return found

    def _names(self, entry: str) -> tuple[str, ...]:
        found = self.said.get(entry)
        if not isinstance(found, ArrayAttr):
            text = self._text(entry)
            return (text,) if text else ()
        names = tuple([each.value for each in found.value if isinstance(each, StringAttr)])
        if len(names) != len(found.value) or not names:
            raise ValueError(f"'{entry}' of a table of buffers is a list of strings")
        return names


_ENTRIES = ("owner", "name", "item", "role", "extent", "of", "times", "reach", "wanted")
