"""Devices: memory for the buffers of a program, and its workers. The workers run its kernels."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ...ir.target import Target
from .base import Device, DeviceBuffer, Entry, RefusedCode

__all__ = ["Device", "DeviceBuffer", "Entry", "RefusedCode", "machine_of", "make_device"]


def machine_of(target: Target, ordinal: int = 0, driver: str = "") -> str:
    """The model of the device that would run a target's kernels. Empty for this process.

    ``ordinal`` and ``driver`` are those of :func:`make_device`. Raises ModelError where there is no
    such device.
    """
    find = getattr(import_module(f"{__name__}.{target.device}"), "find_device", None)
    return "" if find is None else str(find(ordinal, driver).machine)


def make_device(target: Target, workers: int, ordinal: int = 0, driver: str = "") -> Device:
    """A device for the kernels of a target. At most so many ``workers`` run them.

    The module of this folder that the target names makes it. Where there are several devices it is
    the one with this number, through the ``driver`` of a name (empty: the best there is).
    """
    module = import_module(f"{__name__}.{target.device}")
    return cast("Device", module.make(target, workers, ordinal=ordinal, driver=driver))
