"""Versions of PTX, and of the drivers that take them.

From the release notes of PTX: each version came with a version of CUDA, and drivers of that version
or a later one take it.
"""

from __future__ import annotations

import re

from ....ir.target import CUDA

Version = tuple[int, int]

LOWEST, LOWEST_PTX = CUDA.machine, (6, 3)
"""The oldest machine that PTX is made for, and its PTX."""

_FIRST: dict[Version, Version] = {(6, 3): (10, 0), (6, 4): (10, 1), (6, 5): (10, 2)}
_SKIPPED = (8, 5)
"""The version of PTX that two versions of CUDA have."""

_VERSION = re.compile(r"^\s*\.version\s+(\d+)\.(\d+)", re.MULTILINE)
_MACHINE = re.compile(r"sm_(\d+)(\d)[af]?")


def version_of(ptx: str) -> Version | None:
    """The version that PTX asks for; None without any."""
    found = _VERSION.search(ptx)
    return None if found is None else (int(found[1]), int(found[2]))


def capability_of(machine: str) -> Version | None:
    """The compute capability of a machine: (9, 0) for ``sm_90``."""
    found = _MACHINE.fullmatch(machine)
    return None if found is None else (int(found[1]), int(found[2]))


def cuda_of(ptx: Version) -> Version:
    """The version of CUDA with which a version of PTX came."""
    if ptx in _FIRST:
        return _FIRST[ptx]
    major, minor = ptx
    return major + 4, minor + (major == _SKIPPED[0] and ptx > _SKIPPED)
