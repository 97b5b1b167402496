"""Versions of PTX and of CUDA, as release notes pair them."""

from __future__ import annotations

import pytest

from ranvier.codegen_ptx.machine import ARCHITECTURES
from ranvier.runtime.device.cuda.versions import (
    LOWEST,
    LOWEST_PTX,
    capability_of,
    cuda_of,
    version_of,
)

RELEASES = {
    (6, 3): (10, 0), (6, 5): (10, 2), (7, 0): (11, 0), (7, 8): (11, 8), (8, 0): (12, 0),
    (8, 4): (12, 4), (8, 5): (12, 5), (8, 6): (12, 7), (8, 7): (12, 8), (8, 8): (12, 9),
    (9, 0): (13, 0), (9, 1): (13, 1),
}  # fmt: skip
"""Versions of PTX and of the first CUDA with them."""


@pytest.mark.parametrize("ptx", RELEASES)
def test_the_first_driver_of_a_version(ptx: tuple[int, int]) -> None:
    assert cuda_of(ptx) == RELEASES[ptx]


@pytest.mark.parametrize(
    ("machine", "capability"),
    [("sm_75", (7, 5)), ("sm_90a", (9, 0)), ("sm_120", (12, 0)), ("sm_", None), ("gfx90", None)],
)
def test_capabilities(machine: str, capability: tuple[int, int] | None) -> None:
    assert capability_of(machine) == capability


def test_the_version_of_a_text() -> None:
    assert version_of("//\n// .version 1.0\n\n.version 8.7\n.target sm_120\n") == (8, 7)
    assert version_of("no text") is None


def test_the_oldest_machine_is_that_of_the_code_generator() -> None:
    assert next(iter(ARCHITECTURES)) == LOWEST
    assert ARCHITECTURES[LOWEST] == "{}.{}".format(*LOWEST_PTX)
