"""Errors at the line where the user's code called.

The public classes raise :class:`ModelError` with the location of the calling line. Its subclasses
are also the built-in errors that Python's own protocols and users expect: ``hasattr`` wants an
``AttributeError``, iteration an ``IndexError``, a wrong call is a ``TypeError``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dis import opmap
from itertools import islice
from types import FrameType
from typing import NoReturn

from ..ir.diagnostics import Diagnostic, ModelError, Note
from ..ir.location import UNKNOWN, Loc, file_loc
from .language.suggest import did_you_mean as did_you_mean

_PACKAGE = __name__.split(".")[0]
_NOT_OURS = (f"{_PACKAGE}.tests", f"{_PACKAGE}.examples", f"{_PACKAGE}.benchmarks")
_BETWEEN = ("copy", "copyreg", "pickle")
"""Modules of Python through which users call us."""


class UnknownAttribute(ModelError, AttributeError):  # noqa: N818 - reads as the name of the mistake
    """An attribute that the model does not declare."""


class WrongValue(ModelError, ValueError):  # noqa: N818
    """A value of the wrong shape, type or range."""


class WrongCall(ModelError, TypeError):  # noqa: N818
    """A call with unknown arguments, or without a needed one."""


class MissingName(ModelError, ImportError):  # noqa: N818
    """A name that the package does not have."""


class WrongRank(ModelError, IndexError):  # noqa: N818
    """A rank or coordinate outside of a population."""


def caller_frame() -> FrameType | None:
    """The innermost frame of the user.

    It is not in this package, nor in a module that calls it for users.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def caller_location() -> Loc:
    """The location of the user's call, unknown without a frame."""
    frame = caller_frame()
    if frame is None:
        return UNKNOWN
    positions = frame.f_code.co_positions()
    line, end_line, col, end_col = next(
        islice(positions, frame.f_lasti // 2, None), (frame.f_lineno, None, None, None)
    )
    if line is None or col is None or end_line != line or end_col is None:
        return file_loc(frame.f_code.co_filename, frame.f_lineno, (col or 0) + 1)
    return file_loc(frame.f_code.co_filename, line, col + 1, end_col + 1)


def imports_it() -> bool:
    """Whether the user's innermost frame is at ``from ... import``."""
    frame = caller_frame()
    if frame is None or frame.f_lasti < 0:
        return False
    return frame.f_code.co_code[frame.f_lasti] == opmap["IMPORT_FROM"]


def reject(text: str, *notes: str, kind: type[ModelError] = ModelError) -> NoReturn:
    """Raise an error of class ``kind`` at the user's call."""
    raise kind(Diagnostic("error", text, caller_location(), [Note(note) for note in notes]))


def listing(names: Iterable[str]) -> str:
    """Quoted names for an error message, ``none`` without any: ``'a', 'b', 'c'``."""
    return ", ".join(f"'{name}'" for name in names) or "none"


def shown(value: object) -> str:
    """A value for an error message, shortened. Python does not write very long numbers at all."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of {value.bit_length()} bits" if value > 0 else "a negative number"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    if module.startswith(_NOT_OURS):
        return False
    if module in _BETWEEN:
        return True
    # attrs and functools generate methods whose globals carry no module name of ours.
    return module == _PACKAGE or module.startswith(_PACKAGE + ".")
