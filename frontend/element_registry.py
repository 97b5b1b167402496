"""The parts of a network, in creation order and by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from .annarchy_names import NETWORK, KnownNames
from .attributes import check_name
from .execution import Execution
from .language.names import canonical
from .monitor import Monitor
from .population import Population
from .projection import Projection
from .user_errors import did_you_mean, listing, reject

_Named = TypeVar("_Named", Population, Projection, Monitor)
_PREFIX = {"population": "pop", "projection": "proj", "monitor": "mon"}


class ElementRegistry(KnownNames):
    """Base class of :class:`Network`: its populations, projections and monitors."""

    _not_yet = NETWORK

    _populations: list[Population]
    _projections: list[Projection]
    _monitors: list[Monitor]
    _execution: Execution

    @property
    def populations(self) -> list[Population]:
        """All populations in order of creation."""
        return list(self._populations)

    @property
    def projections(self) -> list[Projection]:
        """All projections in order of creation. That is the order of transmission, too."""
        return list(self._projections)

    @property
    def monitors(self) -> list[Monitor]:
        """All monitors in order of creation."""
        return list(self._monitors)

    def get_population(self, name: str) -> Population:
        """The population of this name."""
        return _find(self._populations, name, "population")

    def get_projection(self, name: str) -> Projection:
        """The projection of this name."""
        return _find(self._projections, name, "projection")

    def get_monitor(self, name: str) -> Monitor:
        """The monitor of this name."""
        return _find(self._monitors, name, "monitor")

    def get_populations(self) -> list[Population]:
        """All populations in order of creation."""
        return self.populations

    def get_projections(
        self,
        post: Population | str | None = None,
        pre: Population | str | None = None,
        target: str | None = None,
    ) -> list[Projection]:
        """All projections, or those that ``post``, ``pre`` and ``target`` select."""
        post = self.get_population(post) if isinstance(post, str) else post
        pre = self.get_population(pre) if isinstance(pre, str) else pre
        return [
            projection
            for projection in self._projections
            if (post is None or projection.post_population is post)
            and (pre is None or projection.pre_population is pre)
            and (target is None or projection.target == canonical(target))
        ]

    def get_monitors(self) -> list[Monitor]:
        """All monitors in order of creation."""
        return self.monitors

    def _new_name(self, kind: str, name: str | None) -> str:
        parts: dict[str, Sequence[Population | Projection | Monitor]] = {
            "population": self._populations,
            "projection": self._projections,
            "monitor": self._monitors,
        }
        taken = {part.name for part in parts[kind]}
        # Owners of values are found by name, so populations and projections share one name space.
        if kind != "monitor":
            taken = {part.name for part in (*self._populations, *self._projections)}
        if name is None:
            number = len(parts[kind])
            while f"{_PREFIX[kind]}{number}" in taken:
                number += 1
            return f"{_PREFIX[kind]}{number}"
        name = check_name(name, kind)
        if name in taken:
            reject(f"the network already has a part called '{name}'")
        return name

    def _add_population(self, population: Population) -> None:
        self._check_open(population._label)
        self._populations.append(population)

    def _add_projection(self, projection: Projection) -> None:
        self._check_open(projection._label)
        self._projections.append(projection)

    def _add_monitor(self, monitor: Monitor) -> None:
        self._monitors.append(monitor)
        self._execution.outdate()

    def _check_open(self, label: str) -> None:
        if self._execution.compiled:
            reject(
                f"{label} comes after compile(); create all populations and projections first, or "
                "make a new network"
            )


def _find(parts: Sequence[_Named], name: str, kind: str) -> _Named:
    for part in parts:
        if part.name == canonical(name):
            return part
    names = [part.name for part in parts]
    reject(
        f"the network has no {kind} called {name!r}{did_you_mean(str(name), names)}",
        f"its {kind}s: {listing(names)}",
    )
