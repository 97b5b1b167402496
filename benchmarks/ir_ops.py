"""Speed of the IR: ``python -m benchmarks.ir_ops``.

Microseconds per operation for the work that all passes share, on modules of three kinds:

==========  ===========================================================================
arithmetic  one function of 2,000 sums and products, as equations have them
kernels     the kernels of a network: loops, vectors, memory, constants, calls
random      many small functions with everything that the IR knows
==========  ===========================================================================

Building is by constructors, copying by ``clone``. Verifying includes use lists, dominance and
symbols. Printing is without locations; parsing gives every operation the location of its line. The
garbage collector is off, as while compiling.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable

from ranvier import Network, Neuron
from ranvier.ir.core import Op
from ranvier.ir.dialects import arith, func
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_op
from ranvier.ir.types import f64
from ranvier.ir.verifier import verify
from ranvier.passes.framework.core import no_gc

from .kit import ROOT

OPS = 2000
REPEATS = 15
LIMITS = {"build": 3.0, "copy": 5.0, "verify": 1.5, "print": 5.0, "parse": 25.0}


def arithmetic() -> Module:
    """Sums and products in turns: ``x, y <- x + y, x``, ``x, y <- x * y, x``, ..."""
    module = Module()
    function = func.definition("f", (f64, f64), (f64,), ("x", "y"))
    module.body.block.append(function)
    block = function.body.block
    x, y = block.args
    for i in range(OPS):
        op: Op = (arith.AddF, arith.MulF)[i % 2](x, y)
        block.append(op)
        x, y = op.results[0], x
    block.append(func.Return(x))
    return module


def kernels() -> Module:
    """A network of conductance-based neurons at the kernels level."""
    neuron = Neuron(
        parameters="tau = 20.0 : population\nEl = -60.0 : population\nVt = -50.0 : population",
        equations="""
            tau*dv/dt = (El - v) + g_exc * (0.0 - v) + g_inh * (-80.0 - v)
            5.0 * dg_exc/dt = - g_exc
            10.0 * dg_inh/dt = - g_inh
        """,
        spike="v > Vt",
        reset="v = El",
        refractory=5.0,
    )
    net = Network(dt=0.1, seed=1)
    cells = [net.create(100, neuron) for _ in range(4)]
    for pre in cells:
        for post in cells:
            net.connect(pre, post, "exc").fixed_probability(0.1, weights=0.6)
    return parse(str(net.compile().ir("kernels")))


def random_functions() -> Module:
    """The random functions of the tests, in one module."""
    sys.path.insert(0, str(ROOT / "tests"))
    samples = importlib.import_module("samples.random_modules")
    module: Module = samples.random_module(1, size=40, functions=20)
    return module


def best(run: Callable[[], object]) -> float:
    """The seconds of the fastest run."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(name: str, module: Module, build: Callable[[], object] | None = None) -> None:
    """Print one line of the table."""
    count = sum(1 for _ in module.walk())
    text = print_op(module)
    steps: dict[str, Callable[[], object] | None] = {
        "build": build,
        "copy": lambda: module.clone({}),
        "verify": lambda: verify(module),
        "print": lambda: print_op(module),
        "parse": lambda: parse(text),
    }
    cells = []
    with no_gc():
        for step, run in steps.items():
            found = best(run) / count * 1e6 if run else 0.0
            cells.append(f"{found:8.2f}{'*' if found > LIMITS[step] else ' '}" if run else " " * 9)
    print(f"{name:<12}{count:>7}" + "".join(cells))


def main() -> None:
    """Print the table; a star marks a figure above the limit."""
    print(f"{'us per op':<12}{'ops':>7}" + "".join(f"{step:>8} " for step in LIMITS))
    print(f"{'limit':<12}{'':>7}" + "".join(f"{limit:>8.1f} " for limit in LIMITS.values()))
    measure("arithmetic", arithmetic(), arithmetic)
    measure("kernels", kernels())
    measure("random", random_functions())


if __name__ == "__main__":
    main()
