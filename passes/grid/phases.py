"""Phases whose kernels keep out of one another's way.

On threads with neurons of their own, kernels of a phase follow one another in each thread. On a
grid one may touch what another thread still has to write: there has to be a barrier in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...ir.buffers import Key
from ..analysis.races import BufferAccess, accesses, may_meet
from ..kernels.kernel_calls import Calls


def apart(phase: Sequence[Calls]) -> Iterator[list[Calls]]:
    """The calls of a phase, cut between those in conflict."""
    group: list[Calls] = []
    touched: dict[Key, list[BufferAccess]] = {}
    for calls in phase:
        mine = list(_accesses(calls))
        if any(not may_meet(a, b) for key, a in mine for b in touched.get(key, ())):
            yield group
            group, touched = [], {}
        group.append(calls)
        for key, access in mine:
            touched.setdefault(key, []).append(access)
    if group:
        yield group


def _accesses(calls: Calls) -> Iterator[tuple[Key, BufferAccess]]:
    """The accesses of all calls to buffers."""
    for shared in calls.kernels():
        found = [each for each in accesses(shared.kernel)[-len(shared.templates) :]]
        for row in calls.rows:
            for template, access in zip(shared.templates, found, strict=True):
                if access is not None:
                    yield template.key(row), access
