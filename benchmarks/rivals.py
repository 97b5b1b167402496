"""Rivals: the contestants of a race other than Ranvier.

Limits are programs of the kit. Peers are other simulators, run by scripts in an environment of
their own: ``RANVIER_PEERS`` names its Python, or several of them as ``PATH`` does. A script prints
``compile X s simulate Y s rate Z Hz``, all on one line, the first and last as it can.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from attrs import field, frozen

from .kit import SkippedError, build_limit, kit_file, number_after, run_limit
from .race import Contestant, Outcome, Settings

OWN_SCRIPTS = Path(__file__).resolve().parent / "peers"
MODULES = {"ANNarchy": "ANNarchy", "Brian2": "brian2", "NEST": "nest"}
TIMEOUT = 1200.0


@frozen
class Rivals:
    """The contestants, and the reasons of those that cannot run."""

    present: list[Contestant] = field(factory=list)
    absent: list[tuple[str, str]] = field(factory=list)

    def add(self, name: str, make: Callable[[], list[Contestant]]) -> None:
        """Add the contestants of a name, or the reason against them."""
        try:
            self.present.extend(make())
        except SkippedError as reason:
            self.absent.append((name, str(reason)))

    def limit(self, program: str, lines: dict[str, str], *arguments: str) -> None:
        """Add a program of the kit. It prints a line for each limit, recognised by a word in it."""

        def make() -> list[Contestant]:
            build_limit(program)
            return [
                Contestant(name, "limit", 1, _limit_run(program, word, *arguments))
                for name, word in lines.items()
            ]

        self.add(program, make)

    def peer(self, system: str, script: str, settings: Settings, *arguments: str) -> None:
        """Add a script for another simulator.

        It lies here or in the kit; its last argument is the number of threads.
        """

        def make() -> list[Contestant]:
            if not settings.peers:
                raise SkippedError("peers were not asked for")
            python, file = _python_with(MODULES[system]), _script(script)
            return [
                Contestant(system, "peer", n, _peer_run(python, file, *arguments, str(n)))
                for n in settings.peer_threads
            ]

        self.add(system, make)


def _limit_run(program: str, word: str, *arguments: str) -> Callable[[], Outcome]:
    def run() -> Outcome:
        lines = run_limit(build_limit(program), *arguments).splitlines()
        line = next(line for line in lines if word in line)
        rate = number_after("rate", line) if "rate" in line else None
        return Outcome(number_after("time", line), None, rate)

    return run


def _script(name: str) -> Path:
    own = OWN_SCRIPTS / name
    return own if own.is_file() else kit_file(f"peers/{name}")


def _peer_run(python: Path, script: Path, *arguments: str) -> Callable[[], Outcome]:
    def run() -> Outcome:
        # ANNarchy writes its code to the current folder.
        with tempfile.TemporaryDirectory() as folder:
            text = _answer([str(python), str(script), *arguments], folder, python)
        line = next((line for line in text.splitlines() if "simulate " in line), text)
        compiled = number_after("compile", line) if "compile " in line else None
        activity = re.search(r"(?:rate|mean r) ([-+.e\d]+)", line)
        seconds = number_after("simulate", line)
        return Outcome(seconds, compiled, None if activity is None else float(activity.group(1)))

    return run


def _answer(command: list[str], folder: str, python: Path) -> str:
    """The output of a script; one that fails is left out."""
    path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path}
    environment.pop("PYTHONPATH", None)
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, cwd=folder, env=environment, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        raise SkippedError(f"{Path(command[1]).name} took longer than {TIMEOUT:g} s") from None
    if answer.returncode:
        said = (answer.stderr.strip() or answer.stdout.strip() or "no message").splitlines()
        raise SkippedError(f"{Path(command[1]).name} failed: {said[-1]}")
    return answer.stdout


@cache
def _python_with(module: str) -> Path:
    """The first Python of ``RANVIER_PEERS`` that has a module."""
    given = os.environ.get("RANVIER_PEERS")
    if not given:
        raise SkippedError("set RANVIER_PEERS to the Python of an environment that has it")
    for each in given.split(os.pathsep):
        # The name is kept as it is: the Python of an environment is a link to another one.
        python = Path(each).absolute()
        if not python.is_file():
            raise SkippedError(f"RANVIER_PEERS names {python}, which is no file")
        asked = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
        if subprocess.run([str(python), "-c", asked], capture_output=True).returncode == 0:
            return python
    raise SkippedError(f"{given} does not have {module}")
