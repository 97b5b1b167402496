"""``func``: functions, calls and returns, as in MLIR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .. import buffers
from ..attributes import ArrayAttr, StringAttr, SymbolRefAttr, TypeAttr
from ..core import Block, Op, Region, Value
from ..custom_form import by_hand
from ..declare import op, operand, prop, region, result
from ..types import FunctionType, Type, function


@op("func.func", format=by_hand("functions", "FunctionForm"), symbol=True, isolated=True)
class Func(Op):
    """A function.

    Without blocks it is a declaration and must be private.
    """

    arg_attrs: Any = prop(ArrayAttr, optional=True)
    function_type: FunctionType = prop(TypeAttr)
    sym_name: str = prop(StringAttr)
    sym_visibility: str = prop(StringAttr, optional=True)
    body: Region = region()

    @property
    def is_declaration(self) -> bool:
        """Whether the function has no body."""
        return not self.regions[0].blocks

    def check(self) -> Iterator[str]:
        """Check entry arguments and returned types against the function type."""
        if self.is_declaration:
            return
        yield from self._check_buffers()
        if tuple(a.type for a in self.body.block.args) != self.function_type.inputs:
            yield "entry block arguments differ from the function type"
        for block in self.body.blocks:
            end = block.terminator
            if isinstance(end, Return):
                if tuple(v.type for v in end.operands) != self.function_type.results:
                    yield "returns other types than the function type says"
            elif end is None or not end.successors:
                yield "must end with func.return"

    def _check_buffers(self) -> Iterator[str]:
        """Check that attributes of arguments describe buffers."""
        if self.arg_attrs and len(self.arg_attrs) != len(self.function_type.inputs):
            yield "has attributes for another number of arguments"
        for place, about in enumerate(self.arg_attrs or ()):
            try:
                buffers.read(about)
            except ValueError as problem:
                yield f"argument {place}: {problem}"


@op("func.return", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Return(Op):
    """Leaves the function and returns ``values``."""

    values: Sequence[Value] = operand(variadic=True)


@op(
    "func.call",
    format="$callee `(` $arguments `)` attr-dict `:` functional-type(operands, results)",
    reads=True,
    writes=True,
)
class Call(Op):
    """Calls a function of the module."""

    arguments: Sequence[Value] = operand(variadic=True)
    values: Sequence[Value] = result(variadic=True)
    callee: str = prop(SymbolRefAttr)

    def matches(self, target: Op) -> bool:
        """Whether operands and results have the types of the function ``target``."""
        type_: FunctionType = target.props["function_type"].value  # type: ignore[attr-defined]
        return (
            tuple(v.type for v in self.operands) == type_.inputs
            and tuple(v.type for v in self.results) == type_.results
        )


def declaration(name: str, inputs: Sequence[Type], results: Sequence[Type] = ()) -> Func:
    """A private function without a body: a declaration."""
    type_ = function(tuple(inputs), tuple(results))
    return Func(
        function_type=TypeAttr(type_), sym_name=name, sym_visibility="private", body=Region()
    )


def definition(
    name: str, inputs: Sequence[Type], results: Sequence[Type] = (), names: Sequence[str] = ()
) -> Func:
    """A function with an empty entry block."""
    type_ = function(tuple(inputs), tuple(results))
    body = Region(Block(tuple(inputs), tuple(names)))
    return Func(function_type=TypeAttr(type_), sym_name=name, body=body)
