"""Delivery of spikes on a grid, in two kernels.

The bits are those of one thread after the other.

``@J_scatter``  a subgroup for each spike, a lane for each synapse of its row: values go to buckets
                (``buckets.py``), or are counted where all are the same
``@J_drain``    a thread for each post neuron: what is in its bucket is added in ascending order,
                by delay, then by pre rank
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ir.buffers import ANYTHING, OWN, SCRATCH, Buffer, neurons
from ...ir.core import Value
from ...ir.dialects import arith, memref
from ...ir.dialects.func import Func
from ...ir.types import i1
from ..kernels.delivery import arrived_now, take_rates
from ..kernels.gathering import take_one
from ..kernels.statements import BufferElement
from ..kernels.transmit import transmit
from .arrivals import Arrivals, target
from .buckets import Buckets
from .projection import GridProjection

ORDERS = 1 << 40
"""The places of one delay in the order of arrivals."""


def scatter(projection: GridProjection) -> Func | None:
    """The kernel ``@J_scatter``; see the module."""
    if not projection.scatters:
        return None
    kernel = projection.kernel("scatter")
    arrivals = Arrivals(projection, kernel)
    if not arrivals.adds:
        return None
    found = _buckets(arrivals)

    def count() -> None:
        with (
            arrivals.classes() as delay,
            projection.mask.dealt(kernel, delay.slot) as pre,
            kernel.along_row(*arrivals.row(pre, delay), "synapse") as place,
        ):
            found[target(arrivals.adds[0])].count(arrivals.rows.post(place))

    def put() -> None:
        with arrivals.classes() as delay, projection.mask.dealt(kernel, delay.slot) as pre:
            neuron = arrivals.neuron(pre)
            with kernel.along_row(*arrivals.row(pre, delay), "synapse") as place:
                post = arrivals.rows.post(place)
                values = arrivals.values(neuron, post, place)
                for number, value in enumerate(values):
                    key = _key(arrivals, place, delay.order, number)
                    found[target(arrivals.adds[number])].put(post, key, value)

    if projection.fast:
        _add_at_once(arrivals)
    else:
        _by_values(arrivals, count, put)
    return kernel.finish()


def along_posts(projection: GridProjection) -> Func | None:
    """``@J_transmit``: sums that the threads of post neurons take."""
    early = projection.layout.side == "post" and not projection.waits
    return transmit(projection) if early else None


def in_turn(projection: GridProjection) -> Func | None:
    """``@J_transmit`` for sums that follow on decoded spikes, in order."""
    return transmit(projection) if projection.waits else None


def along_rows(projection: GridProjection) -> Func | None:
    """``@J_transmit`` along rows with a place for each post neuron."""
    rows = projection.layout.side == "pre" and not projection.scatters
    return transmit(projection) if rows else None


def drain(projection: GridProjection) -> Func | None:
    """The kernel ``@J_drain``; see the module."""
    if not projection.scatters:
        return None
    kernel = projection.kernel("drain")
    arrivals = Arrivals(projection, kernel)
    if not arrivals.adds:
        return None
    own, found = kernel.partition(projection.post.name), _buckets(arrivals)
    if projection.fast:
        return _take_gathered(arrivals) if arrivals.gathered else None
    if projection.op.kind == "decode":
        with kernel.each(own) as i:
            nothing = kernel.constant(0.0, projection.number)
            kernel.store(nothing, arrived_now(projection, kernel), i)

    def counted() -> None:
        with kernel.each(own, "post") as post:
            bucket = found[target(arrivals.adds[0])]
            count = bucket.found(post)
            with _some(arrivals, count):
                bucket.clear(post)
                _add_equal(arrivals, post, count)

    def emptied() -> None:
        with kernel.each(own, "post") as post:
            for bucket in found.values():
                count = bucket.found(post)
                with _some(arrivals, count):
                    bucket.clear(post)
                    _add_all(arrivals, bucket, post, count)

    _by_values(arrivals, counted, emptied)
    if projection.op.kind == "decode":
        take_rates(projection, kernel, own)
    return kernel.finish()


def _buckets(arrivals: Arrivals) -> dict[str, Buckets]:
    """Buckets for each variable of post neurons to which synapses add."""
    projection, kernel = arrivals.projection, arrivals.kernel
    types = {target(op): op.value.type for op in arrivals.adds}
    return {name: Buckets(projection, kernel, name, type_) for name, type_ in types.items()}


def _by_values(
    arrivals: Arrivals, alike: Callable[[], None], otherwise: Callable[[], None]
) -> None:
    """Build ``alike`` for synapses that all add the same, else ``otherwise``."""
    kernel, once = arrivals.kernel, len({target(op) for op in arrivals.adds}) == len(arrivals.adds)
    if not (arrivals.projection.op.uniform_weights and arrivals.alike and once):
        otherwise()
        return
    same = arrivals.rows.uniform()
    with kernel.when(same):
        alike()
    with kernel.when(kernel(arith.XOrI(same, kernel.constant(1, i1)))):
        otherwise()


def _some(arrivals: Arrivals, count: Value) -> Any:
    """A branch that is taken where there are some."""
    kernel = arrivals.kernel
    return kernel.when(kernel.compare("ne", count, kernel.constant(0)))


def _key(arrivals: Arrivals, place: Value, order: Value | None, number: int) -> Value:
    """The place of a value in the order of all."""
    kernel, several = arrivals.kernel, len(arrivals.adds)
    if order is not None:
        place = kernel.add(kernel.mul(order, kernel.constant(ORDERS)), place)
    if several > 1:
        place = kernel.add(kernel.mul(place, kernel.constant(several)), kernel.constant(number))
    found: Value = kernel.to_i64(place)
    return found


def _variable(arrivals: Arrivals, name: str, post: Value, reach: str = OWN) -> BufferElement:
    """The place of a variable of an own post neuron."""
    projection = arrivals.projection
    if projection.op.kind == "decode":
        arrived = arrived_now(projection, arrivals.kernel)
        return BufferElement(arrived, post, projection.number)
    return projection.post.place(arrivals.kernel, name, post, reach)


def _add_equal(arrivals: Arrivals, post: Value, count: Value) -> None:
    """Add what all synapses add alike, ``count`` times."""
    kernel, zero = arrivals.kernel, arrivals.kernel.constant(0)
    values = arrivals.values(arrivals.neuron(zero), post, zero)
    for add, value in zip(arrivals.adds, values, strict=True):
        place = _variable(arrivals, target(add), post)
        start = kernel.load(place.buffer, place.at, place.type)
        with kernel.reduce(zero, count, [start], "arrival") as (_, (total,), out):
            out.append(kernel(arith.AddF(total, value)))
        kernel.store(out[0], place.buffer, place.at)


def _add_all(arrivals: Arrivals, bucket: Buckets, post: Value, count: Value) -> None:
    """Add what is in a bucket. Where it was too small, what arrives is computed again."""
    kernel = arrivals.kernel
    place = _sum(arrivals, bucket, post)
    fits = kernel.compare("ule", count, bucket.room)
    with kernel.when(fits):
        start = kernel.load(place.buffer, place.at, place.type)
        kernel.store(bucket.added(post, count, start), place.buffer, place.at)
    with kernel.when(kernel(arith.XOrI(fits, kernel.constant(1, i1)))):
        _add_again(arrivals, bucket, post, place)
    if arrivals.gathered:
        take_one(arrivals.projection, kernel, bucket.item, place.buffer, post, post=post)


def _add_at_once(arrivals: Arrivals) -> None:
    """Add what arrives by atomic operations, in any order."""
    projection, kernel, found = arrivals.projection, arrivals.kernel, _buckets(arrivals)
    with arrivals.classes() as delay, projection.mask.dealt(kernel, delay.slot) as pre:
        neuron = arrivals.neuron(pre)
        with kernel.along_row(*arrivals.row(pre, delay), "synapse") as place:
            post = arrivals.rows.post(place)
            values = arrivals.values(neuron, post, place)
            for add, value in zip(arrivals.adds, values, strict=True):
                total = _sum(arrivals, found[target(add)], post, ANYTHING)
                kernel(memref.atomic("addf", value, total.buffer, total.at))


def _take_gathered(arrivals: Arrivals) -> Func:
    """Add sums of what arrived to neurons."""
    projection, kernel = arrivals.projection, arrivals.kernel
    with kernel.each(kernel.partition(projection.post.name), "post") as post:
        for bucket in _buckets(arrivals).values():
            place = _sum(arrivals, bucket, post)
            take_one(projection, kernel, bucket.item, place.buffer, post, post=post)
    return kernel.finish()


def _sum(arrivals: Arrivals, bucket: Buckets, post: Value, reach: str = OWN) -> BufferElement:
    """The place of the sum: a variable or scratch."""
    if not arrivals.gathered:
        return _variable(arrivals, bucket.item, post, reach)
    projection = arrivals.projection
    described = Buffer(
        projection.name,
        "gathered",
        SCRATCH,
        neurons(projection.post.name),
        bucket.item,
        reach=reach,
    )
    return BufferElement(arrivals.kernel.buffer(described, bucket.type), post, bucket.type)


def _add_again(arrivals: Arrivals, bucket: Buckets, post: Value, total: BufferElement) -> None:
    """Add arrivals at one neuron, from the rows of all spikes."""
    kernel = arrivals.kernel
    arriving = arrivals.projection.mask
    with arrivals.classes() as delay, arriving.all(kernel, delay.slot) as pre:
        neuron = arrivals.neuron(pre)
        with kernel.loop(*arrivals.row(pre, delay), "synapse") as place:
            mine = kernel.compare("eq", arrivals.rows.post(place), post)
            with kernel.when(mine):
                values = arrivals.values(neuron, post, place)
                for add, value in zip(arrivals.adds, values, strict=True):
                    if target(add) == bucket.item:
                        before = kernel.load(total.buffer, total.at, total.type)
                        after = kernel(arith.AddF(before, value))
                        kernel.store(after, total.buffer, total.at)
