"""Meaning of ``memref``, ``vector`` and ``syn``.

Every access to a buffer is checked.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import numpy as np

from ..core import Op
from ..dialects import memref, syn, vector
from ..types import i32, lanes_of
from .arith import maximum, minimum
from .core import Env, Interpreter, InterpreterError, interprets
from .values import dtype_of, signed, unsigned, wrap


def _place(op: Op, buffer: np.ndarray[Any, Any], indices: list[int], lanes: int = 1) -> int:
    """The position of an element in the flat buffer.

    Checked are its indices, and that ``lanes`` elements from there on are inside.
    """
    place = 0
    for i, (index, size) in enumerate(zip(indices, buffer.shape, strict=True)):
        if not 0 <= index < size:
            raise InterpreterError(
                f"'{op.name}': index {index} beyond dimension {i} ({size})", op.loc
            )
        place = place * size + index
    if place + lanes > buffer.size:
        raise InterpreterError(f"'{op.name}': lanes beyond the end ({place} + {lanes})", op.loc)
    return place


def _plain(value: Any) -> Any:
    """An element as a value: Python integers, NumPy floats."""
    return value if isinstance(value, np.floating) else value.item()


def _indices(op: Any, env: Env) -> list[int]:
    return [env[v] for v in op.indices]


@interprets(memref.Load)
def load(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read one element; of a table, one buffer."""
    buffer = env[op.memref]
    if isinstance(buffer, list):
        (place,) = _indices(op, env)
        if not 0 <= place < len(buffer):
            raise InterpreterError(f"'{op.name}': row {place} beyond {len(buffer)}", op.loc)
        return buffer[place]
    return _plain(buffer.reshape(-1)[_place(op, buffer, _indices(op, env))])


