"""Small kernels around a few instructions, for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from .gpu import EmulatedGpu
from .operations import Array, dtype
from .syntax import SIZES

REGISTERS = ".reg .pred %p<20>; .reg .b16 %rs<20>; .reg .b32 %r<20>; .reg .b64 %rd<20>;"
PREFIX = {1: "rs", 2: "rs", 4: "r", 8: "rd"}

FLOATS = [0.0, -0.0, 1.0, -1.0, 1.5, -2.5, 0.5, 0.1, 2.0**31, -(2.0**31), 2.0**63, -(2.0**63),
          2.0**64, np.inf, -np.inf, np.nan]  # fmt: skip
EDGES = {
    "f32": [3.4e38, -3.4e38, 1e-45, -1e-40, 1.1754944e-38, 2.0**24 + 2],
    "f64": [1e308, -1e308, 5e-324, -2.2e-308, 2.0**52 + 0.5, -(2.0**31) - 1, 1e10, 3.0],
}


def special(kind: str) -> Array:
    """Values of a type at which operations go wrong."""
    if kind == "pred":
        return np.array([False, True])
    if kind[0] == "f":
        return np.array([*FLOATS, *EDGES[kind]], dtype(kind))
    bits = 8 * SIZES[kind]
    found = [0, 1, 2, 3, 5, 7, 31, 63, 100, (1 << bits - 1) - 1, 1 << bits - 1, (1 << bits - 1) + 1,
             (1 << bits) - 1, (1 << bits) - 2,
             0xA5C3F00D12345678, 0x0123456789ABCDEF]  # fmt: skip
    plain = [each % (1 << bits) for each in found]
    return np.array(plain, f"u{bits // 8}").view(dtype(kind))


def pairs(*kinds: str) -> list[Array]:
    """All combinations of special values, as one array for each type."""
    grids = np.meshgrid(*[special(kind) for kind in kinds], indexing="ij")
    return [grid.reshape(-1) for grid in grids]


def text(body: str, parameters: str = "", outside: str = "", target: str = "sm_80") -> str:
    """A module with one kernel ``k``."""
    return f""".version 7.8
.target {target}
.address_size 64
{outside}
.visible .entry k({parameters})
{{
{REGISTERS}
{body}
}}
"""


def addresses(count: int) -> str:
    """The declarations of so many addresses."""
    return ", ".join(f".param .u64 a{i}" for i in range(count))


def loaded(count: int) -> str:
    """Instructions that load the addresses to %rd0, ... and the number of the thread to %r0."""
    lines = [f"ld.param.u64 %rd{i}, [a{i}];" for i in range(count)]
    thread = "mov.u32 %r0, %ctaid.x; mov.u32 %r1, %ntid.x; mov.u32 %r2, %tid.x;"
    return "\n".join([*lines, thread, "mad.lo.s32 %r0, %r0, %r1, %r2;"])


def run(
    body: str, *arrays: Array, blocks: int = 1, threads: int = 1, gpu: EmulatedGpu | None = None,
    outside: str = "", shared: int = 0, more: str = "", values: tuple[Any, ...] = (),
) -> list[Array]:  # fmt: skip
    """Run a kernel on copies of arrays and return them.

    The body finds their addresses in %rd0, ... and the number of the thread in %r0. ``more`` are
    further parameters, with their ``values``.
    """
    gpu = gpu or EmulatedGpu()
    parameters = ", ".join([addresses(len(arrays)), *[more] * bool(more)])
    module = gpu.load(text(f"{loaded(len(arrays))}\n{body}\nret;", parameters, outside))
    at = []
    for each in arrays:
        at.append(gpu.allocate(max(1, each.nbytes)))
        gpu.write(at[-1], each)
    gpu.launch(module, "k", (blocks, 1, 1), (threads, 1, 1), [*at, *values], shared)
    return [
        np.frombuffer(gpu.read(address, each.nbytes), each.dtype)
        for address, each in zip(at, arrays, strict=True)
    ]


def _number(at: int, kind: str) -> tuple[str, str]:
    """A register of a type, and the type that loads it."""
    size = SIZES[kind]
    return f"%{PREFIX[size]}{10 + at}", f"b{8 * size}"


def computed(
    opcode: str, result: str, kinds: tuple[str, ...], *operands: Array, tail: str = ""
) -> Array:
    """The results of an opcode for each element. ``tail`` are constants behind the operands."""
    count = operands[0].size
    lines, names = [], []
    for i, kind in enumerate(kinds):
        size = SIZES[kind]
        lines.append(f"mad.wide.u32 %rd9, %r0, {size}, %rd{i};")
        name, plain = _number(i, kind)
        lines.append(f"ld.global.{plain} {name}, [%rd9];")
        if kind == "pred":
            lines.append(f"setp.ne.b16 %p{i}, {name}, 0;")
            name = f"%p{i}"
        names.append(name)
    name, plain = _number(8, result)
    target = "%p8" if result == "pred" else name
    lines.append(f"{opcode} {', '.join([target, *names])}{tail};")
    if result == "pred":
        lines.append(f"selp.b16 {name}, 1, 0, %p8;")
    lines.append(f"mad.wide.u32 %rd9, %r0, {SIZES[result]}, %rd{len(kinds)};")
    lines.append(f"st.global.{plain} [%rd9], {name};")
    out = np.zeros(count, dtype(result))
    threads = min(count, 1024)
    guard = f"setp.ge.u32 %p19, %r0, {count};\n@%p19 ret;\n"
    blocks = -(-count // threads)
    return run(guard + "\n".join(lines), *operands, out, blocks=blocks, threads=threads)[-1]
