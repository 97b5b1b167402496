"""vectorize-rows: a loop along a row computes several synapses at once.

    func.func @f(%post: memref<?xi64>, %w: memref<?xf64>, %x: memref<?xf64>, %sums: memref<?xf64>,
        %begin: index, %end: index) {
      %one = arith.constant 1 : index
      scf.for %s = %begin to %end step %one {
        %rank = memref.load %post[%s] : memref<?xi64>
        %j = arith.index_cast %rank : i64 to index
        %trace = memref.load %x[%j] : memref<?xf64>
        %old = memref.load %w[%s] : memref<?xf64>
        %new = arith.addf %old, %trace : f64
        %more = arith.mulf %new, %trace : f64
        memref.store %more, %w[%s] : memref<?xf64>
        %sum = memref.load %sums[%j] : memref<?xf64>
        %total = arith.addf %sum, %new : f64
        memref.store %total, %sums[%j] : memref<?xf64>
      }
      return
    }
    ==> vectorize-rows{bytes=32}
    ...
      scf.for %s = %begin to %middle step ... {
    ...
        %trace = vector.gather %x[...] [%j...], ...
        %old = vector.load %w[%s] : memref<?xf64>, vector<4xf64>
        %new = arith.addf %old, %trace : vector<4xf64>
        %more = arith.mulf %new, %trace : vector<4xf64>
        vector.store %more, %w[%s] : memref<?xf64>, vector<4xf64>
    ...
        memref.store ..., %sums[...] : memref<?xf64>
    ...
      }
      scf.for %s... = %middle to %end step %one {
    ...

What a loop writes only at its own place (``%weights[%s]``) belongs to a lane. Any other buffer that
it writes (``%sums``) is changed lane by lane, in the order of the synapses, after all else: also
where two synapses of a row have the same post neuron, every bit stays. Reads of what the loop does
not write are gathered.

Lanes may branch, and end a loop at different times: a branch runs if any lane takes it, a loop as
long as any lane goes on, the others keep what they have. A branch with a loop of another kind in it
is run by one lane after the other. Not where lanes need what is changed lane by lane, or where most
of the work is that.
"""

from __future__ import annotations

from typing import Any

from ..ir.attrs_classes import frozen
from ..ir.core import Block, Op, Region, Value
from ..ir.dialects import arith, memref, scf, vector
from ..ir.dialects.func import Func
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType, index, lanes_of, scalar_of
from .framework.analyses import Loops, MemoryEffects
from .framework.core import Context, Pass, const_value, defined_in, register
from .vectorize import CONVERSIONS, RefusedError, VectorLoop, lanes_of_loop

Access = memref.Load | memref.Store

TRAPS = (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI)
"""Operations that a lane must not even try with some numbers."""

PLACES = (arith.ExtUI, arith.ExtSI, arith.IndexCast, arith.AddI, arith.SubI, arith.MulI)
"""Operations that compute places in buffers. To do them once more for a lane is cheap."""


@register
@frozen
class VectorizeRows(Pass):
    """Turn loops along rows into vector loops; see the module.

    ``bytes`` is the width of a vector, 0 that of the target: 64 for AVX-512 (narrower machines
    split it).
    """

    name = "vectorize-rows"
    scope = "function"
    bytes: int = 0

    def run(self, func: Func, ctx: Context) -> bool:
        """Visit the loops that touch scattered elements."""
        changed, width = False, self.bytes or ctx.target.vector_bytes
        for loop in ctx.analyses.get(Loops, func).inner_first:
            if not _is_row(loop):
                continue
            what = f"the loop over %{loop.iv.name}"
            try:
                lanes = lanes_of_loop(loop, width)
                if lanes < 2:
                    raise RefusedError(f"{width} bytes hold less than two of its numbers")
                row = RowLoop(loop, lanes, ctx.analyses.get(MemoryEffects, loop).written)
                row.replace()
                changed = True
                ctx.report.statistics[self.name] += 1
                ctx.report.did(self.name, func, f"{what}: {lanes} synapses at once", loop.loc)
            except RefusedError as reason:
                ctx.report.refused(self.name, func, what, str(reason), loop.loc)
        return changed


