"""An emulator of NVIDIA's GPUs. It executes PTX text with NumPy, and finds faults.

A launch runs as it may on a device: blocks and atomic operations in any order, each thread at a
place of its own, warps and blocks waiting where they must. Memory has red zones; accesses out of
bounds, misaligned, of memory that was given back or never written, and races are errors with
kernel, line of PTX, line of the model and thread.

======================= =======================================================
``lexer``, ``parser``   text to functions (``syntax``)
``program``, ``ranks``  functions to segments, and their order
``operations/``         opcodes: functions of arrays
``translate``           a segment to a Python function (``values``: where values lie)
``memory``, ``races``   spaces of memory, and who touched them (``order``)
``wave``, ``schedule``  threads that run together (``warps``: their votes and shuffles)
``gpu``, ``graph``      device, modules, launches; launches in graphs
======================= =======================================================
"""

from __future__ import annotations

from .errors import (
    DataRace,
    Deadlock,
    DivergentWarp,
    EmulatorError,
    Freed,
    LaunchError,
    Misaligned,
    OutOfBounds,
    OutOfMemory,
    PtxError,
    StepLimit,
    Trapped,
    Uninitialised,
)
from .gpu import EmulatedGpu, Kernel, Module

__all__ = [
    "DataRace",
    "Deadlock",
    "DivergentWarp",
    "EmulatedGpu",
    "EmulatorError",
    "Freed",
    "Kernel",
    "LaunchError",
    "Misaligned",
    "Module",
    "OutOfBounds",
    "OutOfMemory",
    "PtxError",
    "StepLimit",
    "Trapped",
    "Uninitialised",
]
