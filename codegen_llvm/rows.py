"""Calls of one kernel for many populations: each names a row of a table instead of its buffers.

``@step_range`` finds buffers in the table of addresses that the run time hands over. A kernel that
it calls again and again (populations of one structure share a function, see ``merge-kernels``)
would load and pass some twenty addresses at every call, and compiling that takes LLVM longer than
all kernels together. Such a kernel gets a second entry that loads them itself, and makes calls that
follow one another in a loop::

    @pop0_update.rows = internal constant [100 x [20 x i32]] ...      which buffers, call by call
    define internal void @pop0_update.each(i64, i64, i64, ptr %table, i64 %first, i64 %end)
    call void @pop0_update.each(i64 %thread, i64 %threads, i64 %step, ptr %table, i64 0, i64 100)
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import frozen

from ..ir.core import Value
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func
from ..ir.types import MemRefType
from .lowering import Writer
from .types import llvm_type

LEAST = 4
"""Calls of a kernel from which on it is worth a second entry."""


class Rows:
    """The kernels that ``program`` calls at least ``LEAST`` times, with the rows of their calls."""

    def __init__(self, module: Module, program: Func, table: dict[Value, int]) -> None:
        self.table = table
        calls = Counter(op.callee for op in program.walk() if isinstance(op, Call))
        self._kernels = {
            op.sym_name: op.function_type.inputs
            for op in module.ops
            if isinstance(op, Func)
            and calls[op.sym_name] >= LEAST
            and not op.is_declaration
            and not op.function_type.results
        }
        self._rows: dict[str, dict[tuple[int, ...], int]] = {name: {} for name in self._kernels}
        self._calls: list[_RowCall] = []

    def call(self, op: Any, write: Writer) -> bool:
        """Write the call by a row, where it is one."""
        kernel = op.callee
        inputs = self._kernels.get(kernel)
        if inputs is None:
            return False
        places = [self.table.get(v) for v in op.operands if isinstance(v.type, MemRefType)]
        if None in places:
            return False
        rows = self._rows[kernel]
        number = rows.setdefault(tuple(p for p in places if p is not None), len(rows))
        scalars = [str(write[v]) for v in op.operands if not isinstance(v.type, MemRefType)]
        self._calls.append(_RowCall(len(write.lines), kernel, ", ".join(scalars), number))
        write.line(_call(self._calls[-1], 1))
        return True

    def join(self, lines: list[str]) -> list[str]:
        """The lines of the program with calls of neighbouring rows as one."""
        joined: dict[int, str | None] = {}
        first, count = None, 0
        for before, each in zip([None, *self._calls], self._calls, strict=False):
            if first is not None and before is not None and _follows(each, before):
                count += 1
                joined[each.line] = None
            else:
                first, count = each, 1
            plain = _call(first, 1)
            joined[first.line] = lines[first.line].replace(plain, _call(first, count))
        kept = (joined.get(i, line) for i, line in enumerate(lines))
        return [line for line in kept if line is not None]

    def text(self) -> str:
        """The rows and the second entries."""
        return "\n".join(
            _entry(name, self._kernels[name], rows) for name, rows in self._rows.items() if rows
        )


@frozen
class _RowCall:
    line: int
    kernel: str
    scalars: str
    row: int


def _follows(call: _RowCall, before: _RowCall) -> bool:
    """Whether a call goes on where the one before stopped, in the line below."""
    place = (before.line + 1, before.kernel, before.scalars, before.row + 1)
    return (call.line, call.kernel, call.scalars, call.row) == place


def _call(call: _RowCall, count: int) -> str:
    rows = f"i64 {call.row}, i64 {call.row + count}"
    return f"call void @{call.kernel}.each({call.scalars}, ptr %table, {rows})"


def _entry(name: str, inputs: tuple[Any, ...], rows: dict[tuple[int, ...], int]) -> str:
    width = sum(isinstance(t, MemRefType) for t in inputs)
    listed = [f"[{width} x i32] [{', '.join(f'i32 {place}' for place in row)}]" for row in rows]
    scalars = [
        f"{llvm_type(t)} %s.{i}" for i, t in enumerate(inputs) if not isinstance(t, MemRefType)
    ]
    parameters = ", ".join([*scalars, "ptr %table", "i64 %first", "i64 %end"])
    lines = [
        f"@{name}.rows = internal constant [{len(rows)} x [{width} x i32]] [{', '.join(listed)}]",
        f"define internal void @{name}.each({parameters}) noinline nounwind {{",
        "entry:",
        "  br label %loop",
        "loop:",
        "  %number = phi i64 [ %first, %entry ], [ %next, %loop ]",
        f"  %row = getelementptr inbounds [{width} x i32], ptr @{name}.rows, i64 %number",
    ]
    passed, number = [], 0
    for i, type_ in enumerate(inputs):
        if not isinstance(type_, MemRefType):
            passed.append(f"{llvm_type(type_)} %s.{i}")
            continue
        lines += [
            f"  %at.{i} = getelementptr inbounds i32, ptr %row, i64 {number}",
            f"  %place.{i} = load i32, ptr %at.{i}, align 4",
            f"  %wide.{i} = zext i32 %place.{i} to i64",
            f"  %slot.{i} = getelementptr inbounds ptr, ptr %table, i64 %wide.{i}",
            f"  %b.{i} = load ptr, ptr %slot.{i}, align 8",
        ]
        passed.append(f"ptr %b.{i}")
        number += 1
    lines += [
        f"  call void @{name}({', '.join(passed)})",
        "  %next = add nuw nsw i64 %number, 1",
        "  %more = icmp ult i64 %next, %end",
        "  br i1 %more, label %loop, label %done",
        "done:",
        "  ret void",
        "}",
        "",
    ]
    return "\n".join(lines)
