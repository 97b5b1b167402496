"""``slices_one``: rows side by side as in ``slices``; one value that all share is kept once."""

from __future__ import annotations

from typing import ClassVar

from attrs import define

from ...ir.layouts import SLICES_ONE, Layout
from .base import OneForAll
from .slices import Slices


@define
class SlicesOne(OneForAll, Slices):
    """The same, or one value for all synapses."""

    layout: ClassVar[Layout] = SLICES_ONE