@interprets(memref.Store)
def store(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Write one element."""
    buffer = env[op.memref]
    buffer.reshape(-1)[_place(op, buffer, _indices(op, env))] = env[op.value]


ATOMIC: dict[str, Any] = {
    "addf": operator.add, "addi": operator.add, "andi": operator.and_, "ori": operator.or_,
    "xori": operator.xor, "maxs": max, "mins": min,
}  # fmt: skip
"""Functions of two signed numbers, by the kind of atomic operation."""


@interprets(memref.AtomicUpdate)
def update(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Combine one element with a value, and return what it was."""
    buffer, value, type_ = env[op.memref].reshape(-1), env[op.value], op.value.type
    place = _place(op, env[op.memref], _indices(op, env))
    old = _plain(buffer[place])
    if op.word in ("maxu", "minu"):
        choose = max if op.word == "maxu" else min
        buffer[place] = choose((old, value), key=lambda number: unsigned(number, type_))
    else:
        found = ATOMIC[op.word](old, value)
        buffer[place] = found if op.word == "addf" else wrap(found, type_)
    return old


@interprets(memref.Alloc)
def allocate(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the buffer of the block."""
    return interpreter.place.memory(op)


@interprets(memref.Prefetch)
def prefetch(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Do nothing."""


@interprets(vector.Load)
def load_vector(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read consecutive elements, which may run on into the next row."""
    buffer, lanes = env[op.base], op.results[0].type.size
    place = _place(op, buffer, _indices(op, env), lanes)
    return buffer.reshape(-1)[place : place + lanes].copy()


@interprets(vector.Store)
def store_vector(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Write consecutive elements, which may run on into the next row."""
    buffer, value = env[op.base], env[op.value]
    place = _place(op, buffer, _indices(op, env), len(value))
    buffer.reshape(-1)[place : place + len(value)] = value


@interprets(vector.Gather)
def gather(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read elements for the lanes that the mask sets."""
    buffer, offset, mask = env[op.base], env[op.offset], env[op.mask]
    out = env[op.pass_thru].copy()
    for lane in np.flatnonzero(mask):
        index = offset + int(env[op.indices][lane])
        out[lane] = buffer[_place(op, buffer, [index])]
    return out


@interprets(vector.Broadcast)
def broadcast(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Put a scalar into every lane."""
    type_ = op.results[0].type
    return np.full(type_.size, env[op.source], dtype_of(type_))


@interprets(vector.Step)
def step(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return 0, 1, 2, ..."""
    type_ = op.results[0].type
    return np.arange(type_.size, dtype=dtype_of(type_))


@interprets(vector.FromElements)
def from_elements(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Make a vector of its lanes."""
    return np.array([env[v] for v in op.elements], dtype_of(op.results[0].type))


@interprets(vector.Extract)
def extract(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return one lane, whose position is checked."""
    source = env[op.source]
    position = env[op.position[0]] if op.position else op.static_position[0]
    if not 0 <= position < len(source):
        raise InterpreterError(f"lane {position} of {op.source.type}", op.loc)
    return _plain(source[position])


@interprets(vector.Shuffle)
def shuffle(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Choose lanes of both vectors by position."""
    return np.concatenate([env[op.v1], env[op.v2]])[list(op.mask)]


@interprets(vector.Bitcast)
def bitcast(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read the same bits as other lanes.

    The first lane is the lowest; truth values are one bit each.
    """
    source, target = env[op.source], dtype_of(op.results[0].type)
    packed = (
        np.packbits(source, bitorder="little") if source.dtype.kind == "b" else source.view("u1")
    )
    if target.kind == "b":
        return np.unpackbits(packed, bitorder="little").astype(bool)
    return packed.view(target)


def _unsigned_choice(function: Any) -> Any:
    return lambda type_: lambda a, b: function(unsigned(a, type_), unsigned(b, type_))


def _signed_choice(function: Any) -> Any:
    return lambda type_: lambda a, b: function(signed(a, type_), signed(b, type_))


REDUCTIONS: dict[str, Any] = {
    "add": _unsigned_choice(operator.add), "mul": _unsigned_choice(operator.mul),
    "and": _unsigned_choice(operator.and_), "or": _unsigned_choice(operator.or_),
    "xor": _unsigned_choice(operator.xor),
    "maxui": _unsigned_choice(max), "minui": _unsigned_choice(min),
    "maxsi": _signed_choice(max), "minsi": _signed_choice(min),
    "maximumf": lambda type_: maximum, "minimumf": lambda type_: minimum,
}  # fmt: skip
"""Functions that combine two lanes, for each type of lane."""


@interprets(vector.Reduction)
def reduction(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Combine all lanes, from the first to the last."""
    type_ = op.vector.type.element
    make = REDUCTIONS.get(op.kind)
    lanes = [_plain(v) for v in env[op.vector]]
    is_float = isinstance(lanes[0], np.floating)
    if make is None or is_float != op.kind.endswith("f"):
        raise InterpreterError(f"vector.reduction '{op.kind}' is not exact on {type_}", op.loc)
    if is_float:
        return reduce(make(type_), lanes)
    combine = make(type_)
    return reduce(lambda a, b: wrap(combine(a, b), type_), lanes)


@interprets(syn.Append)
def append(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Append ``first + lane`` for every set lane, and count it.

    Neurons from ``limit`` on are left out.
    """
    ranks, counts = env[op.list], env[op.count]
    base, slot = env[op.base], _place(op, counts, [env[op.slot]])
    for lane, hit in enumerate(np.atleast_1d(env[op.hit])):
        if hit and env[op.first] + lane < env[op.limit]:
            place = _place(op, ranks, [base + int(counts[slot])])
            ranks[place] = env[op.first] + lane
            counts[slot] += 1


@interprets(syn.Mark)
def mark(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Set or clear bit ``i mod 32`` of a word."""
    words = env[op.mask]
    place, bit = _place(op, words, [env[op.word]]), 1 << env[op.i] % 32
    old = int(words[place])
    words[place] = wrap(old | bit if env[op.hit] else old & ~bit, i32)


@interprets(syn.Connected)
def connected(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Read bits of a buffer of bytes.

    The lowest bit of a byte comes first.
    """
    type_, first, bits = op.results[0].type, env[op.first], env[op.bits]
    lanes = lanes_of(type_)
    if lanes and first % lanes:
        raise InterpreterError(f"'{op.name}': bit {first} is no multiple of {lanes}", op.loc)
    found = []
    for at in range(first, first + max(lanes, 1)):
        byte = bits[_place(op, bits, [at // 8])]
        found.append(bool(int(byte) >> at % 8 & 1))
    return np.array(found) if lanes else found[0]
