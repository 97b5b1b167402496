"""The first run on hardware, ten minutes at most: ``pytest -m gpu``. It writes a report.

Its parts are in order of worth. Without a GPU all are skipped, and ``make test`` leaves them out.
``GPU_REPORT`` names the folder for the report; else it is the one that pytest is in. With
``GPU_RUN=emulated`` it is a rehearsal, in small, on an emulated GPU.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .parts import PARTS, Part
from .run import Run, bad

pytestmark = pytest.mark.gpu

FOLDER, KIND = "GPU_REPORT", "GPU_RUN"
"""Environment variables for the report's folder and for a rehearsal."""


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run, where a GPU was asked for and is there."""
    if "gpu" not in request.config.getoption("-m").replace("not gpu", ""):
        pytest.skip("for machines with a GPU: pytest -m gpu")
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("parts follow one another: run them with -n 0")
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    say = terminal.write_line if terminal is not None else print
    emulated = os.environ.get(KIND, "") == "emulated"
    folder = Path(os.environ.get(FOLDER, ".")).resolve()
    found = Run(folder, say, emulated=emulated, inline=emulated)
    reason = found.discover()
    if reason:
        pytest.skip(f"there is no GPU here: {reason}")
    yield found
    say(found.report.summary())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.number} {part.title}")
def test_part(part: Part, run: Run) -> None:
    found = run.part(part)
    reached = [outcome for _, outcome in found if outcome.status != "not reached"]
    assert bad(found) == []
    if not reached:
        pytest.skip("no time was left")
