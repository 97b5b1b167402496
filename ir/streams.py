"""Streams of random numbers, from a hash of seed and names.

    key, start = of_equations(42, "pop0")

The hash is BLAKE2b with 128 bits (J.-P. Aumasson et al., 2013; RFC 7693). Each name has its length
before it, so that no two lists of names give the same text. The equations of a population or of a
projection take one half as the key of Philox and begin counting steps at the other one: that two of
100,000 populations get the same numbers in a million steps, be it at different times, happens once
in 10^22 networks. Draws before a run (synapses, weights, delays, initial values) take all bits as a
key, and count from the number of a block of neurons (``frontend/random_streams.py``).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

BITS = 128
_WORD = (1 << 64) - 1

EQUATIONS = "equations"
"""The first name of streams for draws in equations.

The second is the name of the population or projection.
"""


def stream(seed: int, *names: str | int) -> int:
    """The stream of a seed and names: 128 bits.

    The seed is a whole number >= 0 of any size; in place of a name there may be a number >= 0.
    """
    found = blake2b(digest_size=BITS // 8)
    for part in (seed, *names):
        # Hexadecimal digits: Python limits the length of decimal ones.
        text = f"i{part:x}" if isinstance(part, int) else f"s{part}"
        content = text.encode("utf-8", "surrogatepass")
        found.update(len(content).to_bytes(8, "little") + content)
    return int.from_bytes(found.digest(), "little")


@lru_cache(maxsize=4096)
def of_equations(seed: int, owner: str) -> tuple[int, int]:
    """The key of Philox and the first count, for equations.

    They are those of a population or projection. Both are words of 64 bits, as is the sum of the
    count with the number of a step, which wraps.
    """
    found = stream(seed, EQUATIONS, owner)
    return found & _WORD, found >> 64
