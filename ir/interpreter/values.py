"""Values of the interpreter, Python objects for each type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..types import FloatType, IndexType, IntegerType, MemRefType, Type, VectorType, scalar_of


@cache
def dtype_of(type_: Type) -> np.dtype[Any]:
    """The NumPy type of numbers, lanes or elements of a type."""
    scalar = type_.element if isinstance(type_, MemRefType) else scalar_of(type_)
    if isinstance(scalar, FloatType):
        return np.dtype(f"f{scalar.bits // 8}")
    if bits_of(scalar) == 1:
        return np.dtype(bool)
    return np.dtype(f"i{bits_of(scalar) // 8}")


def bits_of(type_: Type) -> int:
    """The width in bits of an integer, index or lane.

    Raises TypeError for any other type.
    """
    scalar = scalar_of(type_)
    if isinstance(scalar, IntegerType):
        return scalar.bits
    if isinstance(scalar, IndexType):
        return 64
    raise TypeError(f"{type_} is no integer")


def convert(value: Any, type_: Type) -> Any:
    """A Python number, sequence or array as a value of ``type_``.

    A list of arrays is a table. Raises TypeError for an array of another shape or type.
    """
    if isinstance(type_, MemRefType) and isinstance(type_.element, MemRefType):
        return [convert(each, type_.element) for each in value]
    if isinstance(type_, MemRefType):
        if not isinstance(value, np.ndarray) or value.dtype != dtype_of(type_):
            raise TypeError(f"{type_} expects an array of {dtype_of(type_)}")
        if value.ndim != len(type_.shape) or not value.flags.c_contiguous:
            raise TypeError(f"{type_} expects {len(type_.shape)} dimensions in C order")
        return value
    if isinstance(type_, VectorType):
        lanes = [convert(v, type_.element) for v in value]
        if len(lanes) != type_.size:
            raise TypeError(f"{type_} expects {type_.size} lanes, got {len(lanes)}")
        return np.array(lanes, dtype_of(type_))
    if isinstance(type_, FloatType):
        return dtype_of(type_).type(value)
    return wrap(int(value), type_)


def wrap(value: Any, type_: Type) -> Any:
    """An integer, or an array of them, wrapped to a type.

    It is taken modulo 2**bits, as a signed number; ``i1`` is a truth value.
    """
    bits = bits_of(type_)
    if isinstance(value, np.ndarray):
        return (value & 1).astype(bool) if bits == 1 else value.astype(dtype_of(type_))
    low = int(value) & ((1 << bits) - 1)
    if bits == 1:
        return bool(low)
    return low - (1 << bits) if low >> (bits - 1) else low


def signed(value: Any, type_: Type) -> Any:
    """The number of the bits, read as signed.

    True is -1: the only bit of ``i1`` is its sign.
    """
    if bits_of(type_) != 1:
        return value
    return -value.astype(np.int8) if isinstance(value, np.ndarray) else -int(value)


def unsigned(value: Any, type_: Type) -> Any:
    """The number of the bits, read as unsigned."""
    if isinstance(value, np.ndarray):
        return value.view(np.dtype(f"u{value.dtype.itemsize}"))
    return int(value) & ((1 << bits_of(type_)) - 1)


def lanewise(function: Callable[..., Any], type_: Type, *operands: Any) -> Any:
    """The results of a ``function`` of Python numbers, lane by lane.

    A scalar counts as one lane; an integer result is wrapped.
    """
    is_float = isinstance(scalar_of(type_), FloatType)
    finish: Any = dtype_of(type_).type if is_float else lambda v: wrap(v, scalar_of(type_))
    if isinstance(type_, VectorType):
        columns = [x.tolist() for x in operands]
        return np.array(
            [finish(function(*lane)) for lane in zip(*columns, strict=True)], dtype_of(type_)
        )
    plain = [x.item() if isinstance(x, np.generic) else x for x in operands]
    return finish(function(*plain))
