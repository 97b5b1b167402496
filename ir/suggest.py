"""Words that are not known: complaints, and ``did you mean`` with the closest known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches


def unknown(what: str, word: object, known: Sequence[str]) -> Iterator[str]:
    """Complain where ``word`` is none of ``known``, which are all there are."""
    if word is not None and word not in known:
        yield f"there is no {what} '{word}'; there are {', '.join(known)}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like ``word``, if one is close enough; case does not count."""
    by_case = {k.lower(): k for k in known}
    found = get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], quote: str = "'") -> str:
    """``; did you mean 'tau'?`` or nothing."""
    found = closest(word, known)
    return f"; did you mean {quote}{found}{quote}?" if found else ""
