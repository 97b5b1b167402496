"""The places of everything that segments name: registers, parameters, constants, addresses."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from attrs import define, field, frozen

from .errors import PtxError
from .memory_operations import load_words
from .operations import unsigned
from .operations.registry import dtype
from .program import Program, Segment, registers_of
from .syntax import SIZES, Address, Group, Instruction, Operand, Register, Symbol

SPECIAL = {
    **{f"%{name}.{axis}": "u32" for name in ("tid", "ntid", "ctaid", "nctaid") for axis in "xyz"},
    **{f"%lanemask_{name}": "u32" for name in ("eq", "lt", "le", "gt", "ge")},
    **dict.fromkeys(("%laneid", "%warpid", "%nwarpid", "%smid", "%clock"), "u32"),
    **dict.fromkeys(("%dynamic_smem_size", "%total_smem_size"), "u32"),
    **dict.fromkeys(("%clock64", "%globaltimer"), "u64"),
}
"""Special registers and their types."""

WINDOWS = {"global": 0, "const": 0, "shared": 0x7E << 40, "local": 0x7D << 40}
"""The number that makes an address of a space generic."""

NO_RESULT = {"st", "red", "bra", "brx", "call", "bar", "barrier", "ret", "exit", "trap", "brkpt"}


@frozen
class View:
    """A parameter's row of 8 bytes, its place and its type."""

    storage: int
    row: int
    part: int
    kind: str


