"""merge-kernels: kernels of the same structure become one function.

    func.func @pop0_update(%v: memref<?xf64>, %i: index) {
      %x = memref.load %v[%i] : memref<?xf64>
      %y = arith.addf %x, %x : f64
      memref.store %y, %v[%i] : memref<?xf64>
      return
    }
    func.func @pop1_update(%u: memref<?xf64>, %n: index) {
      %old = memref.load %u[%n] : memref<?xf64>
      %new = arith.addf %old, %old : f64
      memref.store %new, %u[%n] : memref<?xf64>
      return
    }
    func.func @f(%a: memref<?xf64>, %b: memref<?xf64>, %i: index) {
      call @pop0_update(%a, %i) : (memref<?xf64>, index) -> ()
      call @pop1_update(%b, %i) : (memref<?xf64>, index) -> ()
      return
    }
    ==>
    func.func @pop0_update(%v: memref<?xf64>, %i: index) {
    ...
    }
    func.func @f(%a: memref<?xf64>, %b: memref<?xf64>, %i: index) {
      call @pop0_update(%a, %i) : (memref<?xf64>, index) -> ()
      call @pop0_update(%b, %i) : (memref<?xf64>, index) -> ()
      return
    }

Kernels touch nothing but their arguments, so populations of one kind of neuron can share code, and
compiling a hundred of them costs what compiling one does. Names and locations do not count; the
constants in the body do (a population that draws random numbers has a stream of its own).
"""

from __future__ import annotations

from typing import Any

from ..ir.attributes import SymbolRefAttr
from ..ir.buffers import buffers_of
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from .analysis.structure import structure
from .framework.core import Context, Pass, register
from .framework.report import counted


@register
class MergeKernels(Pass):
    """Share functions that are equal but for names; see the module."""

    name = "merge-kernels"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Find equal functions, call the first of them, drop the others."""
        first: dict[Any, Func] = {}
        instead: dict[str, Func] = {}
        for op in module.ops:
            if isinstance(op, Func) and not op.is_declaration:
                equal = first.setdefault((op.function_type, _reaches(op), structure(op.body)), op)
                if equal is not op:
                    instead[op.sym_name] = equal
        if not instead:
            return False
        rw = ctx.rewriter()
        for call in [op for op in module.walk() if isinstance(op, Call)]:
            if call.callee in instead:
                rw.set_prop(call, "callee", SymbolRefAttr(instead[call.callee].sym_name))
        for op in list(module.ops):
            if isinstance(op, Func) and op.sym_name in instead:
                rw.fuse_locations(instead[op.sym_name], self.name, op)
                rw.erase(op)
        self._tell(instead, ctx)
        return True

    def _tell(self, instead: dict[str, Func], ctx: Context) -> None:
        for name, kernel in instead.items():
            ctx.report.did(self.name, name, f"runs as @{kernel.sym_name}", kernel.loc)
        for kernel in dict.fromkeys(instead.values()):
            others = sum(target is kernel for target in instead.values())
            ctx.report.did(self.name, kernel, f"serves {counted(others, 'other kernel')} too")


def _reaches(op: Func) -> tuple[Any, ...]:
    """Reach of a kernel into each buffer, on which barriers depend."""
    return tuple(about.reach if about else "" for about in buffers_of(op))
