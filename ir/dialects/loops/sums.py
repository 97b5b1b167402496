"""Sums of targets, and mean rates over a window."""

from __future__ import annotations

from typing import Any

from ...attributes import StringAttr
from ...constraints import Float, Index
from ...core import Op, Value
from ...declare import op, operand, prop, result

_BOTH: Any = {"reads": True, "writes": True}


@op("loops.clear_sum", format="word($target) `[` $at `]` attr-dict")
class ClearSum(Op):
    """Sets the sum of a target of a neuron to zero."""

    at: Value = operand(Index)
    target: str = prop(StringAttr, writes="sum")


@op("loops.add_to_sum", format="$value `,` word($target) `[` $at `]` attr-dict `:` type($value)")
class AddToSum(Op):
    """Adds to the sum of a target of a post neuron. Projections add in their order."""

    value: Value = operand(Float)
    at: Value = operand(Index)
    target: str = prop(StringAttr, reads="sum", writes="sum")


@op("loops.sum", format="word($target) `[` $at `]` attr-dict `:` type($result)")
class Sum(Op):
    """The sum of a target of a neuron. It is one of the task's own population."""

    at: Value = operand(Index)
    result: Value = result(Float)
    target: str = prop(StringAttr, reads="sum")


@op("loops.collect", format="$value `at` $at attr-dict `:` type($value)", touches="window", **_BOTH)
class Collect(Op):
    """Adds to the input of a post neuron. ``loops.rate`` takes that of several steps."""

    value: Value = operand(Float)
    at: Value = operand(Index)


@op("loops.rate", format="$at attr-dict `:` type($result)", touches="window", reads=True)
class Rate(Op):
    """The mean rate at a post neuron in Hz, per synapse.

    It is the sum of what ``loops.collect`` added over the window, taken from the oldest step of the
    window to this one.
    """

    at: Value = operand(Index)
    result: Value = result(Float)
