"""Loops over synapses: one class per layout, in its own file.

``base`` says what they do; files are named like layouts.

The layouts are those of ``ir/layouts.py``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..kernel import Kernel, OwnNeurons

if TYPE_CHECKING:
    from ..projection import ProjectionLowering
    from .base import LayoutLowering, RowsLowering


def along(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> LayoutLowering:
    """The loops over synapses onto neurons of this thread."""
    from .base import Chunk

    layout = projection.layout
    module = import_module(f".{layout.name}", __package__)
    kinds = [each for each in vars(module).values() if isinstance(each, type)]
    found = next(each for each in kinds if vars(each).get("layout") is layout)
    part, parts = kernel.part
    lowering: LayoutLowering = found(projection, kernel, Chunk(own, part, parts, run=part))
    return lowering


def rows_along(projection: ProjectionLowering, kernel: Kernel, own: OwnNeurons) -> RowsLowering:
    """The same loops where events change synapses."""
    from .base import RowsLowering

    found = along(projection, kernel, own)
    assert isinstance(found, RowsLowering)
    return found
