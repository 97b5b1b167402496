"""Kernels of learning synapses.

``@J_shared``  equations of what all synapses of a projection share, run by the first thread
``@J_learn``   equations of each step: for each post neuron, then for each of its synapses
``@J_post``    what a spike of a post neuron does to its synapses, through a column index: those of
               ``post`` are ``column[post]`` to ``column[post + 1]``, each with its place in storage
               (``column_at``) and its pre rank (``column_pre``)

They run after all neurons of the step, see the values of this step (``pre.x`` as old as the delay
says), and touch only synapses onto this thread's neurons.
"""

from __future__ import annotations

from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith, net
from ...ir.dialects.func import Func
from ...ir.types import i32, i64
from .equations import Frame, Place, lower
from .kernel import Kernel
from .projection import ProjectionLowering


def shared_update(j: ProjectionLowering) -> Func | None:
    """``@J_shared``, if there is anything to do."""
    if net.idle(j.op.shared_equations):
        return None
    k = Kernel(f"{j.name}_shared", j.op.loc)
    zero = k.constant(0)
    with k.when(k(arith.AndI(_due(j, k), k.compare("eq", k.thread, zero)))):
        lower(j.op.shared_equations.block, _frame(j, k, zero, zero, zero))
    return k.finish()


def learn(j: ProjectionLowering) -> Func | None:
    """``@J_learn``, if there is anything to do."""
    if net.idle(j.op.equations) and net.idle(j.op.dendrite_equations):
        return None
    k = Kernel(f"{j.name}_learn", j.op.loc)
    low, high = k.partition(k.count(f"{j.post.name}.size"))
    with k.when(_due(j, k)):
        if j.op.storage == "dense":
            _dense(j, k, low, high)
        elif j.op.storage == "by_post":
            _by_post(j, k, low, high)
        else:
            _by_pre(j, k, low, high)
    return k.finish()


def post_spike(j: ProjectionLowering) -> Func | None:
    """``@J_post``, if there is anything to do."""
    if net.idle(j.op.post_spike):
        return None
    k = Kernel(f"{j.name}_post", j.op.loc)
    low, _ = k.partition(k.count(f"{j.post.name}.size"))
    ranks, counts = j.post.spike_list(k)
    base, count = j.post.own_spikes(k, low)
    columns, places = j.offsets(k, "column"), j.offsets(k, "column_at")
    sources = j.storage(k, "column_pre", i32)
    done = k.add(k.step_i64(), k.constant(1, i64))
    fired = k.to_index(k.load(counts, count), "fired")
    with k.loop(k.constant(0), fired, "spike") as spike:
        post = k.to_index(k.load(ranks, k.add(base, spike)), "post")
        with k.loop(*k.row(columns, post), "c") as c:
            synapse = k.to_index(k.load(places, c), "synapse")
            frame = j.frame(k, k.to_index(k.load(sources, c), "pre"), post, synapse)
            j.bring_up_to_date(frame, done)
            lower(j.op.post_spike.block, frame)
    return k.finish()


def _due(j: ProjectionLowering, k: Kernel) -> Any:
    """Whether synapses are updated in this step."""
    zero, one = k.constant(0, i64), k.constant(1, i64)
    period = k(arith.MaxSI(j.flag(k, 1), one))
    since = k(arith.RemSI(k(arith.SubI(k.step_i64(), j.flag(k, 2))), period))
    on = k.compare("ne", j.flag(k, 0), zero)
    return k(arith.AndI(on, k.compare("eq", since, zero)), "due")


def _frame(j: ProjectionLowering, k: Kernel, pre: Value, post: Value, synapse: Value) -> Frame:
    """The context of equations: a longer step, and ``pre.x`` one step newer than transmission's."""
    frame = j.frame(k, pre, post, synapse)
    frame.dt = f"{j.name}.update_dt"

    def newer(name: str) -> Place:
        if j.op.delayed and j.op.kind == "rate":
            return j.pre.past_place(k, name, pre, j.slot(k, synapse, newer=1))
        return j.pre.place(k, name, pre)

    frame.pre = newer
    return frame


def _dendrite(j: ProjectionLowering, k: Kernel, post: Value) -> None:
    zero = k.constant(0)
    lower(j.op.dendrite_equations.block, _frame(j, k, zero, post, zero))


def _synapse(j: ProjectionLowering, k: Kernel, pre: Value, post: Value, synapse: Value) -> None:
    lower(j.op.equations.block, _frame(j, k, pre, post, synapse))


def _dense(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    size = k.count(f"{j.pre.name}.size")
    with j.dense(k, size, low, high) as (post, synapse_from):
        _dendrite(j, k, post)
        with k.loop(k.constant(0), size, "pre") as pre:
            _synapse(j, k, pre, post, synapse_from(pre))


def _by_post(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    rows, sources = j.offsets(k, "row"), j.ranks(k, "pre")
    with k.loop(low, high, "post") as post:
        _dendrite(j, k, post)
        with k.loop(*k.row(rows, post), "synapse") as synapse:
            _synapse(j, k, k.to_index(k.load(sources, synapse), "pre"), post, synapse)


def _by_pre(j: ProjectionLowering, k: Kernel, low: Value, high: Value) -> None:
    if not net.idle(j.op.dendrite_equations):
        with k.loop(low, high, "post") as post:
            _dendrite(j, k, post)
    if net.idle(j.op.equations):
        return
    split, targets = j.offsets(k, "split"), j.ranks(k, "post")
    classes = k.count(f"{j.name}.classes")
    rows = k.mul(k.count(f"{j.pre.name}.size"), classes)
    width = k.add(k.threads, k.constant(1))
    with k.loop(k.constant(0), rows, "row") as row:
        pre = k(arith.DivUI(row, classes), "pre")
        cut = k.add(k.mul(row, width), k.thread)
        with k.loop(*k.row(split, cut), "synapse") as synapse:
            post = k.to_index(k.load(targets, synapse), "post")
            _synapse(j, k, pre, post, synapse)
