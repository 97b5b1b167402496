"""The level that a pass requires, checked before it runs. It is checked whatever is verified.

Only the names of operations count, and they are looked at again only after a pass that changed
something without saying which level it ensures: this costs next to nothing. ``--verify`` checks
whole levels, also behind every pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Op
from ...ir.diagnostics import Diagnostic, ModelError, error
from ...ir.dialects.builtin import Module
from ...ir.lazy_clone import LazyClone
from ...ir.spec import SPECS
from .core import Pass


@define(eq=False)
class RequiredLevels:
    """The levels to which a module is known to belong."""

    module: Module
    _known: set[str] = field(factory=set)

    def check(self, passes: Sequence[Pass]) -> None:
        """Raise a ModelError unless the module has the required levels.

        The passes run together: what one of them ensures, those after it find.
        """
        for item in passes:
            self._check(item)
            if item.ensures:
                return

    def _check(self, item: Pass) -> None:
        level = item.requires
        if not level or level in self._known:
            return
        spec, seen = SPECS[level], set[str]()
        for op in _operations(self.module):
            if op.name in seen:
                continue
            seen.add(op.name)
            if not spec.allows(op.name):
                raise ModelError(_refusal(item, op))
        self._known.add(level)

    def ran(self, passes: Sequence[Pass], changed: bool) -> None:
        """Note the levels after some passes. Passes ensure levels; others may have broken one."""
        for item in passes:
            if changed:
                self._known.clear()
            if item.ensures:
                self._known.add(item.ensures)


def _operations(module: Module) -> Iterator[Op]:
    """All operations, but of equal copies only the first. Those of one copy are enough."""
    seen = set[Op]()
    for op in module.walk(opened=True):
        yield op
        if isinstance(op, LazyClone) and not op.opened and op.original not in seen:
            seen.add(op.original)
            yield from op.original.walk()


def _refusal(item: Pass, op: Op) -> Diagnostic:
    spec = SPECS[item.requires]
    text = (
        f"'{item.name}' requires the level '{spec.name}' ({spec.meaning}), and here is '{op.name}'"
    )
    remover = spec.remover(op.name)
    return error(f"{text}; '{remover}' comes before '{item.name}'" if remover else text, op.loc)
