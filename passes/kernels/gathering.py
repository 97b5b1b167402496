"""Sums of a step's input, gathered for post neurons. They are added to the neurons at once."""

from __future__ import annotations

from ...ir.buffers import OWN
from ...ir.core import Value
from ...ir.dialects import arith
from .kernel import Kernel
from .projection import ProjectionLowering


def take(
    j: ProjectionLowering,
    k: Kernel,
    name: str,
    sums: Value,
    first: Value,
    span: tuple[Value, Value],
) -> None:
    """Add sums to a variable of post neurons, and clear them.

    The sum of neuron 0 is at ``first``.
    """
    with k.loop(*span, "post", parallel=True) as post:
        take_one(j, k, name, sums, k.add(first, post), post=post)


def take_one(
    j: ProjectionLowering, k: Kernel, name: str, sums: Value, at: Value, post: Value
) -> None:
    """Add one sum to a variable of a post neuron. The sum lies at ``at``, and is cleared.

    A sum of 0 changes nothing, not even the sign of a zero.
    """
    place = j.post.place(k, name, post, OWN)
    before, sum_ = k.load(place.buffer, place.at, place.type, name), k.load(sums, at)
    nothing = k.constant(0.0, place.type)
    some = k(arith.cmpf("une", sum_, nothing))
    after = k(arith.Select(some, k(arith.AddF(before, sum_)), before))
    k.store(after, place.buffer, place.at)
    k.store(nothing, sums, at)
