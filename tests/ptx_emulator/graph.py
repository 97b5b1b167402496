"""Graphs of launches, and races where edges give no order.

A launch runs behind those to which its edges lead, and those behind which these run. All others may
run at the same time: what one writes the other must not touch, unless both do it atomically. They
run one after the other here, in a random order that the edges allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen

from .errors import DataRace
from .gpu import EmulatedGpu, Module
from .operations import Array
from .races import Touched
from .wave import Dim


@frozen
class Node:
    """A launch, behind those with some numbers."""

    module: Module
    kernel: str
    grid: Dim
    block: Dim
    parameters: Sequence[Any]
    shared: int = 0
    behind: tuple[int, ...] = ()


def ancestors(nodes: Sequence[Node]) -> list[int]:
    """The launches behind which each runs, as bits of a number."""
    found: list[int] = []
    for number, node in enumerate(nodes):
        before = 0
        for each in node.behind:
            assert each < number, "an edge to a later launch"
            before |= found[each] | 1 << each
        found.append(before)
    return found


def run_graph(gpu: EmulatedGpu, nodes: Sequence[Node]) -> None:
    """Run all launches. Raises DataRace for two in no order, and the errors of launches."""
    before = ancestors(nodes)
    unordered = _unordered(before)
    known: dict[int, Touched] = {}
    for number in _order(gpu, before) if any(unordered) else range(len(nodes)):
        node = nodes[number]
        gpu.launch(
            node.module, node.kernel, node.grid, node.block, node.parameters, shared=node.shared
        )
        shadow = gpu.global_memory.shadow
        if unordered[number] and gpu.races and shadow is not None:
            mine = known[number] = shadow.touched()
            for other, touched in known.items():
                if unordered[number] >> other & 1 and mine.meets(touched):
                    raise DataRace(
                        f"launch {number} of a graph ('{node.kernel}') and launch {other} "
                        f"('{nodes[other].kernel}') are in no order, and one writes what the "
                        "other touches"
                    )


def _unordered(before: Sequence[int]) -> list[int]:
    """The launches that may run at the same time as each."""
    found = [0] * len(before)
    for number, mine in enumerate(before):
        others = (1 << number) - 1 & ~mine
        found[number] |= others
        for each in range(number) if others else ():
            if others >> each & 1:
                found[each] |= 1 << number
    return found


def _order(gpu: EmulatedGpu, before: Sequence[int]) -> list[int]:
    """All launches, each behind its own, in a random order."""
    found: list[int] = []
    left, done = list(range(len(before))), 0
    while left:
        ready: Array = np.array([each for each in left if before[each] & ~done == 0])
        number = int(gpu.random.choice(ready))
        left.remove(number)
        found.append(number)
        done |= 1 << number
    return found
