"""Definitions of operations: the data behind constructors, verifiers and documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field

from .attributes import Attribute, attribute
from .attrs_classes import frozen
from .constraints import Constraint
from .types import Type

REQUIRED: Any = object()
"""In place of a default: the property must be given."""


@frozen
class OperandDef:
    """A declared operand.

    ``reads`` and ``writes`` say how the operation accesses the buffer that it is.
    """

    constraint: Constraint
    variadic: bool
    same_type_as: str | None
    reads: bool = False
    writes: bool = False


@frozen
class ResultDef:
    """A declared result.

    Its type follows from one of ``same_type_as``, ``type`` and ``infer``, or is given to the
    constructor.
    """

    constraint: Constraint
    variadic: bool
    same_type_as: str | None
    type: Type | None
    infer: Callable[..., Type] | None


@frozen
class PropDef:
    """A declared property: an attribute that belongs to the operation's meaning.

    ``kind`` is the class of the attribute. ``reads`` and ``writes`` say how the operation accesses
    the variable that the property names; a text instead of true is the owner of that variable
    (``"post"``). A property of the ``identity`` of an operation says which one of its kind it is;
    the others say of which kind it is. ``of`` and ``words`` are for the custom form: the type of a
    number or the name of an enumeration, and the words that stand for 0, 1, ...
    """

    kind: type[Attribute]
    default: Any
    optional: bool
    reads: bool | str = False
    writes: bool | str = False
    identity: bool = False
    doc: str = ""
    of: Any = None
    words: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether every operation of the class has the property."""
        return self.default is REQUIRED


@frozen
class DecisionDef:
    """A declared decision of passes: an entry of the property ``decisions``."""

    kind: type[Attribute]
    default: Any
    doc: str = ""


@frozen
class RegionDef:
    """A declared region."""

    doc: str = ""


@frozen
class SuccessorDef:
    """A declared successor: a block that the operation may branch to."""


@frozen
class OpDef:
    """The whole declaration of an operation, for documentation and tools.

    ``segmented``: several operands are variadic. ``identity`` names the properties in which
    operations of one kind differ; ``defaults`` holds the attributes of properties that are not
    given.
    """

    name: str
    doc: str
    operands: tuple[tuple[str, OperandDef], ...]
    results: tuple[tuple[str, ResultDef], ...]
    props: tuple[tuple[str, PropDef], ...]
    regions: tuple[str, ...]
    successors: tuple[str, ...] = ()
    decisions: tuple[tuple[str, DecisionDef], ...] = ()
    region_docs: tuple[str, ...] = ()
    prop_names: tuple[str, ...] = field(init=False)
    identity: frozenset[str] = field(init=False)
    segmented: bool = field(init=False)
    defaults: dict[str, Attribute] = field(init=False, eq=False)

    @prop_names.default
    def _name_props(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.props)

    @identity.default
    def _name_identity(self) -> frozenset[str]:
        return frozenset(name for name, decl in self.props if decl.identity)

    @segmented.default
    def _count_groups(self) -> bool:
        return sum(decl.variadic for _, decl in self.operands) > 1

    @defaults.default
    def _collect_defaults(self) -> dict[str, Attribute]:
        return {
            k: attribute(d.default)
            for k, d in self.props
            if not d.required and d.default is not None
        }
