"""The kit of hand-written limits: finding, building and running it.

The kit is no part of this repository. It is looked for in the folder that ``RANVIER_BENCH_KIT``
names, else in ``../shared/bench`` beside the repository; a contestant that needs it is left out
where it, gcc, or a processor that it was written for is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "benchmarks" / "build"


class SkippedError(Exception):
    """A contestant that cannot run here; the message says why."""


def kit_file(name: str) -> Path:
    """A file of the kit."""
    folder = Path(os.environ.get("RANVIER_BENCH_KIT") or ROOT.parent / "shared" / "bench")
    if not (folder / name).is_file():
        raise SkippedError(f"no {name} in {folder}; set RANVIER_BENCH_KIT to the kit's folder")
    return folder / name


@cache
def build_limit(name: str) -> Path:
    """Compile ``<name>.c`` of the kit for this processor; return the program."""
    source = kit_file(f"{name}.c")
    compiler = shutil.which("gcc")
    if compiler is None:
        raise SkippedError("the limits are written in C, and there is no gcc here")
    BUILD.mkdir(parents=True, exist_ok=True)
    program = BUILD / name
    command = [compiler, "-O3", "-march=native", str(source), "-o", str(program), "-lm"]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        complaint = (answer.stderr.splitlines() or ["no message"])[0]
        raise SkippedError(f"gcc cannot build {name}.c for this processor: {complaint}")
    return program


def run_generator(name: str, *arguments: str) -> None:
    """Run a Python script of the kit, which writes to ``BUILD``."""
    script = kit_file(name)
    BUILD.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(script), *arguments, str(BUILD)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise SkippedError(f"{name} failed: {(answer.stderr.splitlines() or ['no message'])[-1]}")


def run_limit(program: Path, *arguments: str) -> str:
    """Run a limit and return its output."""
    answer = subprocess.run([str(program), *arguments], capture_output=True, text=True)
    if answer.returncode < 0:
        raise SkippedError(f"{program.name} died of signal {-answer.returncode}: no AVX-512 here?")
    if answer.returncode:
        raise SkippedError(f"{program.name} failed: {answer.stdout}{answer.stderr}")
    return answer.stdout


def number_after(word: str, text: str) -> float:
    """The number behind a word in the output of a program."""
    match = re.search(rf"{word} ([-+.e\d]+)", text)
    if match is None:
        raise RuntimeError(f"no number after {word!r} in {text!r}")
    return float(match.group(1))


def best_of(repeats: int, *measurements: Callable[[], float]) -> list[float]:
    """The least of ``repeats`` for each measurement, taking turns.

    So a busy machine hurts all alike.
    """
    rounds = [[measure() for measure in measurements] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]
