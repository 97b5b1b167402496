"""inline-kernels: launches hold what their kernels do.

    func.func @a_update(%thread: index, %threads: index, %step: index, %r: memref<?xf64>) {
      %x = memref.load %r[%thread] : memref<?xf64>
      memref.store %x, %r[%thread] : memref<?xf64>
      return
    }
    func.func @launch0(%thread: index, %threads: index, %step: index, %r: memref<?xf64>)
        attributes {ranvier.launch = {items = 1 : i64}} {
      func.call @a_update(%thread, %threads, %step, %r)
          : (index, index, index, memref<?xf64>) -> ()
      return
    }
    ==>
    func.func @launch0(...) attributes {ranvier.launch = {items = 1 : i64}} {
      %x = memref.load %r[%thread] : memref<?xf64>
      memref.store %x, %r[%thread] : memref<?xf64>
      return
    }

A call on a GPU keeps registers from those who call, and loops apart that ``fuse-loops`` would make
one. Kernels are called a few times at most in a launch: many calls are a loop over tables. A kernel
that nobody calls any more is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.core import Value, lookup_symbol
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.interface import LAUNCH
from .framework.core import Context, Pass, register
from .framework.report import counted


@register
class InlineKernels(Pass):
    """Put kernels in the place of their calls; see the module."""

    name = "inline-kernels"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the calls of all launches."""
        rw, gone = ctx.rewriter(), dict[Func, None]()
        for launch in _launches(module):
            calls = [op for op in launch.walk() if isinstance(op, Call)]
            for call in calls:
                kernel = lookup_symbol(module, call.callee)
                if not isinstance(kernel, Func) or not kernel.body.blocks:
                    continue
                env: dict[Value, Value] = dict(
                    zip(kernel.body.block.args, call.operands, strict=True)
                )
                for op in kernel.body.block.ops[:-1]:
                    rw.insert_before(call, op.clone(env))
                rw.erase(call)
                gone[kernel] = None
            if calls:
                text = f"holds {counted(len(calls), 'kernel')}"
                ctx.report.did(self.name, launch, text, launch.loc)
        for kernel in gone:
            rw.erase(kernel)
        return rw.changed


def _launches(module: Module) -> Iterator[Func]:
    return (op for op in module.ops if isinstance(op, Func) and LAUNCH in op.attributes)
