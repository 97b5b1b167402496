"""Source locations: the place in the user's model behind an operation.

Locations are interned values; compare them with ``is`` or ``==``. They print as MLIR locations::

    loc("model.py":12:8)          FileLineCol
    loc("dv/dt"("model.py":12:8)) Named
    loc(fused<"cse">[...])        Fused
    loc(unknown)                  Unknown
"""

from __future__ import annotations

from functools import lru_cache

from .attrs_classes import frozen


class Loc:
    """Base class of all locations."""

    __slots__ = ()


@frozen
class Unknown(Loc):
    """No location is known."""


@frozen
class FileLineCol(Loc):
    """A span ``[col, end_col)`` of one line of a file.

    Lines and columns count from 1; a point has ``end_col`` 0.
    """

    file: str
    line: int
    col: int
    end_col: int = 0


@frozen
class Named(Loc):
    """A location with a name that users know, such as ``dv/dt``."""

    name: str
    inner: Loc


@frozen
class Fused(Loc):
    """The location of an operation that replaces several others."""

    reason: str
    locs: tuple[Loc, ...]


UNKNOWN = Unknown()


@lru_cache(maxsize=65536)
def file_loc(file: str, line: int, col: int, end_col: int = 0) -> FileLineCol:
    """The interned location of a span in a file."""
    return FileLineCol(file, line, col, end_col)


@lru_cache(maxsize=65536)
def named_loc(name: str, inner: Loc) -> Named:
    """The interned location ``inner``, called ``name``."""
    return Named(name, inner)


def fused_loc(reason: str, *locs: Loc) -> Loc:
    """The location of an operation that replaces those at ``locs``."""
    known = tuple(dict.fromkeys(loc for loc in locs if loc is not UNKNOWN))
    if len(known) <= 1:
        return known[0] if known else UNKNOWN
    return Fused(reason, known)


def spot(loc: Loc) -> FileLineCol | None:
    """The first position in a file inside ``loc``, if any."""
    if isinstance(loc, FileLineCol):
        return loc
    if isinstance(loc, Named):
        return spot(loc.inner)
    if isinstance(loc, Fused):
        return next((found for inner in loc.locs if (found := spot(inner))), None)
    return None
