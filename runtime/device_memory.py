"""Explanations of where the memory of a device went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from ..ir.buffers import Key
from ..ir.diagnostics import NoDeviceMemory
from .device import DeviceBuffer

_MOST = 5
"""Buffers to name."""


@contextmanager
def explained(buffers: Mapping[Key, DeviceBuffer]) -> Iterator[None]:
    """Say what the buffers take that were made before memory ended, and how to need less."""
    try:
        yield
    except NoDeviceMemory as problem:
        sizes = {key: each.size * each.dtype.itemsize for key, each in buffers.items()}
        largest = sorted(sizes, key=lambda key: -sizes[key])[:_MOST]
        if largest:
            named = ", ".join(f"'{key}' {_megabytes(sizes[key])}" for key in largest)
            taken = _megabytes(sum(sizes.values()))
            problem.diagnostics[0].note(
                f"the network has {taken} there already; most of it: {named}"
            )
        if any(buffers[key].dtype == np.float64 for key in largest):
            problem.diagnostics[0].note(
                "dtype='float32' halves all numbers, synapse_dtype='float32' those of synapses"
            )
        raise NoDeviceMemory(*problem.diagnostics) from problem.__cause__


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.3g} MB" if count < 1e9 else f"{count / 1e9:,.3g} GB"
