"""The lexer: one compiled expression, one pass over the text.

A token is its text; its kind shows in its first character (``%`` value, ``^`` block, ``@`` symbol,
``#`` attribute, ``!`` type, ``"`` string, a digit, a letter, punctuation). Whole types of the
common shapes (``memref<?xf64>``, ``vector<8xi1>``) are single tokens, so that one look-up knows
them; of others the part up to the element type (``memref<4x``) is. The last token is empty.
"""

from __future__ import annotations

import re

_SPACE = r"[ \t\r\n]*(?://[^\n]*[ \t\r\n]*)*"
_STRING = r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"'
_TOKEN = rf"""
    %(?:[0-9]+|[A-Za-z$._-][\w$.-]*)(?:\#[0-9]+)?
  | ::|->|[(){{}},:=\[\]]
  | {_STRING}
  | (?:memref|vector|tensor)<(?:(?:\?|[0-9]+)x)*(?:[if][0-9]+|index)>
  | (?:memref|vector|tensor)[ \t\r\n]*<[ \t\r\n]*(?:(?:\?|[0-9]+)[ \t\r\n]*x[ \t\r\n]*)*
  | [A-Za-z_][\w$.]*
  | [0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?
  | 0x[0-9a-fA-F]+
  | [0-9]+
  | @(?:[A-Za-z_][\w$.]*|{_STRING})
  | [\^\#!](?:[0-9]+|[A-Za-z$._-][\w$.-]*)
  | .
  | \Z
"""
_LEXER = re.compile(f"{_SPACE}({_TOKEN})", re.ASCII | re.DOTALL | re.VERBOSE)

Tokens = list["re.Match[str]"]


def tokens(text: str) -> Tokens:
    """All tokens of a text, as matches.

    Group 1 is the token; before it are space and comments.
    """
    return list(_LEXER.finditer(text))
