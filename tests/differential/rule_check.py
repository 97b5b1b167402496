"""Whether a rule keeps what its example computes.

Before and after run on many inputs.
"""

from __future__ import annotations

import itertools
import zlib
from typing import Any

import numpy as np
from attrs import define, field
from differential.terms import Setting, modules_of

from ranvier.ir.core import Op
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import InterpreterError, run
from ranvier.ir.interpreter.values import bits_of, convert, dtype_of
from ranvier.ir.patterns import Pattern, table
from ranvier.ir.rewriter import Rewriter
from ranvier.ir.types import FloatType, MemRefType, Type, VectorType, scalar_of
from ranvier.ir.verifier import verify

EDGES = [0.0, -0.0, 1.0, -1.0, 1.5, -2.5, 3.0, np.inf, -np.inf, np.nan, 5e-324, -1e-310, 1e-45,
         2.2250738585072014e-308, 1.2e-38, 3.4e38, 1.7976931348623157e308, 0.1, 1e22]  # fmt: skip
RANDOM = 40
"""Random rows of inputs.

They come besides all combinations of edges for one or two arguments.
"""


@define
class Outcome:
    """The outcome of one rule.

    It says where the rule applied, and the first input on which it was wrong.
    """

    fired: list[str] = field(factory=list)
    silent: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)


def edges(type_: Type) -> list[Any]:
    """Special numbers of a scalar type."""
    if isinstance(type_, FloatType):
        return EDGES
    bits = bits_of(type_)
    if bits == 1:
        return [0, 1]
    top = 1 << (bits - 1)
    return [0, 1, -1, 2, 7, 16, 127 % top, top - 1, -top, -top + 1]


def draw(type_: Type, random: np.random.Generator) -> Any:
    """A number, or as many as the lanes or elements."""
    scalar = type_.element if isinstance(type_, MemRefType) else scalar_of(type_)
    if isinstance(type_, VectorType | MemRefType):
        count = type_.size if isinstance(type_, VectorType) else 4
        lanes = [convert(draw(scalar, random), scalar) for _ in range(count)]
        return np.array(lanes, dtype_of(scalar))
    if random.random() < 0.4:
        return random.choice(edges(scalar))
    if isinstance(scalar, FloatType):
        return float(random.normal() * 10.0 ** random.integers(-4, 5))
    bits = bits_of(scalar)
    return int(random.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1, endpoint=True)) % 2**bits


def rows(types: tuple[Type, ...], seed: str) -> list[tuple[Any, ...]]:
    """Inputs: all edges of small types, and random ones.

    They are the same for the same seed.
    """
    random = np.random.default_rng(zlib.crc32(seed.encode()))
    with np.errstate(over="ignore"):
        found = [tuple(draw(t, random) for t in types) for _ in range(RANDOM)]
    if len(types) <= 2 and not any(isinstance(t, VectorType | MemRefType) for t in types):
        found += itertools.product(*map(edges, types))
    return found


def outcome(module: Module, row: tuple[Any, ...]) -> Any:
    """Result and buffers after a run.

    None if the program is not defined.
    """
    args = [a.copy() if isinstance(a, np.ndarray) else a for a in row]
    with np.errstate(all="ignore"):
        try:
            found = run(module, "f", *args)
        except InterpreterError:
            return None
    return [np.asarray(found), *(np.asarray(a) for a in args if isinstance(a, np.ndarray))]


def same(one: Any, other: Any, ulps: int) -> bool:
    """Whether bits are equal, or as near as the rule promises. Any NaN equals any other."""
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, other))
    bits = f"i{one.dtype.itemsize}"
    alike = (one.view(bits) == other.view(bits)) | (np.isnan(one) & np.isnan(other))
    if ulps:
        with np.errstate(all="ignore"):
            alike |= np.abs(one - other) <= ulps * np.spacing(np.maximum(abs(one), abs(other)))
    return bool(np.all(alike))


def check(rule: Pattern) -> Outcome:
    """Run all examples of a rule before and after it."""
    result = Outcome()
    for example in rule.examples:
        pairs = zip(modules_of(example), modules_of(example), strict=True)
        fired = [_compare(rule, example, s, one, other, result) for (s, one), (_, other) in pairs]
        (result.fired if any(fired) else result.silent).append(example)
    return result


def _compare(
    rule: Pattern, example: str, setting: Setting, before: Module, after: Module, result: Outcome
) -> bool:
    rw = Rewriter()
    rw.apply(after, table([rule]))
    if not rw.matches[rule.name]:
        return False
    verify(after)
    function: Op = before.ops[0]
    for row in rows(function.function_type.inputs, f"{example} {setting}"):  # type: ignore[attr-defined]
        expected, found = outcome(before, row), outcome(after, row)
        if expected is None:
            continue  # not defined before: anything goes
        if found is None or not all(map(same, expected, found, itertools.repeat(rule.ulps))):
            result.wrong.append(f"{example} [{setting}] of {row}: {expected} became {found}")
            break
    return True
