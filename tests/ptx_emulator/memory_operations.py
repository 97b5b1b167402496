"""The words of loads, stores and atomic operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from .errors import PtxError
from .operations import Array
from .operations.floats import flushed
from .operations.registry import Words
from .races import ATOMIC, CONSTANT, READ, WRITE

SPACES = ("global", "shared", "local", "const", "param")
ORDERS = ("weak", "volatile", "relaxed", "acquire", "release")
SCOPES = ("cta", "cluster", "gpu", "sys")
CACHES = ("ca", "cg", "cs", "lu", "cv", "wb", "wt")
VECTORS = {"v2": 2, "v4": 4, "v8": 8}


@frozen
class LoadWords:
    """The space, type, count and kind of loads and stores."""

    space: str
    kind: str
    count: int
    access: str


@cache
def load_words(opcode: str) -> LoadWords:
    """Take apart ``ld.global.nc.v2.b64``."""
    base, *rest = opcode.split(".")
    words = Words(opcode, [each for each in rest if "::" not in each])
    kind = words.type()
    order = words.maybe(*ORDERS)
    words.maybe(*SCOPES)
    words.flag("mmio")
    space = words.maybe(*SPACES) or "generic"
    words.maybe(*CACHES)
    vector = words.maybe(*VECTORS)
    constant = words.flag("nc")
    if words.rest:
        raise PtxError(f"unknown word '.{words.rest[0]}' in the opcode '{opcode}'")
    if base == "st" and (space == "const" or constant):
        raise PtxError(f"'{opcode}' writes constants")
    access = READ if base != "st" else WRITE
    if order not in ("", "weak"):
        access = ATOMIC
    return LoadWords(space, kind, VECTORS.get(vector, 1), CONSTANT if constant else access)


@frozen(eq=False)
class AtomicWords:
    """The space and type of an atomic operation, and its function."""

    space: str
    kind: str
    compute: Callable[..., Array]

    @property
    def accumulates(self) -> bool:
        """Whether NumPy can do it for one address after the other."""
        return isinstance(self.compute, np.ufunc)


def _incremented(old: Array, limit: Array) -> Array:
    return np.asarray(np.where(old >= limit, 0, old + old.dtype.type(1))).astype(old.dtype)


def _decremented(old: Array, limit: Array) -> Array:
    wraps = (old == 0) | (old > limit)
    return np.asarray(np.where(wraps, limit, old - old.dtype.type(1))).astype(old.dtype)


COMPUTED: dict[str, Any] = {
    "add": np.add,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "min": np.minimum,
    "max": np.maximum,
    "inc": _incremented,
    "dec": _decremented,
    "exch": lambda old, new: new,
    "cas": lambda old, expected, new: np.where(old == expected, new, old),
}


@cache
def atomic_words(opcode: str) -> AtomicWords:
    """Take apart ``atom.acq_rel.gpu.global.add.u64``."""
    words = Words(opcode, [each for each in opcode.split(".")[1:] if "::" not in each])
    kind = words.type()
    words.maybe("relaxed", "acquire", "release", "acq_rel")
    words.maybe(*SCOPES)
    space = words.maybe("global", "shared") or "generic"
    name = words.one_of(*COMPUTED)
    words.flag("noftz")
    if words.rest:
        raise PtxError(f"unknown word '.{words.rest[0]}' in the opcode '{opcode}'")
    if kind[0] == "f" and name != "add":
        raise PtxError(f"'{opcode}' with the type {kind}")
    compute = COMPUTED[name]
    if kind == "f32" and space != "shared":  # memory of the device flushes, of blocks not
        compute = lambda old, value: flushed(flushed(old) + flushed(value))  # noqa: E731
    return AtomicWords(space, kind, compute)
