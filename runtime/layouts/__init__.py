"""Synapses in memory: one file per layout, with its name. What all have in common is in ``base``.

The layouts are those of ``ir/layouts.py``; ``choose-layout`` picks that of each projection.
"""

from .base import Draws, Storage, StructureValues

__all__ = ["Draws", "Storage", "StructureValues"]
