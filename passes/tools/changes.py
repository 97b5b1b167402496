"""Changes between two listings, without the noise of renumbered values.

``%12`` is ``%11`` in the next listing as soon as one operation before it goes away. Lines that
differ in such numbers only are the same line if the numbers stand for the same values: a value is
followed from where it is defined in matching lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_NUMBER = re.compile(r"%\d+(?![\w.$])")

Run = tuple[str, int, int, int]
"""Kind of a run, its two places and its length.

The kind is ``=``, ``-`` or ``+``; the places are in the old and in the new listing; the length
counts lines.
"""


def changes(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Runs of equal, removed and added lines, in order."""
    old, new = ([_NUMBER.sub("%", line) for line in lines] for lines in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Run] = []
    values: dict[str, str] = {}
    for tag, i, end, j, stop in matcher.get_opcodes():
        if tag == "equal":
            for kind, here, there in _matching(before, after, i, j, end - i, values=values):
                _append(found, kind, here, there)
            continue
        for line in range(i, end):
            _append(found, "-", line, j)
        for line in range(j, stop):
            _append(found, "+", end, line)
    return found


def _matching(
    before: Sequence[str], after: Sequence[str], i: int, j: int, count: int, values: dict[str, str]
) -> Iterator[tuple[str, int, int]]:
    """Lines that differ in numbers at most, as runs.

    A line stays the same, or is replaced by the other.
    """
    for k in range(count):
        if _same(before[i + k], after[j + k], values):
            yield "=", i + k, j + k
        else:
            yield "-", i + k, j + k
            yield "+", i + k + 1, j + k


def _same(one: str, other: str, values: dict[str, str]) -> bool:
    """Whether the numbers of two lines stand for the same values.

    Learns which ones the lines define.
    """
    old, new = _NUMBER.findall(one), _NUMBER.findall(other)
    defined = len(_NUMBER.findall(_defining(one)))
    used = zip(old[defined:], new[defined:], strict=True)
    same = all(values.get(a, a) == b for a, b in used)
    values.update(zip(old[:defined], new[:defined], strict=True))
    return same


def _defining(line: str) -> str:
    """The part of a line that defines values."""
    text = line.lstrip()
    if text.startswith("^"):
        return line
    return line.partition(' = "')[0] if text.startswith("%") else ""


def _append(found: list[Run], kind: str, i: int, j: int) -> None:
    if found:
        last, here, there, count = found[-1]
        if last == kind:
            found[-1] = (kind, here, there, count + 1)
            return
    found.append((kind, i, j, 1))
