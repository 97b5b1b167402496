"""Estimates of the memory for synapses, and checks against the system's.

Estimated before anything is drawn: a system that promises more memory than it has ends the whole
process in the middle of the work, where there is no place left for an error message.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..ir.attrs_classes import frozen
from ..ir.diagnostics import Diagnostic, NoDeviceMemory, Note
from ..ir.diagnostics import NoMemory as NoMemory
from ..ir.location import UNKNOWN, Loc
from .synapse_rows import rank_type
from .user_errors import caller_location

_GIGABYTE = 1e9
_SMALL = 1 << 20
"""Bytes too few to ask the system for."""
_GROUP = Path("/sys/fs/cgroup")
_SYSTEM = Path("/proc/meminfo")


@frozen(kw_only=True)
class MemoryEstimate:
    """Memory that a projection will need, estimated before it is built.

    ``complete``: every pair is connected and need not be listed. ``weights`` and ``delays``:
    whether each synapse has its own. ``spiking``: rows of pre neurons transmit spikes. ``values``:
    bytes that each synapse keeps of its attributes.
    """

    synapses: float
    n_pre: int
    n_post: int
    complete: bool
    weights: bool
    delays: bool
    spiking: bool
    values: int

    @property
    def bytes(self) -> float:
        """The largest amount of memory needed at a time, about."""
        widest = rank_type(max(self.n_pre, self.n_post))().itemsize
        each = self.values
        # Rows are turned around once, if they are not drawn as kernels want them.
        each += 0 if self.complete and not self.spiking else 2 * widest
        # Weights are drawn where rows of pre neurons keep them, else in an array of their own.
        each += 8 if self.weights and (self.complete or not self.spiking) else 0
        each += 5 if self.delays else 0
        return self.synapses * each + 32.0 * (self.n_pre + self.n_post)


def check_fits(plan: MemoryEstimate, label: str, loc: Loc) -> None:
    """Raise NoMemory for a projection that does not fit. The error is located at ``loc``."""
    if plan.bytes <= _SMALL:
        return
    available = available_memory()
    if available is None or plan.bytes <= available:
        return
    text = (
        f"{label} does not fit into memory: about {plan.synapses:.3g} synapses need "
        f"{_gigabytes(plan.bytes)}, {_gigabytes(available)} are available"
    )
    ways = ["connect fewer neurons, or each with fewer others"]
    if plan.weights:
        ways.append("one weight for all takes no memory per synapse")
    if plan.values > 8:
        ways.append("synapse_dtype='float32' halves what synapses keep")
    raise NoMemory(Diagnostic("error", text, loc, [Note("; ".join(ways))]))


def _gigabytes(count: float) -> str:
    return f"{count / _GIGABYTE:,.3g} GB" if count < 1e12 else f"{count / _GIGABYTE:,.0f} GB"


def available_memory() -> float | None:
    """Bytes that this process can still get without swapping.

    None where the system does not say. A limit on the group of processes that this one belongs to
    (a container, a job) counts too.
    """
    found = [_of_system(), _of_group()]
    return min((count for count in found if count is not None), default=None)


def _of_system() -> float | None:
    if _SYSTEM.is_file():
        for line in _SYSTEM.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024.0
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None


def _of_group() -> float | None:
    try:
        limit = int((_GROUP / "memory.max").read_text())
        used = int((_GROUP / "memory.current").read_text())
        words = (_GROUP / "memory.stat").read_text().split()
        files = int(words[words.index("inactive_file") + 1])
    except (OSError, ValueError):  # no such system, or no limit: the file says "max"
        return None
    return float(limit - used + files)


def check_room(needed: float, what: str, loc: Loc, *ways: str) -> None:
    """Raise NoMemory if ``needed`` bytes for ``what`` are not there.

    The error is located at ``loc``, and tells ``ways`` out.
    """
    if needed <= _SMALL:
        return
    available = available_memory()
    if available is None or needed <= available:
        return
    text = f"{what} needs {_gigabytes(needed)} of memory, {_gigabytes(available)} are available"
    raise NoMemory(Diagnostic("error", text, loc, [Note(way) for way in ways]))


def check_array(needed: float, what: str) -> None:
    """Raise NoMemory if an array for ``what`` does not fit.

    The error is located at the user's call.
    """
    if needed > _SMALL:
        check_room(needed, f"an array of {what}", caller_location(), "take a view of fewer neurons")


@contextmanager
def out_of_memory(what: str, loc: Loc) -> Iterator[None]:
    """Turn a MemoryError into an error located at ``loc``. NumPy or Python raise it."""
    try:
        yield
    except MemoryError as problem:
        if isinstance(problem, NoMemory) and problem.diagnostics[0].loc not in (None, UNKNOWN):
            raise
        if isinstance(problem, NoDeviceMemory):  # what the system has free is none of its business
            problem.diagnostics[0].loc = loc
            raise NoDeviceMemory(*problem.diagnostics) from problem.__cause__
        why = problem.diagnostics[0].text if isinstance(problem, NoMemory) else problem
        available = available_memory()
        found = "" if available is None else f"; {_gigabytes(available)} are available"
        text = f"there is no memory for {what}: {why}{found}"
        raise NoMemory(Diagnostic("error", text, loc)) from problem
