"""What is declared of an operation: the data behind constructors, verifiers and documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from .attributes import Attribute
from .constraints import Constraint
from .types import Type

REQUIRED: Any = object()
"""In place of a default: the property must be given."""


@frozen
class OperandDef:
    """A declared operand; ``reads`` and ``writes`` speak of the buffer that it is."""

    constraint: Constraint
    variadic: bool
    same_type_as: str | None
    reads: bool = False
    writes: bool = False


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
    """A declared property: an attribute of class ``kind`` that belongs to the meaning of the op.

    ``reads`` and ``writes`` speak of the variable that the property names; a text instead of true
    says whose variable it is (``"post"``).
    """

    kind: type[Attribute]
    default: Any
    optional: bool
    reads: bool | str = False
    writes: bool | str = False

    @property
    def required(self) -> bool:
        """Whether every operation has it."""
        return self.default is REQUIRED


@frozen
class RegionDef:
    """A declared region."""


@frozen
class SuccessorDef:
    """A declared successor: a block that the operation may branch to."""


@frozen
class OpDef:
    """Everything declared of an operation; the documentation and the tools read it.

    ``segmented`` says that several operands are variadic.
    """

    name: str
    doc: str
    operands: tuple[tuple[str, OperandDef], ...]
    results: tuple[tuple[str, ResultDef], ...]
    props: tuple[tuple[str, PropDef], ...]
    regions: tuple[str, ...]
    successors: tuple[str, ...] = ()
    prop_names: tuple[str, ...] = field(init=False)
    segmented: bool = field(init=False)

    @prop_names.default
    def _name_props(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.props)

    @segmented.default
    def _count_groups(self) -> bool:
        return sum(decl.variadic for _, decl in self.operands) > 1