@define(eq=False)
class Values:
    """The places of the values of a program.

    ``module`` has the addresses of variables of the module in device memory.
    """

    program: Program
    module: dict[str, int]
    constants: dict[str, Any] = field(factory=dict, init=False)
    registers: list[str] = field(factory=list, init=False)
    specials: dict[int, str] = field(factory=dict, init=False)
    rows: list[int] = field(factory=list, init=False)
    views: list[View] = field(factory=list, init=False)
    sites: list[Instruction] = field(factory=list, init=False)
    _objects: dict[Any, str] = field(factory=dict, init=False)
    _places: dict[tuple[str, str], int] = field(factory=dict, init=False)
    _storage: dict[tuple[str, str], int] = field(factory=dict, init=False)
    _views: dict[tuple[str, str, int, str], int] = field(factory=dict, init=False)
    _sites: dict[Instruction, int] = field(factory=dict, init=False)
    _outside: dict[tuple[str, str], set[int]] = field(factory=lambda: defaultdict(set), init=False)
    _exposed: set[tuple[int, str]] = field(factory=set, init=False)

    def __attrs_post_init__(self) -> None:
        for name in self.program.entries:
            function = self.program.text.functions[name]
            for register, kind in function.registers.items():
                self._places[name, register] = len(self.registers)
                self.registers.append(kind)
            for symbol, parameter in function.params.items():
                self._storage[name, symbol] = len(self.rows)
                self.rows.append(max(1, -(-parameter.size // 8)))
        for segment in self.program.segments:
            self._scan(segment)

    def _scan(self, segment: Segment) -> None:
        """Note parameters, special registers, and which segments use a register."""
        ends = [segment.end.instruction] if segment.end.instruction is not None else []
        own: set[str] = set()
        guards = segment.end.kind == "branch"
        for each in [*segment.instructions, *([] if guards else ends)]:
            if each.base in ("ld", "st"):
                self._scan_parameter(segment.function, each)
            written, read = effects(each)
            for name in [*read, *written]:
                self._use(segment, name)
            self._exposed |= {(segment.index, name) for name in read if name not in own}
            own |= set(written)
        if segment.end.guard is not None:
            name = segment.end.guard.register
            self._use(segment, name)
            if name not in own:
                self._exposed.add((segment.index, name))

    def _use(self, segment: Segment, name: str) -> None:
        self._outside[segment.function, name].add(segment.index)
        if (segment.function, name) not in self._places and ("", name) not in self._places:
            kind = SPECIAL.get(name)
            if kind is None:
                error = PtxError(f"the register {name} is not declared")
                raise error.at(self.program.kernel.name, segment.place, None)
            self._places["", name] = len(self.registers)
            self.specials[len(self.registers)] = name
            self.registers.append(kind)

    def _scan_parameter(self, function: str, each: Instruction) -> None:
        try:
            words = load_words(each.opcode)
        except PtxError as error:
            raise error.at(self.program.kernel.name, each.place, None) from None
        at = next((o for o in each.operands if isinstance(o, Address)), None)
        if words.space != "param" or at is None or not isinstance(at.base, Symbol):
            return
        for i in range(words.count):
            offset, kind = at.offset + i * SIZES[words.kind], unsigned(words.kind)
            storage = self._storage.get((function, at.base.name))
            if storage is None:
                missing = PtxError(f"no parameter '{at.base.name}'")
                raise missing.at(self.program.kernel.name, each.place, None)
            key = (function, at.base.name, offset, kind)
            if key not in self._views:
                self._views[key] = len(self.views)
                size = SIZES[kind]
                self.views.append(View(storage, offset // 8, offset % 8 // size, kind))

    def outlives(self, segment: Segment, name: str) -> bool:
        """Whether a register is read after the segment that sets it."""
        users = self._outside[segment.function, name]
        return len(users) > 1 or (segment.index, name) in self._exposed

    def register(self, function: str, name: str) -> int:
        """The number of a register."""
        found = self._places.get((function, name))
        return self._places["", name] if found is None else found

    def special(self, name: str) -> str:
        """The type of a special register."""
        return SPECIAL[name]

    def storage(self, function: str, name: str) -> int:
        """The number of the storage of a parameter."""
        found = self._storage.get((function, name))
        if found is None:
            raise PtxError(f"no parameter '{name}'")
        return found

    def parameter(self, function: str, name: str, offset: int, kind: str) -> int:
        """The number of the view of a parameter."""
        return self._views[function, name, offset, kind]

    def window(self, space: str) -> int:
        """The generic address of the first byte of a space."""
        return WINDOWS[space]

    def address(self, function: str, symbol: Symbol) -> int:
        """The address of a variable in its space."""
        for owner in (function, ""):
            found = self.program.addresses.get((owner, symbol.name))
            if found is not None:
                return found + symbol.offset
        if symbol.name not in self.module:
            raise PtxError(f"no variable '{symbol.name}'")
        return self.module[symbol.name] + symbol.offset

    def site(self, each: Instruction) -> int:
        """The number of an instruction that accesses memory."""
        found = self._sites.get(each)
        if found is None:
            found = self._sites[each] = len(self.sites)
            self.sites.append(each)
        return found

    def constant(self, value: Any) -> str:
        """The name of an object in functions of segments."""
        key: Any = value
        if isinstance(value, np.ndarray):
            key = (value.dtype.str, value.tobytes())
        name = self._objects.get(key)
        if name is None:
            name = self._objects[key] = f"c{len(self._objects)}"
            self.constants[name] = value
        return name

    def bytes_of(self, register: int) -> np.dtype[Any]:
        """NumPy's type of a register."""
        kind = self.registers[register]
        return dtype(kind if kind == "pred" else unsigned(kind))


def effects(each: Instruction) -> tuple[list[str], list[str]]:
    """The registers that an instruction sets, and those that it reads."""
    result = [] if each.base in NO_RESULT or each.opcode == "bar.warp.sync" else each.operands[:1]
    written = [name for operand in result for name in _direct(operand)]
    read = [name for name in registers_of(each) if name not in written]
    rest = Instruction(each.opcode, each.operands[len(result) :], None, each.place)
    return written, [*read, *registers_of(rest)]


def _direct(operand: Operand) -> list[str]:
    if isinstance(operand, Group):
        return [name for part in operand.parts for name in _direct(part)]
    return [operand.name] if isinstance(operand, Register) else []
