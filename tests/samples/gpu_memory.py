"""Arguments of a program in the memory of an emulated GPU."""

from __future__ import annotations

from typing import Any

import numpy as np
from ptx_emulator import EmulatedGpu


def gpu_table(gpu: EmulatedGpu, found: list[Any], flat: list[Any]) -> int:
    """The address of a table of buffers that are copied. Lists are tables in it."""
    words = []
    for each in found:
        if isinstance(each, list):
            words.append(gpu_table(gpu, each, flat))
            continue
        at = gpu.allocate(max(1, each.nbytes))
        gpu.write(at, each)
        flat.append((each, at))
        words.append(at)
    table = gpu.allocate(max(1, 8 * len(words)))
    gpu.write(table, np.array(words, np.uint64))
    return table
