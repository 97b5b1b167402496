"""Every operation on every type, run as PTX.

It gives what the interpreter says. Values are chosen for which the operation is defined.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from ptx_emulator import EmulatedGpu
from samples.gpu_operations import FLOATS, INTEGERS, LINES, WIDTHS, everything

from ranvier.codegen_ptx.entry import ENTRY
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.ir.interpreter import run
from ranvier.ir.target import CUDA

Array = Any
TYPES = (*INTEGERS, *FLOATS)
NUMBERS = {"i1": np.bool_, "index": np.int64, "f32": np.float32, "f64": np.float64}
HOMES = {"i1": np.int8}
"""Types in memory that differ from those of NumPy."""

MACHINES = {"sm_75": (7, 5), "sm_90": (9, 0)}


def dtype_of(name: str) -> Any:
    """The NumPy type of a type."""
    return np.dtype(NUMBERS.get(name, f"i{WIDTHS[name] // 8}"))


def values(name: str) -> tuple[Array, Array]:
    """Pairs of special numbers, without denormal ones."""
    if name in FLOATS:
        about = np.finfo(dtype_of(name))
        sizes = [0.0, 0.3, 0.5, 2.5, 3e9, 2.0**63, np.inf, np.nan, about.max, about.tiny]
        sizes += [2.0**about.nmant + 1.0]
        found = [sign * float(size) for size in sizes for sign in (1.0, -1.0)]
    else:
        top = 1 << (WIDTHS[name] - 1)
        found = sorted(
            {wrapped(n, top) for n in (0, 1, 2, 3, 5, 7, 100, 4096, -1, -2, -77, top, -top)}
        )
    with np.errstate(over="ignore"):
        x, y = np.meshgrid(found, found[::3] if name in FLOATS else found)
        return x.ravel().astype(dtype_of(name)), y.ravel().astype(dtype_of(name))


def wrapped(number: int, top: int) -> int:
    """A number modulo twice ``top``, with a sign."""
    return (number + top) % (2 * top) - top


def defined(text: str, x: Array, y: Array) -> Array:
    """Pairs for which LLVM defines an operation.

    There is no overflow, and no shift beyond the width.
    """
    if re.search(r"arith\.(div|rem)si", text):
        return ~x if x.dtype == bool else (x != np.iinfo(x.dtype).min) | (y | 1 != -1)
    if "arith.sh" in text:
        return (y >= 0) & (y < (1 if y.dtype == bool else 8 * y.itemsize))
    return np.ones(len(x), bool)


def flushed(values: Array) -> Array:
    """Denormal numbers of single precision as zeros."""
    if values.dtype != np.float32:
        return values
    tiny = np.abs(values) < np.finfo(np.float32).tiny
    return np.where(tiny, np.copysign(np.float32(0.0), values), values)


@cache
def buffers() -> dict[str, Array]:
    """Operands of all types in equal numbers, and room for results."""
    pairs = {name: values(name) for name in TYPES}
    count = max(len(x) for x, _ in pairs.values())
    found = {}
    for name, (x, y) in pairs.items():
        found["x_" + name], found["y_" + name] = np.resize(x, count), np.resize(y, count)
        found["z_" + name] = np.zeros(count * len(LINES), dtype_of(name))
    return found


@cache
def meant() -> dict[str, Array]:
    """All results of the interpreter."""
    found = {name: each.copy() for name, each in buffers().items()}
    with np.errstate(all="ignore"):
        run(everything(), "step_range", 0, 1, 0, len(found["x_i1"]), *found.values())
    return found


@cache
def emulated(machine: str) -> dict[str, Array]:
    """All results of a GPU."""
    code = PtxModule(everything(machine)).entry
    gpu = EmulatedGpu(capability=MACHINES[machine])
    found = {name: each.copy() for name, each in buffers().items()}
    places = {name: gpu.allocate(each.nbytes) for name, each in found.items()}
    for name, each in found.items():
        gpu.write(places[name], each)
    table = gpu.allocate(8 * len(places))
    gpu.write(table, np.array(list(places.values()), np.uint64))
    parameters = [0, len(found["x_i1"]), table]
    gpu.launch(gpu.load(code.ptx), ENTRY, (1, 1, 1), (CUDA.workers, 1, 1), parameters)
    return {
        name: np.frombuffer(gpu.read(places[name], each.nbytes), each.dtype)
        for name, each in found.items()
    }


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("number", range(len(LINES)), ids=[text for text, _, _ in LINES])
def test_results(number: int, machine: str) -> None:
    """Every bit, NaN for NaN."""
    text, operand, result = LINES[number]
    x, y = (buffers()[f"{side}_{operand}"] for side in "xy")
    part = slice(number * len(x), (number + 1) * len(x))
    right, found = (each[f"z_{result}"][part] for each in (meant(), emulated(machine)))
    right = right if "bitcast" in text else flushed(right)
    same = right.view(f"i{right.itemsize}") == found.view(f"i{found.itemsize}")
    if result in FLOATS:
        same |= np.isnan(right) & np.isnan(found)
    wrong = np.flatnonzero(~same & defined(text, x, y))
    assert not wrong.size, [(x[i], y[i], found[i], right[i]) for i in wrong[:4]]
