"""``implicit``: Euler's implicit method; equations that share unknowns are solved jointly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .method import Method

if TYPE_CHECKING:
    from ..interpreter.methods import System


def implicit(system: System, ops: Sequence[Any]) -> list[Any]:
    """Solves ``x' + (dt/A) sum of B[y] y' = x + (dt/A) C`` for the values x' after the step."""
    names = [op.variable for op in ops]
    matrix, right = np.eye(len(ops), dtype=system.limits.dtype), []
    for row, op in enumerate(ops):
        factor, decay, drive = system.linear(op, names)
        step = system.dt / factor
        for name, b in decay.items():
            at = row, names.index(name)
            matrix[at] = system.fused(b, step, matrix[at])
        x = system.current(op.variable)
        right.append(x if drive is None else system.fused(drive, step, x))
    if np.count_nonzero(matrix) == np.count_nonzero(np.diag(matrix)):
        return [r / system.number(d) for r, d in zip(right, np.diag(matrix), strict=True)]
    return [system.number(x) for x in np.linalg.solve(matrix, np.array(right))]


METHOD = Method("implicit", implicit)
