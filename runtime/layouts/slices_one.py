"""``slices_one``: rows as in ``slices``, shared values once.

A value that all synapses share is kept once.
"""

from __future__ import annotations

from typing import ClassVar

from ...ir.attrs_classes import define
from ...ir.layouts import SLICES_ONE, Layout
from .base import OneForAll
from .slices import Slices


@define
class SlicesOne(OneForAll, Slices):
    """Rows side by side, or one value for all synapses."""

    layout: ClassVar[Layout] = SLICES_ONE
