"""lower-syn: lists and masks become loads, stores and branches.

    func.func @f(%hit: i1, %i: index, %list: memref<?xi32>, %count: memref<?xi64>, %slot: index,
        %n: index) {
      syn.append %hit, %i to %list[%i] count %count[%slot] below %n
          : i1, memref<?xi32>, memref<?xi64>
      return
    }
    ==>
    ...
      %0 = arith.cmpi ult, %i, %n : index
      %1 = arith.andi %hit, %0 : i1
      scf.if %1 {
        %count_1 = memref.load %count[%slot] : memref<?xi64>
        %2 = arith.index_cast %count_1 : i64 to index
        %3 = arith.addi %i, %2 : index
        %4 = arith.index_cast %i : index to i32
        memref.store %4, %list[%3] : memref<?xi32>
        %5 = arith.constant 1 : i64
        %6 = arith.addi %count_1, %5 : i64
        memref.store %6, %count[%slot] : memref<?xi64>
      }
    ...

At cortical rates almost no vector holds a spike, so the branch is rarely taken.

A mask of spikes has 32 neurons in a word. A warp has a lane for each, so that a vote is the word,
and its first lane stores it; elsewhere a thread sets or clears its bit. Both are written, in
branches on the size of a subgroup, which is a constant to every code generator: the program means
the same everywhere, also to the interpreter.

    func.func @mark(%hit: i1, %i: index, %spikes: memref<?xi32>, %word: index) {
      syn.mark %hit, %i to %spikes[%word] : i1, memref<?xi32>
      return
    }
    ==>
    ...
      %lanes = gpu.subgroup_size : index
    ...
      scf.if %whole {
    ...
        %votes = nvvm.vote.sync ballot %all, %hit -> i32
    ...
        scf.if %first {
          memref.store %votes, %spikes[%word] : memref<?xi32>
        }
      } else {
    ...
        memref.store ..., %spikes[%word] : memref<?xi32>
      }
    ...
"""

from __future__ import annotations

from typing import Any

from ..ir.attributes import DenseArrayAttr
from ..ir.builder import Builder
from ..ir.core import Block, Region, Value
from ..ir.dialects import arith, gpu, math, memref, nvvm, scf, syn, vector
from ..ir.dialects.func import Func
from ..ir.lowering import Rules, expand
from ..ir.rewriter import Rewriter
from ..ir.types import i8, i16, i32, i64, index, lanes_of
from ..ir.types import vector as vector_type
from .framework.core import Context, Pass, register
from .framework.report import counted


@register
class LowerSyn(Pass):
    """Lower ``syn.append``, ``syn.mark`` and ``syn.connected``; see the module."""

    name = "lower-syn"
    scope = "function"

    def run(self, func: Func, ctx: Context) -> bool:
        """Replace all of them."""
        appends, marks = (
            sum(isinstance(op, kind) for op in func.walk()) for kind in (syn.Append, syn.Mark)
        )
        count = expand(func, _RULES, Rewriter())
        if appends:
            what = f"{counted(appends, 'append')} to spike lists became stores behind a branch"
            ctx.report.did(self.name, func, what)
        if marks:
            what = f"{counted(marks, 'mark')} in masks of spikes became votes of warps, or bits"
            ctx.report.did(self.name, func, what)
        if count > appends + marks:
            reads = counted(count - appends - marks, "read")
            what = f"{reads} of a bit matrix became loads of bits"
            ctx.report.did(self.name, func, what)
        return count > 0


def _append(op: Any, build: Builder) -> None:
    """A branch on whether any lane appends."""
    lanes = lanes_of(op.hit.type)
    if not lanes:
        then, condition = _one(op, op.first), _real(build, op, op.first, op.hit)
    elif lanes in _WORDS:
        word = _WORDS[lanes]
        whole = build(vector.Bitcast(op.hit, result_type=vector_type(1, word)))
        bits = build(vector.Extract(whole, static_position=DenseArrayAttr((0,))), "bits")
        condition = build(arith.cmpi("ne", bits, build(arith.constant(0, word))))
        then = _set_bits(op, bits)
    else:
        then, condition = _lanes(op, lanes), build(vector.reduction("or", op.hit))
    build(scf.If(condition, then=Region(then), otherwise=Region()))


_WORDS = {8: i8, 16: i16, 32: i32, 64: i64}
"""Lanes whose truth values make an integer."""


def _set_bits(op: Any, bits: Value) -> Block:
    """A loop over set bits, lowest first: one turn per spike."""
    outer = Block()
    body = scf.loop_block(index, (bits.type,), ("turn", "left"))
    build = Builder(outer, op.loc)
    word = bits.type
    count = build(math.CountOnes(bits))
    turns = build(arith.ExtUI(count, result_type=i64)) if word is not i64 else count
    ends = [build(arith.constant(0, index)), build(arith.IndexCast(turns, result_type=index))]
    one = build(arith.constant(1, index))
    build(scf.For(*ends, one, bits, body=Region(body), result_types=(word,)))
    build(scf.Yield())
    build, left = Builder(body, op.loc), body.args[1]
    lane = build(math.TrailingZeros(left), "lane")
    wide = build(arith.ExtUI(lane, result_type=i64)) if word is not i64 else lane
    rank = build(arith.AddI(op.first, build(arith.IndexCast(wide, result_type=index))))
    inside = build(arith.cmpi("ult", rank, op.limit))
    build(scf.If(inside, then=Region(_one(op, rank)), otherwise=Region()))
    lower = build(arith.SubI(left, build(arith.constant(1, word))))
    build(scf.Yield(build(arith.AndI(left, lower))))
    return outer


