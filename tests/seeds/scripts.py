"""Runs the published scripts as a user does.

Each in an interpreter of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# `from ranvier import *` copies what the package holds, so a seeded `setup` reaches the script.
DRIVER = """
import runpy, sys
import numpy as np
import ranvier
seed, plain_setup = {seed!r}, ranvier.setup
if seed is not None:
    ranvier.setup = lambda **options: plain_setup(**{{"seed": seed, **options}})
sys.path.insert(0, {folder!r})
sys.argv[:] = [{script!r}, *{arguments!r}]
names = runpy.run_path({script!r}, run_name="__main__")
for name, expression in {keep!r}.items():
    np.save(name + ".npy", np.asarray(eval(expression, names)), allow_pickle=False)
"""


def run_script(
    name: str,
    folder: Path,
    *arguments: str,
    seed: int | None = None,
    keep: Mapping[str, str] | None = None,
) -> str:
    """Run an example in a folder and return what it prints.

    The values of the expressions ``keep`` over the script's names are saved as ``<key>.npy``.
    """
    script = DRIVER.format(
        seed=seed,
        folder=str(EXAMPLES),
        script=str(EXAMPLES / name),
        arguments=list(arguments),
        keep=dict(keep or {}),
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
