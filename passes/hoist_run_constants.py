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
      }
      constants {
    ...
        %d, %p, %e = special.propagator ...
        eq.write @"$constant0", %e : f64
      }
      equations {
        %e = eq.read @"$constant0" : f64
        %x = eq.read @x : f64
        %new = arith.mulf %x, %e : f64
    ...

What follows from parameters and dt alone is the same in all steps of a run. It moves to the region
``constants``, which writes it into a variable of the role ``constant``, and the equations read
that; kernels run the region in front of the first step of each run, so that what the user sets
between runs counts. A constant is one value for all neurons or synapses where its parameters are,
else one for each neuron (of synapses: each post neuron).

Not where each synapse has parameters of its own (or each pre neuron, whose synapses lie anywhere):
their constants would take more memory than the synapse. There the exponential is found in every
step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..ir.core import Block, Op, Region, Value
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
        """Look at the equations of a population or projection."""
        if not isinstance(owner, net.Population | net.Projection):
            return False
        if not any(isinstance(op, special.Propagator) for op in owner.walk()):
            return False
        written = {op.variable for op in owner.walk() if isinstance(op, eq.Write)}
        fixed = {n for n, v in owner.variables.items() if v.role == "parameter"} - written
        rw, count = ctx.rewriter(), 0
        for region in _equations(owner):
            found = _Constants(owner, region.block, fixed)
            count += len(found.wanted)
            _Move(owner, found, rw).all()
            for left in found.left:
                what, why = "the exponential of a matrix", "each synapse has parameters of its own"
                ctx.report.refused(self.name, owner, what, why, left.loc)
        if count:
            what = f"{counted(count, 'element')} of exponentials are found once in a run"
            ctx.report.did(self.name, owner, what, owner.loc)
        return rw.changed


def _equations(owner: Any) -> Iterable[Region]:
    """The regions of equations that run in each step."""
    if isinstance(owner, net.Population):
        return owner.globals, owner.equations
    return owner.shared_equations, owner.dendrite_equations, owner.equations


class _Constants:
    """The constant values of a block. Those ``wanted`` are costly, and used by others.

    ``left`` are exponentials of matrices that each synapse has for itself.
    """

    def __init__(self, owner: Any, block: Block, fixed: set[str]) -> None:
        self.block = block
        self.locality: dict[Value, str] = {}
        """The constant values that are kept, with the locality of each."""
        self.left: list[Op] = []
        each_synapse, costly = set[Value](), set[Value]()
        for op in block.ops:
            known = self.locality.keys() | each_synapse
            if not _is_fixed(op, fixed) or not known >= set(op.operands):
                continue
            if isinstance(op, eq.Read):
                found = owner.variables[op.variable].locality
            else:
                found = _common(self.locality.get(v, "local") for v in op.operands)
            by_post = found in ("global", "postsynaptic")
            if isinstance(owner, net.Projection) and not by_post:
                each_synapse.update(op.results)
                self.left += [op] if isinstance(op, special.Propagator) else []
                continue
            self.locality |= dict.fromkeys(op.results, found)
            if isinstance(op, special.Propagator) or not costly.isdisjoint(op.operands):
                costly.update(op.results)
        self.wanted = [v for v in self.locality if v in costly and self.readers(v)]

    def readers(self, value: Value) -> list[Op]:
        """The operations that use a value and are not constant."""
        return [op for op in value.users() if not any(v in self.locality for v in op.results)]

    def needed(self) -> list[Op]:
        """The operations that compute what is wanted, in order."""
        chosen = {v.op for v in self.wanted}
        for op in reversed(self.block.ops):
            mine = any(v in self.locality for v in op.results)
            if mine and any(user in chosen for v in op.results for user in v.users()):
                chosen.add(op)
        return [op for op in self.block.ops if op in chosen]


def _common(localities: Iterable[str]) -> str:
    """The locality of what is computed of values with these localities."""
    found = set(localities) - {"global"}
    return found.pop() if len(found) == 1 else "local" if found else "global"


def _is_fixed(op: Op, fixed: set[str]) -> bool:
    """Whether an operation with constant operands has a constant result."""
    if isinstance(op, eq.Read):
        return op.variable in fixed
    of_the_step = isinstance(op, eq.Time | eq.Held | eq.Elapsed)
    return bool(op.results) and op.pure and not of_the_step and not op.regions


class _Move:
    """Moves constants of a block to the region ``constants``."""

    def __init__(self, owner: Any, found: _Constants, rw: Rewriter) -> None:
        self.owner, self.found, self.rw = owner, found, rw

    def all(self) -> None:
        """Move what is wanted, and remove what nobody uses any more."""
        if not self.found.wanted:
            return
        end, env = self.owner.constants.block.ops[-1], dict[Value, Value]()
        for op in self.found.needed():
            self.rw.insert_before(end, op.clone(env))
        for value in self.found.wanted:
            name = self._declared(value)
            self.rw.insert_before(end, eq.write(name, env[value]))
            self._read(value, name)
        for op in reversed(list(self.found.block.ops)):
            mine = any(v in self.found.locality for v in op.results)
            if mine and not any(v.users() for v in op.results):
                self.rw.erase(op)

    def _declared(self, value: Value) -> str:
        """The name of a new variable for a value."""
        known = [v for v in self.owner.variables.values() if v.role == CONSTANT]
        name, locality = constant_name(len(known)), self.found.locality[value]
        variable = eq.Variable(sym_name=name, type=value.type, role=CONSTANT, locality=locality)
        variable.loc = value.op.loc if value.op is not None else self.owner.loc
        self.rw.insert_before(self.owner.declarations.block.ops[-1], variable)
        return name

    def _read(self, value: Value, name: str) -> None:
        """Let all that is not constant read the variable."""
        assert value.op is not None
        readers = self.found.readers(value)
        read = self.rw.insert_before(value.op, eq.read(name, value.type)).named(value.name)
        for op in readers:
            for i, operand in enumerate(op.operands):
                if operand is value:
                    self.rw.set_operand(op, i, read)
