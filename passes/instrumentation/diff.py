"""Prints the changes of each pass as a unified diff. No other dump is as readable for people."""

from __future__ import annotations

import difflib

from ...ir.core import Op
from ..framework.core import Pass
from .changes import Changes
from .common import say, target


class Diff(Changes):
    """Prints a diff with three lines of context. Names of files are left out."""

    def change(self, item: Pass, op: Op, before: str, after: str) -> None:
        """Print it."""
        say(f"// ----- {item}{target(op)}\n{unified(before, after)}\n")


def unified(before: str, after: str, context: int = 3) -> str:
    """The hunks of a unified diff of two texts."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=context, lineterm="")
    return "\n".join(list(lines)[2:])
