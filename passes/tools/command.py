"""A command that fails with a module, for the reducer.

Smaller modules have to fail in the same way.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from attrs import field

from ...ir.attrs_classes import define
from ...ir.dialects.builtin import Module
from ...ir.printer import print_op


@define(eq=False)
class FailingCommand:
    """Runs ``command`` with a module in ``file``.

    The name of the file replaces ``{}`` or comes last.

    A failure is known by its exit code and by the words of its first error; a smaller module that
    fails otherwise is another problem, and not what is looked for.
    """

    command: str
    file: Path
    first: tuple[int, str] | None = field(default=None)

    def outcome(self, module: Module) -> tuple[int, str]:
        """Exit code and what was complained about."""
        self.file.write_text(print_op(module, locations=True) + "\n", encoding="utf-8")
        command = self.command if "{}" in self.command else self.command + " {}"
        line = command.replace("{}", shlex.quote(str(self.file)))
        found = subprocess.run(line, shell=True, capture_output=True, text=True)
        return found.returncode, complaint(found.stderr)

    def learn(self, module: Module) -> bool:
        """Look at the failure to keep; False if there is none."""
        self.first = self.outcome(module)
        return self.first[0] != 0

    def fails(self, module: Module) -> bool:
        """Whether it fails as it did at first."""
        return self.outcome(module) == self.first


def complaint(text: str) -> str:
    """The first error without names, numbers and places."""
    line = next((each for each in text.splitlines() if "error" in each.lower()), "")
    words = line.partition("rror")[2].split("'")[::2]
    return "".join(c for c in " ".join(words) if c.isalpha() or c == " ").strip()
