"""``slices_one``: rows side by side as in ``slices``, shared values once.

These are values that all synapses share.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import define

from ...ir.layouts import SLICES_ONE, Layout
from .base import OneForAll
from .slices import Slices


@define
class SlicesOne(OneForAll, Slices):
    """Rows side by side, or one value for all synapses."""

    layout: ClassVar[Layout] = SLICES_ONE
