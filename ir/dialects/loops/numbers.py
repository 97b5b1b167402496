"""Numbers of a step, of populations and of synapses."""

from __future__ import annotations

from ...attributes import StringAttr
from ...constraints import FixedInteger, Float, Index, Truth
from ...core import Op, Value
from ...declare import op, operand, prop, result
from ...types import i1, i64, index


@op("loops.now", format="attr-dict", pure=True)
class Now(Op):
    """The number of this step."""

    result: Value = result(FixedInteger, type=i64)


@op("loops.clock", format="attr-dict", pure=True)
class Clock(Op):
    """The number to which events of this task set clocks.

    It counts the updates that neurons have had by then: it is the number of this step, and one more
    where post neurons spiked in it.
    """

    result: Value = result(FixedInteger, type=i64)


@op("loops.dt", format="attr-dict `:` type($result)", pure=True)
class TimeStep(Op):
    """The length of a step in ms."""

    result: Value = result(Float)


@op("loops.period", format="attr-dict `:` type($result)", pure=True)
class Period(Op):
    """The time in ms between two updates of own synapses."""

    result: Value = result(Float)


@op("loops.size", format="word($of) attr-dict", pure=True)
class Size(Op):
    """The number of neurons of a population."""

    result: Value = result(Index, type=index)
    of: str = prop(StringAttr, default="pre")


@op("loops.stream", format="attr-dict", pure=True)
class Stream(Op):
    """Key and count, in this step, of the owner's random numbers."""

    key: Value = result(FixedInteger, type=i64)
    count: Value = result(FixedInteger, type=i64)


@op("loops.delay", format="$synapse attr-dict", pure=True)
class Delay(Op):
    """The delay of a synapse in steps."""

    synapse: Value = operand(Index)
    result: Value = result(Index, type=index)


@op("loops.fan_in", format="$post attr-dict", pure=True)
class FanIn(Op):
    """The number of synapses of a post neuron."""

    post: Value = operand(Index)
    result: Value = result(Index, type=index)


@op("loops.due", format="attr-dict", pure=True)
class Due(Op):
    """Whether synapses are to be updated in this step."""

    result: Value = result(Truth, type=i1)


@op("loops.fixed", format="attr-dict", pure=True)
class Fixed(Op):
    """Whether the user holds the weights fixed."""

    result: Value = result(Truth, type=i1)
