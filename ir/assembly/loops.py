"""The forms of ``scf``: loops and branches, as MLIR writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core import Op, Region, Value
from ..printer import entered_again
from ..types import IndexType, IntegerType, Type, function, i1, index
from .form import Form, OperationState, ends, plain

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter

_YIELD = "scf.yield"


def _types(values: Sequence[Value]) -> list[Type]:
    return [v.type for v in values]


def _pairs(region: Region, skip: int, values: Sequence[Value], w: CustomPrinter) -> str:
    """Arguments of a region with their initial values: ``%x = %a, %y = %b``."""
    of = w.names.of
    pairs = zip(region.block.args[skip:], values, strict=True)
    return ", ".join([f"{of(arg)} = {of(value)}" for arg, value in pairs])


def _branches(region: Region) -> bool:
    """Whether a region has several blocks, or branches to its entry.

    Some forms cannot express that.
    """
    return len(region.blocks) != 1 or entered_again(region.block)


class ForForm(Form):
    """The form of ``scf.for``.

    ``%i = %a to %b step %c iter_args(%x = %y) -> (f64) {...}``
    """

    template = "%i = %a to %b step %c iter_args(%x = %y) -> (f64) {...}"

    def fits(self, op: Op) -> bool:
        if len(op.operands) < 3 or len(op.regions) != 1 or op.props or not plain(op):
            return False
        region = op.regions[0]
        if _branches(region) or not ends(region) or not region.block.args:
            return False
        kind = op.operands[0].type
        counts = isinstance(kind, IndexType | IntegerType)
        inits = _types(op.operands[3:])
        carried = inits == _types(op.results) == _types(region.block.args[1:])
        bounds = [*op.operands[:3], region.block.args[0]]
        return counts and carried and all(v.type is kind for v in bounds)

    def write(self, op: Any, w: CustomPrinter) -> None:
        region, of = op.regions[0], w.names.of
        iv = of(region.block.args[0])
        low, high, step = map(of, op.operands[:3])
        w.item(f"{iv} = {low} to {high} step {step}")
        if op.results:
            carried = _pairs(region, 1, op.operands[3:], w)
            w.item(f"iter_args({carried}) -> ({', '.join(map(str, _types(op.results)))})")
        if op.operands[0].type is not index:
            w.item(f": {op.operands[0].type}")
        w.region(region, _YIELD, arguments=True)
        if op.attributes:
            w.dictionary(op.attributes)

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        iv = p.use()
        p.expect("=", " after the variable of a loop")
        bounds = [p.use()]
        for word in ("to", "step"):
            p.expect(word)
            bounds.append(p.use())
        names, inits = [iv], list[int]()
        types: list[Type] = []
        at = p.at
        if p.accept("iter_args"):
            carried, inits = p.assignments()
            names += carried
            p.expect("->", " and the types of the results")
            at, types = p.at, list(p.type_list())
            if len(types) != len(inits):
                p.stop(f"there are {len(inits)} values, but {len(types)} types", at)
        kind: Type = p.type() if p.accept(":") else index
        operands = [p.value(use, kind) for use in bounds] + p.values(inits, types, at)
        arguments = list(zip(names, [kind, *types], strict=True))
        region = p.region(arguments, implicit=p.class_of(_YIELD))
        return OperationState(
            operands=operands,
            result_types=tuple(types),
            props={},
            regions=(region,),
            attributes=p.optional_dictionary(),
        )


class IfForm(Form):
    """The form of ``scf.if``, ``%c -> (f64) {...} else {...}``."""

    template = "%c -> (f64) {...} else {...}"

    def fits(self, op: Op) -> bool:
        if len(op.operands) != 1 or len(op.regions) != 2 or op.props or not plain(op):
            return False
        then, otherwise = op.regions
        wanted = [then, otherwise] if otherwise.blocks else [then]
        return op.operands[0].type is i1 and all(
            len(r.blocks) == 1 and not r.block.args and ends(r) for r in wanted
        )

    def write(self, op: Op, w: CustomPrinter) -> None:
        then, otherwise = op.regions
        w.item(w.values(op.operands))
        if op.results:
            w.item(f"-> ({', '.join(map(str, _types(op.results)))})")
        w.region(then, _YIELD)
        if otherwise.blocks:
            w.item("else")
            w.region(otherwise, _YIELD)
        if op.attributes:
            w.dictionary(op.attributes)

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        condition = p.value(p.use(), i1)
        types = p.type_list() if p.accept("->") else ()
        implicit = p.class_of(_YIELD)
        then = p.region(implicit=implicit)
        otherwise = p.region(implicit=implicit) if p.accept("else") else Region()
        return OperationState(
            operands=[condition],
            result_types=types,
            props={},
            regions=(then, otherwise),
            attributes=p.optional_dictionary(),
        )


class WhileForm(Form):
    """The form of ``scf.while``.

    ``(%x = %a) : (f64) -> f64 {...} do {^bb0(%y: f64): ...}``
    """

    template = "(%x = %a) : (f64) -> f64 {...} do {^bb0(%y: f64): ...}"

    def fits(self, op: Op) -> bool:
        if len(op.regions) != 2 or op.props or not plain(op):
            return False
        before, after = op.regions
        if _branches(before) or _branches(after) or not ends(after):
            return False
        return _types(op.operands) == _types(before.block.args)

    def write(self, op: Op, w: CustomPrinter) -> None:
        before, after = op.regions
        if op.operands:
            w.item(f"({_pairs(before, 0, op.operands, w)})")
        w.item(f": {function(tuple(_types(op.operands)), tuple(_types(op.results)))}")
        w.region(before, arguments=True)
        w.item("do")
        w.region(after)
        if op.attributes:
            w.dictionary(op.attributes, keyword=True)

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        names, inits = p.assignments() if p.texts[p.at] == "(" else ([], [])
        p.expect(":", " and the types of operands and results")
        at, types = p.at, p.function_type()
        operands = p.values(inits, types.inputs, at)
        before = p.region(list(zip(names, types.inputs, strict=True)))
        p.expect("do", " and the second region")
        after = p.region()
        attributes = p.optional_dictionary(keyword=True)
        return OperationState(
            operands=operands,
            result_types=types.results,
            props={},
            regions=(before, after),
            attributes=attributes,
        )
