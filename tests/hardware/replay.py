"""Launches of a file, once more on the emulator: ``python -m hardware.replay FOLDER``.

Run it in the folder of the tests. It says whether the emulator computes what the device computed;
the exit code is 0 if it does, 1 if not, and also for a fault, which it explains.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ptx_emulator import EmulatedGpu
from ptx_emulator.errors import EmulatorError

from .reproducer import Reproducer

SHOWN = 20
"""Buffers that are shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay a folder. The exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1:
        print(__doc__)
        return 2
    found = Reproducer.read(Path(given[0]))
    print(json.dumps(found.about, indent=1))
    size = sum(data.nbytes for data in found.before.values())
    gpu = EmulatedGpu(memory=2 * size + (1 << 24), limit=1 << 40)
    try:
        said = found.replay(gpu)
    except EmulatorError as fault:
        print(f"the emulator finds a fault: {type(fault).__name__}: {fault}")
        return 1
    if not found.after:
        print("the device failed here; the emulator runs through and finds no fault")
        return 1
    for each in said[:SHOWN]:
        print(each)
    print(f"{len(said)} pieces of memory differ" if said else "emulator and device agree")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
