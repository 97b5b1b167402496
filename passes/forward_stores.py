"""forward-stores: values go through registers, not through memory, inside one iteration.

    func.func @f(%v: memref<?xf64>, %i: index, %new: f64, %newer: f64) -> f64 {
      memref.store %new, %v[%i] : memref<?xf64>
      %x = memref.load %v[%i] : memref<?xf64>
      memref.store %newer, %v[%i] : memref<?xf64>
      return %x : f64
    }
    ==>
    func.func @f(%v: memref<?xf64>, %i: index, %new: f64, %newer: f64) -> f64 {
      memref.store %newer, %v[%i] : memref<?xf64>
      return %new : f64
    }

What is stored is what the next load of the same element gives; a store that another one replaces
before anything reads it goes. In tasks of the level of loops the same holds for variables, where
memory holds them in the type that is stored and loaded:

    net.population @cells size 3 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
    }
    loops.step {
      loops.phase neurons {
        loops.task update of @cells {
          loops.neurons (%i: index) {
            %r = loops.load @r[%i] of own : f64
            %s = arith.addf %r, %r : f64
            loops.store %s, @r[%i] of own : f64
            %t = loops.load @r[%i] of own : f64
            %u = arith.maximumf %t, %r : f64
            loops.store %u, @r[%i] of own : f64
          }
        }
      }
    }
    ==>
    ...
            %r = loops.load @r[%i] of own : f64
            %s = arith.addf %r, %r : f64
            %u = arith.maximumf %s, %r : f64
            loops.store %u, @r[%i] of own : f64
    ...
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op, Value
from ..ir.dialects import loops, memref, scf
from ..ir.rewriter import Rewriter
from .analysis.declared import DeclaredVariables
from .framework.analyses import MemoryEffects
from .framework.core import Context, Pass, const_value, register
from .framework.report import counted

Place = tuple[Any, tuple[Any, ...]]
"""A place in memory: buffer and indices, or a variable's name.

A name comes with whose it is, and with the neuron or synapse.
"""


@register
class ForwardStores(Pass):
    """Replace loads of known values, drop overwritten stores; see the module."""

    name = "forward-stores"
    scope = "function"

    def run(self, func: Op, ctx: Context) -> bool:
        """Visit every block of the function or task."""
        scan = _Scan(ctx)
        for region in func.regions:
            for block in region.blocks:
                scan.block(block, {})
        if scan.loads or scan.stores:
            loads = counted(scan.loads, "load") + " of known values"
            what = f"{loads} and {counted(scan.stores, 'overwritten store')} gone"
            ctx.report.did(self.name, func, what)
        return scan.rw.changed


class _Scan:
    def __init__(self, ctx: Context) -> None:
        self.rw = Rewriter()
        self.ctx = ctx
        self.declared = DeclaredVariables()
        self.loads = 0
        self.stores = 0

    def block(self, block: Block, known: dict[Place, Value]) -> None:
        """Visit a block. ``known``: contents of memory; ``pending``: stores not read yet."""
        pending: dict[Place, Op] = {}
        for op in list(block.ops):
            if isinstance(op, memref.Load | loops.Load):
                self._load(op, known, pending)
            elif isinstance(op, memref.Store | loops.Store):
                self._store(op, known, pending)
            elif op.regions or op.reads or op.writes:
                self._other(op, known, pending)

    def _load(self, op: Any, known: dict[Place, Value], pending: dict[Place, Op]) -> None:
        place = _place(op)
        if place in known and known[place].type is op.result.type:
            self.rw.replace(op, known[place])
            self.ctx.report.statistics["forward-stores"] += 1
            self.loads += 1
            return
        known[place] = op.result
        for other in [p for p in pending if _same(p, place) and not _apart(p, place)]:
            del pending[other]

    def _store(self, op: Any, known: dict[Place, Value], pending: dict[Place, Op]) -> None:
        place = _place(op)
        if place in pending:
            self.rw.erase(pending[place])
            self.stores += 1
        for other in [p for p in known if _same(p, place) and not _apart(p, place)]:
            del known[other]
        if isinstance(op, memref.Store) or self.declared.stored_type(op) is op.value.type:
            known[place] = op.value
        pending[place] = op

    def _other(self, op: Op, known: dict[Place, Value], pending: dict[Place, Op]) -> None:
        """Forget changes by loops, branches, calls; keep what they may read."""
        found = self.ctx.analyses.get(MemoryEffects, op).accesses
        if found is None:
            known.clear()
            pending.clear()
            return
        changed = {a.buffer for a in found if a.writes}
        for place in [p for p in pending if p[0] in {a.buffer for a in found}]:
            del pending[place]
        inside = known if isinstance(op, scf.If) else _without(known, changed)
        if isinstance(op, loops.Row | loops.Dendrite):
            inside = {}  # what was computed at a neuron may be far from its synapses
        for region in op.regions:
            for block in region.blocks:
                self.block(block, dict(inside))
        for place in [p for p in known if p[0] in changed]:
            del known[place]


def _place(op: Any) -> Place:
    if isinstance(op, memref.Load | memref.Store):
        return op.memref, tuple(op.indices)
    return op.variable, (op.of, *op.at)


def _same(one: Place, other: Place) -> bool:
    """Whether two places are in one buffer or variable. ``pre`` may be ``post``."""
    return one[0] is other[0] or (isinstance(one[0], str) and one[0] == other[0])


def _without(known: dict[Place, Value], changed: set[Any]) -> dict[Place, Value]:
    return {place: value for place, value in known.items() if place[0] not in changed}


def _apart(one: Place, other: Place) -> bool:
    """Whether two elements of a buffer are certainly different."""
    if isinstance(one[0], str):
        return False
    for a, b in zip(one[1], other[1], strict=True):
        x, y = const_value(a), const_value(b)
        if x is not None and y is not None and x != y:
            return True
    return False
