"""The parser of locations, and of aliases.

Aliases stand for locations, attributes and types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..attributes import Attribute
from ..location import UNKNOWN, FileLineCol, Fused, Loc, Named
from ..types import Type
from .attributes import AttributeParser
from .source import Source

T = TypeVar("T")


class LocationParser(AttributeParser):
    """The parser of locations and aliases.

    An alias may be used before the line that defines it.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._defined: dict[str, int] | None = None
        self._aliases: dict[str, Loc | Attribute | Type] = {}
        self._open: set[str] = set()

    def location(self) -> Loc:
        """Parse a location, ``loc(...)``."""
        self.expect("loc")
        self.expect("(", " after 'loc'")
        found = self._inner()
        self.expect(")", " at the end of a location")
        return found

    def _inner(self) -> Loc:
        self.enter()
        token = self.texts[self.at]
        if token[:1] == '"':
            found = self._named_or_file()
        elif token == "unknown":
            self.at += 1
            found = UNKNOWN
        elif token == "fused":
            found = self._fused()
        elif token == "callsite":
            found = self._call_site()
        elif token[:1] == "#":
            found = self.resolved(self.at, self.location, Loc, "location")
            self.at += 1
        else:
            self.fail("a location")
        self.leave()
        return found

    def _named_or_file(self) -> Loc:
        """Parse ``"file":line:col``, ``"file":line:col to :col`` or ``"name"(location)``."""
        text = self.string("a file or a name")
        if self.accept("("):
            inner = self._inner()
            self.expect(")", " after the location of a name")
            return Named(text, inner)
        if not self.accept(":"):
            return Named(text, UNKNOWN)
        line = self.whole_number("a line", 2**32)
        self.expect(":", " and a column after the line")
        column = self.whole_number("a column", 2**32)
        return FileLineCol(text, line, column, self._end_column(line))

    def _end_column(self, line: int) -> int:
        """Parse the end of a span, ``to :17``.

        It is 0 for an end on another line.
        """
        if not self.accept("to"):
            return 0
        last = line if self.texts[self.at] == ":" else self.whole_number("a line", 2**32)
        self.expect(":", " and a column")
        column = self.whole_number("a column", 2**32)
        return column if last == line else 0

    def _fused(self) -> Loc:
        """Parse ``fused<"reason">[location, ...]``."""
        self.at += 1
        reason = ""
        if self.accept("<"):
            reason = self.string("the reason of a fused location")
            self.expect(">", " after the reason of a fused location")
        self.expect("[", " and the locations that are fused")
        locs = [self._inner()]
        while self.accept(","):
            locs.append(self._inner())
        self.expect("]", " at the end of the fused locations")
        return Fused(reason, tuple(locs))

    def _call_site(self) -> Loc:
        """Parse ``callsite(callee at caller)`` to both locations, fused."""
        self.at += 1
        self.expect("(", " after 'callsite'")
        callee = self._inner()
        self.expect("at", " and the caller")
        caller = self._inner()
        self.expect(")", " at the end of a call site")
        return Fused("callsite", (callee, caller))

    def type_alias(self, at: int) -> Type:
        """The type of the alias at a token."""
        return self.resolved(at, self.type, Type, "type")

    def attribute_alias(self, at: int) -> Attribute:
        """The attribute of the alias at a token."""
        return self.resolved(at, self.attribute, Attribute, "attribute")

    def resolved(self, at: int, parse: Callable[[], T], kind: type[T], what: str) -> T:
        """The meaning of the alias at a token.

        Its definition is parsed at the first use.
        """
        name = self.texts[at]
        found: object = self._aliases.get(name)
        if found is None:
            found = self._definition(at, parse, what)
        if not isinstance(found, kind):
            self.stop(f"'{name}' is no {what}", at)
        return found

    def _definition(self, at: int, parse: Callable[[], T], what: str) -> T:
        name = self.texts[at]
        where = self._definitions().get(name)
        if where is None or name in self._open:
            reason = "stands for itself" if where else "is defined nowhere"
            self.stop(f"the {what} '{name}' {reason}", at)
        back = self.at
        self._open.add(name)
        self.at = where + 2
        found = parse()
        self._open.discard(name)
        self._aliases[name] = found  # type: ignore[assignment]
        self.at = back
        return found

    def _definitions(self) -> dict[str, int]:
        """The token that defines each alias."""
        if self._defined is None:
            texts = self.texts
            self._defined = {
                texts[i - 1]: i - 1
                for i, token in enumerate(texts)
                if token == "=" and i and texts[i - 1][:1] in ("#", "!")
            }
        return self._defined

    def alias_definition(self) -> None:
        """Parse an alias, ``#name = ...`` or ``!name = ...``."""
        name = self.texts[self.at]
        if self._definitions()[name] != self.at:
            self.problem(f"the alias '{name}' is defined twice", self.at)
        if name in self._aliases:
            self.at += 2
            self.location() if self.texts[self.at] == "loc" else self._skip(name)
            return
        self.at += 2
        if name[0] == "!":
            self._aliases[name] = self.type()
        elif self.texts[self.at] == "loc":
            self._aliases[name] = self.location()
        else:
            self._aliases[name] = self.attribute()

    def _skip(self, name: str) -> None:
        self.type() if name[0] == "!" else self.attribute()
