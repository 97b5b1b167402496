"""NVIDIA GPUs, through the driver that is installed with them.

==================  ============================================================================
``driver.py``       the interface of drivers
``*_driver.py``     the two packages that have it
``choose.py``       the choice of a package and a device
``gpu.py``          opened devices, shared by networks
``versions.py``     versions of PTX, drivers and devices
``device.py``       buffers and launches of a network
``schedule.py``     the order of launches
``grid.py``         blocks and threads of a launch
``graphs.py``       launches of many steps as one
==================  ============================================================================
"""

from __future__ import annotations

from ....ir.target import Target
from .choose import find_device, find_driver
from .device import CudaDevice
from .driver import DeviceFacts
from .gpu import opened

__all__ = ["DeviceFacts", "find_device", "make"]


def make(target: Target, workers: int, ordinal: int = 0, driver: str = "") -> CudaDevice:
    """A network's part of the GPU with this number.

    ``driver`` names the package that is asked for it; empty: the first one there is. Raises
    DeviceFailed where it cannot be had.
    """
    return CudaDevice(target, opened(ordinal, find_driver(driver).name), workers)
