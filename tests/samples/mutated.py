"""Files that are not as they were written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def mutated(content: bytes, rng: np.random.Generator, telling: Sequence[int], within: int) -> bytes:
    """The bytes of a file with some changed.

    They are a few bits, bytes or pieces.

    Every second change is ``within`` so many bytes of a place of ``telling``: names, headers and
    directories are more telling than numbers.
    """
    data = bytearray(content)
    place, length = int(rng.integers(len(data))), int(rng.integers(1, 40))
    if rng.integers(2):
        place = min(int(rng.choice(telling)) + int(rng.integers(within)), len(data) - 1)
    kind = rng.integers(6)
    if kind <= 1:
        for _ in range(int(rng.integers(1, 4))):
            data[min(place + int(rng.integers(4)), len(data) - 1)] ^= 1 << int(rng.integers(8))
    elif kind == 2:
        data[place : place + length] = rng.bytes(length)
    elif kind == 3:
        del data[place : place + length]
    elif kind == 4:
        data[place:place] = rng.bytes(length)
    else:
        del data[place:]
    return bytes(data)
