"""``expected-error`` and its like: diagnostics of a file test.

They say which ones must come, and where.

::

    // expected-error@below {{has no block}}     on the next line without an expectation
    // expected-error@above {{has no block}}     on the line before, without an expectation
    // expected-error@+2 {{has no block}}        two lines below; ``@-2`` two lines above
    // expected-error@unknown {{has no block}}   a diagnostic without a location
    "a.op"() // expected-error {{has no block}}  on this line; also 2 {{...}} for two of them

The text in braces is a part of the message. Every error must be expected. Notes that are expected
must be there, others may be. ``expected-remark`` expects what a pass refused to do and why: a piece
with one must expect all refusals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import frozen

_DIRECTIVE = re.compile(
    r"expected-(?P<kind>error|warning|note|remark)"
    r"(?:@(?P<place>above|below|unknown|[+-]\d+))?"
    r"(?:\s+(?P<count>\d+))?\s*\{\{(?P<text>.*?)\}\}"
)
_ANY = re.compile(r"expected-(?:error|warning|note|remark)\b")

Kind = str


@frozen
class Expected:
    """A diagnostic that must come.

    If it has no location, ``line`` is None.
    """

    kind: Kind
    line: int | None
    text: str
    written: int


@frozen
class Found:
    """A diagnostic that came."""

    kind: Kind
    line: int | None
    text: str

    def answers(self, expected: Expected) -> bool:
        """Whether this is what was expected."""
        return (
            self.kind == expected.kind and self.line == expected.line and expected.text in self.text
        )


def expectations_of(text: str) -> list[Expected]:
    """The expectations written in a text, one for each diagnostic."""
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        for match in _DIRECTIVE.finditer(line):
            where = _line(lines, number, match["place"])
            each = Expected(match["kind"], where, match["text"], number)
            found += [each] * int(match["count"] or 1)
    return found


def _line(lines: Sequence[str], number: int, place: str | None) -> int | None:
    """The line that an expectation written on line ``number`` speaks of."""
    if place == "unknown":
        return None
    if place in ("above", "below"):
        step = 1 if place == "below" else -1
        at = number + step
        while 0 < at <= len(lines) and _ANY.search(lines[at - 1]):
            at += step
        return at
    return number + int(place or 0)


def complaints(expected: Iterable[Expected], found: Iterable[Found]) -> list[str]:
    """Missing and unexpected diagnostics.

    Each is a line for people.
    """
    missing: list[Expected] = []
    left = list(found)
    wanted = list(expected)
    for each in wanted:
        answer = next((f for f in left if f.answers(each)), None)
        if answer is None:
            missing.append(each)
        else:
            left.remove(answer)
    strict = {"error", "warning"} | {e.kind for e in wanted if e.kind == "remark"}
    lines = [
        f"line {e.written}: expected {_article(e.kind)} {e.kind} with '{e.text}' {_at(e.line)}, "
        "none came"
        for e in missing
    ]
    lines += [f"unexpected {f.kind} {_at(f.line)}: {f.text}" for f in left if f.kind in strict]
    return lines


def _at(line: int | None) -> str:
    return "without a location" if line is None else f"on line {line}"


def _article(kind: Kind) -> str:
    return "an" if kind[0] in "aeiou" else "a"
