"""Comparisons, ordered and unordered, and selections."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import PtxError
from .floats import flushed
from .integers import FLOATS
from .registry import Array, Compute, Operation, Words, dtype, opcode

ORDERED: dict[str, Any] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "lo": np.less, "ls": np.less_equal, "hi": np.greater,
    "hs": np.greater_equal,
}  # fmt: skip
OPPOSITE = {"equ": "ne", "neu": "eq", "ltu": "ge", "leu": "gt", "gtu": "le", "geu": "lt"}
"""Comparisons that hold for NaNs. Each is the opposite of one that does not."""

COMBINED: dict[str, Any] = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}
COMPARED = ("b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64", *FLOATS)


def comparison(words: Words, kind: str) -> Compute:
    """The function of a comparison: ``.lt``, ``.ltu``, ``.num``."""
    name = words.one_of(*ORDERED, *OPPOSITE, "num", "nan")
    ftz = words.flag("ftz")
    if kind not in FLOATS:
        if name not in ORDERED or ftz:
            raise PtxError(f"'{words.opcode}': a comparison of floats")
        found: Compute = ORDERED[name]
        return found
    if name in ("lo", "ls", "hi", "hs") or (ftz and kind != "f32"):
        raise PtxError(f"'{words.opcode}': no comparison of floats")
    compute = _of_floats(name)
    if ftz:
        return lambda a, b: compute(flushed(a), flushed(b))
    return compute


def _of_floats(name: str) -> Compute:
    if name == "num":
        return lambda a, b: ~(np.isnan(a) | np.isnan(b))
    if name == "nan":
        return lambda a, b: np.isnan(a) | np.isnan(b)
    if name == "ne":  # NumPy's is true for NaNs
        return lambda a, b: np.less(a, b) | np.greater(a, b)
    if name == "equ":
        return lambda a, b: ~(np.less(a, b) | np.greater(a, b))
    if name in OPPOSITE:
        opposite = ORDERED[OPPOSITE[name]] if name != "neu" else np.equal
        return lambda a, b: ~opposite(a, b)
    found: Compute = ORDERED[name]
    return found


@opcode("setp")
def decode_setp(words: Words) -> Operation:
    """One result, or two where a third operand is joined. The second one is of the opposite."""
    kind = words.type(*COMPARED)
    joined = words.maybe(*COMBINED)
    compare = comparison(words, kind)
    if not joined:
        return Operation(("pred",), (kind, kind), compare)
    join = COMBINED[joined]

    def compute(a: Array, b: Array, c: Array) -> tuple[Array, Array]:
        found = compare(a, b)
        return join(found, c), join(~found, c)

    return Operation(("pred", "pred"), (kind, kind, "pred"), compute)


@opcode("set")
def decode_set(words: Words) -> Operation:
    kind = words.type(*COMPARED)
    result = words.type("u32", "s32", "f32")
    joined = words.maybe(*COMBINED)
    compare = comparison(words, kind)
    true = np.float32(1) if result == "f32" else dtype(result).type(-1 if result == "s32" else
                                                                   0xFFFFFFFF)  # fmt: skip

    def compute(a: Array, b: Array, *c: Array) -> Array:
        found = compare(a, b)
        if joined:
            found = COMBINED[joined](found, c[0])
        return np.asarray(np.where(found, true, true.dtype.type(0)))

    return Operation((result,), (kind, kind, *["pred"] * bool(joined)), compute)


@opcode("selp")
def decode_selp(words: Words) -> Operation:
    kind = words.type(*COMPARED)
    return Operation((kind,), (kind, kind, "pred"), lambda a, b, c: np.where(c, a, b))


@opcode("slct")
def decode_slct(words: Words) -> Operation:
    by = words.type("s32", "f32")
    kind = words.type(*COMPARED)
    words.flag("ftz")
    return Operation((kind,), (kind, kind, by), lambda a, b, c: np.where(c >= 0, a, b))
