"""Plans: all that the run time needs from a kernel module.

A plan is read from the module itself.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import astuple

from ..ir import target as targets
from ..ir.attrs_classes import frozen
from ..ir.buffers import RECORD, Buffer, Descriptor, Extent, Key, Role, Table, described
from ..ir.declarations import (
    Declarations,
    DeclaredMonitor,
    DeclaredPopulation,
    DeclaredProjection,
    DeclaredVariable,
    read,
)
from ..ir.diagnostics import ModelError, error
from ..ir.interface import STEP_RANGE
from ..ir.target import Target
from ..ir.types import MemRefType
from .arguments import BufferSpec
from .synapses import VariableSpec

if TYPE_CHECKING:
    from ..ir.dialects.builtin import Module

DTYPES = {
    name: np.dtype(kind)
    for name, kind in {
        "f64": np.float64,
        "f32": np.float32,
        "i64": np.int64,
        "i32": np.int32,
        "i16": np.uint16,
        "i8": np.int8,
        "i1": np.int8,
    }.items()
}
"""The types of elements of buffers, in NumPy's words."""


@frozen(slots=False)
class Plan:
    """Buffers of kernels, with the network's objects and their variables.

    ``target`` is what the kernels were made for; ``code`` is the key of the machine code, where it
    is kept.
    """

    buffers: list[BufferSpec]
    populations: list[DeclaredPopulation]
    projections: list[DeclaredProjection]
    monitors: list[DeclaredMonitor]
    variables: list[VariableSpec]
    target: Target
    code: str = ""

    @classmethod
    def of(cls, module: Module, code: str = "") -> Plan:
        """The plan of a module of kernels.

        Raises ModelError where the module has no ``@step_range``, or does not say what it declares
        or which target it was made for.
        """
        from ..ir.core import lookup_symbol  # plans of compiled networks need no operations

        try:
            declared = read(module)
            if declared is None or lookup_symbol(module, STEP_RANGE) is None:
                raise ValueError("the module is no program: it has no network's kernels")
            target = targets.read(module)
            variables, buffers = _variables(declared), buffers_of(module)
            _check_owners(declared, buffers)
        except ValueError as problem:
            raise ModelError(error(str(problem), module.loc)) from None
        return cls(
            buffers=buffers,
            populations=list(declared.populations),
            projections=list(declared.projections),
            monitors=list(declared.monitors),
            variables=variables,
            target=target,
            code=code,
        )

    @cached_property
    def _records(self) -> dict[str, dict[Key, Any]]:
        """The buffers of monitors with their types, by monitor."""
        found: dict[str, dict[Key, Any]] = {}
        for spec in self.buffers:
            for buffer in spec.each() if spec.role is RECORD else ():
                found.setdefault(buffer.owner, {})[buffer.key] = spec.dtype
        return found

    def recorded(self, monitor: str) -> dict[Key, Any]:
        """The buffers of a monitor with their types."""
        return self._records.get(monitor, {})

    def encode(self) -> bytes:
        """The plan as JSON: lists of fields."""
        found = {
            "buffers": [(np.dtype(b.dtype).str, *_fields(b.described)) for b in self.buffers],
            "populations": [astuple(each) for each in self.populations],
            "projections": [astuple(each) for each in self.projections],
            "monitors": [astuple(each) for each in self.monitors],
            "variables": [
                (v.owner, v.name, np.dtype(v.dtype).str, v.locality, v.role, v.stored_locality)
                for v in self.variables
            ],
            "target": (
                *(self.target.name, self.target.block, self.target.line),
                self.target.machine,
                self.target.workers,
            ),
            "code": self.code,
        }
        return json.dumps(found).encode()

    @classmethod
    def decode(cls, content: bytes) -> Plan | None:
        """The plan that was encoded. None where the content is none of ours."""
        try:
            found = json.loads(content)
            found["buffers"] = [
                BufferSpec(_descriptor(*fields), np.dtype(dtype))
                for dtype, *fields in found["buffers"]
            ]
            found["variables"] = [
                VariableSpec(owner, name, np.dtype(dtype), *rest)
                for owner, name, dtype, *rest in found["variables"]
            ]
            for name, record in _RECORDS.items():
                found[name] = [record(*fields) for fields in found[name]]
            found["target"] = targets.known(*found["target"])
            return cls(**found)
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None


_RECORDS: dict[str, Any] = {
    "populations": DeclaredPopulation,
    "projections": DeclaredProjection,
    "monitors": DeclaredMonitor,
}


def _fields(said: Descriptor) -> tuple[Any, ...]:
    """The fields of a descriptor, for JSON."""
    one, tables = (said, ()) if isinstance(said, Buffer) else (said.buffer, (said.owners, said.of))
    return one.owner, one.name, one.role, astuple(one.extent), one.item, one.reach, *tables


def _descriptor(
    owner: str, name: str, role: str, extent: list[Any], item: str, reach: str, *tables: list[str]
) -> Descriptor:
    """The descriptor that ``_fields`` was made from."""
    one = Buffer(owner, name, Role(role), Extent(*extent), item=item, reach=reach)
    return Table(one, *map(tuple, tables)) if tables else one


def _variables(declared: Declarations) -> list[VariableSpec]:
    """The variables of all objects, in order."""

    def said(variable: DeclaredVariable) -> tuple[Any, ...]:
        dtype = DTYPES.get(str(variable.type))
        if dtype is None:
            raise ValueError(f"'{variable.name}' is of type {variable.type}, which no buffer holds")
        return variable.name, dtype, variable.locality, variable.role, variable.stored_locality

    lists = [[said(variable) for variable in each] for each in declared.variables]
    objects: list[Any] = [*declared.populations, *declared.projections]
    return [VariableSpec(each.name, *fields) for each in objects for fields in lists[each.of]]


def _check_owners(declared: Declarations, buffers: list[BufferSpec]) -> None:
    """Refuse buffers of objects that are not declared."""
    objects = {each.name for each in declared.populations}
    objects |= {each.name for each in declared.projections}
    monitors = {each.name for each in declared.monitors}
    for spec in buffers:
        known = monitors if spec.role is RECORD else objects
        for owner in spec.owners() - known:
            each = next(each for each in spec.each() if owner in (each.owner, each.extent.of))
            raise ValueError(f"the buffer '{each.key}' is one of '{owner}', which is not declared")


def buffers_of(module: Module) -> list[BufferSpec]:
    """The buffer arguments of the program, in order.

    Raises ValueError where one is not described.
    """
    from ..ir.core import lookup_symbol

    program: Any = lookup_symbol(module, STEP_RANGE)
    found = []
    for about, type_ in zip(described(program), program.function_type.inputs, strict=True):
        if isinstance(type_, MemRefType):
            if about is None:
                raise ValueError(f"@{STEP_RANGE} takes a buffer that is not described")
            element = type_.element
            if isinstance(element, MemRefType):
                element = element.element
            found.append(BufferSpec(about, DTYPES[str(element)]))
    return found
