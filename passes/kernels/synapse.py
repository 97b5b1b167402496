"""Rules for synapses in kernels: delays, post sums, learning settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import field

from ...ir.attrs_classes import define
from ...ir.buffer_names import SIZE, UPDATE_DT
from ...ir.buffers import ANYTHING, CONTROL, OWN, PAST, Buffer
from ...ir.core import Value
from ...ir.dialects import arith, loops
from ...ir.types import i64
from .kernel import Kernel
from .layouts.base import LoweredDendrite
from .projection import ProjectionLowering
from .statements import BufferElement, Env, KernelFrame, lowers


@define
class SynapseFrame(KernelFrame):
    """The frame of statements of a projection.

    ``learns``: values of pre neurons are those of this step. ``pre`` finds them where they are
    neither. ``dendrite`` takes what is added to sums. ``traces`` gives what ``loops.traces`` are.
    """

    projection: ProjectionLowering = field(kw_only=True)
    learns: bool = False
    pre: Callable[[str, Value], BufferElement] | None = None
    dendrite: LoweredDendrite | None = None
    traces: Callable[[loops.Traces], tuple[Any, ...]] | None = None

    def place(self, of: str, variable: str, at: Sequence[Value]) -> BufferElement:
        """The place of a variable of a synapse or its ends.

        It may be one of the projection, too.
        """
        kernel, projection = self.kernel, self.projection
        if of == "own":
            return projection.place(kernel, variable, at)
        i = at[0] if at else kernel.constant(0)
        if of == "post":
            return projection.post.place(kernel, variable, i, projection.reach)
        if self.pre is not None:
            return self.pre(variable, i)
        return projection.pre.place(
            kernel, variable, i, OWN if projection.op.identity and not self.learns else ANYTHING
        )


def frame_of(
    projection: ProjectionLowering, kernel: Kernel, *, learns: bool = False
) -> SynapseFrame:
    """A frame in which nothing is known yet."""
    return SynapseFrame(kernel, projection.name, Env(kernel), projection=projection, learns=learns)


@lowers(loops.LoadPast)
def _load_past(op: loops.LoadPast, frame: SynapseFrame) -> Any:
    projection, pre = frame.projection, frame.env[op.at]
    if frame.pre is not None:
        place = frame.pre(op.variable, pre)
    else:
        slot = projection.pre.slot(frame.kernel, frame.env[op.ago])
        reach = ANYTHING if frame.learns else PAST
        place = projection.pre.past_place(frame.kernel, op.variable, pre, slot, reach)
    return frame.load(place, op.result.name)


@lowers(loops.Delay)
def _delay(op: loops.Delay, frame: SynapseFrame) -> Any:
    kernel, projection = frame.kernel, frame.projection
    at = kernel.constant(0) if projection.op.delays == "one" else frame.env[op.synapse]
    return kernel.to_index(kernel.load(projection.structure(kernel, "delay"), at), "delay")


@lowers(loops.FanIn)
def _fan_in(op: loops.FanIn, frame: SynapseFrame) -> Any:
    assert frame.dendrite is not None
    return frame.dendrite.count()


@lowers(loops.AddToSum)
def _add_to_sum(op: loops.AddToSum, frame: SynapseFrame) -> None:
    kernel, projection, dendrite = frame.kernel, frame.projection, frame.dendrite
    assert dendrite is not None
    before = projection.sum_before(kernel, op.target, dendrite.post)
    dendrite.add_to(
        projection.results(kernel, op.target), dendrite.post, frame.env[op.value], before
    )


@lowers(loops.Traces)
def _traces(op: loops.Traces, frame: SynapseFrame) -> tuple[Any, ...]:
    assert frame.traces is not None
    return frame.traces(op)


@lowers(loops.Size)
def _size(op: loops.Size, frame: SynapseFrame) -> Any:
    projection = frame.projection
    return frame.kernel.count((projection.pre if op.of == "pre" else projection.post).name, SIZE)


@lowers(loops.Period)
def _period(op: loops.Period, frame: SynapseFrame) -> Any:
    length = Buffer(frame.owner, UPDATE_DT, CONTROL)
    return frame.kernel.milliseconds(length, op.result.type)


@lowers(loops.Fixed)
def _fixed(op: loops.Fixed, frame: SynapseFrame) -> Any:
    return fixed(frame.projection, frame.kernel)


def fixed(projection: ProjectionLowering, kernel: Kernel) -> Value:
    """Whether the user keeps the weights as they are."""
    found: Value = kernel.compare("eq", projection.flag(kernel, 3), kernel.constant(0, i64))
    return found.named("fixed")


def due(projection: ProjectionLowering, kernel: Kernel, late: bool = False) -> Any:
    """Whether synapses are updated in this step. With ``late``: or were to be in the last one."""
    zero, one = kernel.constant(0, i64), kernel.constant(1, i64)
    period = kernel(arith.MaxSI(projection.flag(kernel, 1), one))
    step = kernel(arith.SubI(kernel.step_i64(), one)) if late else kernel.step_i64()
    since = kernel(arith.RemSI(kernel(arith.SubI(step, projection.flag(kernel, 2))), period))
    on = kernel.compare("ne", projection.flag(kernel, 0), zero)
    return kernel(arith.AndI(on, kernel.compare("eq", since, zero)), "due")
