"""Processes that must live on: modules of this folder.

Each has a log of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent


def run(folder: Path, module: str, *arguments: str, **environment: str) -> str:
    """Output of a module of this folder, which must end well.

    Its last argument is the file of the log, whose text an error shows.
    """
    log = folder / "log"
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", f"surface.{module}", *arguments, str(log)],
        env={
            **os.environ,
            "PYTHONPATH": str(TESTS),
            "RANVIER_CACHE_DIR": str(folder / "cache"),
            **environment,
        },
        capture_output=True,
        text=True,
        errors="replace",
        timeout=1500,
        cwd=folder,
    )
    tried = log.read_text(errors="replace").strip() if log.exists() else ""
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{arguments}, tried last: {tried}"
    return done.stdout
