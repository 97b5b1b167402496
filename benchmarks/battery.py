"""A battery of tests for the random numbers: ``python -m benchmarks battery``.

The battery is Dieharder (R. G. Brown: Marsaglia's Diehard tests, tests of NIST SP 800-22, and the
author's own), a program that many Linux distributions package; where it is missing, the command
says so. It reads the numbers from a pipe as they are drawn. Every test has a seed of its own, so
that its answer is the same whenever it is run.

A right generator is called weak by one test in a hundred (p below 0.005 or above 0.995), and failed
by one in a million. What is weak is repeated with another seed and twice as many samples: chance
does not come back, a flaw shows more clearly.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from attrs import evolve, frozen

from .kit import SkippedError
from .random_words import SOURCES
from .report import table

PROGRAM = "dieharder"
FROM_PIPE = "200"
"""The generator, by Dieharder's number, that is read from a pipe."""

LAGS = tuple(range(33))
FEW_LAGS = (0, 1, 3, 7, 15)
"""Lags for the sums of numbers far apart. Most of the time goes into them."""

AGAIN = 1_000_000
"""Difference between the seeds of a first and a second try."""


@frozen
class Test:
    """A test by Dieharder's number, and the parameter that some have."""

    number: int
    parameter: int | None = None

    def arguments(self, more: int = 1) -> list[str]:
        """The command line; ``more`` times as many samples."""
        found = ["-d", str(self.number), "-m", str(more)]
        return found if self.parameter is None else [*found, "-n", str(self.parameter)]

    @property
    def seed(self) -> int:
        """The number to add to the seed of the run."""
        return 100 * self.number + (self.parameter or 0)


def tests(lags: Sequence[int]) -> list[Test]:
    """All tests but Diehard's sums, which Dieharder marks "do not use"."""
    found = [Test(number) for number in (*range(14), 15, 16, 17, 100, 101, 102)]
    found += [Test(200, n) for n in range(1, 13)]
    found += [Test(number, n) for number in (201, 202) for n in range(2, 6)]
    found += [Test(203, n) for n in lags]
    return found + [Test(number) for number in range(204, 210)]


@frozen
class Answer:
    """One line of a report: a test has one or more."""

    name: str
    parameter: int
    p: float
    assessment: str
    again: float | None = None  # the p-value when repeated

    @property
    def is_weak_again(self) -> bool:
        """Whether a repetition is weak as well."""
        return self.again is not None and not 0.005 <= self.again <= 0.995

    def __str__(self) -> str:
        repeated = "" if self.again is None else f", again {self.again:.8f}"
        return f"{self.name:22s}{self.parameter:3d}  {self.p:.8f}  {self.assessment}{repeated}"


def parsed(report: str) -> list[Answer]:
    """The lines ``name | parameter | samples | repetitions | p | assessment``."""
    found = []
    for line in report.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and cells[5] in ("PASSED", "WEAK", "FAILED"):
            found.append(Answer(cells[0], int(cells[1]), float(cells[4]), cells[5]))
    if not found:
        raise RuntimeError(f"no result in what Dieharder says:\n{report}")
    return found


class Feed:
    """Writes numbers into pipes, and counts their bytes."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, chunks: Iterator[Any], pipe: BinaryIO) -> None:
        """Write until the reader has enough."""
        with suppress(BrokenPipeError):
            for chunk in chunks:
                pipe.write(chunk)
                self.bytes += chunk.nbytes
        with suppress(BrokenPipeError):
            pipe.close()


def run_test(test: Test, chunks: Iterator[Any], feed: Feed, more: int = 1) -> list[Answer]:
    """Dieharder's answers about a stream of numbers."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise SkippedError(f"no program '{PROGRAM}'; Debian and Fedora have a package of that name")
    command = [program, "-g", FROM_PIPE, *test.arguments(more)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    writer = threading.Thread(target=feed.write, args=(chunks, process.stdin))
    writer.start()
    report = process.stdout.read().decode()
    process.wait()
    writer.join()
    return parsed(report)


def judged(test: Test, source: str, seed: int, feed: Feed) -> list[Answer]:
    """Answers about a source; weak ones are tested again.

    The second try has other numbers and more samples.
    """
    numbers, seed = SOURCES[source], seed + test.seed
    answers = run_test(test, numbers(seed), feed)
    if all(answer.assessment != "WEAK" for answer in answers):
        return answers
    repeated = run_test(test, numbers(seed + AGAIN), feed, more=2)
    return [
        evolve(answer, again=other.p) if answer.assessment == "WEAK" else answer
        for answer, other in zip(answers, repeated, strict=True)
    ]


def battery(source: str, chosen: Sequence[Test], seed: int) -> tuple[str, ...]:
    """Run tests on one source and print their answers. Returns a row of the summary."""
    feed, answers = Feed(), list[Answer]()
    for test in chosen:
        for answer in judged(test, source, seed, feed):
            answers.append(answer)
            print(f"{source:10s}{answer}", flush=True)
    kinds = [sum(a.assessment == kind for a in answers) for kind in ("PASSED", "WEAK", "FAILED")]
    again = sum(answer.is_weak_again for answer in answers)
    return (source, f"{feed.bytes / 1e9:.1f}", *map(str, (len(answers), *kinds, again)))


HEAD = ("source", "GB", "p-values", "passed", "weak", "failed", "weak again")


def run(sources: Sequence[str], lags: Sequence[int], seed: int) -> str:
    """A table of all sources, tested one after the other."""
    rows = [battery(source, tests(lags), seed) for source in sources]
    return "\n".join(table(HEAD, rows))
