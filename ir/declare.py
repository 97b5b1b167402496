"""Declaring operations.

An operation is a class whose body lists operands, results, properties, regions and successors::

    @op("arith.addf", pure=True, commutative=True)
    class AddF(Op):
        "Sum of two floats."

        lhs: Value = operand(Float)
        rhs: Value = operand(Float, same_type_as="lhs")
        result: Value = result(same_type_as="lhs")

From it the decorator generates, once per class and by one ``exec``: the constructor
``AddF(lhs, rhs)``, the accessors ``op.lhs``, ``op.result`` and the verifier of what is declared.
Result types are inferred where they are declared, else the constructor takes ``result_type=`` (or
``result_types=`` for variadic results). One variadic operand is passed as ``*values``; of several,
each is a sequence, and the property ``operandSegmentSizes`` says how many values each has.

Side effects are declared at the operand or property concerned: ``operand(Buffer, writes=True)`` is
a buffer that is written, ``prop(SymbolRefAttr, reads=True)`` a variable that is read. The flags
``op.reads`` and ``op.writes`` follow; :mod:`.effects` tells which buffers and variables they mean.

Decisions of passes about an operation are declared with :func:`decision` and kept apart from its
own properties: they are entries of one property, which is absent while nothing has been decided::

    "net.projection"() <{..., decisions = {layout = "dense", tile = 12 : i64}}>

They are read as members (``op.tile``) and written by ``rewriter.decide(op, tile=12)``.

The custom form of an operation is declared by ``format``: see :mod:`.assembly`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .attributes import Attribute, DenseArrayAttr, DictAttr, StringAttr
from .constraints import AnyType, Constraint
from .core import DECISIONS, SEGMENTS, Op
from .custom_form import LazyForm, declared
from .definitions import (
    REQUIRED,
    DecisionDef,
    OpDef,
    OperandDef,
    PropDef,
    RegionDef,
    ResultDef,
    SuccessorDef,
)
from .generate import accessors, generated
from .types import Type

if TYPE_CHECKING:
    from .assembly.form import Form
    from .assembly.value_types import Derive

OpT = TypeVar("OpT", bound=type[Op])


def operand(
    constraint: Constraint = AnyType,
    *,
    variadic: bool = False,
    same_type_as: str | None = None,
    reads: bool = False,
    writes: bool = False,
) -> Any:
    """Declare an operand."""
    return OperandDef(constraint, variadic, same_type_as, reads, writes)


def result(
    constraint: Constraint = AnyType,
    *,
    variadic: bool = False,
    same_type_as: str | None = None,
    type: Type | None = None,
    infer: Callable[..., Type] | None = None,
) -> Any:
    """Declare a result.

    ``infer`` is called with the operands and returns the type.
    """
    return ResultDef(constraint, variadic, same_type_as, type, infer)


def prop(
    kind: type[Attribute] = StringAttr,
    *,
    default: Any = REQUIRED,
    optional: bool = False,
    reads: bool | str = False,
    writes: bool | str = False,
    identity: bool = False,
    doc: str = "",
    of: Any = None,
    words: tuple[str, ...] = (),
) -> Any:
    """Declare a property.

    The constructor takes the attribute or its Python value. ``doc`` is a noun phrase for the
    reference. For the custom form, ``of`` is the type of a number (i64 without it) or the name of
    an enumeration (``"gpu shuffle_mode"`` for ``#gpu<shuffle_mode idx>``), and ``words`` are
    written for the numbers from 0 on.
    """
    default = None if optional else default
    return PropDef(
        kind=kind,
        default=default,
        optional=optional,
        reads=reads,
        writes=writes,
        identity=identity,
        doc=doc,
        of=of,
        words=words,
    )


def decision(kind: type[Attribute] = StringAttr, *, default: Any = None, doc: str = "") -> Any:
    """Declare a decision of passes.

    Until one is written, its value is the default.
    """
    return DecisionDef(kind, default, doc)


def region(doc: str = "") -> Any:
    """Declare a region.

    Without an argument the constructor makes one with an empty block.
    """
    return RegionDef(doc)


def successor() -> Any:
    """Declare a successor; the constructor takes the block by keyword."""
    return SuccessorDef()


OPS: dict[str, type[Op]] = {}
"""All declared operations by name.

The import of a dialect's module adds its operations.
"""


def op(
    name: str,
    *,
    format: str | Form | LazyForm | None = None,
    derive: Derive | None = None,
    implicit: str | None = None,
    touches: str = "",
    **flags: bool,
) -> Callable[[OpT], OpT]:
    """Class decorator that declares the operation ``name``.

    ``flags`` are such as ``pure=True``. ``touches`` names what is read and written, where it is no
    variable. ``format`` is the custom form, to which ``derive`` and ``implicit`` belong: see
    :mod:`.assembly`. Raises :class:`~ranvier.ir.assembly.format_text.FormatError` for a format that
    does not fit the declaration.
    """

    def declare(cls: OpT) -> OpT:
        fields = {k: v for k, v in vars(cls).items() if isinstance(v, _FIELDS)}
        defn = _definition(name, (cls.__doc__ or "").strip(), fields)
        body = {k: v for k, v in vars(cls).items() if k not in fields and k not in _DROP}
        form = (
            declared(
                format, cls.__module__, defn, flags=flags, implicit=implicit, derive=derive or {}
            )
            if isinstance(format, str)
            else format
        )
        body |= {"__slots__": (), "name": name, "defn": defn, "form": form}
        body |= {"touches": touches} if touches else {}
        body |= {word: _declares(defn, word) or getattr(cls, word) for word in ("reads", "writes")}
        body |= flags
        body |= accessors(defn)
        body |= generated(defn)
        new: Any = type(cls.__name__, cls.__bases__, body)
        OPS[name] = new
        return cast(OpT, new)

    return declare


_FIELDS = (OperandDef, ResultDef, PropDef, DecisionDef, RegionDef, SuccessorDef)
_DROP = ("__dict__", "__weakref__", "__annotations__")


def _definition(name: str, doc: str, fields: dict[str, Any]) -> OpDef:
    def those(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
        return tuple((k, v) for k, v in fields.items() if isinstance(v, kind))

    operands, props = those(OperandDef), those(PropDef)
    decisions, regions = those(DecisionDef), those(RegionDef)
    if sum(decl.variadic for _, decl in operands) > 1:
        props = ((SEGMENTS, PropDef(DenseArrayAttr, REQUIRED, False)), *props)
    if decisions:
        props = (*props, (DECISIONS, PropDef(DictAttr, None, True)))
    return OpDef(
        name,
        doc,
        operands,
        results=those(ResultDef),
        props=props,
        regions=tuple(k for k, _ in regions),
        successors=tuple(k for k, _ in those(SuccessorDef)),
        decisions=decisions,
        region_docs=tuple(decl.doc for _, decl in regions),
    )


def _declares(defn: OpDef, word: str) -> bool:
    """Whether some operand or property is declared with ``word``: reads, writes."""
    return any(getattr(decl, word) for _, decl in (*defn.operands, *defn.props))
