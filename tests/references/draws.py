"""Random numbers of equations, from the definition of Philox 4x32-10.

Salmon et al., SC 2011.

The generator has no state: its words depend on a key, the step and the rank of the neuron only.
Uniform numbers are exact. Normal ones are those of Box and Muller (1958) in double precision.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Words = NDArray[np.uint64]

WORD = 0xFFFFFFFF
PARTNER = 8
"""The bit in which the ranks of two partners differ.

They share the two normal numbers of a block.
"""


@frozen
class Stream:
    """The numbers of a textual draw.

    A key, and what counts as the step 0.
    """

    key: tuple[int, int]
    start: int


def stream_of(seed: int, owner: str, draw: int) -> Stream:
    """The stream of a textual draw, ``draw``.

    It is the number of the draw in the equations of ``owner``.

    128 bits of BLAKE2b over seed and names, each with its length before it; the draw changes the
    upper half of the key.
    """
    texts = [text.encode() for text in (f"i{seed:x}", "sequations", f"s{owner}")]
    framed = b"".join(struct.pack("<Q", len(text)) + text for text in texts)
    low, high, start = struct.unpack("<IIQ", blake2b(framed, digest_size=16).digest())
    return Stream((low, high ^ draw), start)


def philox(stream: Stream, step: int, ids: NDArray[Any]) -> list[Words]:
    """Four words of 32 bits for every id, below 2**32."""
    left, right = (np.uint64(k) for k in stream.key)
    count = (stream.start + step) % 2**64
    first, second = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
    mask, half = np.uint64(WORD), np.uint64(32)
    ids = ids.astype(np.uint64)
    c0, c1 = (np.full_like(ids, part) for part in (count & WORD, count >> 32))
    c2, c3 = ids, np.zeros_like(ids)
    for turn in range(10):
        if turn:
            left = (left + np.uint64(0x9E3779B9)) & mask
            right = (right + np.uint64(0xBB67AE85)) & mask
        a, b = c0 * first, c2 * second
        c0, c1 = (b >> half) ^ c1 ^ left, b & mask
        c2, c3 = (a >> half) ^ c3 ^ right, a & mask
    return [c0, c1, c2, c3]


def _fraction(high: Words, low: Words, dtype: Any) -> NDArray[Any]:
    """A fraction below 1 of random words.

    53 bits of two words in double precision, 24 of the first in single.
    """
    if np.dtype(dtype) == np.float32:
        return ((high >> np.uint64(8)).astype(np.float64) * 2.0**-24).astype(np.float32)
    whole = (high << np.uint64(32) | low) >> np.uint64(11)
    return whole.astype(np.float64) * 2.0**-53


def uniform(stream: Stream, step: int, size: int, dtype: Any) -> NDArray[Any]:
    """A number in [0, 1) for each neuron."""
    words = philox(stream, step, np.arange(size))
    return _fraction(words[0], words[1], dtype)


def normal(stream: Stream, step: int, size: int, dtype: Any) -> NDArray[Any]:
    """A normal number for each neuron.

    Its mean is 0, its deviation 1, and it is not rounded to ``dtype``.
    """
    ranks = np.arange(size)
    words = philox(stream, step, ranks & ~PARTNER)
    pairs = ((words[i], words[i + 1]) for i in (0, 2))
    u, v = (_fraction(*pair, dtype).astype(np.float64) for pair in pairs)
    sine = (ranks & PARTNER) != 0
    angle = 2.0 * np.pi * v
    return np.sqrt(-2.0 * np.log1p(-u)) * np.where(sine, np.sin(angle), np.cos(angle))
