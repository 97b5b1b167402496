"""Operations on registers, by opcode, as functions of arrays.

A function computes for all threads at once: an array for each operand, one element per thread.
Constants are arrays of one element. Results are new arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from ..errors import PtxError
from ..syntax import SIZES

Array = NDArray[Any]

Compute = Callable[..., Any]
"""Arrays of operands to the array of a result, or several."""


@frozen
class Operation:
    """The types of results and operands, and the function."""

    results: tuple[str, ...]
    operands: tuple[str, ...]
    compute: Compute


@define
class Words:
    """The words of an opcode behind its first one. Each must be taken."""

    opcode: str
    rest: list[str]

    def flag(self, name: str) -> bool:
        """Whether a word is there."""
        found = name in self.rest
        if found:
            self.rest.remove(name)
        return found

    def one_of(self, *names: str) -> str:
        """One of several words, of which one must be there."""
        for name in names:
            if self.flag(name):
                return name
        raise PtxError(f"'{self.opcode}' lacks one of {', '.join(names)}")

    def maybe(self, *names: str) -> str:
        """One of several words, or nothing."""
        return next((name for name in names if self.flag(name)), "")

    def type(self, *allowed: str) -> str:
        """The last type among the words."""
        for at in reversed(range(len(self.rest))):
            if self.rest[at] in SIZES:
                found = self.rest.pop(at)
                if allowed and found not in allowed:
                    raise PtxError(f"'{self.opcode}' with the type {found}")
                return found
        raise PtxError(f"'{self.opcode}' without a type")


Decoder = Callable[[Words], Operation]

_DECODERS: dict[str, Decoder] = {}


def opcode(*names: str) -> Callable[[Decoder], Decoder]:
    """Register what decodes opcodes that begin with one of these words."""

    def register(decoder: Decoder) -> Decoder:
        for name in names:
            assert name not in _DECODERS, name
            _DECODERS[name] = decoder
        return decoder

    return register


@cache
def operation(text: str) -> Operation:
    """The operation of an opcode. Raises PtxError for an unknown one, or an unknown word in it."""
    base, *rest = text.split(".")
    decoder = _DECODERS.get(base)
    if decoder is None:
        raise PtxError(f"unknown opcode '{text}'")
    words = Words(text, rest)
    found = decoder(words)
    if words.rest:
        raise PtxError(f"unknown word '.{words.rest[0]}' in the opcode '{text}'")
    return found


def known() -> frozenset[str]:
    """The first words of all operations."""
    return frozenset(_DECODERS)


def unsigned(kind: str) -> str:
    """The unsigned type of the same size."""
    return f"u{8 * SIZES[kind]}"


def dtype(kind: str) -> np.dtype[Any]:
    """NumPy's type for a type of PTX."""
    if kind == "pred":
        return np.dtype(bool)
    return np.dtype(f"{'u' if kind[0] == 'b' else {'s': 'i'}.get(kind[0], kind[0])}{SIZES[kind]}")


def same(kinds: str, count: int, compute: Compute) -> Operation:
    """An operation whose results and operands have one type."""
    return Operation((kinds,), (kinds,) * count, compute)
