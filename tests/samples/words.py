"""Words that mean something to Ranvier, MLIR, LLVM or Python.

They are collected where they stand.
"""

from __future__ import annotations

import ast
import keyword
import re
from pathlib import Path

import ranvier
from ranvier.ir.buffers import EXTENTS, Role, Table, described
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.dialects.func import Func
from ranvier.ir.layouts import LAYOUTS, Layout

_ROOT = Path(ranvier.__file__).parent
_WORD = re.compile(r"[A-Za-z_]\w*")

SOURCES = (
    "ir",
    "passes",
    "codegen",
    "codegen_llvm",
    "runtime",
    "toolchain.py",
    "compiler.py",
    "compile_cache.py",
)

LLVM = (
    *("alloca", "any", "blockaddress", "br", "declare", "define", "double", "entry", "false"),
    *("extractelement", "float", "getelementptr", "half", "inbounds", "label", "metadata", "none"),
    *("noalias", "null", "opaque", "phi", "poison", "ptr", "token", "true", "undef", "void"),
    *("unreachable", "vscale", "x86_fp80", "zeroinitializer"),
)
"""Reserved words of LLVM's text."""

PYTHON = (*keyword.kwlist, *keyword.softkwlist)

FOREIGN = (
    "gr\u00f6\u00dfe",
    "\u03bb",
    "\u0394t",
    "\u043f\u0435\u0440",
    "\u53d8\u91cf",
    "\uff46\uff55\uff4c",
    "re\u0301seau",
    "\u0915\u094d\u0937\u0947\u0924\u094d\u0930",
)
"""Identifiers of Python in other letters.

German, Greek, Cyrillic, Chinese, wide Latin ones; a letter with its accent behind it (French);
Hindi, whose vowels are marks.
"""


def of_sources() -> list[str]:
    """The words of Ranvier's sources in texts.

    Those that are sentences are left out.
    """
    found: set[str] = set()
    for place in SOURCES:
        path = _ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    text = node.value.strip()
                    found |= set() if re.search(r"\s", text) else set(_WORD.findall(text))
    return sorted(found)


def everything() -> list[str]:
    """All words of Ranvier's sources, and the reserved words of others."""
    return [*dict.fromkeys((*of_sources(), *PYTHON, *LLVM, *FOREIGN))]


def of_kernels(module: Module) -> set[str]:
    """The words in a module of kernels.

    Of descriptors, names of functions and of values.
    """
    found = {*EXTENTS, *Role, *(name for each in LAYOUTS.values() for name in structure(each))}
    for func in module.ops:
        if isinstance(func, Func) and not func.is_declaration:
            found |= {*_WORD.findall(func.sym_name), func.sym_name.rpartition("_")[2]}
            for each in described(func):
                said = each.buffer if isinstance(each, Table) else each
                found |= {said.name, said.item} if said is not None else set()
            values = [*func.body.block.args, *(v for op in func.walk() for v in op.results)]
            found |= {value.name for value in values if value.name}
    return {word for word in found if _WORD.fullmatch(word)}


def structure(layout: Layout) -> list[str]:
    """The names of the buffers of a layout."""
    return [each.name for each in layout.structure]
