"""Benchmarks: ``python -m benchmarks [coba] [rate] [options]``, from the root of the repository.

Each measures Ranvier and its limit in the same run, taking turns, and prints their ratio: times on
a shared machine mean nothing by themselves.
"""

from __future__ import annotations

import argparse

from . import coba, rate
from .kit import SkippedError

BENCHMARKS = ("coba", "rate")


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{BENCHMARKS}; all by default")
    parser.add_argument("--neurons", type=int, help="4000 (coba), 1000 (rate)")
    parser.add_argument("--duration", type=float, default=10000.0, help="of coba, in ms")
    parser.add_argument("--steps", type=int, default=1000, help="of rate")
    parser.add_argument("--threads", type=int, default=1, help="threads of Ranvier")
    parser.add_argument("--repeats", type=int, default=5, help="the best of so many is taken")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {BENCHMARKS}")
    return chosen


def run(name: str, chosen: argparse.Namespace) -> None:
    """Run one benchmark."""
    size, threads, repeats = chosen.neurons, chosen.threads, chosen.repeats
    if name == "coba":
        coba.run(coba.Options(size or 4000, chosen.duration, threads, repeats))
    else:
        rate.run(rate.Options(size or 1000, chosen.steps, threads, repeats))


def main() -> None:
    """Run what was asked for; a benchmark that cannot run here says why."""
    chosen = parse()
    for name in chosen.names or BENCHMARKS:
        try:
            run(name, chosen)
        except SkippedError as reason:
            print(f"{name}: skipped, {reason}")


if __name__ == "__main__":
    main()
