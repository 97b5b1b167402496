"""Lists of spikes, refractory steps and recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...attributes import DictAttr, IntegerAttr, StringAttr
from ...constraints import FixedInteger, Index, Truth
from ...core import Op, Value
from ...declare import op, operand, prop, result
from ...events import SPIKE
from ...recorded import RECORDS, Recorded, problems, read
from ...types import i32
from .walks import LIST

_BOTH: Any = {"reads": True, "writes": True}


_APPEND = "$at `if` $hit (`to` word($spikes)^)? attr-dict `:` type($hit)"
_SET = "$at `for` $steps attr-dict `:` type($steps)"


@op("loops.append", format=_APPEND, touches="spikes", **_BOTH)
class Append(Op):
    """Appends an own neuron to this step's spikes, if ``hit``."""

    hit: Value = operand(Truth)
    at: Value = operand(Index)
    spikes: str = prop(StringAttr, default=SPIKE.name, doc=LIST)


@op("loops.refractory", format="$at attr-dict", touches="refractory", reads=True)
class Refractory(Op):
    """The number of refractory steps that remain to an own neuron."""

    at: Value = operand(Index)
    result: Value = result(FixedInteger, type=i32)


@op("loops.set_refractory", format=_SET, touches="refractory", writes=True)
class SetRefractory(Op):
    """Sets the number of refractory steps of an own neuron."""

    steps: Value = operand(FixedInteger)
    at: Value = operand(Index)


@op("loops.record", format="$monitor $records attr-dict", reads=True, writes=True)
class Record(Op):
    """Records events or a sample for a monitor that wants one.

    Nothing happens while the monitor is paused.
    """

    monitor: int = prop(IntegerAttr, doc="its number among those of the task")
    records: Any = prop(DictAttr, doc=RECORDS)

    def check(self) -> Iterator[str]:
        """Check the kinds of the recorded items."""
        yield from problems(self.records)

    @property
    def items(self) -> list[Recorded]:
        """The recorded items."""
        return read(self.records)
