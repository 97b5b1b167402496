"""'Did you mean ...?': the known name that is closest to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LISTED = 3
"""Of more names, a message lists so many."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, None if nothing is close."""
    names = sorted(set(known) - {name})
    for candidate in names:
        if candidate.lower() == name.lower():
            return candidate
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'tau'?"`` to append to a message, empty if nothing is close.

    For an ``E`` that is not known, ``"; did you mean 'E_exc' or 'E_inh'?"``.
    """
    names = set(known)
    found = closest(name, names)
    near = [found] if found else longer(name, names)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def longer(name: str, known: Iterable[str]) -> list[str]:
    """The first known names of which ``name`` is the part in front of ``_``, as in ``E_exc``."""
    start = name.lower() + "_"
    return sorted(n for n in known if n.lower().startswith(start))[:_LISTED]
