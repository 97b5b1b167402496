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
before anything reads it goes.
"""

from __future__ import annotations

from typing import Any

from ..ir.core import Block, Op, Value
from ..ir.dialects import memref, scf
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from .framework.analyses import MemoryEffects
from .framework.core import Context, Pass, const_value, register
from .framework.report import counted

Place = tuple[Value, tuple[Value, ...]]


@register
class ForwardStores(Pass):
    """Replace loads of known values, drop overwritten stores; see the module."""

    name = "forward-stores"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit every block of the function."""
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
        self.loads = 0
        self.stores = 0

    def block(self, block: Block, known: dict[Place, Value]) -> None:
        """``known``: what memory holds; ``pending``: stores nobody has read yet."""
        pending: dict[Place, Op] = {}
        for op in list(block.ops):
            if isinstance(op, memref.Load):
                self._load(op, known, pending)
            elif isinstance(op, memref.Store):
                self._store(op, known, pending)
            elif op.regions or op.reads or op.writes:
                self._other(op, known, pending)

    def _load(self, op: Any, known: dict[Place, Value], pending: dict[Place, Op]) -> None:
        place = (op.memref, tuple(op.indices))
        if place in known:
            self.rw.replace(op, known[place])
            self.ctx.report.statistics["forward-stores"] += 1
            self.loads += 1
            return
        known[place] = op.result
        for other in [p for p in pending if p[0] is op.memref and not _apart(p, place)]:
            del pending[other]

    def _store(self, op: Any, known: dict[Place, Value], pending: dict[Place, Op]) -> None:
        place = (op.memref, tuple(op.indices))
        if place in pending:
            self.rw.erase(pending[place])
            self.stores += 1
        for other in [p for p in known if p[0] is op.memref and not _apart(p, place)]:
            del known[other]
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
        for region in op.regions:
            for block in region.blocks:
                self.block(block, dict(inside))
        for place in [p for p in known if p[0] in changed]:
            del known[place]


def _without(known: dict[Place, Value], changed: set[Value]) -> dict[Place, Value]:
    return {place: value for place, value in known.items() if place[0] not in changed}


def _apart(one: Place, other: Place) -> bool:
    """Whether two elements of a buffer are certainly different."""
    for a, b in zip(one[1], other[1], strict=True):
        x, y = const_value(a), const_value(b)
        if x is not None and y is not None and x != y:
            return True
    return False
