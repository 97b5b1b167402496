"""Buckets of values that spikes add to post neurons.

Threads put values with their place in the order of all, in whatever order they come; the thread of
the neuron adds them in ascending order of the places. A bucket has ``room`` for some; what finds
none is only counted, and computed again by the thread of the neuron.
"""

from __future__ import annotations

from ...ir.attrs_classes import frozen
from ...ir.buffer_names import OVERFLOW, ROOM
from ...ir.buffers import ANYTHING, CONTROL, SCRATCH, STRUCTURE, Buffer, Extent, neurons
from ...ir.core import Value
from ...ir.dialects import arith, memref
from ...ir.types import Type, i32, i64
from .kernel import GridKernel
from .projection import GridProjection


@frozen(eq=False)
class Buckets:
    """Buckets of a projection for a variable of its post neurons."""

    projection: GridProjection
    kernel: GridKernel
    item: str
    type: Type

    def _buffer(self, name: str, element: Type) -> Value:
        extent = Extent("buckets", self.projection.name)
        buffer = Buffer(self.projection.name, name, SCRATCH, extent, self.item, reach=ANYTHING)
        return self.kernel.buffer(buffer, element)

    @property
    def arrived(self) -> Value:
        """The number of values for each post neuron."""
        extent = neurons(self.projection.post.name)
        buffer = Buffer(
            self.projection.name, "arrivals", SCRATCH, extent, self.item, reach=ANYTHING
        )
        return self.kernel.buffer(buffer, i32)

    @property
    def room(self) -> Value:
        """The number of values that each bucket can hold."""
        found: Value = self.kernel.to_index(
            self.kernel.scalar(Buffer(self.projection.name, ROOM, STRUCTURE)), "room"
        )
        return found

    def count(self, post: Value) -> Value:
        """Count a value; the number of those before it."""
        kernel = self.kernel
        before = kernel(memref.atomic("addi", kernel.constant(1, i32), self.arrived, post))
        found: Value = kernel.to_index(kernel(arith.ExtUI(before, result_type=i64)), "before")
        return found

    def put(self, post: Value, key: Value, value: Value) -> None:
        """Put a value into a bucket. Where there is no room it is only counted."""
        kernel, room, before = self.kernel, self.room, self.count(post)
        fits = kernel.compare("ult", before, room)
        at = kernel.add(kernel.mul(post, room), before, "at")
        with kernel.when(fits):
            kernel.store(key, self._buffer("bucket_keys", i64), at)
            kernel.store(value, self._buffer("bucket_values", self.type), at)
        with kernel.when(kernel(arith.XOrI(fits, kernel.constant(1, fits.type)))):
            buffer = Buffer(self.projection.name, OVERFLOW, CONTROL, reach=ANYTHING)
            most = kernel.buffer(buffer, i32)
            needed = kernel(
                arith.IndexCast(kernel.add(before, kernel.constant(1)), result_type=i32)
            )
            kernel(memref.atomic("maxu", needed, most, kernel.constant(0)))

    def clear(self, post: Value) -> None:
        """Leave no value of a post neuron."""
        self.kernel.store(self.kernel.constant(0, i32), self.arrived, post)

    def found(self, post: Value) -> Value:
        """The number of values of a post neuron."""
        kernel = self.kernel
        count = kernel.load(self.arrived, post, name="arrived")
        found: Value = kernel.to_index(kernel(arith.ExtUI(count, result_type=i64)), "arrived")
        return found

    def added(self, post: Value, count: Value, start: Value) -> Value:
        """``start`` and the values of a bucket, by ascending key."""
        kernel = self.kernel
        keys, values = self._buffer("bucket_keys", i64), self._buffer("bucket_values", self.type)
        base = kernel.mul(post, self.room, "base")
        end, zero = kernel.add(base, count, "end"), kernel.constant(0)
        least = kernel.constant(-1, i64)
        with kernel.reduce(zero, count, [least, start], "turn") as (_, (last, total), out):
            largest = kernel.constant((1 << 63) - 1, i64)
            with kernel.reduce(base, end, [largest, base], "at") as (at, (best, place), found):
                key = kernel.load(keys, at)
                later = kernel.compare("sgt", key, last)
                better = kernel(arith.AndI(later, kernel.compare("slt", key, best)))
                found.append(kernel(arith.Select(better, key, best)))
                found.append(kernel(arith.Select(better, at, place)))
            out.append(found[0])
            out.append(kernel(arith.AddF(total, kernel.load(values, found[1]))))
        return out[1]
