"""Loops over one-to-one synapses: the k-th neuron of a range of pre with the k-th of one of post.

The synapse of a post neuron lies at its rank, its pre neuron is ``shift`` ranks further on: nothing
is looked up. Whole blocks of post neurons are vectors; those at both ends of the range, which may
share a block with others, go one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.core import Value
from ...ir.dialects import arith
from ...ir.interface import BLOCK
from .dense import clamp
from .kernel import Kernel
from .projection import ProjectionLowering


def each_pair(
    j: ProjectionLowering,
    k: Kernel,
    low: Value,
    high: Value,
    body: Callable[[Value, Value], None],
) -> None:
    """Build ``body(pre, post)`` for the post neurons from ``low`` to ``high`` (whole blocks)."""
    first = k.count(j.name, "post_first")
    end = k.add(first, k.count(j.name, "post_count"))
    shift = k.count(j.name, "shift")
    begin = k(arith.MaxSI(low, first), "begin")
    stop = k(arith.MaxSI(k(arith.MinSI(high, end)), begin), "stop")
    inner = clamp(k, _down(k, k.add(begin, k.constant(BLOCK - 1))), begin, stop)
    outer = clamp(k, _down(k, stop), inner, stop)
    for start, last, whole in ((begin, inner, False), (inner, outer, True), (outer, stop, False)):
        with k.loop(start, last, "post", parallel=whole) as post:
            body(k.add(post, shift, "pre"), post)


def each_neuron(
    j: ProjectionLowering, k: Kernel, low: Value, high: Value, body: Callable[[Value, Value], None]
) -> None:
    """The same where both populations take part as a whole (``whole``): one loop, padding included.

    Both are dealt to threads alike, so that the pre neurons are those of this thread.
    """
    with k.loop(low, high, "post", parallel=True) as post:
        body(post, post)


def _down(k: Kernel, value: Value) -> Any:
    """The border of a block at or before ``value``."""
    block = k.constant(BLOCK)
    return k.mul(k(arith.DivUI(value, block)), block)
