"""Loops over synapses: one class per layout, in a file named like it; ``base`` says what they do.

The layouts are those of ``ir/layouts.py``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ....ir.core import Value
from ..kernel import Kernel

if TYPE_CHECKING:
    from ..projection import ProjectionLowering
    from .base import LayoutLowering, RowsLowering


def along(
    projection: ProjectionLowering, kernel: Kernel, low: Value, high: Value
) -> LayoutLowering:
    """The lowering of loops over synapses onto post neurons ``low`` to ``high`` of this thread."""
    layout = projection.layout
    module = import_module(f".{layout.name}", __package__)
    kinds = [each for each in vars(module).values() if isinstance(each, type)]
    found = next(each for each in kinds if vars(each).get("layout") is layout)
    lowering: LayoutLowering = found(projection, kernel, low, high)
    return lowering


def rows_along(
    projection: ProjectionLowering, kernel: Kernel, low: Value, high: Value
) -> RowsLowering:
    """The same where events change synapses."""
    from .base import RowsLowering

    found = along(projection, kernel, low, high)
    assert isinstance(found, RowsLowering)
    return found
