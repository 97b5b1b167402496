"""The forms of functions and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..attributes import ArrayAttr, Attribute, DictAttr, StringAttr, TypeAttr
from ..core import Op, Region
from ..mlir_text import format_dict, format_symbol
from ..printer import entered_again
from ..types import FunctionType, Type, function
from .form import Form, OperationState, plain

if TYPE_CHECKING:
    from ..parser.custom import CustomParser
    from .printer import CustomPrinter

_VISIBILITIES = ("private", "public", "nested")


class FunctionForm(Form):
    """The form of functions.

    ``private @f(%x: f64 {name = attribute}) -> f64 attributes {...} {...}``
    """

    template = "private @f(%x: f64 {name = attribute}) -> f64 attributes {...} {...}"

    def fits(self, op: Op) -> bool:
        props: dict[str, Any] = op.props
        kind = getattr(props.get("function_type"), "value", None)
        if op.operands or op.results or len(op.regions) != 1 or not plain(op):
            return False
        if not isinstance(kind, FunctionType) or not isinstance(props.get("sym_name"), StringAttr):
            return False
        visibility = props.get("sym_visibility")
        if visibility is not None and getattr(visibility, "value", None) not in _VISIBILITIES:
            return False
        return _arguments_fit(op.regions[0], kind) and _attributes_fit(props.get("arg_attrs"), kind)

    def write(self, op: Op, w: CustomPrinter) -> None:
        props: dict[str, Any] = op.props
        region, kind = op.regions[0], props["function_type"].value
        visibility = props.get("sym_visibility")
        if visibility is not None:
            w.item(visibility.value)
        outer = w.isolate()
        texts = [str(type_) for type_ in kind.inputs]
        if region.blocks:
            args = region.block.args
            texts = [f"{w.names.of(a)}: {t}" for a, t in zip(args, texts, strict=True)]
        if "arg_attrs" in props:
            given = [dict(each.value) for each in props["arg_attrs"].value]
            pairs = zip(texts, given, strict=True)
            texts = [f"{text} {format_dict(items)}" if items else text for text, items in pairs]
        w.listed(f"{format_symbol(props['sym_name'].value)}(", texts, f"){_results(kind)}")
        if op.attributes:
            w.dictionary(op.attributes, keyword=True)
        if region.blocks:
            w.region(region, dialect="func", arguments=True)
        w.names = outer

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        props: dict[str, Attribute] = {}
        if p.texts[p.at] in _VISIBILITIES:
            props["sym_visibility"] = StringAttr(p.word("a visibility"))
        props["sym_name"] = StringAttr(p.symbol())
        arguments, types, given = p.signature()
        results: tuple[Type, ...] = ()
        if p.accept("->"):
            results = p.type_list() if p.texts[p.at] == "(" else (p.type(),)
        if any(given):
            items = tuple(DictAttr(tuple(each.items())) for each in given)
            props["arg_attrs"] = ArrayAttr(items)
        props["function_type"] = TypeAttr(function(tuple(types), results))
        attributes = p.optional_dictionary(keyword=True)
        region = Region()
        if p.texts[p.at] == "{":
            if len(arguments) != len(types):
                p.stop("a function with a body names its arguments")
            region = p.region(arguments, isolated=True, dialect="func")
        return OperationState(
            props=props,
            regions=(region,),
            attributes=attributes,
        )


def _results(kind: FunctionType) -> str:
    if not kind.results:
        return ""
    if len(kind.results) == 1 and not isinstance(kind.results[0], FunctionType):
        return f" -> {kind.results[0]}"
    return f" -> ({', '.join(map(str, kind.results))})"


def _arguments_fit(region: Region, kind: FunctionType) -> bool:
    """Whether the entry has the function's inputs, and no predecessors."""
    if not region.blocks:
        return True
    return tuple(a.type for a in region.block.args) == kind.inputs and not entered_again(
        region.block
    )


def _attributes_fit(given: Any, kind: FunctionType) -> bool:
    if given is None:
        return True
    items: tuple[Any, ...] = given.value if isinstance(given, ArrayAttr) else ()
    return (
        len(items) == len(kind.inputs)
        and all(isinstance(each, DictAttr) for each in items)
        and any(each.value for each in items)
    )


class ModuleForm(Form):
    """The form of modules, ``@name attributes {...} {...}``."""

    template = "@name attributes {...} {...}"

    def fits(self, op: Op) -> bool:
        name = op.props.get("sym_name")
        return (
            not op.operands
            and not op.results
            and len(op.regions) == 1
            and len(op.regions[0].blocks) == 1
            and not op.regions[0].block.args
            and (name is None or isinstance(name, StringAttr))
            and plain(op)
        )

    def write(self, op: Op, w: CustomPrinter) -> None:
        name: Any = op.props.get("sym_name")
        if name is not None:
            w.item(format_symbol(name.value))
        if op.attributes:
            w.dictionary(op.attributes, keyword=True)
        w.region(op.regions[0], dialect="builtin", arguments=True)

    def read(self, p: CustomParser, cls: type[Op]) -> OperationState:
        props: dict[str, Attribute] = {}
        if p.texts[p.at][:1] == "@":
            props["sym_name"] = StringAttr(p.symbol())
        attributes = p.optional_dictionary(keyword=True)
        region = p.region([], isolated=True, dialect="builtin")
        return OperationState(
            props=props,
            regions=(region,),
            attributes=attributes,
        )
