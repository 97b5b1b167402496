"""Synapses in memory: one file per layout, named like it, and what they have in common in ``base``.

The layouts are those of ``ir/layouts.py``; ``choose-layout`` picks that of each projection.
"""

from .base import Draws, Storage, StructureValues

__all__ = ["Draws", "Storage", "StructureValues"]
