"""The forms of spikes, to make networks with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from fakes import grid
from fakes.masked import masked

FORMS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "lists": nullcontext,
    "masks": masked,
    "a grid": grid.on_cpu,
}
"""The forms by name.

They are lists of threads, masks that lists are made of, and masks of kernels for a grid.
"""
