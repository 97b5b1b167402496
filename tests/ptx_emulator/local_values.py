"""The local variables of the function of a segment. Values of registers, by type.

A register is an array of unsigned integers; within a segment it has a name for each type in which
it is used. What other segments read is stored at the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field

from .errors import PtxError
from .operations import dtype, unsigned
from .parser import encoded
from .program import Program, Segment
from .syntax import SIZES, Function, Group, Immediate, Operand, Register, Symbol
from .values import Values


def is_constant(operand: Operand) -> bool:
    """Whether an operand is a number or an address."""
    if isinstance(operand, Symbol):
        return not operand.name.startswith("!")
    return isinstance(operand, Immediate)


@define(eq=False)
class LocalValues:
    """Lines of a segment's function, and the names of its values.

    ``whole``: for all threads of the wave.
    """

    values: Values
    program: Program
    segment: Segment
    whole: bool
    lines: list[str] = field(factory=list)
    names: dict[str, dict[str, str]] = field(factory=dict)
    written: set[str] = field(factory=set)
    count: int = 0

    @property
    def function(self) -> Function:
        """The function of the segment."""
        return self.program.text.functions[self.segment.function]

    def fresh(self) -> str:
        """A new local variable."""
        self.count += 1
        return f"v{self.count}"

    def assign(self, expression: str) -> str:
        """A local variable with a value."""
        name = self.fresh()
        self.lines.append(f"{name} = {expression}")
        return name

    def constant(self, value: Any) -> str:
        """The name of an object."""
        return self.values.constant(value)

    def read(self, operand: Operand, kind: str) -> str:
        """The name of the array of an operand in a type. Constants have one element."""
        if isinstance(operand, Register):
            return self._register(operand.name, kind)
        if isinstance(operand, Immediate):
            data = encoded(operand.text, kind) if kind != "pred" else bytes([operand.text != "0"])
            return self.constant(np.frombuffer(data, dtype(kind)))
        if isinstance(operand, Symbol):
            if operand.name.startswith("!"):
                return self.assign(f"~{self._register(operand.name[1:], 'pred')}")
            address = self.values.address(self.segment.function, operand)
            return self.constant(np.array([address]).astype(np.uint64).astype(dtype(kind)))
        if isinstance(operand, Group):
            return self._packed(operand, kind)
        raise PtxError(f"no value: {operand}")

    def spread(self, operand: Operand, kind: str) -> str:
        """The same as ``read``, with an element for each thread."""
        name = self.read(operand, kind)
        return self.assign(f"{name}.repeat(lanes.size)") if is_constant(operand) else name

    def _register(self, name: str, kind: str) -> str:
        known = self.names.setdefault(name, {})
        if kind in known:
            return known[kind]
        own = unsigned(self.kind_of(name)) if self.kind_of(name) != "pred" else "pred"
        if not known:
            place = self.values.register(self.segment.function, name)
            known[own] = self.assign(f"R[{place}]" if self.whole else f"R[{place}].take(lanes)")
        if (own == "pred") != (kind == "pred"):
            raise PtxError(f"the register {name} as {kind}")
        if kind not in known:
            known[kind] = self._as_type(name, own, kind, known)
        return known[kind]

    def _as_type(self, name: str, own: str, kind: str, known: dict[str, str]) -> str:
        if SIZES[own] == SIZES[kind]:
            return self.assign(f"{next(iter(known.values()))}.view({self.constant(dtype(kind))})")
        if SIZES[kind] > SIZES[own]:
            raise PtxError(f"the register {name} is too small for {kind}")
        low = self.assign(
            f"{self._register(name, own)}.astype({self.constant(dtype(unsigned(kind)))})"
        )
        return self.assign(f"{low}.view({self.constant(dtype(kind))})")

    def kind_of(self, name: str) -> str:
        """The type of a register as it was declared."""
        found = self.function.registers.get(name)
        return self.values.special(name) if found is None else found

    def write(self, operand: Operand, kind: str, value: str) -> None:
        """Give a register a value of a type. A smaller one is extended."""
        if isinstance(operand, Group):
            raise PtxError("one value for several registers")
        if not isinstance(operand, Register):
            if isinstance(operand, Symbol) and operand.name == "_":
                return
            raise PtxError(f"no register: {operand}")
        if operand.name not in self.function.registers:
            raise PtxError(f"the register {operand.name} is not declared")
        own = self.kind_of(operand.name)
        if (own == "pred") != (kind == "pred") or SIZES[kind] > SIZES[own]:
            raise PtxError(f"the register {operand.name} cannot hold {kind}")
        if SIZES[kind] < SIZES[own] and kind[0] == "f":
            raise PtxError(f"the register {operand.name} is too large for {kind}")
        if SIZES[kind] < SIZES[own]:
            kind = kind[0].replace("b", "u") + str(8 * SIZES[own])
            value = self.assign(f"{value}.astype({self.constant(dtype(kind))})")
        self.names[operand.name] = {kind.replace("b", "u"): value}
        self.written.add(operand.name)

    def _set_registers(self) -> None:
        """Store what other segments read."""
        for name in sorted(self.written):
            if not self.values.outlives(self.segment, name):
                continue
            place = self.values.register(self.segment.function, name)
            own = self.kind_of(name)
            value = self._register(name, own if own == "pred" else unsigned(own))
            if self.whole:
                self.lines.append(f"R[{place}] = {value}")
            else:
                copy = self.assign(f"R[{place}].copy()")
                self.lines += [f"{copy}[lanes] = {value}", f"R[{place}] = {copy}"]

    def _packed(self, group: Group, kind: str) -> str:
        """Several registers as one value, the first lowest."""
        part = f"u{8 * SIZES[kind] // len(group.parts)}"
        parts = ", ".join(self.spread(each, part) for each in group.parts)
        value = self.assign(f"{self.constant(np.stack)}(({parts},), -1)")
        return self.assign(f"{value}.view({self.constant(dtype(kind))})[:, 0]")

    def _unpack(self, group: Group, source: Operand, kind: str) -> None:
        part = f"u{8 * SIZES[kind] // len(group.parts)}"
        whole = self.spread(source, unsigned(kind))
        bits = self.assign(f"{self.constant(np.ascontiguousarray)}({whole})")
        split = self.assign(
            f"{bits}.view({self.constant(dtype(part))}).reshape(-1, {len(group.parts)})"
        )
        for i, each in enumerate(group.parts):
            self.write(each, part, self.assign(f"{split}[:, {i}].copy()"))
