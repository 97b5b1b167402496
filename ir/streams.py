"""Streams of random numbers: 128 bits of a hash for whatever draws, by the seed and by names.

    key, start = of_equations(42, "pop0")

BLAKE2b (J.-P. Aumasson et al., 2013; RFC 7693) of the seed and the names, each with its length
before it, so that no two lists of names give the same text. The equations of a population or of a
projection take one half as the key of Philox and begin counting steps at the other one: that two of
100,000 populations get the same numbers in a million steps, be it at different times, happens once
in 10^22 networks. What is drawn before a run (synapses, weights, delays, initial values) takes all
bits as a key, and counts from the number of a block of neurons (``frontend/random_streams.py``).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

BITS = 128
_WORD = (1 << 64) - 1

EQUATIONS = "equations"
"""The first name of the streams of draws in equations; the second is that of their owner."""


def stream(seed: int, *names: str | int) -> int:
    """128 bits for a seed, a whole number >= 0 of any size, and names or numbers >= 0."""
    found = blake2b(digest_size=BITS // 8)
    for part in (seed, *names):
        # Hexadecimal digits: Python limits the length of decimal ones.
        text = f"i{part:x}" if isinstance(part, int) else f"s{part}"
        content = text.encode("utf-8", "surrogatepass")
        found.update(len(content).to_bytes(8, "little") + content)
    return int.from_bytes(found.digest(), "little")


@lru_cache(maxsize=4096)
def of_equations(seed: int, owner: str) -> tuple[int, int]:
    """The key of Philox, and the number of the first step, of a population or projection.

    Both are words of 64 bits, as is their sum with the number of a step, which wraps.
    """
    found = stream(seed, EQUATIONS, owner)
    return found & _WORD, found >> 64
