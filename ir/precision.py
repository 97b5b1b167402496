"""Numbers in single precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def narrowed(values: NDArray[Any]) -> NDArray[np.float32] | None:
    """Numbers in single precision; None if a finite one overflows."""
    with np.errstate(over="ignore"):
        found = values.astype(np.float32, copy=False)
    return None if (np.isinf(found) & np.isfinite(values)).any() else found
