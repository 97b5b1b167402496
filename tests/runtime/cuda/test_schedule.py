"""The order of launches, and their grids."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ranvier.codegen_ptx.schedule import HOST
from ranvier.ir.dialects.arith import CMPI
from ranvier.ir.interpreter import run
from ranvier.ir.parser import parse
from ranvier.runtime.device.cuda.grid import Grid, fixed, wanted
from ranvier.runtime.device.cuda.schedule import ARITHMETIC, Later, launches, steady_launches

NUMBERS = [0, 1, -1, 2, -2, 7, -7, 2**62, -(2**62), 2**63 - 1, -(2**63)]


def test_all_arithmetic_of_the_host() -> None:
    """Code generator and device know the same operations."""
    assert set(ARITHMETIC) == {*HOST.values(), *CMPI}


@pytest.mark.parametrize("name", sorted({*HOST.values(), *CMPI} - {"select", "same"}))
def test_arithmetic_is_that_of_the_interpreter(name: str) -> None:
    compared = name in CMPI
    op = f"arith.cmpi {name}, %x, %y : i64" if compared else f"arith.{name} %x, %y : i64"
    kind = "i1" if compared else "i64"
    text = f"func.func @f(%x: i64, %y: i64) -> {kind} {{ %z = {op}\nreturn %z : {kind} }}"
    module = parse(text, "one")
    for x, y in itertools.product(NUMBERS, NUMBERS):
        if y == 0 and name in ("divsi", "divui", "remsi", "remui"):
            continue
        if (x, y) == (-(2**63), -1) and name in ("divsi", "remsi"):
            continue  # nothing is said of it
        if name in ("shli", "shrui") and not 0 <= y < 64:
            continue
        assert ARITHMETIC[name](x, y) == int(run(module, "f", x, y)), (x, y)


def listed(schedule: Any, first: int, last: int) -> list[Any]:
    """All launches."""
    return list(launches(schedule, first, last))


def test_loops_and_branches() -> None:
    schedule = (
        ("constant", 2, 2),
        ("constant", 3, 1),
        ("for", 4, 0, 1, 2, (
            ("addi", 5, (4, 2)),
            ("ule", 6, (5, 1)),
            ("if", 6, (("launch", 0, (4, 5)),), (("launch", 1, (4, 1)),)),
            ("for", 7, 3, 3, 3, (("launch", 2, ()),)),
        )),
        ("select", 8, (6, 0, 1)),
        ("launch", 3, (8,)),
    )  # fmt: skip
    assert listed(schedule, 10, 15) == [
        (0, (10, 12)), (0, (12, 14)), (1, (14, 15)), (3, (15,)),
    ]  # fmt: skip
    assert listed(schedule[:3], 3, 3) == []


def test_large_numbers_of_steps() -> None:
    schedule = (("constant", 2, 1), ("for", 3, 0, 1, 2, (("launch", 0, (3,)),)))
    last = 2**63 - 1
    assert listed(schedule, last - 2, last) == [(0, (last - 2,)), (0, (last - 1,))]


@pytest.mark.parametrize(
    ("grid", "items", "blocks"),
    [
        (Grid(), 1, 1), (Grid(), 256, 1), (Grid(), 257, 2), (Grid(), 10**9, 10 * 8),
        (Grid(64), 257, 5), (Grid(64), 10**9, 10 * 32), (Grid(64, 3), 10**9, 3),
        (Grid(32, 7), 1, 7),
    ],
)  # fmt: skip
def test_blocks(grid: Grid, items: int, blocks: int) -> None:
    """Threads for all work, if there is room."""
    assert grid.blocks_for(items, 10) == blocks


def test_grids_that_are_fixed() -> None:
    with fixed(3, 96):
        assert wanted() == Grid(96, 3)
    assert wanted() == Grid()
    for blocks, threads in ((1, 0), (1, 40), (-1, 32)):
        with pytest.raises(ValueError, match="are no grid"), fixed(blocks, threads):
            pass


GROUPS = (
    ("constant", 2, 4),
    ("constant", 3, 0),
    ("constant", 4, 1),
    ("subi", 5, (1, 0)),
    ("for", 6, 3, 5, 2, (
        ("addi", 7, (6, 0)),
        ("addi", 8, (7, 2)),
        ("ule", 9, (8, 1)),
        ("select", 10, (9, 8, 1)),
        ("minsi", 11, (8, 1)),
        ("if", 9, (("launch", 0, (6, 7)),), (("for", 12, 7, 10, 4, (("launch", 1, (12,)),)),)),
        ("launch", 2, (11, 2)),
    )),
    ("launch", 3, ()),
)  # fmt: skip
"""A schedule of groups of four steps."""


@pytest.mark.parametrize("steps", [1, 4, 5, 11])
def test_launches_that_do_not_depend_on_the_first_step(steps: int) -> None:
    found = steady_launches(GROUPS, steps, 100)
    assert found is not None
    for first in (0, 17, 2**62):
        at = [
            (kernel, tuple(first + n.steps if isinstance(n, Later) else n for n in numbers))
            for kernel, numbers in found
        ]
        assert at == listed(GROUPS, first, first + steps)
    assert steady_launches(GROUPS, steps, len(found) - 1) is None


@pytest.mark.parametrize(
    "operation",
    [
        ("remui", 3, (0, 2)), ("muli", 3, (2, 0)), ("addi", 3, (0, 1)), ("subi", 3, (2, 0)),
        ("slt", 3, (0, 2)), ("maxsi", 3, (0, 2)), ("andi", 3, (0, 1)),
    ],
)  # fmt: skip
def test_launches_that_do(operation: Any) -> None:
    schedule = (("constant", 2, 5), operation, ("launch", 0, (3,)))
    assert steady_launches(schedule, 3, 100) is None


@pytest.mark.parametrize("bounds", [(0, 2, 2), (2, 1, 2), (0, 1, 0)])
def test_loops_that_do(bounds: Any) -> None:
    schedule = (("constant", 2, 5), ("for", 3, *bounds, (("launch", 0, (3,)),)))
    assert steady_launches(schedule, 3, 100) is None
