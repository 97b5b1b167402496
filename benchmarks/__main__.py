"""Benchmarks: ``python -m benchmarks list``, ``run NAME...``, ``battery SOURCE...``.

Run it from the root of the repository. A battery is of statistical tests, see :mod:`.battery`; all
else measures times.

Ranvier runs every workload in turns with hand-written limits and other simulators, where they are
found: times on a shared machine mean nothing by themselves, ratios of one run do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from . import battery
from .kit import SkippedError
from .race import PRECISIONS, Settings
from .random_words import SOURCES
from .report import Report
from .workloads import BENCHMARKS


def numbers(text: str) -> tuple[int, ...]:
    """``1,2,4``, or ``all``: 1 to the number of processors."""
    if text == "all":
        return tuple(range(1, (os.cpu_count() or 1) + 1))
    found = tuple(int(word) for word in text.split(","))
    if min(found) < 1:
        raise argparse.ArgumentTypeError("numbers of threads start at 1")
    return found


def precisions(text: str) -> tuple[str, ...]:
    """``double,float``: the first is the one that others are compared with."""
    found = tuple(text.split(","))
    for word in found:
        if word not in PRECISIONS:
            raise argparse.ArgumentTypeError(f"no precision '{word}'; {', '.join(PRECISIONS)}")
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="what there is")
    _add_battery(commands)
    run = commands.add_parser("run", help="run benchmarks; 'all' runs all")
    run.add_argument("names", nargs="+", metavar="NAME", choices=[*BENCHMARKS, "all"])
    run.add_argument("--neurons", type=int, help="size, instead of the benchmark's own")
    run.add_argument("--duration", type=float, help="ms, instead of the benchmark's own")
    run.add_argument("--threads", type=numbers, default="all", help="of Ranvier: 1,2,... or all")
    run.add_argument(
        "--precision",
        type=precisions,
        default="double",
        help=f"of Ranvier: {', '.join(PRECISIONS)} (synapses kept as float) or several",
    )
    run.add_argument("--peer-threads", type=numbers, default="1", help="of the peers")
    run.add_argument("--repeats", type=int, default=5, help="rounds; the best time counts")
    run.add_argument("--budget", type=float, default=60.0, help="seconds for each contestant")
    run.add_argument("--no-peers", action="store_true", help="no other simulators")
    run.add_argument("--no-probe", action="store_true", help="no compile times and memory")
    run.add_argument("--json", type=Path, metavar="FILE", help="write the numbers")
    run.add_argument("--plot", type=Path, metavar="FOLDER", help="draw charts (PNG)")
    return top


def _add_battery(commands: Any) -> None:
    """Arguments of ``battery``, whose program may be missing."""
    added = commands.add_parser("battery", help="test random numbers with Dieharder")
    what = "what numbers; 'all' tests all"
    added.add_argument("sources", nargs="+", metavar="SOURCE", choices=[*SOURCES, "all"], help=what)
    added.add_argument("--short", action="store_true", help="minutes for each, not half an hour")
    added.add_argument("--seed", type=int, default=12345)


def run_battery(chosen: argparse.Namespace) -> None:
    """Run the battery, or say why it cannot run."""
    sources = list(SOURCES) if "all" in chosen.sources else chosen.sources
    lags = battery.FEW_LAGS if chosen.short else battery.LAGS
    try:
        print(battery.run(sources, lags, chosen.seed))
    except SkippedError as reason:
        print(f"skipped: {reason}")


def settings(chosen: argparse.Namespace) -> Settings:
    """The settings of all benchmarks, as chosen on the command line."""
    return Settings(
        neurons=chosen.neurons,
        duration=chosen.duration,
        threads=chosen.threads,
        precisions=chosen.precision,
        peer_threads=chosen.peer_threads,
        repeats=chosen.repeats,
        budget=chosen.budget,
        peers=not chosen.no_peers,
        probe=not chosen.no_probe,
    )


def save(reports: list[Report], file: Path) -> None:
    """Write the numbers of all reports."""
    found = {report.name: {"title": report.title, **report.numbers} for report in reports}
    file.write_text(json.dumps(found, indent=1) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    chosen = parser().parse_args(arguments)
    if chosen.command == "battery":
        run_battery(chosen)
        return
    if chosen.command == "list":
        width = max(map(len, BENCHMARKS))
        for benchmark in BENCHMARKS.values():
            print(f"{benchmark.name:{width}}  {benchmark.summary}")
        return
    names = list(BENCHMARKS) if "all" in chosen.names else chosen.names
    reports = []
    for name in names:
        reports.append(BENCHMARKS[name].run(settings(chosen)))
        print(f"{reports[-1]}\n", flush=True)
    if chosen.json:
        save(reports, chosen.json)
    if chosen.plot:
        from .charts import draw

        print(*draw(reports, chosen.plot), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
