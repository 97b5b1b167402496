"""Numbers of bytes for people."""

from __future__ import annotations

from math import log10


def readable(count: float) -> str:
    """A number of bytes with three digits and a unit: ``8.39 MB``."""
    unit = min(int(log10(max(count, 1.0)) // 3), 3)
    scaled = count / 1000.0**unit
    digits = f"{scaled:.3g}" if scaled < 999.5 else f"{scaled:.0f}"
    return f"{digits} {('bytes', 'kB', 'MB', 'GB')[unit]}"