def _is_row(loop: scf.For) -> bool:
    """Whether a loop computes floats and reads in an irregular order."""
    ops = loop.body.block.ops
    if loop.block is None or loop.parallel or const_value(loop.step) != 1:
        return False
    if any(isinstance(op, scf.For) for op in ops) or isinstance(loop.parent_op, scf.If):
        return False
    if any(lanes_of(value.type) for op in loop.walk() for value in (*op.results, *op.operands)):
        return False
    scattered = any(isinstance(op, Access) and _defined_by_load(op.indices[-1], loop) for op in ops)
    return scattered and any(_computes(op) for op in ops)


def _defined_by_load(value: Value, loop: scf.For) -> bool:
    """Whether a place is computed from something that the loop reads."""
    op = value.op
    if op is None or not defined_in(value, loop):
        return False
    if op.pure:
        return any(_defined_by_load(v, loop) for v in op.operands)
    return isinstance(op, memref.Load)


def _computes(op: Op) -> bool:
    """Whether an operation makes a float out of others."""
    makes = any(isinstance(scalar_of(v.type), FloatType) for v in op.results)
    return op.pure and makes and not isinstance(op, CONVERSIONS)


class RowLoop(VectorLoop):
    """Vector form of a loop, in front of the old one. The old one takes what is left."""

    def __init__(self, loop: scf.For, lanes: int, written: set[Value] | None) -> None:
        super().__init__(loop, lanes, written)
        self.mask: Value | None = None  # the lanes that run what is being built, if not all
        self.known: dict[tuple[Value, int], Value] = {}  # values of single lanes
        self.in_order = InOrder(loop, written or set())

    def replace(self) -> None:
        """Build the vector loop. The old one does what is left at the end of the row."""
        loop = self.loop
        if self.written is None:
            raise RefusedError("it calls a function")
        if loop.inits:
            raise RefusedError("it carries values from iteration to iteration")
        self.in_order.check()
        step, middle = self._bounds()
        body = scf.loop_block(index, (), (loop.iv.name or "",))
        self.first[loop.iv] = body.args[0]
        new = scf.For(loop.lower, middle, step, body=Region(body))
        try:
            with self.build.inside(body):
                self._ops(loop.body.block)
                self._one_by_one()
                self.build(scf.Yield())
        except RefusedError:
            self.undo(new)
            raise
        self.outside.insert(new)
        self.settle()
        rw = Rewriter()
        rw.set_operand(loop, 0, middle)

    def _bounds(self) -> tuple[Value, Value]:
        """The number of lanes, and the end of whole vectors. The end is a place in the row."""
        out, loop = self.outside, self.loop
        lanes = out(arith.constant(self.lanes, index))
        length = out(arith.SubI(out(arith.MaxSI(loop.upper, loop.lower)), loop.lower))
        whole = out(arith.MulI(out(arith.DivUI(length, lanes)), lanes))
        return lanes, out(arith.AddI(loop.lower, whole), "middle")

    # ------------------------------------------------------------------ single lanes

    def _op(self, op: Op) -> None:
        if op in self.in_order.ops:
            return
        traps = self.mask is not None and isinstance(op, TRAPS)
        if traps and any(self.uniform(v) is None for v in op.operands):
            raise RefusedError("some lanes would divide by what they must not")
        super()._op(op)

    def _one_by_one(self) -> None:
        """Do ordered work lane by lane, after all else."""
        for lane in range(self.lanes):
            env: dict[Value, Value] = {}
            for op in self.in_order.ops:
                with self.build.at(op.loc):
                    for value in op.operands:
                        if value not in env:
                            env[value] = self.lane(value, lane)
                    self.build.insert(op.clone(env))

    def lane(self, value: Value, lane: int) -> Value:
        """A value of one lane."""
        found = self.uniform(value)
        if found is None:
            found = self.known.get((value, lane))
        if found is None:
            found = self.known[value, lane] = self._single(value, lane)
        return found

    def _single(self, value: Value, lane: int) -> Value:
        op = value.op
        made: Op
        if value in self.first:
            made = arith.AddI(self.first[value], self.build(arith.constant(lane, index)))
        elif op is not None and self._is_cheap(value):
            made = op.clone({v: self.lane(v, lane) for v in op.operands})
        else:
            made = vector.lane_of(self.vector(value), lane)
        found: Value = self.build(made, value.name)
        return found

    def _is_cheap(self, value: Value) -> bool:
        """Whether a lane of a value costs little.

        Values that are read in order, or computed from such, do.
        """
        if self.uniform(value) is not None or value in self.first:
            return True
        op = value.op
        if isinstance(op, memref.Load):
            in_loop = op.block is self.loop.body.block and op.memref not in self._written
            return in_loop and op.indices[-1] in self.first
        return isinstance(op, PLACES) and all(map(self._is_cheap, op.operands))

    @property
    def _written(self) -> set[Value]:
        return self.written or set()

    # ------------------------------------------------------------------ memory

    def _gather(self, op: Any) -> None:
        if self.mask is None:
            super()._gather(op)
            return
        # lanes that do not run this read the first element, which is always there
        at = op.indices[0]
        everywhere = self.vector(at)
        first = self.outside(arith.constant(0, everywhere.type))
        self.vectors[at] = self.build(arith.Select(self.mask, everywhere, first))
        super()._gather(op)
        self.vectors[at] = everywhere

    def _load(self, op: Any) -> None:
        if self.mask is not None and op.indices[-1] in self.first:
            self._check_reached(op)
        super()._load(op)

    def _store(self, op: Any) -> None:
        if self.mask is None:
            super()._store(op)
            return
        self._check_reached(op)
        at, _ = self._address(op.indices)
        value = self.vector(op.value)
        old = self.build(vector.Load(op.memref, *at, result_type=value.type))
        merged = self.build(arith.Select(self.mask, value, old))
        self.build(vector.Store(merged, op.memref, *at))

    def _check_reached(self, op: Any) -> None:
        """Check that lanes outside a branch have this element, too.

        What is outside the branch touches it.
        """
        for other in self.loop.body.block.ops:
            same = isinstance(other, Access) and other.memref is op.memref
            if same and list(getattr(other, "indices", ())) == list(op.indices):
                return
        raise RefusedError(f"it touches %{op.memref.name} in some lanes only")

    # ------------------------------------------------------------------ lanes that branch

    def _if(self, op: Any) -> None:
        if self.uniform(op.condition) is not None:
            super()._if(op)
            return
        if op.values:
            raise RefusedError("lanes would take different branches for a value")
        if not all(_may_vary(each) for each in op.walk() if isinstance(each, scf.For)):
            self._alone(op)
            return
        chosen = self.vector(op.condition)
        self._branch(chosen, op.then.block)
        if op.otherwise.blocks:
            true = self.outside(arith.constant(1, chosen.type))
            self._branch(self.build(arith.XOrI(chosen, true)), op.otherwise.block)

    def _branch(self, chosen: Value, block: Block) -> None:
        """Run a branch for the lanes that take it, if any."""
        before = self.mask
        mask = chosen if before is None else self.build(arith.AndI(before, chosen))
        any_ = self.build(vector.reduction("or", mask))
        then = Block()
        with self.build.inside(then):
            self.mask = mask
            self._ops(block)
            self.mask = before
            self.build(scf.Yield())
        self.build(scf.If(any_, then=Region(then), otherwise=Region()))

    def _alone(self, op: Any) -> None:
        """Run a branch lane by lane if any lane takes it. Each lane runs it as often as it must.

        What the branch needs is computed once more; nothing must have been changed before.
        """
        ops = self.loop.body.block.ops
        if op.block is not self.loop.body.block:
            raise RefusedError("lanes would loop in different ways")
        before = ops[: ops.index(op)]
        if any(isinstance(each, memref.Store | scf.If | scf.For) for each in before):
            raise RefusedError("lanes would loop in different ways after something is changed")
        any_ = self.build(vector.reduction("or", self.vector(op.condition)))
        first, then, body = self.first[self.loop.iv], Block(), scf.loop_block(index, (), ("lane",))
        env = {self.loop.iv: body.args[0]}
        with self.build.inside(body):
            for each in before:
                if not isinstance(each, memref.Prefetch):
                    self.build.insert(each.clone(env))
            self.build.insert(op.clone(env))
            self.build(scf.Yield())
        with self.build.inside(then):
            end = self.build(arith.AddI(first, self.build(arith.constant(self.lanes, index))))
            self.build(scf.For(first, end, self.loop.step, body=Region(body)))
            self.build(scf.Yield())
        self.build(scf.If(any_, then=Region(then), otherwise=Region()))

    def _for(self, op: Any) -> None:
        if self.uniform(op.upper) is not None or not _may_vary(op):
            super()._for(op)
        else:
            self._while_any(op)

    def _while_any(self, op: Any) -> None:
        """A loop of lanes that end it at different times.

        It goes on as long as any of them does.
        """
        upper, before = self.vector(op.upper), self.mask
        if before is not None:
            upper = self.build(arith.Select(before, upper, self.vector(op.lower)))
        last = self.build(vector.reduction("maxsi", upper))
        body = scf.loop_block(index, (), (op.iv.name or "",))
        self.scalar[op.iv] = body.args[0]
        with self.build.inside(body):
            now = self.build(vector.broadcast(body.args[0], self.lanes))
            self.mask = self.build(arith.cmpi("slt", now, upper))
            self._ops(op.body.block)
            self.mask = before
            self.build(scf.Yield())
        self.build(scf.For(op.lower, last, op.step, body=Region(body)))

    def _append(self, op: Any) -> None:
        raise RefusedError(f"'{op.name}' has no vector form along a row")

    _connected = _append

    def _paired(self, op: Any) -> dict[str, Any]:
        """No pairs: a row may begin in the middle of one."""
        return {}


