"""The parts of PTX text: operands, instructions, variables, functions."""

from __future__ import annotations

from attrs import define, field, frozen

from .errors import Place

SIZES = {
    **{
        f"{kind}{bits}": bits // 8
        for kind in "busf"
        for bits in (8, 16, 32, 64)
        if kind != "f" or bits > 8
    },
    "pred": 1,
}
"""Bytes of a value of each type."""


@frozen
class Register:
    """A register or special register: ``%rd3``, ``%tid.x``."""

    name: str


@frozen
class Immediate:
    """A number as it is written, kept as text. Its type is that of the instruction."""

    text: str


@frozen
class Symbol:
    """A name of a variable, function or label, and an offset."""

    name: str
    offset: int = 0


@frozen
class Address:
    """``[base+offset]``."""

    base: Register | Symbol | Immediate
    offset: int = 0


@frozen
class Group:
    """Operands side by side: ``{%r1, %r2}``, ``(a, b)`` or ``%r1|%p1``."""

    parts: tuple[Operand, ...]


Operand = Register | Immediate | Symbol | Address | Group


@frozen
class Guard:
    """``@%p`` or ``@!%p`` before an instruction."""

    register: str
    negated: bool


@frozen(eq=False)
class Instruction:
    """An instruction: ``opcode`` with all its dots, operands, guard and place."""

    opcode: str
    operands: tuple[Operand, ...]
    guard: Guard | None
    place: Place

    @property
    def base(self) -> str:
        """The opcode up to its first dot."""
        return self.opcode.partition(".")[0]


@frozen
class Label:
    """A place to branch to."""

    name: str


@frozen
class Variable:
    """A variable in a state space: ``.global .align 8 .b8 table[32] = {...}``.

    ``values`` are bytes; ``addresses`` maps byte offsets to symbols whose address lies there.
    """

    name: str
    space: str
    size: int
    align: int
    values: bytes | None = None
    addresses: tuple[tuple[int, Symbol], ...] = ()
    dynamic: bool = False


@frozen
class Parameter:
    """A parameter of a kernel or function: name, type and bytes."""

    name: str
    type: str
    size: int
    align: int


@define(eq=False)
class Function:
    """A kernel or function. ``body`` is empty where it is declared only."""

    name: str
    kernel: bool
    parameters: tuple[Parameter, ...] = ()
    results: tuple[Parameter, ...] = ()
    registers: dict[str, str] = field(factory=dict)
    variables: list[Variable] = field(factory=list)
    params: dict[str, Parameter] = field(factory=dict)
    tables: dict[str, tuple[str, ...]] = field(factory=dict)
    body: list[Instruction | Label] = field(factory=list)
    limits: dict[str, tuple[int, ...]] = field(factory=dict)
    defined: bool = False


@define(eq=False)
class Text:
    """A module as it was written."""

    version: str = ""
    target: str = ""
    variables: list[Variable] = field(factory=list)
    functions: dict[str, Function] = field(factory=dict)
    files: dict[int, str] = field(factory=dict)
