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


def named(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """A dict with its names normalised as Python's identifiers are."""
    return {canonical(name): value for name, value in (values or {}).items()}
