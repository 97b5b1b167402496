"""Rewriting: ``python -m benchmarks.rewriting``, microseconds per operation on large functions.

Each function is built and rewritten at two sizes: the figures of both must be about the same, or
something takes more than linear time.

=============  ==========================================================================
equations      a chain of arithmetic with a unit factor and a duplicate in every fourth op
one constant   everything uses one constant, and all of it is dead
joined         one long sum of integers with constants, joined from its inside
duplicates     the same product over and over, merged into one operation
branches       branches on constants, inlined
memory         loads and stores of two buffers, half of the loads superfluous
=============  ==========================================================================
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ranvier.ir.builder import Builder
from ranvier.ir.core import Region, Value
from ranvier.ir.dialects import arith, func, memref, scf
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import file_loc
from ranvier.ir.types import f64, i1, i64, index
from ranvier.ir.types import memref as buffer_of
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.core import find_pass, no_gc

SIZES = (5_000, 20_000)
PASSES = ("canonicalize", "cse", "dce")
REPEATS = 3

Body = Callable[[Builder, list[Any], int], None]


def equations(b: Builder, args: list[Any], count: int) -> None:
    """Update ``x`` by ``(y + x * 1.0) - (y + x * 1.0)``."""
    x, y = args[:2]
    one = b(arith.constant(1.0, f64))
    for line in range(count // 4):
        with b.at(file_loc("model.py", line % 100 + 1, 1)):
            scaled = b(arith.MulF(x, one))
            left, right = b(arith.AddF(y, scaled)), b(arith.AddF(y, scaled))
            x = b(arith.SubF(left, right))
    b(memref.Store(x, args[3], b(arith.constant(0, index))))


def one_constant(b: Builder, args: list[Any], count: int) -> None:
    """Add a constant to ``x`` again and again, for no use."""
    shared = b(arith.constant(2.0, f64))
    for _ in range(count):
        b(arith.AddF(args[0], shared))


def joined(b: Builder, args: list[Any], count: int) -> None:
    """Add constants one by one: ``(((n + 1) + 2) + 3) ...``."""
    total = args[2]
    for i in range(count // 2):
        total = b(arith.AddI(total, b(arith.constant(i, i64))))
    b(memref.Store(b(arith.SIToFP(total, result_type=f64)), args[3], _at(b, 0)))


def duplicates(b: Builder, args: list[Any], count: int) -> None:
    """Multiply ``x * y`` again and again. Each product is of another place of the model."""
    values: list[Value] = []
    for line in range(count - 1):
        with b.at(file_loc("model.py", line + 1, 1)):
            values.append(b(arith.MulF(args[0], args[1])))
    zero = _at(b, 0)
    b(memref.Store(values[-1], args[3], zero))


def branches(b: Builder, args: list[Any], count: int) -> None:
    """Store under conditions that are always true."""
    true, zero = b(arith.constant(1, i1)), _at(b, 0)
    for _ in range(count // 3):
        chosen = scf.If(true, otherwise=Region())
        b(chosen)
        with b.inside(chosen.then.block):
            b(memref.Store(args[0], args[3], zero))
            b(scf.Yield())


def memory(b: Builder, args: list[Any], count: int) -> None:
    """Assign ``one[i] = other[i] + other[i]``."""
    at = [_at(b, i) for i in range(8)]
    for i in range(count // 4):
        left, right = (b(memref.Load(args[4], at[i % 8])) for _ in range(2))
        b(memref.Store(b(arith.AddF(left, right)), args[3], at[i % 8]))


def _at(b: Builder, i: int) -> Any:
    return b(arith.constant(i, index))


BODIES: dict[str, Body] = {
    "equations": equations,
    "one constant": one_constant,
    "joined": joined,
    "duplicates": duplicates,
    "branches": branches,
    "memory": memory,
}


def build(body: Body, count: int) -> tuple[Module, int]:
    """A module with one function, and its number of operations. They are about ``count``."""
    module = Module()
    made = func.definition("f", (f64, f64, i64, buffer_of(f64), buffer_of(f64)))
    module.body.block.append(made)
    b = Builder(made.body.block)
    body(b, list(made.body.block.args), count)
    b(func.Return())
    return module, sum(1 for _ in made.walk())


def measure(body: Body, count: int) -> dict[str, float]:
    """Microseconds per operation for building and for each pass. The best of some repeats."""
    best: dict[str, float] = {}
    for _ in range(REPEATS):
        with no_gc():
            start = time.perf_counter()
            module, size = build(body, count)
            seconds = {"build": time.perf_counter() - start}
            for name in PASSES:
                item, context = find_pass(name)(), Context()
                start = time.perf_counter()
                item.run(module.ops[0], context)
                seconds[name] = time.perf_counter() - start
        for name, taken in seconds.items():
            best[name] = min(best.get(name, 1e9), taken / size * 1e6)
    return best


def main() -> None:
    """Print the table."""
    print(f"{'us per operation':<16}{'ops':>8}" + "".join(f"{n:>14}" for n in ("build", *PASSES)))
    for name, body in BODIES.items():
        for size in SIZES:
            row = measure(body, size)
            print(f"{name:<16}{size:>8}" + "".join(f"{t:>14.2f}" for t in row.values()))


if __name__ == "__main__":
    main()
