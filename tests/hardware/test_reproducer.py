"""Launches in files, and on the emulator once more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from ptx_emulator import EmulatedGpu

from . import replay
from .here import Here, Setting, surroundings
from .networks import build
from .reproducer import Reproducer
from .tasks import Outcome, Task, performed
from .watch import Watch

TASK = {"network": "bursts", "size": 33, "runs": (2, 9)}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    """An emulated GPU through cuda-bindings."""
    with surroundings(Setting("cuda-bindings", emulated=True, folder=str(tmp_path))) as found:
        yield found


def changed(old: str, new: str) -> Any:
    """PTX whose instructions change on their way to the device."""
    load = Watch.load

    def loaded(self: Watch, ptx: str) -> Any:
        assert re.search(old, ptx)
        return load(self, re.sub(old, new, ptx))

    return mock.patch.object(Watch, "load", loaded)


def bits(here: Here) -> Outcome:
    return performed(Task(2, "bits", "bit_tasks:same_bits", dict(TASK)), here)


def reproduced(here: Here) -> Outcome:
    follower = Task(2, "bits", "bit_tasks:same_bits", dict(TASK)).follow_up()
    return performed(follower, here)


def test_other_bits(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong instruction shows, and its file repeats it."""
    with changed("add.rn.f64", "sub.rn.f64"):
        outcome = bits(here)
        assert outcome.status == "differs" and "is not" in outcome.said
        outcome = reproduced(here)
    assert outcome.status == "ok", outcome
    folder = Path(outcome.facts["folder"])
    assert folder.parent == here.folder / "gpu-reproducers"
    found = Reproducer.read(folder)
    assert found.about["steps"] == 1 and found.about["differences"]
    assert "sub.rn.f64" in found.texts[0] and found.names and found.log
    assert replay.main([str(folder)]) == 0
    assert "emulator and device agree" in capsys.readouterr().out


def test_a_device_that_computes_something_else(
    here: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file shows which buffers differ from the emulator's."""
    with changed("add.rn.f64", "sub.rn.f64"):
        folder = Path(reproduced(here).facts["folder"])
    found = Reproducer.read(folder)
    text = found.texts[0]
    found.texts[0] = text.replace("sub.rn.f64", "add.rn.f64")
    assert found.texts[0] != text
    found.write(folder)
    assert replay.main([str(folder)]) == 1
    said = capsys.readouterr().out
    assert "pieces of memory differ" in said and "on the device and" in said


def test_a_launch_that_fails(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    """The emulator says where."""
    with changed(r"(st\.global\.b64 *\t\[%rd\d+)", r"\1+268435456"):
        outcome = bits(here)
        assert outcome.status == "failed" and outcome.lost
        with surroundings(here.setting) as other:
            folder = Path(reproduced(other).facts["folder"])
    found = Reproducer.read(folder)
    assert not found.after and "failed" in found.about["failure"]
    assert replay.main([str(folder)]) == 1
    assert "the emulator finds a fault: OutOfBounds" in capsys.readouterr().out


def test_nothing_to_reproduce(here: Here) -> None:
    outcome = reproduced(here)
    assert (outcome.status, outcome.said) == ("not there", "it does not happen again")


def test_too_much_memory(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has an end."""
    from . import reproducer

    monkeypatch.setattr(reproducer, "MOST", 1000)
    with changed("add.rn.f64", "sub.rn.f64"):
        assert "too many for a file" in reproduced(here).said


def test_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay.main([]) == 2
    assert "python -m hardware.replay FOLDER" in capsys.readouterr().out


@pytest.mark.parametrize("opt", [0, 1])
def test_several_launches_and_tables(here: Here, opt: int, tmp_path: Path) -> None:
    """Stretches of several steps are the same on the emulator."""
    net = build("coba", 40)
    compiled = here.compiled(net, opt=opt)
    for steps in (1, 4):
        with here.context.kept(memory=True):
            net.simulate(steps * net.dt)
        assert here.context.launches
        after = here.context.contents()
        found = Reproducer.of(here.context, after, {}, {"steps": steps})
        folder = found.write(tmp_path / f"{steps}")
        gpu = EmulatedGpu()
        gpu.allocate(1 << 16)  # so that addresses are others
        assert Reproducer.read(folder).replay(gpu) == []
    assert compiled.state()


def test_words_that_are_addresses(here: Here) -> None:
    """They are found in uploads, and forgotten with them."""
    context = here.context
    one, other = context.allocate(1000), context.allocate(64)
    context.upload(other, np.array([one, 7, one + 999, one + 1000, other], np.uint64))
    assert context.pointers == {other, other + 16, other + 32}
    assert context.start_of(one + 999) == one and context.start_of(one + 1000) is None
    assert context.start_of(one - 1) is None
    context.upload(other + 8, np.array([1, 2], np.int64))
    assert context.pointers == {other, other + 32}
    context.fill(other, b"\0", 8)
    assert context.pointers == {other + 32}
    context.release(other)
    assert context.pointers == set()
    assert context.start_of(other) is None
