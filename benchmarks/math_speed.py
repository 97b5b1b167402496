"""Speed of the functions of ``expand-math``: ``python -m benchmarks.math_speed [names]``.

Times loops over vectors of 64 bytes with the formulas, and with a call of the C library per lane,
in turns; prints ns per element and the ratio.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .kit import best_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from differential import elementary  # type: ignore[import-not-found]

from references import elementary as reference  # type: ignore[import-not-found]

COUNT, REPEATS, ROUNDS = 4096, 100, 7
USUAL = {
    "powf": (0.05, 0.95), "exp": (-80.0, 80.0), "exp2": (-100.0, 100.0),
    "tgamma": (1.0, 34.0), "lgamma": (1.0, 34.0),
}  # fmt: skip
"""Intervals of arguments whose results are neither zero nor infinite.

The tests have other arguments, too.
"""


def timer(kernel: Any, operands: list[Any]) -> Callable[[], float]:
    """A measurement of ns per element."""

    def measure() -> float:
        start = time.perf_counter()
        kernel(*operands, repeats=REPEATS)
        return (time.perf_counter() - start) / REPEATS / COUNT * 1e9

    return measure


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.math_speed", description=__doc__)
    parser.add_argument("names", nargs="*", help="functions; all by default")
    print("function      formula  C library  ratio")
    for name in parser.parse_args().names or reference.REFERENCES:
        for bits in (64, 32):
            rng = np.random.default_rng(1)
            low, high = USUAL.get(name) or reference.interval(name, bits)
            count = len(reference.points(name, bits, 3))
            dtype = np.float64 if bits == 64 else np.float32
            operands = [rng.uniform(low, high, COUNT).astype(dtype) for _ in range(count)]
            kernels = [
                elementary.math_kernel(name, bits, 512 // bits, expand=e) for e in (True, False)
            ]
            ours, library = best_of(ROUNDS, *(timer(k, operands) for k in kernels))
            print(
                f"{name:8s} f{bits}  {ours:7.3f}  {library:9.3f}  {library / ours:5.1f}", flush=True
            )


if __name__ == "__main__":
    main()
