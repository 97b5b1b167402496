"""Text that displays well: plain in terminals, coloured in notebooks.

In a notebook it scrolls, too.

The colours are of middling lightness, so that they can be read on white and on black.
"""

from __future__ import annotations

import html
import re

_MLIR = re.compile(
    r"""(?P<comment>//.*)|(?P<name>"[a-z_]+\.[\w.]+"|(?<![\w.$%@])[a-z]+\.[a-z_]\w*"""
    r"""|\b(?:return|call|module)\b)|(?P<string>"(?:[^"\\]|\\.)*")"""
    r"""|(?P<value>%[\w$.\-]+)|(?P<symbol>@[\w$.]+|\^bb\d+)"""
    r"""|(?P<type>\b(?:memref|vector)<[^>]*>|\b(?:index|[if]\d+)\b)"""
    r"""|(?P<number>(?<![\w.%])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)"""
)
_LLVM = re.compile(
    r"""(?P<comment>;.*|\#.*)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<value>%[\w.$\-]+)"""
    r"""|(?P<symbol>@[\w.$]+|^\.?[\w.$]+:|!\w+)|(?P<type>\b(?:ptr|double|float|void|i\d+)\b)"""
    r"""|(?P<number>(?<![\w.%])-?(?:0x[0-9A-Fa-f]+|\d+(?:\.\d+)?)\b)"""
    r"""|(?P<name>^\s+[a-z]\w*|= [a-z]+)""",
    re.MULTILINE,
)
_COLOURS = {
    "comment": "#7a8691",
    "name": "#2f7fd0",
    "string": "#3a9150",
    "value": "#a06a2c",
    "symbol": "#b0489a",
    "type": "#178f8f",
    "number": "#8a63d2",
}
_STYLE = (
    "overflow:auto;max-height:40em;line-height:1.4;font-size:12px;"
    "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre"
)


class Text(str):
    """A string that notebooks show as code. The prompt shows it as it is.

    ``language`` is ``mlir``, ``llvm``, ``asm`` or ``pretty``.
    """

    language: str

    def __new__(cls, text: str, language: str = "mlir") -> Text:
        """A string with a language."""
        self = super().__new__(cls, text)
        self.language = language
        return self

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f'<pre style="{_STYLE}">{coloured(self, self.language)}</pre>'

    def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def coloured(text: str, language: str) -> str:
    """The text as HTML with coloured words."""
    words = _LLVM if language in ("llvm", "asm") else _MLIR
    out, at = [], 0
    for match in words.finditer(text):
        out.append(html.escape(text[at : match.start()], quote=False))
        colour = _COLOURS[match.lastgroup or "comment"]
        word = html.escape(match[0], quote=False)
        out.append(f'<span style="color:{colour}">{word}</span>')
        at = match.end()
    out.append(html.escape(text[at:], quote=False))
    return "".join(out)
