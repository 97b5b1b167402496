"""Populations and projections of one kind: equal but for identity.

Tasks of the first of a kind serve the others as copies (see ``ir/lazy_clone.py``): a hundred
populations of one type have their equations lowered once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...ir.attributes import ArrayAttr, Attribute, SymbolRefAttr
from ...ir.dialects import loops, net
from ..analysis.structure import Structures


class SharedTasks:
    """Tasks by the kind of their owners. Without ``share`` each is lowered by itself."""

    def __init__(self, share: bool) -> None:
        self.share = share
        self._made: dict[Any, loops.Task | None] = {}
        self.structures = Structures()

    def task(
        self,
        key: Any,
        owner: net.Population | net.Projection,
        monitors: Sequence[net.Monitor],
        lower: Callable[[], loops.Task | None],
    ) -> loops.Task | None:
        """The task of a kind for ``owner``. ``lower()`` makes it where there is none yet."""
        if not self.share:
            return lower()
        if key not in self._made:
            self._made[key] = found = lower()
            return found
        first = self._made[key]
        if first is None:
            return None
        props: dict[str, Attribute] = {**first.props, "owner": SymbolRefAttr(owner.sym_name)}
        if "monitors" in props:
            names = [SymbolRefAttr(monitor.sym_name) for monitor in monitors]
            props["monitors"] = ArrayAttr(tuple(names))
        copy = first.lazy_clone(props)
        copy.loc = first.loc
        return copy
