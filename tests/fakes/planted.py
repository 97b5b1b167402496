"""Faults planted in kernels.

Each access to a buffer can be sent far outside of it, one at a time.

The buffer ``$planted`` says which (element 0: its number), and learns which accesses happened.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from ranvier.ir.attributes import ArrayAttr, TypeAttr, attribute
from ranvier.ir.buffers import CONTROL, Buffer, written
from ranvier.ir.builder import Builder
from ranvier.ir.core import Value
from ranvier.ir.dialects import arith, memref, vector
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.dialects.func import Call, Func
from ranvier.ir.location import Loc
from ranvier.ir.types import MemRefType, function, i64, index
from ranvier.ir.types import memref as buffer_type
from ranvier.passes.framework.core import Context, Pass

PLANTED = Buffer("", "planted", CONTROL)
FAR = 1 << 40
"""The shift of an index, and its number.

The number is in steps of ``STEP``, so that it tells which it was.
"""

STEP = 1 << 20
ACCESSES = (memref.Load, memref.Store, vector.Load, vector.Store, vector.Gather)


@frozen
class Planted:
    """An access to a buffer.

    Its kernel, the operation, the kernel's name for the buffer, the location.
    """

    kernel: str
    operation: str
    buffer: str
    loc: Loc


@frozen
class PlantFaults(Pass):
    """Make every access one that can be sent outside.

    A list of them is in ``found``.
    """

    name = "plant-faults"
    found: ClassVar[list[Planted]] = []
    shift: ClassVar[int] = 0
    """The number to add to every index.

    If it is zero, a number is added that tells which index it was.
    """

    def run(self, module: Module, ctx: Context) -> bool:
        """Add the buffer to all functions.

        Then add the switch to all accesses.
        """
        rw: Any = ctx.rewriter()
        self.found.clear()
        functions = {
            op.sym_name: op
            for op in module.ops
            if isinstance(op, Func) and not op.is_declaration and _takes_buffers(op)
        }
        accesses = [
            (op, func) for func in functions.values() for op in func.walk() if type(op) in ACCESSES
        ]
        planted = {func: _argument(func, rw) for func in functions.values()}
        for func in functions.values():
            for call in [op for op in func.walk() if isinstance(op, Call)]:
                if call.callee in functions:
                    rw.replace(call, Call(*call.operands, planted[func], callee=call.callee))
        for op, func in accesses:
            buffer: Any = op.operands[int(isinstance(op, memref.Store | vector.Store))]
            if not isinstance(buffer.type.element, MemRefType):
                self.found.append(Planted(func.sym_name, op.name, buffer.name or "", op.loc))
                _switch(op, planted[func], len(self.found), rw)
        return True


def _takes_buffers(op: Func) -> bool:
    return any(isinstance(arg.type, MemRefType) for arg in op.body.block.args)


def _argument(func: Func, rw: Any) -> Value:
    value: Value = rw.add_arg(func, func.body.block, buffer_type(i64), "planted")
    kinds = tuple(arg.type for arg in func.body.block.args)
    rw.set_prop(func, "function_type", TypeAttr(function(kinds, func.function_type.results)))
    before = func.arg_attrs or [attribute({})] * (len(kinds) - 1)
    rw.set_prop(func, "arg_attrs", ArrayAttr((*before, written(PLANTED))))
    return value


def _switch(op: Any, planted: Value, number: int, rw: Any) -> None:
    build = Builder(op.block, op.loc, op)
    this = build(arith.constant(number, index))
    far = PlantFaults.shift or FAR + number * STEP
    one = build(arith.constant(1, i64))
    build(memref.Store(one, planted, this))
    zero = build(arith.constant(0, index))
    chosen = build(memref.Load(planted, zero))
    here = build(arith.cmpi("eq", chosen, build(arith.constant(number, i64))))
    shift = build(arith.constant(far, index))
    at = 2 if isinstance(op, memref.Store | vector.Store) else 1
    moved = arith.AddI(op.operands[at], build(arith.Select(here, shift, zero)))
    rw.set_operand(op, at, build(moved))


def prepare(program: Any, count: int) -> Any:
    """Give a program the buffer for ``count`` planted accesses.

    Nothing is sent outside yet.
    """
    found = np.zeros(count + 1, np.int64)
    program.buffers[PLANTED.key] = found
    return found
