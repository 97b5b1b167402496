"""hoist-run-constants: exponentials of constant matrices are found once in a run.

    net.population @cells size 1 kind rate {
      declarations {
        eq.variable @tau : f64 local parameter
        eq.variable @x : f64 local variable
      }
      equations {
        %tau = eq.read @tau : f64
        %dt = eq.dt : f64
        %s = arith.divf %dt, %tau : f64
        %a = arith.negf %s : f64
        %d, %p, %e = special.propagator 1(%a) at [0] : (f64) -> (f64, f64, f64)
        %x = eq.read @x : f64
        %new = arith.mulf %x, %e : f64
        eq.write @x, %new : f64
      }
    }
    ==>
    ...
        eq.variable @"$constant0" : f64 local constant
    ...
        %d, %p, %e = special.propagator ...
        eq.write @"$constant0", %e : f64
        ... = eq.read @"$constant0" : f64
        %x = eq.read @x : f64
        %new = arith.mulf %x, ... : f64
    ...

What follows from parameters and dt alone is the same in all steps of a run. The equations write it
into a variable of the role ``constant`` and go on with what they read from it; lowering to kernels
may move such writes, and all that only they need, in front of the first step of each run, so that
what the user sets between runs counts. Constants are those of a population where its parameters
are, else each neuron's own.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op, Value
from ..ir.dialects import eq, net, special
from ..ir.dialects.eq import CONSTANT, constant_name
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register
from .framework.report import counted


@register
class HoistRunConstants(Pass):
    """Store what follows from parameters in own variables; see the module."""

    name = "hoist-run-constants"
    scope = "function"
    requires = "eq"

    def run(self, owner: Op, ctx: Context) -> bool:
        """Look at the equations of a population."""
        if not isinstance(owner, net.Population):
            return False
        written = {op.variable for op in owner.walk() if isinstance(op, eq.Write)}
        fixed = {n for n, v in owner.variables.items() if v.role == "parameter"} - written
        rw, count = ctx.rewriter(), 0
        for region in (owner.globals, owner.equations):
            found = _Constants(owner, region.block, fixed)
            for value in found.wanted:
                _keep(owner, value, constant_name(count), found, rw)
                count += 1
        if count:
            what = f"{counted(count, 'element')} of exponentials are found once in a run"
            ctx.report.did(self.name, owner, what, owner.loc)
        return rw.changed


class _Constants:
    """The constant values of a block. Those ``wanted`` are costly, and used by others."""

    def __init__(self, owner: Any, block: Block, fixed: set[str]) -> None:
        self.local: dict[Value, bool] = {}
        """The constant values, and whether each neuron has its own."""
        costly: set[Value] = set()
        for op in block.ops:
            if not _is_fixed(op, fixed) or not self.local.keys() >= set(op.operands):
                continue
            if isinstance(op, eq.Read):
                own = owner.variables[op.variable].locality != "global"
            else:
                own = any(self.local[v] for v in op.operands)
            self.local |= dict.fromkeys(op.results, own)
            if isinstance(op, special.Propagator) or not costly.isdisjoint(op.operands):
                costly.update(op.results)
        self.wanted = [v for v in self.local if v in costly and self.readers(v)]

    def readers(self, value: Value) -> list[Op]:
        """The operations that use a value and are not constant."""
        return [op for op in value.users() if not any(v in self.local for v in op.results)]


def _is_fixed(op: Op, fixed: set[str]) -> bool:
    """Whether an operation with constant operands has a constant result."""
    if isinstance(op, eq.Read):
        return op.variable in fixed
    of_the_step = isinstance(op, eq.Time | eq.Held | eq.Elapsed)
    return bool(op.results) and op.pure and not of_the_step and not op.regions


def _keep(owner: Any, value: Value, name: str, found: _Constants, rw: Rewriter) -> None:
    """Write a value into a variable, which others then read."""
    made = value.op
    assert made is not None and made.block is not None
    locality = "local" if found.local[value] else "global"
    variable = eq.Variable(sym_name=name, type=value.type, role=CONSTANT, locality=locality)
    variable.loc = made.loc
    rw.insert_before(owner.declarations.block.ops[-1], variable)
    readers, ops = found.readers(value), made.block.ops
    behind = ops[ops.index(made) + 1]
    rw.insert_before(behind, eq.write(name, value))
    read = rw.insert_before(behind, eq.read(name, value.type)).named(value.name)
    for op in readers:
        for i, operand in enumerate(op.operands):
            if operand is value:
                rw.set_operand(op, i, read)
