"""Declaring operations.

An operation is a class whose body lists operands, results, properties and regions::

    @op("arith.addf", pure=True, commutative=True)
    class AddF(Op):
        "Sum of two floats."

        lhs: Value = operand(Float)
        rhs: Value = operand(Float, same_type_as="lhs")
        result: Value = result(same_type_as="lhs")

From it the decorator generates, once per class and by one ``exec``: the constructor
``AddF(lhs, rhs)``, the accessors ``op.lhs``, ``op.result`` and the verifier of what is declared.
At most one operand may be variadic. Result types are inferred where they are declared, else the
constructor takes ``result_type=`` (or ``result_types=`` for variadic results).
"""

from __future__ import annotations

import keyword
import linecache
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from attrs import frozen

from .attributes import Attribute, StringAttr, SymbolRefAttr, attribute
from .constraints import AnyType, Constraint
from .core import Block, Op, Region
from .types import Type

OpT = TypeVar("OpT", bound=type[Op])
_REQUIRED: Any = object()


@frozen
class OperandDef:
    """A declared operand."""

    constraint: Constraint
    variadic: bool
    same_type_as: str | None


@frozen
class ResultDef:
    """A declared result; exactly one of the last three says its type, or the caller does."""

    constraint: Constraint
    variadic: bool
    same_type_as: str | None
    type: Type | None
    infer: Callable[..., Type] | None


@frozen
class PropDef:
    """A declared property: an attribute of class ``kind`` that belongs to the meaning of the op."""

    kind: type[Attribute]
    default: Any
    optional: bool


@frozen
class RegionDef:
    """A declared region."""


@frozen
class OpDef:
    """Everything declared of an operation; the documentation and the tools read it."""

    name: str
    doc: str
    operands: tuple[tuple[str, OperandDef], ...]
    results: tuple[tuple[str, ResultDef], ...]
    props: tuple[tuple[str, PropDef], ...]
    regions: tuple[str, ...]


def operand(
    constraint: Constraint = AnyType, *, variadic: bool = False, same_type_as: str | None = None
) -> Any:
    """Declare an operand."""
    return OperandDef(constraint, variadic, same_type_as)


def result(
    constraint: Constraint = AnyType,
    *,
    variadic: bool = False,
    same_type_as: str | None = None,
    type: Type | None = None,
    infer: Callable[..., Type] | None = None,
) -> Any:
    """Declare a result; ``infer`` is called with the operands and returns the type."""
    return ResultDef(constraint, variadic, same_type_as, type, infer)


def prop(
    kind: type[Attribute] = StringAttr, *, default: Any = _REQUIRED, optional: bool = False
) -> Any:
    """Declare a property; the constructor takes the attribute or its Python value."""
    return PropDef(kind, None if optional else default, optional)


def region() -> Any:
    """Declare a region; without an argument the constructor makes one with an empty block."""
    return RegionDef()


OPS: dict[str, type[Op]] = {}
"""All declared operations by name; filled when a dialect's module is imported."""


def op(name: str, **flags: bool) -> Callable[[OpT], OpT]:
    """Class decorator that declares the operation ``name`` with trait flags such as ``pure=True``."""

    def declare(cls: OpT) -> OpT:
        fields = {k: v for k, v in vars(cls).items() if isinstance(v, _FIELDS)}
        defn = OpDef(
            name,
            (cls.__doc__ or "").strip(),
            tuple((k, v) for k, v in fields.items() if isinstance(v, OperandDef)),
            tuple((k, v) for k, v in fields.items() if isinstance(v, ResultDef)),
            tuple((k, v) for k, v in fields.items() if isinstance(v, PropDef)),
            tuple(k for k, v in fields.items() if isinstance(v, RegionDef)),
        )
        body = {k: v for k, v in vars(cls).items() if k not in fields and k not in _DROP}
        body |= {"__slots__": (), "name": name, "defn": defn, **flags}
        body |= _accessors(defn)
        body |= _generate(defn)
        new: Any = type(cls.__name__, cls.__bases__, body)
        OPS[name] = new
        return cast(OpT, new)

    return declare


_FIELDS = (OperandDef, ResultDef, PropDef, RegionDef)
_DROP = ("__dict__", "__weakref__", "__annotations__")


def _accessors(defn: OpDef) -> dict[str, property]:
    """One property per declared name."""
    out: dict[str, property] = {}
    groups: list[tuple[str, Any]] = [("operands", defn.operands), ("results", defn.results)]
    for storage, group in groups:
        variadic = next((i for i, (_, d) in enumerate(group) if d.variadic), len(group))
        for i, (name, decl) in enumerate(group):
            after = len(group) - i
            if decl.variadic:
                code = f"self.{storage}[{i}:len(self.{storage}) - {after - 1}]"
            else:
                code = f"self.{storage}[{i if i < variadic else -after}]"
            out[name] = property(eval(f"lambda self: {code}"))
    for name, _ in defn.props:
        out[name] = property(_prop_getter(name))
    for i, name in enumerate(defn.regions):
        out[name] = property(eval(f"lambda self: self.regions[{i}]"))
    return out


