"""Kernels for a GPU, as machine code of the CPU.

They compute the bits of the CPU's. That is a matter of passes, blocks and workers, not of PTX.
Kernels for a grid run on one thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from differential.test_golden_states import BUILDERS, FILE, digest

import ranvier as rv
from ranvier.ir import target as targets
from ranvier.ir.target import CUDA
from ranvier.passes.pipelines import ONE_BLOCK

WORKERS = 5
"""Fewer than on a GPU, since each is a thread here. More than one block of neurons has."""


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A GPU in all but its code generator and its device."""
    yield registered(monkeypatch, name="block", optimised=ONE_BLOCK, workers=WORKERS)


@pytest.fixture
def grid(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same on a grid of one thread."""
    yield registered(monkeypatch, name="grid", workers=1)


def registered(monkeypatch: pytest.MonkeyPatch, **how: Any) -> str:
    """The name of a new target, else a GPU."""
    record = evolve(CUDA, code_generator="llvm", device="cpu", machine="", **how)
    monkeypatch.setitem(targets._KNOWN, record.name, record)
    return record.name


def build(name: str) -> rv.Network:
    """A network without a number of threads: the target has one."""
    net = BUILDERS[name]()
    net.config(num_threads=None)
    return net


@pytest.mark.parametrize(
    ("name", "opt"), [*((name, 1) for name in BUILDERS), *((name, 0) for name in [*BUILDERS][::4])]
)
def test_golden_states(block: str, name: str, opt: int) -> None:
    """All that a user sees after a run."""
    with rv.options(target=block, opt=opt):
        found = digest(partial(build, name), list(BUILDERS).index(name))
    assert found == json.loads(FILE.read_text())[name]


@pytest.mark.parametrize("name", BUILDERS)
def test_golden_states_on_a_grid(grid: str, name: str) -> None:
    """One thread runs the program, too."""
    with rv.options(target=grid):
        found = digest(partial(build, name), list(BUILDERS).index(name))
    assert found == json.loads(FILE.read_text())[name]


@pytest.mark.parametrize("name", ["coba", "rate_coded", "brunel"])
def test_kernels_that_test_their_indices(block: str, name: str) -> None:
    """They find nothing, and compute the same."""
    with rv.options(target=block, check="bounds"):
        found = digest(partial(build, name), list(BUILDERS).index(name))
    assert found == json.loads(FILE.read_text())[name]
