"""Pipelines as text, in MLIR's grammar.

    canonicalize,cse,vectorize{bytes=32},func(licm,dce),@cpu

=====================  =======================================================================
``name``               a pass with the defaults of its options
``name{a=1 b=x,y c}``  options, separated by spaces; lists by commas; ``c`` alone means true
``func(name,...)``     passes on functions only, all on one function before the next
``@name``              a named pipeline, see ``pipelines.py``
=====================  =======================================================================

``module(...)`` around everything, ``builtin.module`` and ``func.func`` are accepted as in MLIR. An
error points into the text::

    <pipeline>:1:5: error: unknown pass 'vectorise'; did you mean 'vectorize'?
      cse,vectorise{bytes=32}
          ^^^^^^^^^
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import ModelError, error
from ...ir.location import FileLineCol
from ...ir.suggest import did_you_mean
from .core import Pass
from .pipeline import OnFunctions, Pipeline
from .registry import UnknownPassError, find_pass
from .typed_values import fields_of, unquoted

_TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<mark>[,{}()=]) | (?P<word>[^\s,{}()="]+)""",
    re.VERBOSE | re.DOTALL,
)
_SCOPES = {"func": "func", "func.func": "func", "module": "module", "builtin.module": "module"}


class PipelineError(ModelError):
    """A wrong pipeline text; the diagnostic points into it."""


@frozen
class PipelineToken:
    """A piece of the text. ``kind`` is a mark itself, ``word``, ``text`` or ``end``."""

    kind: str
    text: str
    start: int


def parse_pipeline(text: str, source: str = "<pipeline>") -> Pipeline:
    """The pipeline that a text describes; :class:`PipelineError` where it describes none."""
    parser = _Parser(text, source)
    items = parser.items("end", "module")
    return Pipeline(tuple(items))


def as_pipeline(given: Pipeline | Pass | str | Iterable[Any]) -> Pipeline:
    """A pipeline from text, a pass, or a list. The list may hold texts, passes and pipelines."""
    if isinstance(given, Pipeline):
        return given
    if isinstance(given, Pass | OnFunctions):
        return Pipeline((given,))
    if isinstance(given, str):
        return parse_pipeline(given)
    out = Pipeline()
    for each in given:
        out += as_pipeline(each)
    return out


