"""'Did you mean ...?': the known name closest to another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LISTED = 3
"""The most names that a message lists."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, None if nothing is close."""
    names = sorted(set(known) - {name})
    for candidate in names:
        if candidate.lower() == name.lower():
            return candidate
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Advice for a message: ``"; did you mean 'tau'?"``, empty if nothing is close.

    For an ``E`` that is not known, ``"; did you mean 'E_exc' or 'E_inh'?"``.
    """
    names = set(known)
    found = closest(name, names)
    near = [found] if found else longer(name, names)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def longer(name: str, known: Iterable[str]) -> list[str]:
    """Known names that continue ``name`` behind ``_``, as in ``E_exc``. Only the first ones."""
    start = name.lower() + "_"
    return sorted(n for n in known if n.lower().startswith(start))[:_LISTED]
