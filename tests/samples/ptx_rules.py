"""Faults that code for a GPU must never have.

LLVM takes them all: they are slow, or silently wrong.
"""

from __future__ import annotations

import re

from ranvier.codegen_ptx.ptx_target import FUNCTIONS
from ranvier.codegen_ptx.warps import INTRINSICS

SPACES = {"global", "shared", "param", "const", "local"}
ORDERS = {"acquire", "release", "acq_rel", "sc"}
TABLE = FUNCTIONS | INTRINSICS

_OF_ENTRIES = re.compile(r"llvm\.nvvm\.(read\.ptx\.sreg\.n?(tid|ctaid)\.[xyz]|barrier\.cta\.)")

_INSTRUCTION = re.compile(r"^\s+(?:@!?%p\d+\s+)?([a-z][a-z0-9_]*(?:\.[\w:]+)*)\b", re.MULTILINE)
_CALLED = re.compile(r"call(?:\.uni)?\s+(?:\([^()]*\)\s*,\s*)?([\w$]+)\s*,")
_DEFINED = re.compile(r"^\.func\s+(?:\([^()]*\)\s*)?([\w$]+)", re.MULTILINE)
_DECLARED = re.compile(r"^declare .*?@([\w.]+)\(", re.MULTILINE)


def faults_of_ptx(ptx: str) -> list[str]:
    """The faults of a text of PTX.

    Accesses name their memory, atomic operations have no order, divisions and roots are rounded,
    and nothing is called that is not there.
    """
    found = []
    for opcode in sorted(set(_INSTRUCTION.findall(ptx))):
        base, *words = opcode.split(".")
        if base in ("ld", "st", "atom", "red") and not SPACES & {*words}:
            found.append(f"{opcode} does not say which memory")
        if base in ("ld", "st", "atom", "red") and ORDERS & {*words}:
            found.append(f"{opcode} orders other accesses")
        if "approx" in words or "full" in words:
            found.append(f"{opcode} is not exact")
        if base in ("cvta", "isspacep", "trap", "brkpt"):
            found.append(opcode)
    found += [f"{name} is not there" for name in {*_CALLED.findall(ptx)} - {*_DEFINED.findall(ptx)}]
    return found + [word for word in (".extern",) if word in ptx]


def faults_of_llvm(text: str) -> list[str]:
    """The faults of LLVM IR for a GPU.

    Remainders of floats are quotients in disguise; orders of atomic operations get lost; LLVM ends
    the process for most intrinsics.
    """
    words = ("frem", "acq_rel", "seq_cst", "acquire", "release", "addrspacecast")
    found = [word for word in words if re.search(rf"\b{word}\b", text)]
    plain = {re.sub(r"(\.(v\d+)?[fip]\d+)+$", "", name) for name in _DECLARED.findall(text)}
    unknown = sorted(name for name in plain - TABLE if not _OF_ENTRIES.match(name))
    return found + [f"{name} is not in the table" for name in unknown]
