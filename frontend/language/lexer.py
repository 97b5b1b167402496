"""Text -> tokens, cut into statements.

A newline or ``;`` ends a statement, unless a parenthesis is open, the line ends with an operator,
or the next line starts with one::

    tau*dv/dt = -v
        + g_exc          # still the same statement

``dv/dt`` becomes one derivative token, unless ``dv`` is a name of the model (and ``v`` is not).
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Literal

from ...ir.attrs_classes import frozen
from .names import canonical
from .source import SourceText, Span

Kind = Literal["number", "name", "keyword", "op", "derivative", "end"]

KEYWORDS = frozenset({"if", "else", "and", "or", "not", "is", "True", "False"})
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\f]+|\\\n|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<op>\*\*=?|<=|>=|==|!=|\+=|-=|\*=|/=|&&|\|\||//|[-+*/%^<>=(),:;.&|!\[\]{}?@~'"])
    """,
    re.VERBOSE,
)
_OVER_DT = re.compile(r"[ \t]*/[ \t]*dt\b")
_LETTERS = re.compile(r"\w*")
# Operators that join their line to the next one, or to the one before.
_BINARY = frozenset({"+", "-", "*", "/", "//", "%", "^", "**", "&", "|", "&&", "||"}) | frozenset(
    {"<", "<=", ">", ">=", "==", "!=", "=", "+=", "-=", "*=", "/="}
)
_JOINS_NEXT = _BINARY | {",", ":", "and", "or", "not", "is", "if", "else", "."}
_JOINS_PREVIOUS = _BINARY | {",", ":", "and", "or", "is", "else", ")", "."}


@frozen
class Token:
    """A token. ``text`` is the variable's name for a derivative. Names are normalised."""

    kind: Kind
    text: str
    span: Span


def tokenize(source: SourceText, names: Container[str] = ()) -> list[Token]:
    """All tokens; statement ends are ``;`` tokens. ``names``: those known to the model."""
    text, at = source.text, 0
    tokens: list[Token] = []
    depth = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None and text[at].isidentifier():  # a letter for Python, if not for "\w"
            tokens.append(_name_token(source, at, _name_end(text, at), names))
            at = tokens[-1].span.end
            continue
        if match is None:
            raise Span(source, at, at + 1).fail(f"unexpected character '{text[at]}'")
        start, at = at, match.end()
        if match.lastgroup == "space":
            continue
        if match.lastgroup == "newline":
            if depth == 0:
                tokens.append(Token("op", "\n", Span(source, start, at)))
            continue
        token = _token(source, match, names)
        at = token.span.end
        depth = max(0, depth + (token.text == "(") - (token.text == ")"))
        tokens.append(token)
    return _join_lines(tokens)


def _token(source: SourceText, match: re.Match[str], names: Container[str]) -> Token:
    """The token at a match. It is longer than the match if it is a derivative."""
    start, end = match.start(), match.end()
    if match.lastgroup == "name":
        return _name_token(source, start, _name_end(source.text, end), names)
    if match.lastgroup == "number":
        _check_number(source, start, end)
        return Token("number", match[0], Span(source, start, end))
    return Token("op", canonical(match[0]), Span(source, start, end))


def _name_token(source: SourceText, start: int, end: int, names: Container[str]) -> Token:
    """The name at a place, or the derivative, with ``/dt`` behind."""
    text = canonical(source.text[start:end])
    variable = canonical(source.text[start + 1 : end]) if source.text[start] == "d" else ""
    over = _OVER_DT.match(source.text, end) if variable[:1].isidentifier() else None
    if over is not None and variable != "t" and (text not in names or variable in names):
        _check_name(source, start + 1, end)
        return Token("derivative", variable, Span(source, start, over.end()))
    _check_name(source, start, end)
    kind: Kind = "keyword" if text in KEYWORDS else "name"
    return Token(kind, text, Span(source, start, end))


def _name_end(text: str, end: int) -> int:
    """The end of a name, with marks that belong to it.

    Such a mark is an accent behind its letter.
    """
    while end < len(text) and not text[end].isascii() and f"_{text[end]}".isidentifier():
        end = _LETTERS.match(text, end + 1).end()  # type: ignore[union-attr]
    return end


def _check_name(source: SourceText, start: int, end: int) -> None:
    """Refuse names that are none in Python.

    Those are ``x²``, and keywords in letters of another width.
    """
    written = source.text[start:end]
    if written.isascii():
        return
    name, span = canonical(written), Span(source, start, end)
    if not written.isidentifier():
        strange = next(i for i in range(end - start) if not written[: i + 1].isidentifier())
        at = start + strange
        hint = "; a power is written '**'" if strange and written[strange].isdigit() else ""
        raise Span(source, at, at + 1).fail(
            f"'{written[strange]}' cannot be part of a name, as in '{written}'{hint}"
        )
    if name in KEYWORDS:
        raise span.fail(f"'{written}' cannot be a name: Python reads it as '{name}'")


def _check_number(source: SourceText, start: int, end: int) -> None:
    """Refuse numbers that go on, such as ``2x`` and ``1.2.3``."""
    rest = re.compile(r"[\w.]*").match(source.text, end)
    if rest is not None and rest[0]:
        whole = source.text[start : rest.end()]
        hint = ""
        if re.fullmatch(r"[^\W\d]\w*", rest[0]):
            hint = f"; write '{source.text[start:end]}*{rest[0]}' for a product"
        raise Span(source, start, rest.end()).fail(f"'{whole}' is not a number{hint}")


def _join_lines(tokens: list[Token]) -> list[Token]:
    """Tokens in which ``;`` stands for newlines that end statements. Other newlines vanish."""
    joined: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text != "\n":
            joined.append(token)
            continue
        following = next((t for t in tokens[index + 1 :] if t.text != "\n"), None)
        if not joined or joined[-1].text == ";" or following is None:
            continue
        if _joins(joined[-1], _JOINS_NEXT) or _joins(following, _JOINS_PREVIOUS):
            continue
        joined.append(Token("op", ";", token.span))
    return joined


def _joins(token: Token, texts: frozenset[str]) -> bool:
    return token.kind in ("op", "keyword") and token.text in texts


def statements(source: SourceText, names: Container[str] = ()) -> list[list[Token]]:
    """The tokens of each statement, closed by an "end" token."""
    found: list[list[Token]] = [[]]
    for token in tokenize(source, names):
        if token.text == ";" and token.kind == "op":
            found[-1].append(_end(token.span))
            found.append([])
        else:
            found[-1].append(token)
    size = len(source.text.rstrip())
    found[-1].append(_end(Span(source, size, size)))
    return [tokens for tokens in found if len(tokens) > 1]


def _end(span: Span) -> Token:
    return Token("end", "", Span(span.source, span.start, span.start))


def assigned_names(source: SourceText) -> set[str]:
    """Names that plain assignments of a text begin with. Nothing is checked."""
    names = set()
    for tokens in statements(source, ()):
        if tokens[0].kind == "name" and tokens[1].text in ("=", "+=", "-=", "*=", "/="):
            names.add(tokens[0].text)
    return names
