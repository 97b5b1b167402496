"""The error of a code generator that cannot translate something."""

from __future__ import annotations

from ..ir.diagnostics import RanvierError, error
from ..ir.location import Loc


class CodegenError(RanvierError):
    """Code that the generator cannot translate: a mistake of a pass."""

    def __init__(self, text: str, loc: Loc | None = None) -> None:
        super().__init__(str(error(text, loc)))
