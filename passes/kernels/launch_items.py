"""The number of threads worth having for kernels on a grid.

It is that of the neurons that a kernel goes over: of the largest population to which a buffer of it
belongs, or onto which a projection of it leads. Kernels of the first thread alone want one. The
attribute ``ranvier.items`` of a kernel says another number.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field

from ...ir.attributes import IntegerAttr
from ...ir.attrs_classes import define
from ...ir.buffers import FIRST, Buffer, described
from ...ir.core import Op
from ...ir.declarations import read
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func
from ...ir.interface import WORTH
from ...ir.target import Target
from ..analysis.races import accesses

_FEW = ("one", "pair", "borders", "workers", "past_workers", "private", "settings", "buffers")
"""Extents that do not grow with a population."""


@define
class LaunchItems:
    """Threads worth having for the kernels of a module."""

    module: Module
    target: Target
    _sizes: dict[str, int] = field(init=False)
    _kernels: dict[str, int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        declared = read(self.module)
        self._sizes = {}
        if declared is not None:
            self._sizes = {each.name: each.size for each in declared.populations}
            onto = {each.name: self._sizes[each.post] for each in declared.projections}
            self._sizes |= onto
        for op in self.module.ops:
            if isinstance(op, Func) and not op.is_declaration:
                self._kernels[op.sym_name] = self._of(op)

    def of(self, ops: Iterable[Op]) -> int:
        """The threads for all kernels that operations call."""
        calls = [op for each in ops for op in each.walk() if isinstance(op, Call)]
        return max([self._kernels.get(op.callee, 1) for op in calls], default=1)

    def _of(self, kernel: Func) -> int:
        said = kernel.attributes.get(WORTH)
        if isinstance(said, IntegerAttr):
            return said.value
        most = 1
        for access, about in zip(accesses(kernel), described(kernel), strict=True):
            if about is not None and access is not None and access.reach != FIRST:
                each = [about] if isinstance(about, Buffer) else about.each()
                most = max([most, *map(self._elements, each)])
        return most

    def _elements(self, buffer: Buffer) -> int:
        if buffer.extent.kind in _FEW:
            return 1
        sizes = [self._sizes.get(each, 1) for each in (buffer.owner, buffer.extent.of)]
        return self.target.padded(max(sizes)) if max(sizes) > 1 else 1
