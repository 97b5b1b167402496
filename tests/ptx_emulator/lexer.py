"""From PTX text to tokens with their lines. Debug sections are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from .errors import Place, PtxError

TOKEN = re.compile(
    r"""
    (?P<directive>\.[A-Za-z_]\w*)
  | (?P<register>%[A-Za-z_][\w$]*(?:\.[xyz])?)
  | (?P<opcode>[a-z][a-z0-9]*(?:(?:\.|::)[A-Za-z0-9_]+)+)
  | (?P<number>0[fF][0-9a-fA-F]{8}|0[dD][0-9a-fA-F]{16}|0[xX][0-9a-fA-F]+U?
      |\d+\.\d*(?:[eE][-+]?\d+)?|\d+U?)
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<string>"[^"]*")
  | (?P<mark>[][(){}<>,;:=@!|+*-])
  | (?P<space>\s+)
    """,
    re.VERBOSE,
)

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
SECTION = re.compile(r"^\s*\.section\b")
LINE_DIRECTIVE = re.compile(r"^\s*\.(version|target|address_size|file|loc)\b(.*)")


@frozen
class Token:
    """A word of the text: its kind, itself and its line."""

    kind: str
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """All tokens. Directives that end with their line are one token of the kind ``line``."""
    plain = COMMENT.sub(_blank, text)
    inside = depth = 0
    for number, line in enumerate(plain.split("\n"), 1):
        if inside or SECTION.match(line):
            depth += line.count("{") - line.count("}")
            inside = inside or 1
            if "{" in line:
                inside = 2
            if inside == 2 and depth == 0:
                inside = 0
            continue
        whole = LINE_DIRECTIVE.match(line)
        if whole:
            yield Token("line", line.strip(), number)
            continue
        yield from _words(line, number)


def _blank(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n") or " "


def _words(line: str, number: int) -> Iterator[Token]:
    at = 0
    while at < len(line):
        found = TOKEN.match(line, at)
        if found is None:
            where = Place("the text", number, line.strip())
            raise PtxError(f"no token of PTX: {line[at : at + 20]!r}").at("", where, None)
        at = found.end()
        if found.lastgroup != "space":
            yield Token(str(found.lastgroup), found[0], number)
