"""Random calls of the whole surface.

Run it with ``python -m surface.fuzz SEED COUNT LOG``.

Right and wrong arguments are mixed, in any order, on networks before and after compile. A raw
exception, or an error without a place, ends the process with 1 and the call; the log always holds
the last call, for a process that dies. The same seed makes the same calls.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

from .calls import ATTRIBUTES, CALLS, SETTABLE, Of
from .kinds import wrong_values
from .walk import callee, is_connector, left_out, members, public_calls, public_classes
from .world import World

CALLS_PER_WORLD = 150
FILES = ("file", "filename", "method")


def main() -> int:
    """Make the calls; 1 if one of them goes wrong."""
    seed, count, log = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    fuzz = Fuzz(random.Random(seed), log)
    for number in range(count):
        problem = fuzz.call(number)
        if problem is not None:
            print(f"seed {seed}, call {number}: {problem}")
            return 1
    print(f"{count} calls, {fuzz.refused} refused, {fuzz.worlds} networks")
    return 0


class Fuzz:
    """The state of a run."""

    def __init__(self, chance: random.Random, log: Path) -> None:
        self.chance = chance
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT)
        self.folder = Path(tempfile.mkdtemp())
        self.left = self.refused = self.worlds = 0
        self.calls = public_calls()
        self.settable = [
            (kind.__name__, name, key)
            for kind in public_classes()
            for home, name, _ in members(kind, property)
            if (key := f"{home}.{name}") in SETTABLE
        ]

    def call(self, number: int) -> str | None:
        """One call; what went wrong."""
        if self.left == 0:
            self.worlds += 1
            self.world = World(self.folder, compiled=self.worlds % 5 > 0)
            self.left = CALLS_PER_WORLD
        self.left -= 1
        do, text = self.chance.choice((self.method, self.method, self.attribute, self.setting))()
        os.pwrite(self.log, f"{number}: {text}"[:400].ljust(400).encode(), 0)
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
                warnings.simplefilter("ignore")
                do()
        except ModelError as problem:
            self.refused += 1
            places = [spot(d.loc) if d.loc else None for d in problem.diagnostics]
            right = all(p is not None and _ours(p.file) for p in places)
            return None if right else f"{text} has an error without a place: {problem}"
        except Exception as problem:
            return f"{text} raised {type(problem).__name__}: {problem}"
        return None

    def method(self) -> tuple[Callable[[], Any], str]:
        """A call of a function, method or constructor."""
        while True:
            key, kind, method = self.chance.choice(self.calls)
            building = method == "__init__" or is_connector(method)
            closed = self.world.net.compiled and (building or method in ("create", "connect"))
            if kind == "Compiled" and "Compiled" not in self.world.of:
                continue
            if method != "clear" and not (closed and self.chance.random() < 0.9):
                break
        self.world.on = self.world.of.get(kind)
        given: dict[str, Any] = {}
        for name, (valid, _) in CALLS[key].items():
            if self.chance.random() < 0.2 and not _needed(key, name):
                continue
            given[name] = valid.make(self.world) if isinstance(valid, Of) else valid
            if self.chance.random() < 0.25 and name not in FILES:
                given[name] = self.wrong(name, given[name])
        if self.chance.random() < 0.02 and "method" not in given:  # which a function may take
            given["nonsense"] = 1
        text = f"{kind or 'rv'}.{method}({_shown(given)})"
        return lambda: callee(self.world, kind, method)(**given), text

    def attribute(self) -> tuple[Callable[[], Any], str]:
        """Reading or setting an attribute of a model."""
        kind, name, valid, _ = self.chance.choice(ATTRIBUTES)
        return self._set(kind, name, valid)

    def setting(self) -> tuple[Callable[[], Any], str]:
        """Reading or setting a property, or some steps."""
        if self.chance.random() < 0.2 and self.world.net.compiled:
            return self.world.net.step, "net.step()"
        kind, name, key = self.chance.choice(self.settable)
        if kind not in self.world.of:
            return lambda: rv.get_time(), "rv.get_time()"
        return self._set(kind, name, SETTABLE[key][0])

    def _set(self, kind: str, name: str, valid: Any) -> tuple[Callable[[], Any], str]:
        owner = self.world.of[kind]
        if self.chance.random() < 0.3:
            return lambda: getattr(owner, name), f"{kind}.{name}"
        value = self.wrong(name, valid) if self.chance.random() < 0.5 else valid
        return lambda: setattr(owner, name, value), f"{kind}.{name} = {value!r:.60}"

    def wrong(self, name: str, valid: Any) -> Any:
        """A value that is probably wrong, and does not take hours."""
        value = self.chance.choice(wrong_values())
        return valid if left_out(name, value) else value


def _ours(file: str) -> bool:
    """Whether an error points at these calls, or into a model."""
    return Path(file).parent == Path(__file__).parent or file.startswith("<")


def _needed(key: str, name: str) -> bool:
    """Whether leaving an argument out could take foreign things.

    These are a file or a network that is not ours.
    """
    return name in FILES or key in ("compile", "Network.compile")


def _shown(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r:.60}" for name, value in given.items())


if __name__ == "__main__":
    sys.exit(main())
