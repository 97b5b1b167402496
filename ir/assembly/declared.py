"""Forms that are described by a format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..attributes import segment_sizes
from ..core import SEGMENTS, Op, Region, Value
from ..definitions import OpDef
from ..types import Type
from .elements import Element, Reading
from .form import Form, OperationState, plain
from .format_text import FormatReader
from .value_types import Derive, Types

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter


_READ: dict[Any, tuple[tuple[Element, ...], Types]] = {}
"""A cache of formats by text and declarations.
Many operations differ in name only.
"""


class DeclaredForm(Form):
    """A form that follows the elements of a format."""

    __slots__ = ("defn", "elements", "implicit", "isolated", "least", "types")

    def __init__(
        self,
        text: str,
        defn: OpDef,
        flags: Mapping[str, bool],
        implicit: str | None,
        derive: Derive,
    ) -> None:
        self.defn = defn
        self.implicit = implicit
        self.isolated = flags.get("isolated", False)
        declared = defn.operands, defn.results, defn.props, defn.regions, defn.successors
        same = text, *declared, flags.get("symbol"), implicit
        known = _READ.get(same) if not derive else None
        if known is None:
            reader = FormatReader(text, defn, flags.get("symbol", False), implicit)
            elements = reader.read()
            known = elements, Types(defn, elements, derive)
        self.elements, self.types = known
        if not derive:
            _READ[same] = known

    def fits(self, op: Op) -> bool:
        return (
            plain(op)
            and self._counted(op)
            and self.types.fit(op)
            and all(element.fits(op) for element in self.elements)
        )

    def _counted(self, op: Op) -> bool:
        """Whether the numbers of operands, results, regions and successors fit."""
        defn, props = self.defn, op.props
        if any(decl.required and name not in props for name, decl in defn.props):
            return False
        if defn.segmented:
            sizes = getattr(props[SEGMENTS], "value", ())
            if props[SEGMENTS] != segment_sizes(*sizes) or len(sizes) != len(defn.operands):
                return False
            fixed = all(
                d.variadic or n == 1 for n, (_, d) in zip(sizes, defn.operands, strict=True)
            )
            if sum(sizes) != len(op.operands) or not fixed or min(sizes) < 0:
                return False
        elif not _enough(op.operands, defn.operands):
            return False
        return (
            _enough(op.results, defn.results)
            and len(op.regions) == len(defn.regions)
            and len(op.successors) == len(defn.successors)
        )

    def write(self, op: Op, w: CustomPrinter) -> None:
        for element in self.elements:
            element.write(op, w)

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        start = p.at - 1
        found = Reading(p.class_of(self.implicit), self.isolated)
        for element in self.elements:
            element.read(p, found)
        self._complete(p, found, start)
        state = OperationState(attributes=found.attributes, props=found.props)
        for name, decl in self.defn.operands:
            state.operands += _values(p, found, name, decl.variadic)
        if self.defn.segmented:
            sizes = [len(found.uses[name]) for name, _ in self.defn.operands]
            state.props = {SEGMENTS: segment_sizes(*sizes), **state.props}
        types = [t for name, _ in self.defn.results for t in found.types[name]]
        state.result_types = tuple(types)
        state.regions = tuple(found.regions.get(n) or Region() for n in self.defn.regions)
        state.successors = tuple(found.successors[n] for n in self.defn.successors)
        return state

    def _complete(self, p: CustomParser, found: Reading, start: int) -> None:
        """Add the types that the text leaves out."""
        counts = {name: len(uses) for name, uses in found.uses.items()}
        for name, decl in self.defn.operands:
            for type_ in found.types.get(name, ()):
                _accepted(p, name, decl, type_, found)
        try:
            self.types.complete(found.types, found.props, counts)
        except (AttributeError, TypeError, ValueError, IndexError, KeyError):
            p.stop(f"these types do not fit '{self.defn.name}'", start)


def _accepted(p: CustomParser, name: str, decl: Any, type_: Type, found: Reading) -> None:
    if not decl.constraint.accepts(type_):
        where = found.type_places.get(name, p.at)
        p.stop(f"operand '{name}' expects {decl.constraint.name}, got {type_}", where)


def _values(p: CustomParser, found: Reading, name: str, variadic: bool) -> list[Value]:
    uses, types = found.uses[name], found.types[name]
    if len(uses) != len(types):
        where = found.type_places.get(name, p.at)
        p.stop(f"there are {len(uses)} values '{name}', but {len(types)} types", where)
    return [p.value(use, type_) for use, type_ in zip(uses, types, strict=True)]


def _enough(values: Any, group: tuple[tuple[str, Any], ...]) -> bool:
    least = sum(not decl.variadic for _, decl in group)
    return len(values) == least if least == len(group) else len(values) >= least
