"""store-last: results for users alone are stored in the last step.

    func.func @a_step(%thread: index, %threads: index, %step: index, %last: index,
        %sums: memref<?xf64> {ranvier.buffer = {
            owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons",
            wanted = "last"}}, %sum: f64) {
      memref.store %sum, %sums[%thread] : memref<?xf64>
      return
    }
    ==>
    ...
      %is_last = arith.cmpi eq, %step, %last : index
      scf.if %is_last {
        memref.store %sum, %sums[%thread] : memref<?xf64>
      }
      return
    }

``fuse-sums`` says which buffers no other kernel touches (``wanted = "last"``). Where the kernel
itself no longer reads one (``forward-stores``), nobody sees what is stored before the last step:
control returns to the user behind that only.
"""

from __future__ import annotations

from typing import Any

from ..ir.buffers import LAST, buffers_of
from ..ir.builder import Builder
from ..ir.core import Op, Region, Value
from ..ir.dialects import arith, memref, scf
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register

_STEP, _LAST = 2, 3
"""The arguments of such a kernel that are numbers of steps."""


@register
class StoreLast(Pass):
    """Put stores into the last step; see the module."""

    name = "store-last"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit the buffers that say so."""
        rw = Rewriter()
        if not isinstance(func, Func) or func.is_declaration:
            return False
        for buffer, about in zip(func.body.block.args, buffers_of(func), strict=True):
            late = about is not None and about.wanted == LAST
            if not late or not any(_stores(op, buffer) for op in buffer.users()):
                continue
            what = f"%{buffer.name}"
            reader = next((op for op in buffer.users() if not _stores(op, buffer)), None)
            if reader is None:
                _put_off(buffer, func, rw)
                ctx.report.did(self.name, func, f"{what} is stored in the last step of a run")
            else:
                reason = "the kernel reads it"
                ctx.report.refused(self.name, func, f"storing {what}", reason, reader.loc)
        return rw.changed


def _stores(op: Op, buffer: Value) -> bool:
    return isinstance(op, memref.Store) and op.memref is buffer and op.value is not buffer


def _put_off(buffer: Value, func: Func, rw: Rewriter) -> None:
    """Put a branch around the stores to a buffer."""
    args: Any = func.body.block.args
    first = func.body.block.ops[0]
    now = rw.insert_before(first, arith.cmpi("eq", args[_STEP], args[_LAST])).named("is_last")
    for store in buffer.users():
        chosen = scf.If(now, otherwise=Region())
        rw.insert_before(store, chosen)
        end = Builder(chosen.then.block, store.loc)(scf.Yield())
        rw.move_before(end, store)
