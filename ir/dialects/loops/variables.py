"""Variables of neurons and synapses, now and in the past."""

from __future__ import annotations

from collections.abc import Sequence

from ...attributes import StringAttr, SymbolRefAttr
from ...constraints import Float, Index, Number
from ...core import Op, Value
from ...declare import op, operand, prop, result

_OF = "`of` word($of) attr-dict `:`"


@op("loops.load", format=f"$variable (`[` $at^ `]`)? {_OF} type($result)")
class Load(Op):
    """The value of a variable of a neuron or synapse.

    ``at`` is the neuron or synapse, absent for a value that all share. The result has the type of
    the variable, or the type that is stored in memory.
    """

    at: Sequence[Value] = operand(Index, variadic=True)
    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads=True)
    of: str = prop(StringAttr, default="own")


@op("loops.store", format=f"$value `,` $variable (`[` $at^ `]`)? {_OF} type($value)")
class Store(Op):
    """Sets a variable of a neuron or synapse. Fewer bits in memory mean rounding."""

    value: Value = operand(Number)
    at: Sequence[Value] = operand(Index, variadic=True)
    variable: str = prop(SymbolRefAttr, writes=True)
    of: str = prop(StringAttr, default="own")


@op("loops.add", format=f"$value `,` $variable `[` $at `]` {_OF} type($value)")
class Add(Op):
    """Adds to a variable of a neuron. Additions happen in the order of the loops."""

    value: Value = operand(Float)
    at: Value = operand(Index)
    variable: str = prop(SymbolRefAttr, reads=True, writes=True)
    of: str = prop(StringAttr, default="post")


@op("loops.load_past", format=f"$variable `[` $at `]` `ago` $ago {_OF} type($result)")
class LoadPast(Op):
    """The value that a variable had ``ago`` steps before this one.

    It is that at the end of the step; before the first step, that with which the first step began.
    Only variables that ``loops.store_past`` stores have a past.
    """

    at: Value = operand(Index)
    ago: Value = operand(Index)
    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="past")
    of: str = prop(StringAttr, default="pre")


@op("loops.store_past", format="$variable `[` $at `]` attr-dict")
class StorePast(Op):
    """Stores a value of an own neuron for later steps. It is that at the end of this step."""

    at: Value = operand(Index)
    variable: str = prop(SymbolRefAttr, reads=True, writes="past")
