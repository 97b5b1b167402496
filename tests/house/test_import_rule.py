"""The import rule between the folders of the package.

`ir` knows nothing of ours, the other folders know `ir` and not one another.

======================================== ==================================================
``ir``                                   imports nothing of ours
``frontend``, ``passes``, ``codegen``    import ``ir`` only
``codegen_*``                            import ``ir`` and ``codegen`` only
``runtime``                              imports neither ``frontend`` nor ``passes``
the modules of the root                  see everything but code generators: they find that of a
                                         target (``codegen/backend.py``)
======================================== ==================================================
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from house.files import PACKAGE_FOLDERS, package_files, read

ALLOWED = {
    "ir": {"ir"},
    "passes": {"passes", "ir"},
    "codegen": {"codegen", "ir"},
    "codegen_llvm": {"codegen_llvm", "codegen", "ir"},
    "codegen_ptx": {"codegen_ptx", "codegen", "ir"},
    "frontend": {"frontend", "ir"},
    "runtime": {"runtime", "ir", "codegen"},
}
LAZY = {"scipy", "sympy", "matplotlib", "tqdm", "pycuda", "cuda"}
SLOW = {("attrs", name) for name in ("define", "frozen", "mutable")}
"""Decorators whose classes load slowly."""

ROOT_MODULES = {
    *(
        "__init__.py",
        "compiler.py",
        "ir_dump.py",
        "kernel_runs.py",
        "programs.py",
        "compile_cache.py",
        "dump_inputs.py",
    ),
    *("devices.py", "gpu_explanation.py", "state_files.py", "toolchain.py"),
}


@frozen
class Import:
    """An imported module.

    Its dotted parts (ours start with ``ranvier``), its line, when it runs.
    """

    parts: tuple[str, ...]
    line: int
    late: bool

    @property
    def area(self) -> str | None:
        """The imported folder or root module of ours.

        None for somebody else's.
        """
        if self.parts[0] != "ranvier":
            return None
        return self.parts[1] if len(self.parts) > 1 else "the root"


def imports_of(name: Path, text: str) -> list[Import]:
    """Every import in a module, relative ones resolved."""
    return list(_imports(ast.parse(text), ("ranvier", *name.parts[:-1]), late=False))


def _imports(node: ast.AST, package: tuple[str, ...], late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(tuple(alias.name.split(".")), child.lineno, late)
        elif isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else ()
            module = base + tuple(child.module.split(".") if child.module else ())
            for alias in child.names:
                yield Import((*module, alias.name), child.lineno, late)
        elif dynamic := _dynamic_import(child):
            yield Import(tuple(dynamic.split(".")), getattr(child, "lineno", 0), late)
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or _type_checking(child)
        yield from _imports(child, package, late or inside)


def _dynamic_import(node: ast.AST) -> str | None:
    """The module that ``import_module("...")`` or ``__import__("...")`` names."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    called = ast.unparse(node.func).split(".")[-1]
    argument = node.args[0].value
    dynamic = called in {"import_module", "__import__"} and isinstance(argument, str)
    return str(argument) if dynamic else None


def _type_checking(node: ast.AST) -> bool:
    """Whether a node is ``if TYPE_CHECKING:``, which never runs."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def violations(name: Path, text: str) -> list[str]:
    """Imports of a module against the rule."""
    found = []
    home = name.parts[0]
    for each in imports_of(name, text):
        dotted = ".".join(each.parts)
        if each.parts[0] in LAZY and not each.late:
            found.append(f"{name}:{each.line} loads {each.parts[0]}; import it in the function")
        if each.parts in SLOW and not each.late:
            found.append(f"{name}:{each.line} takes {dotted}; ir/attrs_classes.py has a faster one")
        generator = (each.area or "").startswith("codegen_")
        if generator and not home.startswith("codegen_"):
            found.append(f"{name}:{each.line} names the code generator {each.area}")
        if home not in ALLOWED or each.area is None or each.area in ALLOWED[home]:
            continue
        found.append(f"{name}:{each.line} imports {dotted}")
    return found


@pytest.mark.parametrize("name", package_files(), ids=str)
def test_import_rule(name: Path) -> None:
    assert violations(name, read(name)) == []


def test_the_root_holds_nothing_else() -> None:
    """Every module sits in a folder, unless it sees everything."""
    roots = {str(name) for name in package_files() if len(name.parts) == 1}
    assert roots <= ROOT_MODULES
    assert set(ALLOWED) == set(PACKAGE_FOLDERS)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("ir/core.py", "from .types import Type\nimport numpy", 0),
        ("ir/core.py", "from ..passes import cse", 1),
        ("ir/core.py", "from attrs import field, frozen", 1),
        ("ir/core.py", "from .attrs_classes import frozen", 0),
        ("ir/dialects/net.py", "from ..types import Type", 0),
        ("ir/dialects/net.py", "from ...passes import cse", 1),
        ("passes/cse.py", "from ranvier.frontend.network import Network", 1),
        ("passes/cse.py", "from .. import frontend", 1),
        ("passes/cse.py", "from .. import __version__", 1),
        ("passes/cse.py", "def f():\n    from ..runtime import buffers", 1),
        ("frontend/network.py", "def f():\n    from ..compiler import compile", 1),
        ("runtime/run.py", "import importlib\nimportlib.import_module('ranvier.passes.cse')", 1),
        ("frontend/monitor.py", "import scipy.sparse", 1),
        ("toolchain.py", "def f():\n    from .codegen_llvm.jit import compile_module", 1),
        ("toolchain.py", "from .codegen.backend import backend", 0),
        ("frontend/monitor.py", "def f():\n    import scipy.sparse", 0),
        ("compiler.py", "from .frontend import network\nfrom .passes import cse", 0),
    ],
)
def test_the_rule_itself(name: str, text: str, count: int) -> None:
    """The checker finds what it should find, and no more."""
    assert len(violations(Path(name), text)) == count
