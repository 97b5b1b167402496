"""Types of operands and results, stated in a format or derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..attrs_classes import frozen
from ..core import Block, Op, Value
from ..definitions import OpDef, OperandDef, ResultDef
from ..types import Type
from .elements import Element, FunctionalType, Group, TypeOf
from .format_text import FormatError

Derive = Mapping[str, Callable[[Mapping[str, Any]], Type]]
"""Functions that derive types, by the name of the value.

Each gets the types of other values and the attributes of properties.
"""

_NOWHERE = Block()


def _said(elements: Sequence[Element]) -> set[str]:
    """The operands and results whose types the format states."""
    found: set[str] = set()
    for element in elements:
        if isinstance(element, TypeOf):
            found.update(element.names)
        elif isinstance(element, FunctionalType):
            found.update(element.inputs.names, element.outputs.names)
        elif isinstance(element, Group):
            found |= _said(element.elements)
    return found


@frozen(eq=False)
class Step:
    """The derivation of one type: one of the last four fields."""

    name: str
    like: str | None = None
    type: Type | None = None
    derive: Callable[[Mapping[str, Any]], Type] | None = None
    infer: Callable[..., Type] | None = None


class Types:
    """The derivations of the types of one class of operations."""

    def __init__(self, defn: OpDef, elements: Sequence[Element], derive: Derive) -> None:
        self.defn = defn
        self.said = _said(elements)
        self.values: dict[str, OperandDef | ResultDef] = dict((*defn.operands, *defn.results))
        self.steps: list[Step] = []
        self._known = set(self.said)
        for name in derive.keys() - self.values.keys():
            raise FormatError(f"the format of '{defn.name}': there is no value '{name}' to derive")
        self._plan(derive)
        missing = [name for name in self.values if name not in self._known]
        if missing:
            raise FormatError(
                f"the format of '{defn.name}': nothing says the type of '{missing[0]}'; "
                f"write type(${missing[0]})"
            )

    def _plan(self, derive: Derive) -> None:
        for name, decl in self.values.items():
            fixed = getattr(decl, "type", None) or decl.constraint.only
            if fixed is not None:
                self._add(Step(name, type=fixed))
        self._alike()
        for name, rule in derive.items():
            self._add(Step(name, derive=rule))
        self._alike()
        for name, decl in self.defn.results:
            if decl.infer is not None and all(n in self._known for n, _ in self.defn.operands):
                self._add(Step(name, infer=decl.infer))

    def _add(self, step: Step) -> None:
        if step.name not in self._known:
            self._known.add(step.name)
            self.steps.append(step)

    def _alike(self) -> None:
        """Derive types of values from those that must be equal.

        That works in both directions.
        """
        pairs = [(n, d.same_type_as) for n, d in self.values.items() if d.same_type_as]
        for _ in pairs:
            for name, other in pairs:
                if other in self._known and name not in self._known:
                    self._add(Step(name, like=other))
                elif name in self._known and other not in self._known:
                    self._add(Step(str(other), like=name))

    def complete(
        self, types: dict[str, list[Type]], props: Mapping[str, Any], counts: Mapping[str, int]
    ) -> None:
        """Add the types that the text leaves out.

        ``counts`` are the numbers of values by name.
        """
        for step in self.steps:
            count = counts.get(step.name, 1)
            types[step.name] = [self._type(step, types, props)] * count

    def _type(self, step: Step, types: dict[str, list[Type]], props: Mapping[str, Any]) -> Type:
        if step.type is not None:
            return step.type
        if step.like is not None:
            return types[step.like][0]
        if step.derive is not None:
            return step.derive({**{k: v[0] if v else None for k, v in types.items()}, **props})
        assert step.infer is not None
        return step.infer(*self._stand_ins(types))

    def _stand_ins(self, types: dict[str, list[Type]]) -> list[Any]:
        """Stand-ins for the operands, of which only types are used."""
        out: list[Any] = []
        for name, decl in self.defn.operands:
            values = [Value(type_, _NOWHERE, 0) for type_ in types[name]]
            if decl.variadic and self.defn.segmented:
                out.append(values)
            else:
                out += values
        return out

    def fit(self, op: Op) -> bool:
        """Whether the types of an operation would read back unchanged."""
        actual: dict[str, list[Type]] = {}
        for name, decl in self.values.items():
            value: Any = getattr(op, name)
            actual[name] = [v.type for v in value] if decl.variadic else [value.type]
        types = {name: actual[name] for name in self.said}
        try:
            self.complete(types, op.props, {k: len(v) for k, v in actual.items()})
        except (AttributeError, TypeError, ValueError, IndexError):
            return False
        return types == actual
