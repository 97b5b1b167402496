"""A pipeline: passes in order, some run function by function.

``str`` prints it with all options, as ``parse_pipeline`` reads it::

    canonicalize,cse,vectorize{bytes=32},func(licm,dce)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...ir.attrs_classes import frozen
from ...ir.core import Op
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Func
from ...ir.dialects.loops import Step
from ...ir.spec import SPECS
from .core import Pass


@frozen
class OnFunctions:
    """Passes on functions: all on one function before the next."""

    passes: tuple[Pass, ...]

    def __str__(self) -> str:
        return f"func({','.join(map(str, self.passes))})"


@frozen
class PassGroup:
    """Passes that run together: one on a module, several on ``op``.

    Those on one ``op`` run one after another.

    ``first`` is the place of the first of them in the pipeline, counted in passes.
    """

    passes: tuple[Pass, ...]
    first: int
    scope: str

    @property
    def pipeline(self) -> Pipeline:
        """These passes alone."""
        return _from_groups([self])

    def anchors(self, module: Module) -> Iterator[Op]:
        """The operations that the passes run on, one after another."""
        if self.scope == "module":
            yield module
            return
        for op in list(module.ops):
            if isinstance(op, Step) and self.scope == "function":
                yield from op.tasks
                continue
            inside = not op.opened or any(region.blocks for region in op.regions)
            if inside and op.isolated and (self.scope == "function" or isinstance(op, Func)):
                yield op


@frozen
class Pipeline:
    """Passes and groups of passes in order."""

    items: tuple[Pass | OnFunctions, ...] = ()

    def __str__(self) -> str:
        return ",".join(map(str, self.items))

    def __add__(self, other: Pipeline) -> Pipeline:
        return Pipeline((*self.items, *other.items))

    @property
    def passes(self) -> tuple[Pass, ...]:
        """All passes in order, those on functions too."""
        return tuple(
            each
            for item in self.items
            for each in (item.passes if isinstance(item, OnFunctions) else (item,))
        )

    @property
    def groups(self) -> list[PassGroup]:
        """Neighbouring passes on functions run together, function by function."""
        found: list[PassGroup] = []
        place = 0
        for item in self.items:
            if isinstance(item, OnFunctions):
                group = PassGroup(item.passes, place, "func")
            elif item.scope == "function" and found and found[-1].scope == "function":
                last = found.pop()
                group = PassGroup((*last.passes, item), last.first, "function")
                place = last.first
            else:
                group = PassGroup((item,), place, item.scope)
            found.append(group)
            place = group.first + len(group.passes)
        return found

    def down_to(self, level: str) -> Pipeline:
        """The passes before those that go below ``level``."""
        lower = list(SPECS)[list(SPECS).index(level) + 1 :]
        for place, item in enumerate(self.passes):
            if item.ensures in lower:
                return self.before(place)
        return self

    def before(self, place: int) -> Pipeline:
        """The passes before ``place``, which is counted in passes."""
        return _from_groups([_cut(g, 0, place) for g in self.groups])

    def after(self, place: int) -> Pipeline:
        """The passes from ``place`` on."""
        return _from_groups([_cut(g, place, g.first + len(g.passes)) for g in self.groups])


def _cut(group: PassGroup, start: int, end: int) -> PassGroup:
    """The passes of a group whose places are in ``[start, end)``."""
    low, high = max(0, start - group.first), max(0, end - group.first)
    return PassGroup(group.passes[low:high], group.first + low, group.scope)


def _from_groups(groups: Sequence[PassGroup]) -> Pipeline:
    items: list[Pass | OnFunctions] = []
    for group in groups:
        if group.passes and group.scope == "func":
            items.append(OnFunctions(group.passes))
        else:
            items += group.passes
    return Pipeline(tuple(items))
