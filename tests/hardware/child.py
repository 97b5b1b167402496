"""A process of tasks: ``python -m hardware.child TASKS RESULTS``.

The first file has the setting and the tasks. Beginnings and outcomes of tasks are written to the
second one, a line each, so that the process that waits knows where this one was when it ended.
"""

from __future__ import annotations

import faulthandler
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import asdict

from .here import Setting, surroundings
from .tasks import Task, performed


def plain(value: Any) -> Any:
    """A value of NumPy or another library for JSON."""
    return value.item() if hasattr(value, "item") else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the tasks of a file."""
    faulthandler.enable()
    given, results = list(sys.argv[1:] if arguments is None else arguments)
    said = json.loads(Path(given).read_text(encoding="utf-8"))
    with open(results, "a", encoding="utf-8") as file:

        def tell(**line: Any) -> None:
            file.write(json.dumps(line, default=plain) + "\n")
            file.flush()

        with surroundings(Setting(**said["setting"])) as here:
            for number, each in enumerate(said["tasks"]):
                tell(begin=number)
                outcome = performed(Task(**each), here)
                tell(end=number, outcome=asdict(outcome))
                if outcome.lost:
                    break
    return 0


if __name__ == "__main__":
    sys.exit(main())
