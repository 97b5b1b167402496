"""``dense_one``: every pair as in ``dense``; one value that all pairs share is kept once."""

from __future__ import annotations

from typing import ClassVar

from attrs import define

from ...ir.layouts import DENSE_ONE, Layout
from .base import OneForAll
from .dense import Dense


@define
class DenseOne(OneForAll, Dense):
    """The same, or one value for all synapses."""

    layout: ClassVar[Layout] = DENSE_ONE
