"""``dense_one``: every pair as in ``dense``, shared values once.

A value that all pairs share is kept once.
"""

from __future__ import annotations

from typing import ClassVar

from ...ir.attrs_classes import define
from ...ir.layouts import DENSE_ONE, Layout
from .base import OneForAll
from .dense import Dense


@define
class DenseOne(OneForAll, Dense):
    """All pairs, or one value for all of them."""

    layout: ClassVar[Layout] = DENSE_ONE
