"""Philox 4x32-10, a counter-based random number generator, in plain Python.

It is that of Salmon et al. (SC 2011).
"""

from __future__ import annotations

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_MASK = 0xFFFFFFFF

Words4 = tuple[int, int, int, int]


def philox4x32(counter: Words4, key: tuple[int, int], rounds: int = 10) -> Words4:
    """Four random words of 32 bits, for counter and key."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(rounds):
        first, second = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1 = (second >> 32) ^ c1 ^ k0, second & _MASK
        c2, c3 = (first >> 32) ^ c3 ^ k1, first & _MASK
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    return c0, c1, c2, c3


def words(seed: int, stream: int, step: int, id_: int, block: int) -> Words4:
    """One block of random words.

    The key is (seed, stream), the counter (step, id, block). The block (its halves of 16 bits
    swapped) is combined with the upper half of the id, so that ids below 2**48 and blocks below
    2**16 do not collide.
    """
    key = (seed & _MASK, ((seed >> 32) ^ stream) & _MASK)
    swapped = (block << 16 | block >> 16) & _MASK
    counter = (step & _MASK, (step >> 32) & _MASK, id_ & _MASK, ((id_ >> 32) ^ swapped) & _MASK)
    return philox4x32(counter, key)


def uniform(seed: int, stream: int, step: int, id_: int, draw: int, *, bits: int = 64) -> float:
    """A uniform number in [0, 1).

    It has 53 random bits, or 24 for single precision. Draws 2n and 2n + 1 are the two halves of the
    block n.
    """
    block = words(seed, stream, step, id_, draw >> 1)
    high, low = block[2:] if draw & 1 else block[:2]
    if bits == 32:
        return (high >> 8) * 2.0**-24
    return ((high << 32 | low) >> 11) * 2.0**-53
