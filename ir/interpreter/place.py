"""The place of a thread in a grid."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from ..attrs_classes import frozen
from ..types import MemRefType
from .values import dtype_of


@frozen(eq=False)
class Place:
    """The place of a thread: alone, if nothing else is said."""

    thread: int = 0
    threads: int = 1
    block: int = 0
    blocks: int = 1

    def meet(self, op: Any) -> None:
        """Wait for the other threads of the block."""

    def memory(self, op: Any) -> np.ndarray[Any, Any]:
        """A buffer that the block shares."""
        return garbage(op.results[0].type)


def garbage(type_: MemRefType) -> np.ndarray[Any, Any]:
    """A buffer in which nothing was written: NaN, or -1."""
    shape, kind = cast("tuple[int, ...]", type_.shape), dtype_of(type_)
    return np.full(math.prod(shape) * kind.itemsize, 0xFF, np.uint8).view(kind).reshape(shape)
