"""Generated code that a cache keeps by key."""

from __future__ import annotations

from typing import Any

from .cache import Cache


class CachedCode:
    """Generated code, found in a cache or made and kept there.

    ``key`` names it; ``source`` says where it came from: "memory", "disk", or nothing where it was
    made. Its ``listings`` have the texts on the way there. A class of a code generator says how it
    is made and loaded.
    """

    def __init__(self, listings: Any, key: str, cache: Cache | None) -> None:
        self.listings = listings
        self.key = key
        self.source = ""
        found = cache.find(key, self._load) if cache is not None else None
        if found is not None:
            self.entry, self.source = found
            return
        content = self._make()
        self.entry = self._load(content)
        if cache is not None:
            cache.keep(key, self.entry, content)

    def _make(self) -> bytes:
        """The content that a store keeps."""
        raise NotImplementedError

    def _load(self, content: bytes) -> Any:
        """The entry point of a content. None where it is none of ours."""
        raise NotImplementedError