def _lanes(op: Any, lanes: int) -> Block:
    """A loop over the lanes. Vectors of too few lanes for an integer of their own need it."""
    outer, body = Block(), scf.loop_block(index, (), ("lane",))
    build = Builder(outer, op.loc)
    bounds = [build(arith.constant(n, index)) for n in (0, lanes, 1)]
    build(scf.For(*bounds, body=Region(body)))
    build(scf.Yield())
    build = Builder(body, op.loc)
    lane = body.args[0]
    rank = build(arith.AddI(op.first, lane))
    bit = _real(build, op, rank, build(vector.extract(op.hit, lane)))
    build(scf.If(bit, then=Region(_one(op, rank)), otherwise=Region()))
    build(scf.Yield())
    return outer


def _real(build: Builder, op: Any, rank: Value, hit: Value) -> Value:
    """Whether the neuron ``rank`` was hit and is no padding."""
    inside = build(arith.cmpi("ult", rank, op.limit))
    both: Value = build(arith.AndI(hit, inside))
    return both


def _one(op: Any, rank: Value) -> Block:
    """Append one rank."""
    block = Block()
    build = Builder(block, op.loc)
    count = build(memref.Load(op.count, op.slot), "count")
    position = build(arith.AddI(op.base, build(arith.IndexCast(count, result_type=index))))
    build(memref.Store(build(arith.IndexCast(rank, result_type=i32)), op.list, position))
    more = build(arith.AddI(count, build(arith.constant(1, i64))))
    build(memref.Store(more, op.count, op.slot))
    build(scf.Yield())
    return block


_WORD = 32
"""Neurons in a word of a mask."""


def _mark(op: Any, build: Builder) -> None:
    """A whole word by a warp, or one bit."""
    lanes = build(gpu.SubgroupSize(), "lanes")
    whole = build(arith.cmpi("eq", lanes, build(arith.constant(_WORD, index))), "whole")
    build(scf.If(whole, then=Region(_vote(op)), otherwise=Region(_bit(op))))


def _vote(op: Any) -> Block:
    """The votes of a warp, which its first lane stores."""
    block, store = Block(), Block()
    build = Builder(block, op.loc)
    everyone = build(arith.constant(-1, i32), "all")
    votes = build(nvvm.vote("ballot", everyone, op.hit), "votes")
    lane = build(gpu.LaneId(), "lane")
    first = build(arith.cmpi("eq", lane, build(arith.constant(0, index))), "first")
    build(scf.If(first, then=Region(store), otherwise=Region()))
    build(scf.Yield())
    build = Builder(store, op.loc)
    build(memref.Store(votes, op.mask, op.word))
    build(scf.Yield())
    return block


def _bit(op: Any) -> Block:
    """A bit of a word, whose others stay."""
    block = Block()
    build = Builder(block, op.loc)
    place = build(arith.AndI(op.i, build(arith.constant(_WORD - 1, index))))
    shift = build(arith.IndexCast(place, result_type=i32))
    bit = build(arith.ShLI(build(arith.constant(1, i32)), shift), "bit")
    others = build(arith.XOrI(bit, build(arith.constant(-1, i32))), "others")
    rest = build(arith.AndI(build(memref.Load(op.mask, op.word)), others), "rest")
    own = build(arith.ShLI(build(arith.ExtUI(op.hit, result_type=i32)), shift), "own")
    build(memref.Store(build(arith.OrI(rest, own)), op.mask, op.word))
    build(scf.Yield())
    return block


def _connected(op: Any, build: Builder) -> Value:
    """A bit of a byte. Whole bytes become vectors of bits, fewer lanes shift their bit down."""
    lanes = lanes_of(op.result.type)
    at = build(arith.ShRUI(op.first, build(arith.constant(3, index))))
    if lanes and lanes % 8 == 0:
        bytes_ = build(vector.Load(op.bits, at, result_type=vector_type(lanes // 8, i8)))
        whole: Value = build(vector.Bitcast(bytes_, result_type=op.result.type))
        return whole
    inside = build(arith.AndI(op.first, build(arith.constant(7, index))))
    shift = build(arith.IndexCast(inside, result_type=i64))
    byte = build(arith.ExtUI(build(memref.Load(op.bits, at)), result_type=i64))
    if lanes:
        byte = build(vector.broadcast(byte, lanes))
        steps = build(vector.Step(result_type=vector_type(lanes, index)))
        wide = build(arith.IndexCast(steps, result_type=vector_type(lanes, i64)))
        shift = build(arith.AddI(build(vector.broadcast(shift, lanes)), wide))
    bit: Value = build(arith.TruncI(build(arith.ShRUI(byte, shift)), result_type=op.result.type))
    return bit


_RULES: Rules = {syn.Append: _append, syn.Mark: _mark, syn.Connected: _connected}
