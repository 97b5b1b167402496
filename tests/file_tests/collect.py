"""Pytest collects ``tests/**/*.mlir``: every piece of a file is a test.

``case.py`` says what may stand in a file, ``expectations.py`` and ``execute.py`` the details.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .case import Case, DirectiveError, cases_of


class MlirFile(pytest.File):
    """A file of tests."""

    def collect(self) -> Iterator[MlirItem]:
        """Every piece of the file."""
        if self.path.parent.name == "fixtures":
            return
        try:
            cases = cases_of(self.path)
        except DirectiveError as problem:
            raise self.CollectError(str(problem)) from problem
        for case in cases:
            yield MlirItem.from_parent(self, name=case.name, case=case)


class MlirItem(pytest.Item):
    """One piece of a file."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        """Run its pipelines.

        The compiler is imported by the first test, not by the collection.
        """
        from .run import run_case

        run_case(self.case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone for a test that fails.

        A mistake of ours comes with its traceback.
        """
        from .run import FileTestError

        if isinstance(excinfo.value, FileTestError | DirectiveError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, "short")

    def _traceback_filter(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        """The traceback without the frames of pytest."""
        return excinfo.traceback.cut(path=__file__)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The place at which the piece begins."""
        return self.path, self.case.line - 1, f"{self.path.name}: {self.name}"


def collect_mlir(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a file, for the hook ``pytest_collect_file``."""
    return MlirFile.from_parent(parent, path=file_path) if file_path.suffix == ".mlir" else None