def _may_vary(loop: scf.For) -> bool:
    """Whether lanes can end a loop at different times.

    Such a loop starts everywhere at one number.
    """
    start, step = const_value(loop.lower), const_value(loop.step)
    return not loop.inits and start is not None and step is not None


class InOrder:
    """Operations of a loop on shared buffers, done lane by lane. The loop writes these buffers."""

    def __init__(self, loop: scf.For, written: set[Value]) -> None:
        self.loop, self.written = loop, written
        inside = [op for op in loop.walk() if isinstance(op, Access)]
        self.buffers = {
            op.memref for op in inside if op.memref in written and list(op.indices) != [loop.iv]
        }
        self.ops: dict[Op, None] = {}
        for op in loop.body.block.ops:
            needs = any(v.op in self.ops for v in op.operands if v.op is not None)
            if needs or (isinstance(op, Access) and op.memref in self.buffers):
                self.ops[op] = None

    def check(self) -> None:
        """Raise RefusedError where lanes need ordered results, or those dominate."""
        for op in self.loop.walk():
            if op.block is self.loop.body.block or op is self.loop:
                continue
            shared = isinstance(op, Access) and op.memref in self.buffers
            if shared or any(v.op in self.ops for v in op.operands if v.op is not None):
                raise RefusedError("a branch depends on what is changed synapse by synapse")
        for op in self.ops:
            if op.regions:
                raise RefusedError("a branch depends on what is changed synapse by synapse")
            if isinstance(op, memref.Store) and op.memref not in self.buffers:
                name = op.memref.name
                raise RefusedError(f"%{name} depends on what is changed synapse by synapse")
            if not isinstance(op, Access) and not op.pure:
                raise RefusedError(f"'{op.name}' has no vector form")
        in_lanes = sum(_computes(op) for op in self.loop.walk() if op not in self.ops)
        if in_lanes <= sum(_computes(op) for op in self.ops):
            raise RefusedError("most of its work is done synapse by synapse, in order")
