"""From a segment to a Python function on registers.

A segment becomes the text of a function, compiled when it first runs: once for all threads of the
wave, where registers are taken and set as whole arrays, once for some of them. Its local variables
are arrays with an element for each thread that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define

from .errors import PtxError
from .local_values import LocalValues, is_constant
from .memory_operations import AtomicWords, LoadWords, atomic_words, load_words
from .operations import dtype, operation, unsigned
from .program import call_lists
from .syntax import (
    SIZES,
    Address,
    Group,
    Guard,
    Immediate,
    Instruction,
    Operand,
    Register,
    Symbol,
)
from .warps import warp_words

NO_EFFECT = {"membar", "fence", "prefetch", "prefetchu", "nanosleep", "applypriority", "discard"}
MOVED = {"cvta", "mov"}

Function_ = Callable[..., Any]


@define(eq=False)
class Writer(LocalValues):
    """Writes the function of a segment."""

    def compiled(self) -> Function_:
        """The function of registers, parameters, wave and threads."""
        end = self.segment.end
        if self.segment.results_of is not None:
            self._take_results(self.segment.results_of)
        for each in self.segment.instructions:
            self._located(each, self.instruction)
        answer = "None"
        if end.instruction is not None:
            answer = self._located(end.instruction, self._answer) or answer
        self._set_registers()
        text = "\n    ".join(["def run(R, P, W, lanes):", *self.lines, f"return {answer}"])
        scope: dict[str, Any] = {**self.values.constants}
        exec(compile(text, f"<segment {self.segment.index}>", "exec"), scope)
        found: Function_ = scope["run"]
        return found

    def _located(self, each: Instruction, write: Callable[[Instruction], Any]) -> Any:
        try:
            return write(each)
        except PtxError as error:
            raise error.at(self.program.kernel.name, each.place, None) from None

    # Instructions

    def instruction(self, each: Instruction) -> None:
        """Write an instruction that neither branches nor waits."""
        base = each.base
        if base in NO_EFFECT:
            return
        if base in MOVED:
            self._move(each)
        elif base in ("ld", "st", "ldu"):
            self._access(each)
        elif base in ("atom", "red"):
            self._atomic(each)
        else:
            self._operation(each)

    def _operation(self, each: Instruction) -> None:
        found = operation(each.opcode)
        results, operands = each.operands[:1], each.operands[1:]
        if isinstance(results[0], Group):
            results = results[0].parts
            if each.base != "setp" or len(results) != 2:
                raise PtxError(f"'{each.opcode}' has one result")
        if len(operands) != len(found.operands):
            raise PtxError(f"'{each.opcode}' takes {len(found.operands)} operands")
        pairs = list(zip(operands, found.operands, strict=True))
        constant = all(is_constant(operand) for operand in operands)
        names = [
            self.spread(operand, kind) if constant and i == 0 else self.read(operand, kind)
            for i, (operand, kind) in enumerate(pairs)
        ]
        value = self.assign(f"{self.constant(found.compute)}({', '.join(names)})")
        if len(found.results) == 1:
            self.write(results[0], found.results[0], value)
            if len(results) > 1:  # a comparison, and its opposite
                self.write(results[1], "pred", self.assign(f"~{value}"))
            return
        for i, (result, kind) in enumerate(zip(results, found.results, strict=False)):
            self.write(result, kind, self.assign(f"{value}[{i}]"))

    def _move(self, each: Instruction) -> None:
        """``mov`` and ``cvta``: of registers, constants, addresses, and of several registers."""
        if each.base == "cvta":
            self._to_address(each)
            return
        kind = each.opcode.rpartition(".")[2]
        result, source = each.operands
        if isinstance(result, Group):
            self._unpack(result, source, kind)
        else:
            self.write(result, kind, self.spread(source, kind))

    def _to_address(self, each: Instruction) -> None:
        """``cvta``: windows of generic addresses begin at some address."""
        words = each.opcode.split(".")
        back = "to" in words
        space = next(word for word in words if word in ("global", "const", "shared", "local"))
        kind = words[-1]
        base = self.constant(np.array([self.values.window(space)], np.uint64).astype(dtype(kind)))
        value = self.spread(each.operands[1], kind)
        if self.values.window(space):
            value = self.assign(f"{value} {'-' if back else '+'} {base}")
        self.write(each.operands[0], kind, value)

    # Memory

    def _address(self, operand: Operand, more: int = 0) -> str:
        if not isinstance(operand, Address):
            raise PtxError("no address")
        base, offset = operand.base, operand.offset + more
        if not isinstance(base, Register):
            if isinstance(base, Symbol):
                start = self.values.address(self.segment.function, base)
            else:
                start = int(base.text.removesuffix("U"), 0)
            constant = self.constant(np.array([start + offset], np.int64).view(np.uint64))
            return self.assign(f"{constant}.repeat(lanes.size)")
        wide = SIZES[self.kind_of(base.name)] == 8
        value = self.read(base, "u64" if wide else "u32")
        if not wide:
            value = self.assign(f"{value}.astype({self.constant(np.dtype(np.uint64))})")
        if not offset:
            return value
        return self.assign(f"{value} + {self.constant(np.array([offset]).view(np.uint64))}")

    def _access(self, each: Instruction) -> None:
        words = load_words(each.opcode)
        at, data = each.operands if each.base == "st" else each.operands[::-1]
        parts = data.parts if isinstance(data, Group) else (data,)
        if len(parts) != words.count:
            raise PtxError(f"'{each.opcode}' with {len(parts)} values")
        if words.space == "param":
            self._parameters(each, words, at, parts)
            return
        site = self.values.site(each)
        if words.count > 1:
            size = words.count * SIZES[words.kind]
            check = f"W.spaces['{words.space}'].check_aligned"
            self.lines.append(f"{check}({self._address(at)}, {size}, lanes, {site})")
        for i, part in enumerate(parts):
            self._access_one(each, words, self._address(at, i * SIZES[words.kind]), part, site)

    def _access_one(
        self, each: Instruction, words: LoadWords, address: str, part: Operand, site: int
    ) -> None:
        log = SIZES[words.kind].bit_length() - 1
        space, plain = f"W.spaces['{words.space}']", unsigned(words.kind)
        if each.base == "st":
            value = self.read(part, plain)
            self.lines.append(
                f"{space}.store({address}, {value}, {log}, lanes, {site}, '{words.access}')"
            )
            return
        value = self.assign(f"{space}.load({address}, {log}, lanes, {site}, '{words.access}')")
        if words.kind[0] == "s":
            value = self.assign(f"{value}.view({self.constant(dtype(words.kind))})")
        self.write(part, words.kind if words.kind[0] == "s" else plain, value)

    def _parameters(
        self, each: Instruction, words: LoadWords, at: Operand, parts: tuple[Operand, ...]
    ) -> None:
        """Parameters lie in arrays; an access is a view of one."""
        if not isinstance(at, Address) or not isinstance(at.base, Symbol):
            raise PtxError("a parameter at an address that is not constant")
        for i, part in enumerate(parts):
            offset = at.offset + i * SIZES[words.kind]
            view = self.values.parameter(
                self.segment.function, at.base.name, offset, unsigned(words.kind)
            )
            if each.base == "st":
                value = self.read(part, unsigned(words.kind))
                self.lines.append(f"P[{view}][{':' if self.whole else 'lanes'}] = {value}")
                continue
            kind = words.kind if words.kind[0] == "s" else unsigned(words.kind)
            value = self.assign(f"P[{view}].copy()" if self.whole else f"P[{view}][lanes]")
            if kind[0] == "s":
                value = self.assign(f"{value}.view({self.constant(dtype(kind))})")
            self.write(part, kind, value)

    def _atomic(self, each: Instruction) -> None:
        words: AtomicWords = atomic_words(each.opcode)
        operands = each.operands if each.base == "red" else each.operands[1:]
        address = self._address(operands[0])
        values = [self.spread(operand, words.kind) for operand in operands[1:]]
        name = self.constant(words)
        site = self.values.site(each)
        value = self.assign(f"W.atomic({name}, {address}, ({', '.join(values)},), lanes, {site})")
        if each.base == "atom":
            self.write(each.operands[0], words.kind, value)

    # Ends

    def _answer(self, each: Instruction) -> str | None:
        """The answer that the end of the segment asks for."""
        end = self.segment.end
        if end.kind == "branch":
            assert end.guard is not None
            return self._guard(end.guard)
        if end.kind == "switch":
            return self.spread(each.operands[0], "u32")
        if end.kind == "call":
            self._give_arguments(each)
        elif end.kind == "barrier":
            operands = [*each.operands, Immediate("0")][:2]
            return f"({', '.join(self.read(operand, 'u32') for operand in operands)})"
        elif end.kind == "warp":
            self._warp(each)
        return None

    def _warp(self, each: Instruction) -> None:
        """Write an instruction of warps, whose lanes are there."""
        words = warp_words(each.opcode)
        results, operands = (
            each.operands[: words.results and 1],
            each.operands[words.results and 1 :],
        )
        if len(operands) != len(words.operands):
            raise PtxError(f"'{each.opcode}' takes {len(words.operands)} operands")
        pairs = zip(operands, words.operands, strict=True)
        names = [self.spread(operand, kind) for operand, kind in pairs]
        value = self.assign(f"{self.constant(words.compute)}(W, lanes, {', '.join(names)})")
        if not results:
            return
        parts = results[0].parts if isinstance(results[0], Group) else results
        for i, (part, kind) in enumerate(zip(parts, words.kinds, strict=False)):
            self.write(part, kind, self.assign(f"{value}[{i}]"))

    def mask(self) -> Function_ | None:
        """The function that gives a mask of lanes, None without one."""
        each = self.segment.end.instruction
        assert each is not None
        if not warp_words(each.opcode).waits:
            return None
        name = self.spread(each.operands[-1], "u32")
        text = "\n    ".join(["def run(R, P, W, lanes):", *self.lines, f"return {name}"])
        scope: dict[str, Any] = {**self.values.constants}
        exec(compile(text, f"<mask {self.segment.index}>", "exec"), scope)
        found: Function_ = scope["run"]
        return found

    def _guard(self, guard: Guard) -> str:
        value = self._register(guard.register, "pred")
        return self.assign(f"~{value}") if guard.negated else value

    def _give_arguments(self, call: Instruction) -> None:
        callee = self.program.text.functions[self.segment.end.callee]
        arguments = call_lists(call)[1]
        if len(arguments) != len(callee.parameters):
            raise PtxError(f"'{callee.name}' takes {len(callee.parameters)} arguments")
        for name, parameter in zip(arguments, callee.parameters, strict=True):
            self._copy(
                self.values.storage(callee.name, parameter.name),
                self.values.storage(self.segment.function, name),
            )

    def _take_results(self, call: Instruction) -> None:
        callee = self.program.text.functions[
            next(o.name for o in call.operands if isinstance(o, Symbol))
        ]
        for name, result in zip(call_lists(call)[0], callee.results, strict=True):
            self._copy(
                self.values.storage(self.segment.function, name),
                self.values.storage(callee.name, result.name),
            )

    def _copy(self, target: int, source: int) -> None:
        which = "" if self.whole else ", lanes"
        one, other = f"W.storage[{target}]", f"W.storage[{source}]"
        rows = self.assign(f"min(len({one}), len({other}))")
        self.lines.append(f"{one}[:{rows}{which}] = {other}[:{rows}{which}]")
