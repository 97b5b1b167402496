"""The form of ``vector.extract``, whose positions are numbers or values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..attributes import Attribute, DenseArrayAttr
from ..core import Op
from ..types import VectorType, i64, index
from .form import Form, OperationState, plain

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter

DYNAMIC = -(2**63)
"""MLIR's mark for a position that is a value."""

POSITIONS = "static_position"


class ExtractForm(Form):
    """The form ``%v[3] : f64 from vector<8xf64>``."""

    template = "%v[3] : f64 from vector<8xf64>"

    def fits(self, op: Op) -> bool:
        positions: Any = op.props.get(POSITIONS)
        if not op.operands or len(op.results) != 1 or not plain(op):
            return False
        if not isinstance(positions, DenseArrayAttr) or positions.type is not i64:
            return False
        source = op.operands[0].type
        return (
            isinstance(source, VectorType)
            and op.results[0].type is source.element
            and all(v.type is index for v in op.operands[1:])
            and positions.value.count(DYNAMIC) == len(op.operands) - 1
        )

    def write(self, op: Op, w: CustomPrinter) -> None:
        values = iter(op.operands)
        source = next(values)
        texts = []
        static: Any = op.props[POSITIONS]
        for position in static.value:
            texts.append(w.names.of(next(values)) if position == DYNAMIC else str(position))
        w.item(f"{w.names.of(source)}[{', '.join(texts)}]")
        if op.attributes:
            w.dictionary(op.attributes)
        w.item(f": {op.results[0].type} from {source.type}")

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        uses, positions = [p.use()], list[int]()
        p.expect("[", " and a position")
        while not p.accept("]"):
            if positions:
                p.expect(",", " or ']' after a position")
            if p.texts[p.at][:1] == "%":
                uses.append(p.use())
                positions.append(DYNAMIC)
            else:
                positions.append(p.bare_number(i64).value)
        attributes = p.optional_dictionary()
        p.expect(":", " and the type of a lane")
        type_ = p.type()
        p.expect("from", " and the type of the vector")
        at = p.at
        values = p.values(uses, [p.type(), *[index] * (len(uses) - 1)], at)
        props: dict[str, Attribute] = {POSITIONS: DenseArrayAttr(tuple(positions))}
        return OperationState(values, (type_,), props, attributes=attributes)
