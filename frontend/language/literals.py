"""Finding string literals in the user's file, character by character.

The file is parsed with Python's ``ast`` once per content (never executed); among the string
literals with the right value the best one is taken: inside the call at the caller's line, then
given as the keyword in question, then nearest. Escapes, prefixes, triple quotes and implicit
concatenation are followed, so that positions are exact. Notebook cells work: their source is in
``linecache``.
"""

from __future__ import annotations

import ast
import io
import linecache
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache

from ...ir.attrs_classes import frozen
from .names import canonical

Position = tuple[int, int]
"""Line and column, both from 1."""

_ESCAPE = re.compile(
    r"\\(\n|[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|N\{[^}]*\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
)
_LITERAL = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")")


@frozen
class _Literal:
    """A string constant of a file.

    It has its node, the keyword it is given to, and its enclosing calls.
    """

    node: ast.Constant
    keyword: str
    calls: tuple[int, ...]  # first lines of the calls around it


@frozen
class _Key:
    """A keyword argument or dict key: ``dict(tau=10.0)``, ``{"tau": 10.0}``."""

    name: str
    calls: tuple[int, ...]
    line: int
    column: int  # in bytes, as ast counts


@frozen
class _File:
    """The literals and keys of a parsed file."""

    lines: tuple[str, ...]
    literals: tuple[_Literal, ...]
    keys: tuple[_Key, ...]


def find_literal(file: str, line: int, keyword: str, text: str) -> list[Position] | None:
    """Positions of the characters of a literal, None if not found.

    The literal is ``text``; the last position is that of its end.
    """
    parsed = _parse(file)
    if parsed is None:
        return None
    equal = [literal for literal in parsed.literals if literal.node.value == text]
    if not equal:
        return None

    def rank(literal: _Literal) -> tuple[bool, bool, int]:
        away = abs(literal.node.lineno - line)
        return line not in literal.calls, literal.keyword != keyword, away

    return _positions(parsed.lines, min(equal, key=rank).node, text)


def find_key(file: str, line: int, name: str, in_call: bool = False) -> tuple[int, int, int] | None:
    """Line, column and end column of a keyword or dict key.

    The best one is in the call at ``line``. ``in_call``: nowhere else.
    """
    parsed = _parse(file)
    if parsed is None:
        return None
    equal = [
        key
        for key in parsed.keys
        if canonical(key.name) == canonical(name) and (line in key.calls or not in_call)
    ]
    if not equal:
        return None
    best = min(equal, key=lambda key: (line not in key.calls, abs(key.line - line)))
    text = parsed.lines[best.line - 1]
    column = _characters(text, best.column)
    quoted = text[column : column + 1] in ("'", '"')
    # Python has normalised the names of keywords: in the line they may have another length.
    written = re.compile(r"\w+").match(text, column)
    length = len(best.name) if quoted or written is None else len(written[0])
    return best.line, column + 1 + quoted, column + 1 + quoted + length


def _parse(file: str) -> _File | None:
    """The literals of a file, None without readable Python source."""
    lines = tuple(linecache.getlines(file)) if file else ()
    return _parse_lines(lines) if lines else None


@lru_cache(maxsize=64)
def _parse_lines(lines: tuple[str, ...]) -> _File | None:
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):  # e.g. IPython magics
        return None
    literals: list[_Literal] = []
    keys: list[_Key] = []
    for node, keyword, calls in _visit(tree, "", ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            literals.append(_Literal(node, keyword, calls))
        elif isinstance(node, ast.keyword) and node.arg is not None:
            keys.append(_Key(node.arg, calls, node.lineno, node.col_offset))
        elif isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    keys.append(_Key(key.value, calls, key.lineno, key.col_offset))
    return _File(lines, tuple(literals), tuple(keys))


def _visit(
    node: ast.AST, keyword: str, calls: tuple[int, ...]
) -> Iterator[tuple[ast.AST, str, tuple[int, ...]]]:
    """Every node with the keyword and the calls it stands in."""
    if isinstance(node, ast.JoinedStr):  # an f-string's text is made at run time
        return
    yield node, keyword, calls
    if isinstance(node, ast.Call):
        calls = (*calls, node.lineno)
        keyword = ""
    elif isinstance(node, ast.keyword):
        keyword = node.arg or ""
    for child in ast.iter_child_nodes(node):
        yield from _visit(child, keyword, calls)


def _characters(text: str, column: int) -> int:
    """The column in characters of a column in UTF-8 bytes."""
    return len(text.encode()[:column].decode(errors="replace"))


def _positions(lines: tuple[str, ...], node: ast.Constant, text: str) -> list[Position] | None:
    """Positions of the characters of ``text``, and of the end."""
    first, last = node.lineno, node.end_lineno or node.lineno
    start = _characters(lines[first - 1], node.col_offset)
    end = _characters(lines[last - 1], node.end_col_offset or 0)
    piece = list(lines[first - 1 : last])
    piece[-1] = piece[-1][:end]
    piece[0] = piece[0][start:]
    # The parentheses let a literal that is continued on the next line be tokenized.
    code = "(" + "".join(piece) + ")"
    decoded = ""
    positions: list[Position] = []
    closing: Position = (first, start + 1)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.STRING:
            continue
        row, column = token.start
        column += start - 1 if row == 1 else 0
        characters, closing = _decode(token.string, first + row - 1, column + 1)
        for character, position in characters:
            decoded += character
            positions.append(position)
    return [*positions, closing] if decoded == text else None


def _decode(token: str, line: int, col: int) -> tuple[list[tuple[str, Position]], Position]:
    """Characters of a string token with positions, and the end's. The end is the closing quote."""
    opening = _LITERAL.match(token)
    assert opening is not None, token
    raw = "r" in opening[1].lower()
    at, end = opening.end(), len(token) - len(opening[2])
    col += at
    found: list[tuple[str, Position]] = []
    while at < end:
        escape = None if raw else _ESCAPE.match(token, at, end)
        piece = escape[0] if escape else token[at]
        value = piece if not escape else ast.literal_eval(f'"""{piece}"""')
        found += [(character, (line, col)) for character in value]
        at += len(piece)
        if piece.endswith("\n"):
            line, col = line + 1, 1
        else:
            col += len(piece)
    return found, (line, col)
