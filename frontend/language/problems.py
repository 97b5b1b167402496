"""Collecting errors, so that a user sees all in one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...ir.diagnostics import Diagnostic, ModelError
from ...ir.location import Loc


class Problems:
    """Errors of independent pieces of a model. `raise_any` ends a stage that had some."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    @contextmanager
    def catch(self) -> Iterator[None]:
        """Keep the diagnostics of a ModelError raised inside and go on."""
        try:
            yield
        except ModelError as wrong:
            self._found += wrong.diagnostics

    def raise_any(self) -> None:
        """Raise the errors found so far."""
        if self._found:
            raise ModelError(*self._found) from None


@contextmanager
def noting(text: str, loc: Loc | None = None) -> Iterator[None]:
    """Add a note to every ModelError that is raised inside."""
    try:
        yield
    except ModelError as wrong:
        for diagnostic in wrong.diagnostics:
            diagnostic.note(text, loc)
        raise ModelError(*wrong.diagnostics) from None
