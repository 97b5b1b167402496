"""Explanations of where the memory of a device went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

from ..ir.buffers import Key
from ..ir.byte_counts import readable
from ..ir.diagnostics import NoDeviceMemory
from .device import DeviceBuffer

_MOST = 5
"""Buffers to name."""


@contextmanager
def explained(buffers: Mapping[Key, DeviceBuffer]) -> Iterator[None]:
    """Tell what the buffers take that a full device holds already."""
    try:
        yield
    except NoDeviceMemory as problem:
        sizes = {key: each.size * each.dtype.itemsize for key, each in buffers.items()}
        largest = sorted(sizes, key=lambda key: -sizes[key])[:_MOST]
        if largest:
            named = ", ".join(f"'{key}' {readable(sizes[key])}" for key in largest)
            taken = readable(sum(sizes.values()))
            problem.diagnostics[0].note(
                f"the network has {taken} there already; most of it: {named}"
            )
        if any(buffers[key].dtype == np.float64 for key in largest):
            problem.diagnostics[0].note(
                "dtype='float32' halves all numbers, synapse_dtype='float32' those of synapses"
            )
        raise NoDeviceMemory(*problem.diagnostics) from problem.__cause__


def explaining(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """A method that makes ``buffers``, :func:`explained`."""

    @wraps(method)
    def explained_method(self: Any) -> None:
        with explained(self.buffers):
            method(self)

    return explained_method
