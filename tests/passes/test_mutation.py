"""Passes change existing IR through the rewriter only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from house.files import ROOT, python_files, read

CALLS = {"set_operand", "drop_operands", "insert_before", "remove", "add_arg"}
"""Methods of operations and blocks that change them.

The rewriter's have other receivers.
"""

LISTS = {"append", "insert", "extend", "pop", "clear", "remove"}
FIELDS = {"operands", "props", "attributes", "regions", "block", "uses", "owner", "type",
          "ops", "blocks", "successors"}  # fmt: skip

ALLOWED = {
    "passes/framework/code_builder.py": "builds what is not in the module yet",
    "passes/grid/kernel.py": "builds a function that is not in the module yet",
    "passes/place_launches.py": "builds launches, which are not in the module yet",
    "passes/kernels/kernel.py": "builds a function that is not in the module yet",
    "passes/kernels/schedule.py": "builds the program, which is not in the module yet",
    "passes/to_loops/task.py": "builds a task that is not in the module yet",
    "passes/framework/clones.py": "gives a copy what its original became, as a whole",
    "passes/check_bounds.py": "says on a call that is not in the module yet what it is about",
    "passes/narrow_index.py": "gives the counter of a loop another type, with all its uses",
    "passes/vectorize.py": "takes back what it built on trial, outside of the module",
}


def mutations(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines that change operations or blocks by hand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = ast.unparse(node.func.value)
            name = node.func.attr
            if name in CALLS and receiver not in ("rw", "self.rw", "self"):
                yield getattr(node, "lineno", 0), f"{receiver}.{name}"
            if name in LISTS and receiver.rpartition(".")[2] in ("ops", "operands", "block"):
                yield getattr(node, "lineno", 0), f"{receiver}.{name}"
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            inner = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(inner, ast.Attribute) and inner.attr in FIELDS:
                receiver = ast.unparse(inner.value)
                if receiver != "self":
                    yield getattr(node, "lineno", 0), f"{receiver}.{inner.attr} ="


def test_passes_change_ir_through_the_rewriter() -> None:
    found = {}
    for name in python_files():
        if name.parts[0] == "passes" and str(name) not in ALLOWED:
            lines = [f"{name}:{line}: {what}" for line, what in mutations(ast.parse(read(name)))]
            if lines:
                found[str(name)] = lines
    assert not found, "\n".join(line for lines in found.values() for line in lines)


def test_the_exceptions_are_needed() -> None:
    for name in ALLOWED:
        assert any(mutations(ast.parse(read(Path(name))))), name
    assert all((ROOT / name).is_file() for name in ALLOWED)


def test_changes_by_hand_are_seen() -> None:
    text = (
        "op.set_operand(0, x)\nblock.ops.append(op)\nop.props['a'] = b\nrw.set_operand(op, 0, x)\n"
    )
    assert sorted(line for line, _ in mutations(ast.parse(text))) == [1, 2, 3]
