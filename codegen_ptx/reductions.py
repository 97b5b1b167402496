"""Atomic operations whose results nobody wants, as reductions.

LLVM writes ``atom`` for all. ``red`` has no result to wait for:

    atom.global.add.u32 %r2, [%rd1], %r6;   ->   red.global.add.u32 [%rd1], %r6;
"""

from __future__ import annotations

import re
from collections import Counter

_ATOMIC = re.compile(r"^(\s+)atom(\.\S+\.(?:add|and|max|min|or|xor)\.\S+)(\s+)(%\w+), (?=\[)", re.M)
_REGISTER = re.compile(r"%\w+")
_END = "\n}\n"


def with_reductions(ptx: str) -> str:
    """A text of PTX with reductions. Registers are those of one function each."""
    if _ATOMIC.search(ptx) is None:
        return ptx
    return _END.join(_replaced(function) for function in ptx.split(_END))


def _replaced(function: str) -> str:
    uses = Counter(_REGISTER.findall(function))

    def one(found: re.Match[str]) -> str:
        indent, words, gap, result = found.groups()
        return f"{indent}red{words}{gap}" if uses[result] == 1 else found[0]

    return _ATOMIC.sub(one, function)
