"""Devices: where the buffers of a program lie, and what runs its kernels."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from .base import Device

__all__ = ["Device", "make_device"]


def make_device(name: str, workers: int) -> Device:
    """A device of the kind that the module ``name`` of this folder makes, for so many workers."""
    return cast("Device", import_module(f"{__name__}.{name}").make(workers))
