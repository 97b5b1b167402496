"""Suggestions for unknown words: ``did you mean`` the closest known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches


def unknown(what: str, word: object, known: Sequence[str]) -> Iterator[str]:
    """A complaint if ``word`` is none of the words ``known``."""
    if word is not None and word not in known:
        yield f"there is no {what} '{word}'; there are {', '.join(known)}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``; None if none is close.

    Case does not count.
    """
    by_case = {k.lower(): k for k in known}
    found = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], quote: str = "'") -> str:
    """A suggestion such as ``; did you mean 'tau'?``, or nothing."""
    found = closest(word, known)
    return f"; did you mean {quote}{found}{quote}?" if found else ""
