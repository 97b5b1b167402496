"""The rule of names: a buffer is what its descriptor says.

Never a piece of its name.

``ir/buffers.py`` alone makes and reads names of buffers and extents; what monitors record, and
which variables are conductances, ``ir/dialects/net.py`` tells. Passes, code generators and the run
time neither take names apart nor put them together.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from house.files import package_files, read
from ranvier.ir.buffer_names import SHARED

WITHIN = ("passes/", "runtime/", "codegen", "ir/interpreter/")
ALSO = {"toolchain.py", "compiler.py", "programs.py", "compile_cache.py", "ir/effects.py",
        "kernel_runs.py", "ir/declarations.py", "ir/layouts.py", "ir/target.py"}  # fmt: skip

AT_HOME = {"ir/buffers.py"}
OTHER_TEXTS = {
    "codegen/llvm_ir/debug.py": "lines of LLVM's text",
    "codegen/backend.py": "names of modules",
    "codegen/cache.py": "names of files",
    "codegen/llvm_ir/lowering.py": "names of LLVM's functions",
    "codegen/llvm_ir/memory.py": "names of LLVM's functions",
    "codegen/llvm_ir/types.py": "names of LLVM's functions",
    "ir/interpreter/arith.py": "predicates of comparisons",
    "ir/interpreter/core.py": "names of operations",
    "ir/interpreter/state.py": "values that tests give",
    "passes/constant_inputs.py": "names of operations",
    "passes/framework/manager.py": "names of modules",
    "passes/framework/registry.py": "names of modules",
    "passes/rules/arith_int.py": "names of operations",
    "passes/rules/compare.py": "predicates of comparisons",
    "passes/rules/document.py": "names of modules",
    "passes/rules/fold.py": "names of operations",
    "passes/uniform_first.py": "names of operations",
    "compile_cache.py": "names of files and modules",
    "runtime/cores.py": "lines of the system",
}
"""Files that look at other texts, which have such pieces too."""
NOT_IR = ("passes/instrumentation/", "passes/tools/")
"""Folders whose business are texts for people."""

METHODS = {"startswith", "endswith", "partition", "rpartition", "removeprefix", "removesuffix",
           "split", "rsplit", "find", "rfind", "index"}  # fmt: skip
PIECE = re.compile(r"[.:({$][\w.:({$)]*|[\w.:({$)]*[.:({$]|g_")
"""A piece of a name: ``.sum(``, ``g_``.

Buffers, extents and what monitors record have such pieces.
"""
BEHIND = re.compile(r"[.:$]\w|[.$]$")
"""The end of a name behind its owner: ``.past``, ``:k``."""

BEFORE = re.compile(r"\w+:$")
"""The beginning of an extent before its owner: ``neurons:``."""


def _pieces(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _is_name(node: ast.expr) -> bool:
    """Whether an expression is called a name: ``op.sym_name``, ``name``."""
    text = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return text.endswith("name") or text in ("owner", "population", "projection", "key", "target")


def offenders(text: str) -> list[str]:
    """Lines of a module that take names apart or join them."""
    nodes = list(ast.walk(ast.parse(text)))
    found: list[ast.AST] = []
    found += [node for node in nodes if isinstance(node, ast.Call) and _dissects(node)]
    found += [node for node in nodes if isinstance(node, ast.Compare) and _looks_into(node)]
    found += [node for node in nodes if isinstance(node, ast.JoinedStr) and _joins(node)]
    found += [node for node in nodes if isinstance(node, ast.Subscript) and _cuts(node)]
    return [ast.unparse(node) for node in found]


def _dissects(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in METHODS:
        return False
    return any(PIECE.fullmatch(piece) for each in call.args for piece in _pieces(each))


def _looks_into(node: ast.Compare) -> bool:
    if not isinstance(node.ops[0], ast.In | ast.NotIn) or not isinstance(node.left, ast.Constant):
        return False
    return PIECE.fullmatch(str(node.left.value)) is not None


def _joins(text: ast.JoinedStr) -> bool:
    for one, other in pairwise(text.values):
        name, rest, where = one, other, BEHIND
        if isinstance(one, ast.Constant):
            name, rest, where = other, one, BEFORE
        named = isinstance(name, ast.FormattedValue) and _is_name(name.value)
        if named and isinstance(rest, ast.Constant) and where.match(str(rest.value)):
            return True
    return False


def _cuts(node: ast.Subscript) -> bool:
    return isinstance(node.slice, ast.Slice) and _is_name(node.value)


def _looked_at(name: Path) -> bool:
    path = name.as_posix()
    inside = path.startswith(WITHIN) and not path.startswith(NOT_IR)
    return (inside or path in ALSO) and path not in AT_HOME | OTHER_TEXTS.keys()


@pytest.mark.parametrize("name", [n for n in package_files() if _looked_at(n)], ids=str)
def test_names_rule(name: Path) -> None:
    assert offenders(read(name)) == []


NAMING = {"Key", "Buffer", "count", "_key", "_buffer", "buffer", "_window", "number", "_of_slots"}
"""Functions that take the name of a buffer."""


def _literals(text: str) -> Iterator[tuple[str, set[object]]]:
    """Calls that name a buffer, with plain words among their arguments."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in NAMING:
            words: set[object] = {n.value for n in call.args if isinstance(n, ast.Constant)}
            yield ast.unparse(call), words


def spelled(text: str) -> list[str]:
    """Calls that name a shared buffer by a plain word."""
    return [call for call, words in _literals(text) if words & SHARED]


@pytest.mark.parametrize("name", [n for n in package_files() if _looked_at(n)], ids=str)
def test_shared_names_are_written_once(name: Path) -> None:
    """They stand in ``ir/buffer_names.py``."""
    assert spelled(read(name)) == []


def test_names_of_both_sides_are_shared() -> None:
    """Kernels and the run time write no buffer's name twice."""
    words = {
        place: {w for _, said in _literals(_text(place)) for w in said if isinstance(w, str) and w}
        for place in ("passes/", "runtime/")
    }
    assert words["passes/"] & words["runtime/"] == set()


def test_shared_names_are_shared() -> None:
    """Kernels and the run time both use each of them."""
    texts = {place: _text(place) for place in ("passes/", "runtime/")}
    for name in SHARED:
        constant = re.compile(rf"\b{name.upper()}\b")
        unused = [place for place, text in texts.items() if not constant.search(text)]
        assert not unused, f"{name.upper()} is not used in {unused}"


def _text(place: str) -> str:
    return "".join(read(n) for n in package_files() if n.as_posix().startswith(place))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Key(name, 'padded')", 1),
        ("k.count(j.pre.name, 'size')", 1),
        ("Key(name, PADDED)", 0),
        ("Buffer(self.name, 'sum', INPUT)", 1),
        ("k.mul(a, b, 'base')", 0),
    ],
)
def test_the_rule_of_shared_names(text: str, count: int) -> None:
    assert len(spelled(text)) == count


def test_exceptions_are_needed() -> None:
    for name in OTHER_TEXTS:
        assert offenders(read(Path(name))), f"{name} looks at no texts any more"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("n.endswith('.learning')", 1),
        ("name.removesuffix('.past').rsplit('.', 1)", 2),
        ("owner, dot, rest = n.partition('.')", 1),
        ("extent.startswith(('synapses:', 'record:'))", 1),
        ("'.sum(' in n", 1),
        ("name.startswith('sum(')", 1),
        ("variable.startswith('g_')", 1),
        ("k.buffer(f'{j.name}.{name}_stride', i64, f'rows:{j.post.name}:{WORDS}')", 2),
        ("f'neurons:{self.name}'", 1),
        ("target = name[4:-1]", 1),
        ("f'{owner}.spikes'", 1),
        ("f'{j.name}_transmit'", 0),
        ("f'the step {name}. Then'", 0),
        ("words = text.split(',')", 0),
        ("mine = name == 'sum'", 0),
        ("Key(owner, 'sum', target)", 0),
    ],
)
def test_the_rule_itself(text: str, count: int) -> None:
    """The checker finds what it should find, and no more."""
    assert len(offenders(text)) == count
