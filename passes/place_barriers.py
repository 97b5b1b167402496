"""place-barriers: threads wait for others only where they need their writes.

    func.func private @ranvier_barrier(memref<?xi64>, index)
    func.func @a_update(%thread: index, %threads: index, %step: index,
        %r: memref<?xf64> {ranvier.buffer = {
            owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
      %x = memref.load %r[%thread] : memref<?xf64>
      %y = arith.addf %x, %x : f64
      memref.store %y, %r[%thread] : memref<?xf64>
      return
    }
    func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
        %barrier: memref<?xi64>, %r: memref<?xf64>) {
      %one = arith.constant 1 : index
      scf.for %step = %t0 to %t1 step %one {
        func.call @a_update(%thread, %threads, %step, %r)
            : (index, index, index, memref<?xf64>) -> ()
        func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
      }
      return
    }
    ==>
    ...
      scf.for %step = %t0 to %t1 step %one {
        func.call @a_update(%thread, %threads, %step, %r) ...
      }
    ...

``map-to-threads`` puts a barrier after every phase of a step. Threads write to their own neurons
and synapses only, so most of them keep nothing apart: spikes go to a slot of a ring that nobody
reads in the same step, sums and states belong to one thread. See
:mod:`ranvier.passes.analysis.races` for what has to be kept apart. Three things are done, each
only where nothing new can happen at the same time:

- a barrier that keeps nothing apart goes;
- barriers inside the steps of a population that others follow in groups of steps (``tile-time``)
  become one behind these steps;
- where all that crosses threads are slots of rings, threads meet once in as many steps as the
  shortest delay has (``interval``, which the run time knows), and one alone meets nobody.

Results do not change: every thread computes the same from the same values.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.attributes import ArrayAttr, TypeAttr
from ..ir.attrs_classes import frozen
from ..ir.buffers import INTERVAL, written
from ..ir.builder import Builder
from ..ir.core import Op, Region, Value, lookup_symbol
from ..ir.dialects import arith, memref, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.effects import own_effects
from ..ir.interface import BARRIER, STEP_RANGE
from ..ir.rewriter import Rewriter
from ..ir.types import function, i64, index
from ..ir.types import memref as buffer_type
from .analysis.races import Conflict, RaceAnalysis
from .framework.core import Context, Pass, register
from .framework.report import counted


@register
@frozen
class PlaceBarriers(Pass):
    """Drop barriers that keep nothing apart; see the module.

    ``intervals``: also let threads meet once in several steps where delays allow it.
    """

    name = "place-barriers"
    requires = "kernels"
    intervals: bool = True

    def run(self, module: Module, ctx: Context) -> bool:
        """Rewrite ``@step_range``."""
        program = lookup_symbol(module, STEP_RANGE)
        if not isinstance(program, Func):
            return False
        strange = _strange(program)
        if strange is not None:
            reason = f"nothing is known of '{strange.name}'"
            ctx.report.refused(self.name, program, "barriers", reason, strange.loc)
            return False
        before = sum(1 for _ in _barriers(program))
        rw = ctx.rewriter()
        _meet_behind_groups(program, rw)
        races = RaceAnalysis(module, program)
        known = races.conflicts()
        gone = _needless(races, program, known)
        for barrier in gone:
            rw.erase(barrier)
        rare = self._rare(races, program, known) if self.intervals else []
        if rare:
            _space_out(program, rare, rw)
        self._tell(races, program, known, before, rare, ctx=ctx)
        return rw.changed

    def _rare(
        self, races: RaceAnalysis, program: Func, known: dict[Conflict, None]
    ) -> list[tuple[scf.For, Op]]:
        """Loops over steps whose one barrier separates slots of rings only."""
        found: list[tuple[scf.For, Op]] = []
        for loop in _loops(program):
            mine = [op for op in loop.body.block.ops if _is_barrier(op)]
            if len(mine) == 1 and _depth(loop) == 0:
                new = races.conflicts([mine[0], *(b for _, b in found)]).keys() - known.keys()
                if all(conflict.in_ring for conflict in new):
                    found.append((loop, mine[0]))
        return found

    def _tell(
        self,
        races: RaceAnalysis,
        program: Func,
        known: dict[Conflict, None],
        before: int,
        rare: list[tuple[scf.For, Op]],
        ctx: Context,
    ) -> None:
        left = [op for op in _barriers(program) if op.block is not None]
        spaced = [barrier for _, barrier in rare]
        steady = [b for b in left if isinstance(b.parent_op, scf.For) and b not in spaced]
        text = f"{counted(before, 'barrier')} became {len(left)}"
        if rare:
            text += f", {len(rare)} of them once in the steps of the shortest delay"
        if before != len(left) or rare:
            ctx.report.did(self.name, program, text, program.loc)
        for barrier in steady:
            needed = [c for c in races.conflicts([barrier]) if c not in known]
            if needed:
                more = f" (and {len(needed) - 1} more)" if len(needed) > 1 else ""
                reason = f"{needed[0]}{more}"
                ctx.report.refused(self.name, program, "a barrier", reason, barrier.loc)


def _is_barrier(op: Op) -> bool:
    return isinstance(op, Call) and op.callee == BARRIER


def _barriers(program: Func) -> Iterator[Op]:
    return (op for op in program.walk() if _is_barrier(op))


def _loops(program: Func) -> list[scf.For]:
    return [op for op in program.walk() if isinstance(op, scf.For)]


def _strange(program: Func) -> Op | None:
    """An operation with unknown effects on buffers."""
    for op in program.walk():
        if op is program or isinstance(op, Call | scf.For | scf.If):
            continue
        if op.regions or any(effect.writes for effect in own_effects(op)):
            return op
    return None


def _meet_behind_groups(program: Func, rw: Rewriter) -> None:
    """Put a barrier behind inner loops over steps, not into them.

    Inner loops are those inside another loop.
    """
    for loop in _loops(program):
        inside = [op for op in loop.body.block.ops if _is_barrier(op)]
        if inside and isinstance(loop.parent_op, scf.For):
            around = loop.parent_op.body.block.ops
            rw.insert_before(around[around.index(loop) + 1], _copy(inside[-1]))


def _needless(races: RaceAnalysis, program: Func, known: dict[Conflict, None]) -> list[Op]:
    """Barriers without which nothing new can meet, one by one.

    Each is judged without those found before.
    """
    gone: list[Op] = []
    for barrier in sorted(_barriers(program), key=_depth, reverse=True):
        if races.conflicts([*gone, barrier]).keys() <= known.keys():
            gone.append(barrier)
    return gone


def _depth(op: Op) -> int:
    """The number of loops around."""
    depth, parent = 0, op.parent_op
    while parent is not None:
        depth, parent = depth + isinstance(parent, scf.For), parent.parent_op
    return depth


def _space_out(program: Func, rare: list[tuple[scf.For, Op]], rw: Rewriter) -> None:
    """Run steps in groups, with a barrier behind each. Groups end at multiples of the interval."""
    interval = _argument(program, rw)
    for loop, barrier in rare:
        low, high = loop.lower, loop.upper
        zero = rw.insert_before(loop, arith.constant(0, index))
        loaded = rw.insert_before(loop, memref.Load(interval, zero))
        between = rw.insert_before(loop, arith.IndexCast(loaded, result_type=index))
        one, threads = rw.insert_before(loop, arith.constant(1, index)), program.body.block.args[1]
        alone = rw.insert_before(loop, arith.cmpi("eq", threads, one)).named("alone")
        whole = rw.insert_before(loop, arith.MaxSI(high, one))
        steps = rw.insert_before(loop, arith.Select(alone, whole, between)).named("interval")
        past = rw.insert_before(loop, arith.RemUI(low, steps))
        first = rw.insert_before(loop, arith.SubI(low, past))
        # Counted from the first one on: what is beyond the end may have no number.
        count = rw.insert_before(loop, arith.SubI(high, first))
        body = scf.loop_block(index, (), ("group",))
        rw.insert_before(loop, scf.For(zero, count, steps, body=Region(body)))
        end = Builder(body, loop.loc)(scf.Yield())
        start = rw.insert_before(end, arith.AddI(first, body.args[0]))
        begin = rw.insert_before(end, arith.MaxSI(start, low)).named("begin")
        left = rw.insert_before(end, arith.SubI(high, start))
        taken = rw.insert_before(end, arith.MinSI(left, steps))
        until = rw.insert_before(end, arith.AddI(start, taken)).named("end")
        rw.move_before(end, loop)
        rw.set_operand(loop, 0, begin)
        rw.set_operand(loop, 1, until)
        rw.move_before(end, barrier)


def _copy(barrier: Op) -> Call:
    return Call(*barrier.operands, callee=BARRIER)


def _argument(program: Func, rw: Rewriter) -> Value:
    """A new argument of the program: the buffer with the interval."""
    type_ = buffer_type(i64)
    value = rw.add_arg(program, program.body.block, type_, str(INTERVAL.key))
    kinds = (*program.function_type.inputs, type_)
    rw.set_prop(program, "arg_attrs", ArrayAttr((*program.arg_attrs, written(INTERVAL))))
    rw.set_prop(program, "function_type", TypeAttr(function(kinds, ())))
    return value
