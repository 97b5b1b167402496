"""'Did you mean ...?': the known name that is closest to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, None if nothing is close."""
    names = sorted(set(known) - {name})
    for candidate in names:
        if candidate.lower() == name.lower():
            return candidate
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'tau'?"`` to append to a message, empty if nothing is close."""
    found = closest(name, known)
    return f"; did you mean '{found}'?" if found else ""