class _Parser:
    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.tokens = self._tokens()
        self.next = 0

    def _tokens(self) -> list[PipelineToken]:
        found, at = [], 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                self.fail("this text has no closing quote", at, len(self.text))
            if match.lastgroup != "space":
                kind = match[0] if match.lastgroup == "mark" else str(match.lastgroup)
                found.append(PipelineToken(kind, match[0], at))
            at = match.end()
        return [*found, PipelineToken("end", "", len(self.text))]

    def fail(self, text: str, start: int, end: int) -> NoReturn:
        """Point at ``[start, end)`` of the text."""
        before = self.text.count("\n", 0, start)
        begin = self.text.rfind("\n", 0, start) + 1
        line = self.text[begin:].split("\n", 1)[0]
        col = start - begin + 1
        loc = FileLineCol(self.source, before + 1, col, max(col + 1, end - begin + 1))
        raise PipelineError(error(text, loc, line_text=line or None))

    def fail_at(self, text: str, token: PipelineToken) -> NoReturn:
        """Point at a token."""
        self.fail(text, token.start, token.start + len(token.text))

    def peek(self) -> str:
        """The kind of the next token."""
        return self.tokens[self.next].kind

    def take(self) -> PipelineToken:
        """The next token, which is passed."""
        token = self.tokens[self.next]
        self.next += token.kind != "end"
        return token

    def accept(self, kind: str) -> PipelineToken | None:
        """The next token if it is of this kind."""
        return self.take() if self.peek() == kind else None

    def expect(self, kind: str, what: str) -> PipelineToken:
        """The next token, which must be of this kind."""
        token = self.take()
        if token.kind != kind:
            found = f"'{token.text}'" if token.text else "the end"
            self.fail_at(f"expected {what}, found {found}", token)
        return token

    def items(self, end: str, scope: str) -> list[Pass | OnFunctions]:
        """Items separated by commas, up to ``end``, which is passed."""
        found: list[Pass | OnFunctions] = []
        if self.accept(end):
            return found
        while True:
            found += self.item(scope)
            if self.accept(end):
                return found
            closing = "')'" if end == ")" else "the end"
            self.expect(",", f"',' or {closing}")

    def item(self, scope: str) -> Sequence[Pass | OnFunctions]:
        """A pass, a group or a named pipeline."""
        token = self.expect("word", "the name of a pass")
        if token.text.startswith("@"):
            return self._named(token, scope)
        if token.text in _SCOPES and self.peek() == "(":
            return self._group(token, scope)
        try:
            kind = find_pass(token.text)
        except UnknownPassError as problem:
            self.fail_at(_with_pipelines(str(problem), token.text), token)
        self._check_scope(kind, scope, token)
        values = self._options(kind) if self.accept("{") else {}
        try:
            return (kind(**values),)
        except (TypeError, ValueError) as problem:  # the pass's own validators
            self.fail_at(f"'{token.text}': {problem}", token)

    def _check_scope(self, kind: type[Pass] | Pass, scope: str, token: PipelineToken) -> None:
        if scope == "func" and kind.scope != "function":
            text = f"'{kind.name}' runs on the whole module and cannot stand in func(...)"
            self.fail_at(text, token)

    def _named(self, token: PipelineToken, scope: str) -> Sequence[Pass | OnFunctions]:
        from ..pipelines import NAMED, named

        name = token.text[1:]
        if name not in NAMED:
            self.fail_at(f"unknown pipeline '{name}'{did_you_mean(name, NAMED)}", token)
        found = named(name)
        for each in found:
            self._check_scope(each, scope, token)
        return found

    def _group(self, token: PipelineToken, scope: str) -> Sequence[Pass | OnFunctions]:
        self.take()
        inner = _SCOPES[token.text]
        if scope == "func":
            self.fail_at(f"'{token.text}' cannot stand in func(...)", token)
        if inner == "module" and self.next != 2:
            self.fail_at(f"'{token.text}(...)' can only stand around the whole pipeline", token)
        items = self.items(")", inner)
        if inner == "module":
            return items
        return (OnFunctions(tuple(p for p in items if isinstance(p, Pass))),)

    def _options(self, kind: type[Pass]) -> dict[str, Any]:
        """The options up to the closing brace."""
        values: dict[str, Any] = {}
        known = fields_of(kind)
        while not self.accept("}"):
            token = self.expect("word", "the name of an option or '}'")
            option = known.get(token.text)
            if option is None:
                text = f"the pass '{kind.name}' has no option '{token.text}'"
                self.fail_at(text + did_you_mean(token.text, known) + _listed(known), token)
            if option.attribute in values:
                self.fail_at(f"the option '{token.text}' is given twice", token)
            values[option.attribute] = self._value(option.name, option.type, token)
        return values

    def _value(self, name: str, type_: Any, token: PipelineToken) -> Any:
        if not self.accept("="):
            if type_.scalar is bool and not type_.many:
                return True
            self.fail_at(f"the option '{name}' expects {type_.described}: {name}=...", token)
        start = self.tokens[self.next].start
        words = self._words()
        last = self.tokens[self.next - 1]
        try:
            return type_.parse(words)
        except ValueError as problem:
            self.fail(f"the option '{name}' {problem}", start, last.start + len(last.text))

    def _words(self) -> list[str]:
        """``a``, ``a,b`` or ``{a,b}``."""
        braced = self.accept("{")
        if braced and self.accept("}"):
            return []
        words = [self._word()]
        while self.accept(","):
            words.append(self._word())
        if braced:
            self.expect("}", "',' or '}'")
        return words

    def _word(self) -> str:
        token = self.accept("text")
        if token is not None:
            return unquoted(token.text)
        return self.expect("word", "a value").text


def _with_pipelines(text: str, name: str) -> str:
    """A hint at the named pipeline that lacks its ``@``."""
    from ..pipelines import NAMED

    return f"{text.partition(';')[0]}; did you mean '@{name}'?" if name in NAMED else text


def _listed(known: Iterable[str]) -> str:
    names = ", ".join(known)
    return f" (its options: {names})" if names else " (it has none)"
