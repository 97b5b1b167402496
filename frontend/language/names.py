"""Names as Python reads them: normalised (NFKC).

So ``µ`` (U+00B5) is ``μ`` (U+03BC).

Python does so with identifiers in its own source: ``population.µ`` asks for the attribute ``μ``.
Texts keep what the user wrote, only the names of tokens are normalised: carets stay in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from unicodedata import normalize

T = TypeVar("T")


def canonical(name: T) -> T:
    """A name normalised as Python's identifiers are. A value that is no text stays as it is."""
    if not isinstance(name, str) or name.isascii():
        return name
    return normalize("NFKC", name)  # type: ignore[return-value]


class ByName(dict[str, T]):
    """A dict that finds its names in every spelling."""

    def __missing__(self, name: str) -> T:
        found = canonical(name)
        if found == name:
            raise KeyError(name)
        return self[found]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(canonical(name))

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or ``default``."""
        return super().get(canonical(name), default)


def named(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """A dict with its names normalised as Python's identifiers are."""
    return {canonical(name): value for name, value in (values or {}).items()}
