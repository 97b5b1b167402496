"""Copies of networks, for ``copy``, ``pickle`` and all based on them.

A network is copied by its specification (the parts, what the user gave them, what monitors hold)
and, where it is compiled, by its state; the copy compiles itself again, which is a look-up where
the code is in a cache. A part of a network is "the part of that name in that network": copied by
itself it brings a copy of its network, copied together with its network it belongs to the copy.

    network  ->  shell(class, names of parts), then ``__setstate__(what they hold)``
    part     ->  part_of(network, kind, name)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import evolve

from .user_errors import reject

if TYPE_CHECKING:
    from .network import Network

KINDS = ("_populations", "_projections", "_monitors")
"""Lists in which a network keeps its parts."""

_OWN = ("_execution", *KINDS)
"""Members of a network that are not its settings. Those of a user's subclass are settings."""


def shell(cls: type[Network], parts: Mapping[str, list[tuple[type[Any], str]]]) -> Network:
    """A network with the names of its parts, which are empty."""
    network = cls.__new__(cls)
    network._prepare()
    for kind, found in parts.items():
        for part_class, name in found:
            part: Any = object.__new__(part_class)
            part.__dict__.update(_name=name, _network=network)
            getattr(network, kind).append(part)
    return network


def part_of(network: Network, kind: str, name: str) -> Any:
    """The part of this kind and name."""
    return next(part for part in getattr(network, kind) if part._name == name)


def reduced(network: Network) -> tuple[Callable[..., Network], tuple[Any, ...], dict[str, Any]]:
    """Result of ``__reduce__`` for a network."""
    parts = {kind: [(type(p), p._name) for p in getattr(network, kind)] for kind in KINDS}
    settings = {key: each for key, each in vars(network).items() if key not in _OWN}
    # A seed that was not needed yet is drawn here, so that both have it.
    settings["_options"] = evolve(network.options, seed=network.seed)
    content = {
        "settings": settings,
        "parts": {kind: [_content(p) for p in getattr(network, kind)] for kind in KINDS},
        "options": network._execution.options,
        "state": network._execution.state(),
    }
    return shell, (type(network), parts), content


def restore(network: Network, content: Mapping[str, Any]) -> None:
    """Fill a shell, and go on where the network was copied."""
    vars(network).update(content["settings"])
    for kind, found in content["parts"].items():
        for part, values in zip(getattr(network, kind), found, strict=True):
            vars(part).update(values)
    if content["state"] is not None:
        network._execution.resume(content["state"], content["options"])


def _content(part: Any) -> dict[str, Any]:
    """Content of a part, without what can be made again."""
    found = {key: value for key, value in vars(part).items() if key not in ("_name", "_network")}
    recipe = found.get("_recipe")
    if recipe is not None and recipe.repeatable:
        found["_built"] = None
    return found


class NetworkPart:
    """Base class of parts of a network, copied with their network."""

    _kind: str
    """The list in which the network keeps it."""
    _name: str
    _network: Network

    def __reduce__(self) -> Any:
        return part_of, (self._network, self._kind, self._name)

    def __copy__(self) -> NoReturn:
        reject(
            f"'{self._name}' belongs to its network and is not copied alone; "
            "copy the network with net.copy(), or create another one with the same arguments"
        )


class Definition:
    """Base class of neurons and synapses, which never change. So a copy is the same object."""

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self
