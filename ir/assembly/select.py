"""The form of ``arith.select``, with the type of a vector condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import Op
from ..types import VectorType, i1
from .form import Form, OperationState, plain

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter


class SelectForm(Form):
    """The form ``%c, %a, %b : type``, or with ``vector<8xi1>, type``."""

    template = "%c, %a, %b : type"

    def fits(self, op: Op) -> bool:
        if len(op.operands) != 3 or len(op.results) != 1 or op.props or not plain(op):
            return False
        condition, one, other = [v.type for v in op.operands]
        return one is other is op.results[0].type and (
            condition is i1 or isinstance(condition, VectorType)
        )

    def write(self, op: Op, w: CustomPrinter) -> None:
        condition: Any = op.operands[0].type
        w.item(w.values(op.operands))
        if op.attributes:
            w.dictionary(op.attributes)
        first = "" if condition is i1 else f"{condition}, "
        w.item(f": {first}{op.results[0].type}")

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        uses = [p.use()]
        for _ in range(2):
            p.expect(",")
            uses.append(p.use())
        attributes = p.optional_dictionary()
        p.expect(":", " and the type of the values")
        at, type_ = p.at, p.type()
        condition = i1
        if p.accept(","):
            condition, type_ = type_, p.type()  # type: ignore[assignment]
        values = p.values(uses, (condition, type_, type_), at)
        return OperationState(values, (type_,), attributes=attributes)
