"""The battery of ``python -m benchmarks``: Dieharder, if it is installed.

Its quickest test; the page about mathematics has what all of them said.
"""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.benchmarks import __main__ as command_line
from ranvier.benchmarks import battery, random_words
from ranvier.ir.interpreter.philox import philox4x32

BIRTHDAYS = battery.Test(0)

needs_dieharder = pytest.mark.skipif(
    shutil.which(battery.PROGRAM) is None, reason="dieharder is not installed"
)

each_source = pytest.mark.parametrize("source", random_words.SOURCES)


@needs_dieharder
@pytest.mark.parametrize("source", ["words", "upper", "lower", "single", "normal"])
def test_it_does_not_fail(source: str) -> None:
    """No source fails the battery, or is weak twice.

    The numbers are the same in every run.
    """
    (answer,) = battery.judged(BIRTHDAYS, source, 2024, battery.Feed())
    assert answer.assessment != "FAILED" and not answer.is_weak_again, answer


@needs_dieharder
def test_too_few_rounds_fail() -> None:
    """The battery is a judge: it rejects what is bad.

    One round of Philox is known to be so.
    """
    (answer,) = battery.run_test(BIRTHDAYS, random_words.SOURCES["rounds"](1), battery.Feed())
    assert answer.assessment == "FAILED", answer


def test_words_are_those_of_philox() -> None:
    """Words are those of Philox, with all ten rounds.

    They are in the order of the neurons, then of the steps.
    """
    seed = 0x123456789ABCDEF
    found = next(random_words.words(seed))
    assert found.dtype == np.uint32 and found.shape[1] == 4
    key = (seed & 0xFFFFFFFF, seed >> 32 ^ random_words.STREAM)
    for row in (0, 1, random_words.NEURONS, 3 * random_words.NEURONS + 5):
        step, neuron = divmod(row, random_words.NEURONS)
        assert tuple(found[row]) == philox4x32((step, 0, neuron, 0), key)


def test_bits_of_what_a_network_draws() -> None:
    """The upper and the lower bits of the same numbers.

    They are 53 in all; in f32 the leading 24.
    """
    upper, lower, single = (next(random_words.SOURCES[n](7)) for n in ("upper", "lower", "single"))
    assert upper.shape == lower.shape == (random_words.STEPS, random_words.NEURONS)
    shared = upper.astype(np.uint64) << 21 & 0xFFFFFFFF
    assert np.array_equal(lower.astype(np.uint64) & 0xFFE00000, shared)
    leading = single.astype(np.uint32) @ np.array([1, 256, 65536], np.uint32)
    assert np.array_equal(leading, upper >> 8)


@each_source
def test_sources_go_on(source: str) -> None:
    """No chunk is the one before, nor that of another seed."""
    chunks = random_words.SOURCES[source](3)
    one, two = next(chunks), next(chunks)
    other = next(random_words.SOURCES[source](4))
    assert one.nbytes == two.nbytes > 100_000
    assert not np.array_equal(one, two) and not np.array_equal(one, other)


REPORT = """\
#=============================================================================#
        test_name   |ntup| tsamples |psamples|  p-value |Assessment
#=============================================================================#
          sts_serial|   1|    100000|     100|0.00100000|   WEAK
          sts_serial|   2|    100000|     100|0.60000000|  PASSED
"""


def test_reports_are_read() -> None:
    first, second = battery.parsed(REPORT)
    assert (first.name, first.parameter, first.p, first.assessment) == (
        "sts_serial",
        1,
        1e-3,
        "WEAK",
    )
    assert (second.parameter, second.assessment) == (2, "PASSED")
    with pytest.raises(RuntimeError, match="no result"):
        battery.parsed("Error: file not found")


def test_what_is_weak_is_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two weak answers in a row are counted.

    A stand-in always says the same.
    """
    program = tmp_path / battery.PROGRAM
    program.write_text(f"#!/bin/sh\necho $@ >> {tmp_path}/calls\ncat <<'END'\n{REPORT}END\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    one: Any = [battery.Test(102)]
    monkeypatch.setattr(battery, "tests", lambda lags: one)
    command_line.main(["battery", "numpy", "--short"])
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls == ["-g 200 -d 102 -m 1", "-g 200 -d 102 -m 2"]
    *_, head, row = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["source", "GB", "p-values"]
    assert row.split()[2:] == ["2", "1", "1", "0", "1"]


def test_without_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command_line.main(["battery", "all"])
    assert "skipped: no program 'dieharder'" in capsys.readouterr().out
