"""Spike masks: a bit for each neuron, in words (``buffer_names.SPIKE_MASK``)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.buffers import MASK_BITS

Array = NDArray[Any]

_WORD = np.dtype("<i4")
"""A word as it lies in memory, the first neurons first."""


def places(mask: Array) -> Array:
    """The places of all bits that are 1, ascending. Words without any cost little."""
    words = np.ascontiguousarray(mask, _WORD).reshape(-1)
    hit = np.flatnonzero(words)
    found = np.flatnonzero(np.unpackbits(words[hit].view(np.uint8), bitorder="little"))
    return hit[found // MASK_BITS] * MASK_BITS + found % MASK_BITS


def mask_of(ranks: Array, words: int) -> Array:
    """The mask in which the bits of these neurons are 1."""
    bits = np.zeros(words * MASK_BITS, np.uint8)
    bits[ranks] = 1
    return np.packbits(bits, bitorder="little").view(_WORD).astype(np.int32, copy=False)
