"""Writes a function's LLVM IR as text, operation by operation. It uses the common lowering helper.

A rule is a function from an operation to LLVM instructions; ``RULES`` maps operation classes to
rules, and what each rule file adds to it is all there is to know about an operation::

    @lowers(arith.NegF)
    def negate(op: Any, write: Writer) -> Ref:
        return write.result(op, f"fneg {write[op.operand]}")

Text and not ``llvmlite.ir`` objects, because those cost twenty times as much to build and print,
and lag behind LLVM's own syntax (vectors of pointers, alias scopes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ...ir.core import Block, Op, Value
from ...ir.lowering import lower_block
from ...ir.types import MemRefType, Type
from ..errors import CodegenError
from .target import LlvmTarget
from .types import element_type, llvm_type, overload, pointer_type


class Ref(NamedTuple):
    """An LLVM value: its type and its name or literal. ``str`` joins them as operands need it."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


Results = Ref | tuple[Ref, ...] | None
Rule = Callable[[Any, "Writer"], Results]
RULES: dict[type[Op], Rule] = {}


def lowers(*classes: type[Op]) -> Callable[[Rule], Rule]:
    """Enter a rule into the table."""

    def enter(rule: Rule) -> Rule:
        for cls in classes:
            RULES[cls] = rule
        return rule

    return enter


class ModuleDeclarations:
    """Declarations of a module: target, functions by name, variables and metadata.

    Its functions share them.
    """

    def __init__(self, target: LlvmTarget) -> None:
        self.target = target
        self.rules = {**RULES, **target.rules}
        self.functions: dict[str, str] = {}
        self.metadata: list[str] = []
        self.variables: list[str] = []

    def node(self, *items: str, unique: bool = False) -> str:
        """A new metadata node. A unique one holds itself first and differs from all others."""
        name = f"!{len(self.metadata)}"
        body = ", ".join((name, *items) if unique else items)
        self.metadata.append(f"{name} = {'distinct ' if unique else ''}!{{{body}}}")
        return name

    def variable(self, hint: str, text: str) -> str:
        """A new variable of the module. ``text`` follows its name."""
        name = f"@{hint}.{len(self.variables)}"
        self.variables.append(f"{name} = {text}")
        return name

    def declare(self, name: str, text: str) -> None:
        """Declare an external function once; refuse what the target lacks."""
        if name not in self.functions:
            if not self.target.has(name):
                raise CodegenError(f"{self.target.triple} has no function '{name}'")
            self.functions[name] = text


class Writer:
    """Writes one function. Instructions are in ``lines``, LLVM values of our values in ``env``."""

    def __init__(self, declarations: ModuleDeclarations) -> None:
        self.declarations = declarations
        self.rules: Any = declarations.rules
        self.space = declarations.target.address_space
        self.lines: list[str] = []
        self.env: dict[Value, Ref] = {}
        self.scopes: dict[Value, str] = {}
        self.table: dict[Value, int] = {}
        self.here = "entry"
        self._counter = 0

    def __getitem__(self, value: Value) -> Ref:
        ref = self.env.get(value)
        return self.from_table(value) if ref is None else ref

    def from_table(self, buffer: Value) -> Ref:
        """Load the address of a buffer from the table of addresses."""
        pointer = self.pointer
        slot = f"getelementptr inbounds {pointer}, {pointer} %table, i64 {self.table[buffer]}"
        return self.new(pointer, f"load {pointer}, {self.new(pointer, slot)}, align 8", buffer.name)

    @property
    def pointer(self) -> str:
        """The LLVM type of an address in a buffer."""
        return pointer_type(self.space)

    def type(self, type_: Type) -> str:
        """The LLVM type of any value, also of a buffer."""
        return llvm_type(type_, self.space)

    def element(self, buffer: MemRefType) -> str:
        """The LLVM type of a step of a buffer's first index."""
        return element_type(buffer, self.space)

    def fresh(self, hint: str | None = None) -> str:
        """An unused name for a value or label. The percent sign is left out."""
        self._counter += 1
        plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in hint) if hint else "r"
        return f"{plain}.{self._counter}"

    def line(self, text: str) -> None:
        """An instruction without a result."""
        self.lines.append("  " + text)

    def new(self, type_: str, text: str, hint: str | None = None) -> Ref:
        """An instruction with a result of LLVM type ``type_``."""
        ref = Ref(type_, "%" + self.fresh(hint))
        self.lines.append(f"  {ref.name} = {text}")
        return ref

    def result(self, op: Op, text: str) -> Ref:
        """The instruction that computes the only result of ``op``."""
        value = op.results[0]
        return self.new(self.type(value.type), text, value.name)

    def start(self, label: str) -> None:
        """Begin the basic block ``label``."""
        self.lines.append(f"{label}:")
        self.here = label

    def call(
        self, name: str, type_: str, args: Iterable[Ref], attributes: str = "", suffix: str = ""
    ) -> Ref:
        """Call an external function or intrinsic that returns ``type_``, declaring it."""
        args = list(args)
        kinds = ", ".join(a.type for a in args)
        self.declarations.declare(name, f"declare {type_} @{name}({kinds}){attributes}")
        text = f"call {type_} @{name}({', '.join(map(str, args))}){suffix}"
        if type_ == "void":
            self.line(text)
            return Ref("void", "")
        return self.new(type_, text)

    def block(self, block: Block) -> list[Ref]:
        """Write a block's operations; return the operands of its terminator."""
        return lower_block(block, self.rules, self, self.env, other=_refuse)

    def types(self, values: Iterable[Value]) -> list[str]:
        """The LLVM types of values."""
        return [self.type(v.type) for v in values]


def _refuse(op: Op, write: Writer) -> Results:
    raise CodegenError(f"no LLVM instructions for '{op.name}'; lower it first", op.loc)


def intrinsic(name: str) -> Rule:
    """The rule of operations that are one intrinsic. The type of the result overloads it."""

    def rule(op: Any, write: Writer) -> Ref:
        type_ = op.results[0].type
        args = [write[v] for v in op.operands]
        return write.call(f"llvm.{name}.{overload(type_)}", llvm_type(type_), args)

    return rule
