"""Recordable items of monitors: variables, conductances, sums of targets, spikes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.events import EVENT_OF
from ..ir.recorded import KINDS, Recorded, Subject
from .population import Population
from .user_errors import did_you_mean, listing, reject
from .values import DTYPES


def recorded_item(population: Population, name: object) -> Recorded:
    """The item that users call ``name``.

    Raises ModelError where a population has none of that name.
    """
    items = _items(population)
    known = {item.label: item for item in items}
    if sum(item.label == name for item in items) > 1:
        reject(
            f"'{name}' of population '{population.name}' is a variable and an event; rename the "
            "variable in the equations",
            f"the events can be counted as they are: 'count({name})'",
        )
    if isinstance(name, str) and name in known:
        return known[name]
    label = f"population '{population.name}'"
    if name in population.parameters:
        reject(f"'{name}' of {label} is a parameter, which changes only when you set it")
    if name in EVENT_OF:
        why = "has no such event" if population.kind == "spike" else "does not spike"
        reject(f"{label} {why}; its neurons have no '{name}' condition")
    if name == "r":
        reject(f"{label} spikes and has no 'r'; record 'spike' and use smoothed_rate()")
    reject(
        f"{label} has nothing to record called {name!r}{did_you_mean(str(name), known)}",
        f"what can be recorded: {listing(known)}",
    )


def _items(population: Population) -> list[Recorded]:
    """All items of a population, of all kinds."""
    subjects: list[tuple[Subject, str]] = [
        ("conductance" if name.startswith("g_") else "variable", name)
        for name in population.variables
    ]
    subjects += [("target", target) for target in population.targets]
    subjects += [("event", event.name) for event in population.model.events]
    return [
        Recorded(kind.name, name)
        for subject, name in subjects
        for kind in KINDS.values()
        if kind.subject == subject
    ]


def sample_of(population: Population, item: Recorded) -> tuple[np.dtype[Any], bool]:
    """The type of an item, and whether neurons share its value.

    The type is that of its values; a shared one is that of the population.
    """
    kind, common = "int" if item.about.whole else "float", False
    if item.about.subject in ("variable", "conductance"):
        attribute = population._table[item.name]
        kind, common = attribute.kind, not attribute.is_local
    number = population.network.options.dtype if kind == "float" else DTYPES[kind]
    return np.dtype(number), common
