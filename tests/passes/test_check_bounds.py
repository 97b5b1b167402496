"""Tested indices, run by the interpreter and as native code.

Accesses outside are found, others left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranvier.codegen_llvm.call import call
from ranvier.ir.interpreter import run
from ranvier.ir.parser import parse
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager

SCALARS, LANES, ATOMIC, LAUNCHED = (
    Path(__file__).with_name("check_bounds.mlir").read_text().split("// -----")
)
NOTHING = [0] * 8


def _checked(text: str) -> Any:
    module = parse(text)
    PassManager("check-bounds").run(module)
    verify(module)
    assert not PassManager("check-bounds").run(module), "once is enough"
    return module


def _buffers(*lists: Sequence[float]) -> list[Any]:
    """Buffers: floats, 32-bit integers, then sizes and faults."""
    kinds = ("f8", "i4", "i8", "i8")
    return [np.array(values, kind) for values, kind in zip(lists, kinds, strict=True)]


@pytest.mark.parametrize(
    ("index", "sizes", "after", "noted"),
    [
        (1, [3, 3], [5.0, 6.0, 6.0], []),
        (2, [3, 3], [5.0, 6.0, 7.0], []),
        # An index of the second buffer, as large as the run time says: access 2, index 1, place 1.
        (1, [3, 1], [5.0, 6.0, 6.0], [2, 1, 1]),
        # The first access outside is noted; what would be stored outside is dropped.
        (1, [1, 1], [5.0, 6.0, 7.0], [1, 1, 0]),
        (-1, [3, 3], [5.0, 6.0, 5.0], [1, -1, 0]),
        (2**62, [3, 3], [5.0, 6.0, 5.0], [1, 2**62, 0]),
        # Where there is no element, 1 stands for it.
        (0, [0, 3], [5.0, 6.0, 7.0], [1, 0, 0]),
    ],
)
def test_elements(index: int, sizes: list[int], after: list[float], noted: list[int]) -> None:
    module = _checked(SCALARS)
    one = _buffers([5.0, 6.0, 7.0], [1, 2, 3], sizes, NOTHING)
    other = [buffer.copy() for buffer in one]
    run(module, "step_range", 0, 2, index, 9, *one)
    call(module, "step_range", 0, 2, index, 9, *other)
    for values, _, _, faults in (one, other):
        assert values.tolist() == after
        assert faults.tolist() == [*noted, *NOTHING][:8]


@pytest.mark.parametrize(
    ("index", "row", "after", "noted"),
    [
        (1, 0, [5.0, 2.0, 7.0], []),
        # Row 1 has one element: the gather, access 2, takes index 1 of place 2.
        (1, 1, [5.0, 6.0, 7.0], [2, 1, 2]),
        # Two elements do not fit behind the second of three.
        (2, 0, [5.0, 6.0, 7.0], [1, 2, 0]),
        (-1, 0, [5.0, 6.0, 7.0], [1, -1, 0]),
        # There is no row 2: the first one stands for it.
        (0, 2, [2.0, 6.0, 7.0], [4, 2, 1]),
    ],
)
def test_lanes_and_tables(index: int, row: int, after: list[float], noted: list[int]) -> None:
    """Lanes and tables run only in the interpreter.

    Nobody but the run time makes tables of addresses.
    """
    module = _checked(LANES)
    values, faults = np.array([5.0, 6.0, 7.0]), np.zeros(8, np.int64)
    table = [np.array([1.0, 2.0]), np.array([3.0])]
    run(module, "step_range", 0, 1, index, row, values, table, np.array([3, 2, 1]), faults)
    assert values.tolist() == after
    assert faults.tolist() == [*noted, *NOTHING][:8]


@pytest.mark.parametrize(
    ("index", "size", "after", "noted"),
    [
        (1, 2, [5, 8], []),
        # What was there before is stored in the first element: here that itself.
        (2, 2, [4, 5], [1, 2, 0]),
        (-1, 2, [4, 5], [1, -1, 0]),
        # Where there is no element, 1 stands for it, and cannot be stored.
        (0, 0, [4, 5], [1, 0, 0]),
    ],
)
def test_atomic_operations(index: int, size: int, after: list[int], noted: list[int]) -> None:
    """Outside they change nothing."""
    module = _checked(ATOMIC)
    for function in (run, call):
        counts, faults = np.array([4, 5], "i4"), np.array(NOTHING, "i8")
        function(module, "step_range", 0, 2, index, 9, counts, np.array([size]), faults)
        assert counts.tolist() == after
        assert faults.tolist() == [*noted, *NOTHING][:8]


@pytest.mark.parametrize(
    ("thread", "first", "last", "noted"),
    [
        (0, 1, 2, []),
        (3, 1, 2, [1, 3, 0, 2, 3]),  # one in each of the two calls; the first is noted
        (2, 5, 1, [2, 5, 0, 1, 2]),
        (2, 1, -1, [2, -1, 0, 1, 2]),
    ],
)
def test_threads_of_launches(thread: int, first: int, last: int, noted: list[int]) -> None:
    """Access, index, place, the number of all accesses outside, the thread."""
    module = _checked(LAUNCHED)
    for function in (run, call):
        values, faults = np.array([5.0, 6.0, 7.0]), np.array(NOTHING, "i8")
        function(module, "step_range", thread, 4, first, last, values, np.array([3]), faults)
        assert faults.tolist() == [*noted, *NOTHING][:8]
