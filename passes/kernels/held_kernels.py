"""The kernels of a launch, by the objects that they serve.

A kernel may serve several populations or projections, in calls with other buffers or in a loop over
tables of buffers. Each has its name then: ``proj1_drain`` for what ``@proj0_drain`` does to
``proj1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffers import Buffer, buffers_of
from ...ir.core import Op, Value, lookup_symbol
from ...ir.declarations import read
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func
from ..analysis.races import Buffers
from ..analysis.races import buffers_of as buffers_in


@frozen(eq=False)
class HeldKernels:
    """The kernels of a program, with the names of its network."""

    module: Module
    names: frozenset[str]
    buffers: Mapping[Value, Buffers]

    @classmethod
    def in_module(cls, module: Module, program: Func) -> HeldKernels:
        """The kernels of a module. Without declarations none has a name."""
        declared = read(module)
        objects: Any = () if declared is None else (*declared.populations, *declared.projections)
        return cls(module, frozenset(each.name for each in objects), buffers_in(program))

    def of(self, ops: Iterable[Op]) -> list[str]:
        """The names of all kernels that operations call."""
        calls = [op for each in ops for op in each.walk() if isinstance(op, Call)]
        return list(dict.fromkeys([name for call in calls for name in self._names(call)]))

    def _names(self, call: Call) -> list[str]:
        kernel = lookup_symbol(self.module, call.callee)
        fits = [name for name in self.names if call.callee.startswith(f"{name}_")]
        if not isinstance(kernel, Func) or not fits:
            return []
        owner = max(fits, key=len)
        what = call.callee.removeprefix(f"{owner}_")
        return [f"{each}_{what}" for each in self._owners(call, owner, buffers_of(kernel))]

    def _owners(self, call: Call, owner: str, own: list[Buffer | None]) -> list[str]:
        """The objects that a call serves in the place of ``owner``."""
        for given, buffer in zip(call.operands, own, strict=False):
            if buffer is not None and buffer.owner == owner and given in self.buffers:
                return sorted(self.buffers[given].owners & self.names) or [owner]
        return [owner]
