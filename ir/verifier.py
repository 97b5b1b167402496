"""The verifier. It collects every violation before it raises.

Properties that :func:`verify` checks:

1. each operation by itself: number and types of operands and results, presence and class of
   properties, number of regions (generated from the declaration), then its own ``check``;
2. structure: parent links of blocks, regions and operations; use lists equal to recomputed ones;
   a terminator ends each block whose parent wants one and stands nowhere else;
3. dominance: a value is defined before it is used, in the same block or an enclosing one, and never
   across the border of an isolated operation;
4. symbols: defined once per symbol table; what ``func.call`` names exists and has the right type.
"""

from __future__ import annotations

from collections.abc import Iterator

from .core import Block, Op, Value, symbol_name
from .diagnostics import Diagnostic, RanvierError, error


class VerifyError(RanvierError):
    """The IR is malformed: a mistake of a pass, not of the user."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


def verify(root: Op) -> None:
    """Check ``root`` and all inside it; raise :class:`VerifyError` with all violations."""
    found = [*_each_op(root), *_structure(root), *_uses(root), *_symbols(root)]
    if not any(d.text.startswith("structure") for d in found):
        found += _dominance(root)
    if found:
        raise VerifyError(found)


def _complain(op: Op, text: str) -> Diagnostic:
    return error(f"'{op.name}' {text}", op.loc)


def _each_op(root: Op) -> Iterator[Diagnostic]:
    for op in root.walk():
        for text in op.verify():
            yield _complain(op, text)


def _structure(root: Op) -> Iterator[Diagnostic]:
    for op in root.walk():
        for region in op.regions:
            if region.parent is not op:
                yield _complain(op, "structure: a region has lost its parent")
            for block in region.blocks:
                if block.parent is not region:
                    yield _complain(op, "structure: a block has lost its parent")
                for inner in block.ops:
                    if inner.block is not block:
                        yield _complain(inner, "structure: the operation has lost its block")
                    if inner.terminator and inner is not block.ops[-1]:
                        yield _complain(inner, "must be the last operation of its block")


def _uses(root: Op) -> Iterator[Diagnostic]:
    expected: dict[Value, set[tuple[Op, int]]] = {}
    defined: list[tuple[Op, Value]] = []
    for op in root.walk():
        for i, value in enumerate(op.operands):
            expected.setdefault(value, set()).add((op, i))
        defined += [(op, v) for v in op.results]
        defined += [(op, a) for r in op.regions for b in r.blocks for a in b.args]
    for op, value in defined:
        if len(value.uses) != len(set(value.uses)) or set(value.uses) != expected.get(value, set()):
            yield _complain(op, "structure: the use list of a value is wrong")


def _dominance(root: Op) -> list[Diagnostic]:
    found: list[Diagnostic] = []

    def visit(block: Block, visible: set[Value]) -> None:
        visible.update(block.args)
        for op in block.ops:
            for i, value in enumerate(op.operands):
                if value not in visible:
                    found.append(_complain(op, f"operand {i} is not defined before its use"))
            for region in op.regions:
                for inner in region.blocks:
                    visit(inner, set() if op.isolated else set(visible))
            visible.update(op.results)

    for region in root.regions:
        for block in region.blocks:
            visit(block, set())
    return found


def _symbols(root: Op) -> Iterator[Diagnostic]:
    from .dialects.func import Call, Func

    for table in root.walk():
        if not table.symbol_table:
            continue
        seen: dict[str, Op] = {}
        for region in table.regions:
            for block in region.blocks:
                for op in block.ops:
                    name = symbol_name(op)
                    if name in seen:
                        yield _complain(op, f"redefines the symbol @{name}")
                    elif name is not None:
                        seen[name] = op
        for op in table.walk():
            if isinstance(op, Call):
                target = seen.get(op.callee)
                if not isinstance(target, Func):
                    yield _complain(op, f"calls @{op.callee}, which is not a function here")
                elif not op.matches(target):
                    yield _complain(op, f"does not match the type of @{op.callee}")