def _prop_getter(name: str) -> Callable[[Op], Any]:
    def get(self: Op) -> Any:
        found = self.props.get(name)
        return None if found is None else getattr(found, "value", True)

    return get


def single_block() -> Region:
    """A region with one empty block."""
    return Region(Block())


def _generate(defn: OpDef) -> dict[str, Any]:
    """The generated ``__init__`` and ``verify``."""
    scope: dict[str, Any] = {"attribute": attribute, "single_block": single_block}
    source = "\n".join([*_init_source(defn, scope), "", *_verify_source(defn, scope), ""])
    filename = f"<op {defn.name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), scope)
    return {"__init__": scope["__init__"], "verify": scope["verify"]}


def _argument(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def _init_source(defn: OpDef, scope: dict[str, Any]) -> Iterator[str]:
    args = ["self", *[("*" if d.variadic else "") + n for n, d in defn.operands]]
    keywords, lines, props = [], [], []
    for name, decl in defn.props:
        arg = _argument(name)
        if decl.default is _REQUIRED:
            keywords.append(arg)
        else:
            scope[f"default_{name}"] = decl.default
            keywords.append(f"{arg}=default_{name}")
        scope[f"kind_{name}"] = decl.kind
        wrap = (
            f"kind_{name}({arg})"
            if decl.kind in (StringAttr, SymbolRefAttr)
            else f"attribute({arg})"
        )
        lines.append(
            f"    if {arg} is not None: props[{name!r}] = {arg} if isinstance({arg}, kind_{name}) else {wrap}"
        )
        props.append(name)
    keywords += [f"{_argument(n)}=None" for n in defn.regions]
    types = []
    for name, res in defn.results:
        if res.variadic:
            keywords.append("result_types=()")
            types.append("*result_types")
        elif res.same_type_as:
            types.append(f"{res.same_type_as}.type")
        elif res.type is not None:
            scope[f"type_{name}"] = res.type
            types.append(f"type_{name}")
        elif res.infer is not None:
            scope[f"infer_{name}"] = res.infer
            types.append(f"infer_{name}({', '.join(args[1:])})")
        else:
            keywords.append("result_type")
            types.append("result_type")
    star = [] if any(d.variadic for _, d in defn.operands) or not keywords else ["*"]
    signature = ", ".join(args + star + keywords)
    operands = ", ".join(("*" if d.variadic else "") + n for n, d in defn.operands)
    regions = ", ".join(f"{_argument(n)} or single_block()" for n in defn.regions)
    yield f"def __init__({signature}):"
    yield "    props = {}"
    yield from lines
    yield (
        f"    self._setup([{operands}], ({', '.join(types)}{',' if types else ''}),"
        f" props, ({regions}{',' if regions else ''}))"
    )


def _verify_source(defn: OpDef, scope: dict[str, Any]) -> Iterator[str]:
    yield "def verify(self):"
    yield "    operands, results, props = self.operands, self.results, self.props"
    yield from _verify_values("operand", defn.operands, scope)
    yield from _verify_values("result", defn.results, scope)
    for name, decl in defn.props:
        scope[f"kind_{name}"] = decl.kind
        text = f"property {name!r} expects a {decl.kind.__name__}, got "
        yield f"    if {name!r} in props:"
        yield f"        if not isinstance(props[{name!r}], kind_{name}):"
        yield f"            yield {text!r} + str(props[{name!r}])"
        if decl.default is _REQUIRED:
            yield "    else:"
            yield f"        yield {f'lacks the property {name!r}'!r}"
    yield f"    if len(self.regions) != {len(defn.regions)}:"
    yield f"        yield 'expects {len(defn.regions)} regions, got ' + str(len(self.regions))"
    yield "    yield from self.check()"


def _verify_values(
    what: str, group: tuple[tuple[str, Any], ...], scope: dict[str, Any]
) -> Iterator[str]:
    least = sum(not d.variadic for _, d in group)
    open_ended = any(d.variadic for _, d in group)
    if least or not open_ended:
        word = "at least" if open_ended else "exactly"
        yield f"    if len({what}s) {'<' if open_ended else '!='} {least}:"
        yield f"        yield 'expects {word} {least} {what}s, got ' + str(len({what}s))"
        yield "        return"
    for name, decl in group:
        scope[f"accept_{name}"] = decl.constraint
        if decl.constraint is not AnyType:
            text = f"{what} {name!r} expects {decl.constraint.name}, got "
            yield f"    for v in self.{name}:" if decl.variadic else f"    for v in (self.{name},):"
            yield f"        if not accept_{name}.accepts(v.type):"
            yield f"            yield {text!r} + str(v.type)"
        if decl.same_type_as and not decl.variadic:
            text = f"{what} {name!r} must have the type of {decl.same_type_as!r}, got "
            yield f"    if self.{name}.type is not self.{decl.same_type_as}.type:"
            yield f"        yield {text!r} + str(self.{name}.type)"
        if isinstance(decl, ResultDef) and decl.type is not None:
            scope[f"type_{name}"] = decl.type
            text = f"result {name!r} must be {decl.type}, got "
            yield f"    if self.{name}.type is not type_{name}:"
            yield f"        yield {text!r} + str(self.{name}.type)"
