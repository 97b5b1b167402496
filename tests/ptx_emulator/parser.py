"""From PTX text to functions and variables. What it does not know is an error."""

from __future__ import annotations

import re
import struct

from attrs import define, field

from .cursor import Cursor
from .lexer import tokens
from .syntax import (
    SIZES,
    Address,
    Function,
    Group,
    Guard,
    Immediate,
    Instruction,
    Label,
    Operand,
    Parameter,
    Register,
    Symbol,
    Text,
    Variable,
)

SPACES = {".global", ".const", ".shared", ".local", ".param", ".reg"}
LINKAGE = {".visible", ".extern", ".weak", ".common"}
FLAGS = {".noreturn", ".unique"}
LIMITS = {".maxntid", ".reqntid", ".minnctapersm", ".maxnreg", ".maxnctapersm"}
CONSTANTS = {"WARP_SZ": "32"}


def parse(text: str) -> Text:
    """The functions and variables of a module. Raises PtxError for what is unknown."""
    return _Parser(list(tokens(text)), text.split("\n")).module()


@define
class _Parser(Cursor):
    text: Text = field(factory=Text)
    scopes: list[dict[str, str]] = field(factory=list)

    def module(self) -> Text:
        """Everything up to the end. Names of files may come last."""
        for word in self.words:
            if word.kind == "line" and word.text.startswith(".file"):
                self.text.files[int(word.text.split()[1])] = word.text.split('"')[-2]
        while self.at < len(self.words):
            self._top()
        return self.text

    # The module

    def _top(self) -> None:
        word = self.peek()
        if word.kind == "line":
            self._line()
            return
        linkage = set()
        while self.peek().text in LINKAGE:
            linkage.add(self.next().text)
        word = self.peek()
        if word.text in (".entry", ".func"):
            self._function()
        elif word.text in SPACES:
            found = self._variable(".extern" in linkage)
            self.text.variables.append(found)
        else:
            raise self.unknown(f"unknown directive '{word.text}'")

    def _line(self) -> None:
        """A directive that ends with its line."""
        words = self.next().text.replace(",", " ").split()
        if words[0] == ".version":
            self.text.version = words[1]
        elif words[0] == ".target":
            self.text.target = words[1]
        elif words[0] == ".loc":
            file = self.text.files.get(int(words[1]), words[1])
            self.model = f"{file}:{words[2]}" if words[2] != "0" else ""
        elif words[0] == ".address_size" and words[1] != "64":
            raise self.unknown("addresses have 64 bits")

    def _function(self) -> None:
        kernel = self.next().text == ".entry"
        self.function = found = Function("", kernel)
        self.model = ""
        if not kernel and self.accept("("):
            found.results = tuple(self._parameter() for _ in self.commas(")"))
        found.name = self.next().text
        if self.accept("("):
            found.parameters = tuple(self._parameter() for _ in self.commas(")"))
        found.params = {p.name: p for p in (*found.parameters, *found.results)}
        while self.peek().text in LIMITS | FLAGS:
            name = self.next().text
            values = []
            while self.peek().kind == "number":
                values.append(self.integer())
                self.accept(",")
            found.limits[name] = tuple(values)
        known = self.text.functions.get(found.name)
        if known is None or not known.defined:
            self.text.functions[found.name] = found
        if not self.accept(";"):
            self.expect("{")
            found.defined = True
            self._body()
        self.function = None

    def _parameter(self) -> Parameter:
        """``.param .align 8 .b8 name[16]``, ``.param .u64 .ptr .global .align 1 name``."""
        self.expect(".param")
        align, kind = 0, ""
        while self.peek().kind == "directive":
            word = self.next().text
            if word == ".align":
                align = self.integer()
            elif word[1:] in SIZES and not kind:
                kind = word[1:]
            elif word == ".ptr":
                self._pointer()
            else:
                raise self.unknown(f"unknown kind of parameter '{word}'")
        name, size = self.next().text, SIZES[kind]
        align = align or size
        if self.accept("["):
            size *= self.integer()
            self.expect("]")
        return Parameter(name, kind, size, align)

    def _pointer(self) -> None:
        """The attributes of a pointer, which promise something about its value."""
        while self.peek().text in SPACES or self.peek().text == ".align":
            if self.next().text == ".align":
                self.integer()

    # Variables

    def _variable(self, extern: bool = False) -> Variable:
        space = self.next().text[1:]
        align, kind = 0, ""
        while self.peek().kind == "directive":
            word = self.next().text
            if word == ".align":
                align = self.integer()
            elif word[1:] in SIZES:
                kind = word[1:]
            else:
                raise self.unknown(f"unknown attribute of a variable '{word}'")
        name, size, dynamic = self.next().text, SIZES[kind], False
        element = size
        while self.accept("["):
            if self.accept("]"):
                dynamic = True
            else:
                size *= self.integer()
                self.expect("]")
        if extern and not dynamic:
            raise self.unknown(f"'{name}' is defined nowhere")
        values, addresses = self._initialiser(kind, element, size)
        self.expect(";")
        return Variable(name, space, size, align or element, values, addresses, dynamic)

    def _initialiser(
        self, kind: str, element: int, size: int
    ) -> tuple[bytes | None, tuple[tuple[int, Symbol], ...]]:
        if not self.accept("="):
            return None, ()
        values, addresses = bytearray(), []
        braces = self.accept("{")
        while True:
            if self.peek().kind in ("number", "mark"):
                sign = "-" if self.accept("-") else ""
                values += encoded(sign + self.next().text, kind)
            else:
                addresses.append((len(values), self._address_constant()))
                values += bytes(element)
            if not (braces and self.accept(",")):
                break
        if braces:
            self.expect("}")
        return bytes(values) + bytes(size - len(values)), tuple(addresses)

    def _address_constant(self) -> Symbol:
        """``name``, ``name+4`` or ``generic(name)``."""
        name = self.next().text
        if name == "generic" and self.accept("("):
            found = self._address_constant()
            self.expect(")")
            return found
        return Symbol(name, self.integer() if self.accept("+") else 0)

    # Bodies

    def _body(self) -> None:
        """Statements up to the brace that closes the function.

        Inner braces hold registers of their own; ``scopes`` has their names in the function.
        """
        self.scopes = [{}]
        while self.scopes:
            if self.accept("{"):
                self.scopes.append({})
            elif self.accept("}"):
                self.scopes.pop()
            else:
                self._statement()

    def _name(self, name: str) -> str:
        """The name of a register in the function."""
        return next((scope[name] for scope in self.scopes[::-1] if name in scope), name)

    def _declare(self, name: str, kind: str) -> None:
        assert self.function is not None
        known = self.function.registers
        self.scopes[-1][name] = name if len(self.scopes) == 1 else f"{name}@{len(known)}"
        known[self._name(name)] = kind

    def _statement(self) -> None:
        function = self.function
        assert function is not None
        word = self.peek()
        if word.kind == "line":
            self._line()
        elif word.text == ".reg":
            self._registers()
        elif word.text == ".param":
            found = self._parameter()
            known = function.params.get(found.name, found)
            function.params[found.name] = max(known, found, key=lambda each: each.size)
            self.expect(";")
        elif word.text in SPACES:
            function.variables.append(self._variable())
        elif word.text == ".pragma":
            while not self.accept(";"):
                self.next()
        elif self.at + 1 < len(self.words) and self.words[self.at + 1].text == ":":
            self._label(function)
        else:
            function.body.append(self._instruction())

    def _registers(self) -> None:
        """``.reg .b64 %rd<3>;`` and ``.reg .b64 %SP;``."""
        self.next()
        kind = self.next().text[1:]
        for _ in self.commas(";"):
            name = self.next().text
            if self.accept("<"):
                for i in range(self.integer()):
                    self._declare(f"{name}{i}", kind)
                self.expect(">")
            else:
                self._declare(name, kind)

    def _label(self, function: Function) -> None:
        name = self.next().text
        self.expect(":")
        if self.accept(".branchtargets"):
            function.tables[name] = tuple(self.next().text for _ in self.commas(";"))
        else:
            function.body.append(Label(name))

    def _instruction(self) -> Instruction:
        guard = None
        line = self.peek().line
        if self.accept("@"):
            negated = self.accept("!")
            guard = Guard(self._name(self.next().text), negated)
        opcode = self.next()
        if opcode.kind not in ("opcode", "name"):
            self.at -= 1
            raise self.unknown(f"no instruction: '{opcode.text}'")
        operands = tuple(self._operand() for _ in self.commas(";"))
        return Instruction(opcode.text, operands, guard, self.place(line))

    def _operand(self) -> Operand:
        first = self._simple()
        parts = [first]
        while self.accept("|"):
            parts.append(self._simple())
        return Group(tuple(parts)) if len(parts) > 1 else first

    def _simple(self) -> Operand:
        word = self.next()
        if word.text in ("{", "("):
            end = "}" if word.text == "{" else ")"
            return Group(tuple(self._operand() for _ in self.commas(end)))
        if word.text == "[":
            return self._address()
        if word.text == "!":
            return Symbol("!" + self._name(self.next().text))
        if word.text == "-":
            return Immediate("-" + self.next().text)
        if word.kind == "register" or self._name(word.text) != word.text:
            return Register(self._name(word.text))
        if word.kind == "number":
            return Immediate(word.text)
        if word.kind in ("name", "opcode"):
            if word.text in CONSTANTS:
                return Immediate(CONSTANTS[word.text])
            return Symbol(word.text, self.integer() if self.accept("+") else 0)
        raise self.unknown(f"no operand: '{word.text}'")

    def _address(self) -> Address:
        word = self.next()
        base: Register | Symbol | Immediate
        if word.kind == "register":
            base = Register(self._name(word.text))
        elif word.kind == "number":
            base = Immediate(word.text)
        else:
            base = Symbol(word.text)
        offset = self.integer() if self.accept("+") else 0
        if self.peek().text == "-":
            offset = self.integer()
        self.expect("]")
        return Address(base, offset)


def encoded(text: str, kind: str) -> bytes:
    """The bytes of a number as it is written in PTX."""
    size = SIZES[kind]
    if re.match(r"-?0[dDfF]", text):
        negative, digits = text.startswith("-"), text.lstrip("-")[2:]
        bits = bytes.fromhex(digits)[::-1]
        value = struct.unpack("<d" if len(bits) == 8 else "<f", bits)[0]
        if len(bits) == size and not negative:
            return bits
        return struct.pack({8: "<d", 4: "<f"}[size], -value if negative else value)
    if kind.startswith("f") and ("." in text or "e" in text):
        return struct.pack({8: "<d", 4: "<f"}[size], float(text))
    if kind.startswith("f"):
        return struct.pack({8: "<d", 4: "<f"}[size], float(int(text.removesuffix("U"), 0)))
    value = int(text.removesuffix("U"), 0)
    return (value % (1 << (8 * size))).to_bytes(size, "little")
