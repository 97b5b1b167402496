"""Items that monitors record, and the records of their kinds.

``KINDS`` has a record for each kind: the subjects of a population, the name of an item for users,
and the moment of a step at which it is taken. The operations of monitors name items by their kind::

    net.monitor @mon of @pop records {variable = ["v"], spikes = ["spike"]}

The meaning of a kind is in ``ir/interpreter/recording.py``, its code in kernels in
``passes/kernels/taps.py``. Everything else goes by the record alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from .attrs_classes import frozen

if TYPE_CHECKING:
    from .attributes import Attribute, DictAttr

Subject = Literal["variable", "conductance", "target", "event"]
Moment = Literal["inputs", "end", "events"]


@frozen
class RecordedKind:
    """A kind of items that monitors record.

    There is an item for each ``subject`` of a population: variables, conductances, targets, events.
    ``label`` is its name for users, with ``{}`` for that of the subject. It is taken at a
    ``moment``: ``inputs`` as equations see them, at the ``end`` of a step, or as ``events``, in
    every step whatever the period. ``whole``: samples are whole numbers, else of the variable's
    type.
    """

    name: str
    subject: Subject
    label: str = "{}"
    moment: Moment = "end"
    whole: bool = False


VARIABLE, INPUT, SUM, SPIKES, COUNT = "variable", "input", "sum", "spikes", "count"

KINDS: dict[str, RecordedKind] = {
    kind.name: kind
    for kind in (
        RecordedKind(VARIABLE, "variable"),
        RecordedKind(INPUT, "conductance", moment="inputs"),
        RecordedKind(SUM, "target", "sum({})", "inputs"),
        RecordedKind(SPIKES, "event", moment="events"),
        RecordedKind(COUNT, "event", "count({})", whole=True),
    )
}
"""All kinds of items, by name."""


RECORDS = "the names of the recorded items by kind: `" + "`, `".join(KINDS) + "`"
"""The documentation of the property that ``written`` makes."""


@frozen
class Recorded:
    """An item of a monitor, by kind and name."""

    kind: str
    name: str

    @property
    def about(self) -> RecordedKind:
        """The record of its kind."""
        return KINDS[self.kind]

    @property
    def label(self) -> str:
        """The name by which users know the item."""
        return self.about.label.format(self.name)

    @property
    def holds_spikes(self) -> bool:
        """Whether events are recorded, not samples."""
        return self.about.moment == "events"


def written(items: Iterable[Recorded]) -> DictAttr:
    """The attribute of an operation that names items, by kind."""
    from .attributes import ArrayAttr, DictAttr, StringAttr  # building a network needs none

    names: dict[str, list[StringAttr]] = {}
    for item in items:
        names.setdefault(item.kind, []).append(StringAttr(item.name))
    found = {kind: ArrayAttr(tuple(names[kind])) for kind in KINDS if kind in names}
    return DictAttr(tuple(found.items()))


def read(said: Iterable[tuple[str, Attribute]]) -> list[Recorded]:
    """The items in an attribute that ``written`` made, by its entries.

    Raises ValueError, with the fault, for any other.
    """
    from .attributes import ArrayAttr, StringAttr

    found = []
    for kind, names in said:
        if kind not in KINDS:
            raise ValueError(f"there is no kind of recordings '{kind}'; there are {[*KINDS]}")
        for name in names.value if isinstance(names, ArrayAttr) else (None,):
            if not isinstance(name, StringAttr):
                raise ValueError(f"'{kind}' of a monitor is a list of names")
            found.append(Recorded(kind, name.value))
    return found


def problems(said: Iterable[tuple[str, Attribute]]) -> Iterator[str]:
    """Complaints of a verifier about such entries."""
    try:
        read(said)
    except ValueError as problem:
        yield f"says what is no recording: {problem}"
