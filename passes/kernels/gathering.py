"""Sums of a step's input, gathered for post neurons. They are added to the neurons at once."""

from __future__ import annotations

from ...ir.buffers import OWN
from ...ir.core import Value
from ...ir.dialects import arith
from .kernel import Kernel, OwnNeurons
from .projection import ProjectionLowering


def take(
    projection: ProjectionLowering,
    kernel: Kernel,
    name: str,
    sums: Value,
    first: Value,
    own: OwnNeurons,
) -> None:
    """Add sums to a variable of post neurons, and clear them.

    The sum of neuron 0 is at ``first``.
    """
    with kernel.each(own, "post") as post:
        take_one(projection, kernel, name, sums, kernel.add(first, post), post=post)


def take_one(
    projection: ProjectionLowering, kernel: Kernel, name: str, sums: Value, at: Value, post: Value
) -> None:
    """Add one sum to a variable of a post neuron. The sum lies at ``at``, and is cleared.

    A sum of 0 changes nothing, not even the sign of a zero.
    """
    place = projection.post.place(kernel, name, post, OWN)
    before, sum_ = kernel.load(place.buffer, place.at, place.type, name), kernel.load(sums, at)
    nothing = kernel.constant(0.0, place.type)
    some = kernel(arith.cmpf("une", sum_, nothing))
    after = kernel(arith.Select(some, kernel(arith.AddF(before, sum_)), before))
    kernel.store(after, place.buffer, place.at)
    kernel.store(nothing, sums, at)
