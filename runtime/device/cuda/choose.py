"""The choice of a driver and of a device.

PyCUDA is taken where it can be imported, else cuda-bindings; a name forces one of them. A driver is
started once per process. CUDA does not survive a fork: the child is told so here, before the driver
is asked anything.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import NoReturn

from ....ir.attrs_classes import frozen
from ....ir.diagnostics import error
from ....ir.suggest import did_you_mean
from ..base import DeviceFailed
from .driver import DeviceFacts, Driver, DriverError, NoDevice, NoLibrary, NoPackage
from .versions import LOWEST, capability_of

ADAPTERS = {"pycuda": "pycuda_driver", "cuda-bindings": "bindings_driver"}
"""Packages over the driver, the preferred one first.

The values are the modules here that use them.
"""

EXTRAS = {"pycuda": "ranvier[cuda]", "cuda-bindings": "ranvier[cuda-bindings]"}
"""Extras of this package that install them."""

ON_THE_CPU = "to run on the CPU, leave out paradigm='cuda', --gpu and target='cuda'"


@frozen
class StartedDriver:
    """A driver, and the process that started it."""

    driver: Driver
    process: int


@cache
def started(name: str) -> StartedDriver:
    """The driver through a package. DriverError where there is none."""
    driver: Driver = import_module(f".{ADAPTERS[name]}", __package__).load()
    driver.initialise()
    return StartedDriver(driver, os.getpid())


def refuse(text: str, *notes: str) -> NoReturn:
    """Raise an error about a GPU. It gets the place of the user's call."""
    found = error(text)
    for note in notes:
        found.note(note)
    raise DeviceFailed(found)


def check_process(process: int) -> None:
    """Refuse a GPU that another process opened before a fork."""
    if process != os.getpid():
        refuse(
            "the GPU was opened before this process was forked, and CUDA does not survive a fork",
            "start processes anew, multiprocessing.get_context('spawn'), and compile in them",
            "or fork before the first network is compiled for a GPU",
        )


def find_driver(name: str = "") -> Driver:
    """The driver through the named package, or through any."""
    if name and name not in ADAPTERS:
        refuse(
            f"there is no driver package '{name}'{did_you_mean(name, list(ADAPTERS))}",
            f"RANVIER_GPU_DRIVER is one of {', '.join(ADAPTERS)}, or empty for the first there is",
        )
    problems: dict[str, DriverError] = {}
    for each in [name] if name else ADAPTERS:
        try:
            found = started(each)
        except DriverError as problem:
            problems[each] = problem
        else:
            check_process(found.process)
            return found.driver
    _refuse_all(problems)


def _refuse_all(problems: dict[str, DriverError]) -> NoReturn:
    """Say what is missing. A package that is installed tells more than one that is not."""
    said = [f"{name}: {problem}" for name, problem in problems.items()]
    found = [each for each in problems.values() if not isinstance(each, NoPackage)]
    if not found:
        names = " or ".join(problems)
        extras = " or ".join(f"pip install '{EXTRAS[name]}'" for name in problems)
        refuse(f"a GPU needs the package {names}, which is not installed", extras, ON_THE_CPU)
    if all(isinstance(each, NoLibrary) for each in found):
        refuse(
            "there is no NVIDIA driver on this machine: its library was not found",
            *said,
            "install the driver of the GPU; no CUDA toolkit is needed",
            ON_THE_CPU,
        )
    if any(isinstance(each, NoDevice) for each in found):
        _refuse_no_device(said)
    refuse("the NVIDIA driver does not start", *said, ON_THE_CPU)


def _refuse_no_device(said: list[str]) -> NoReturn:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    hidden = [] if visible is None else [f"CUDA_VISIBLE_DEVICES is '{visible}'"]
    refuse("the NVIDIA driver finds no GPU", *said, *hidden, ON_THE_CPU)


def find_device(ordinal: int = 0, name: str = "") -> DeviceFacts:
    """The facts of a device, asked through the named package.

    Raises DeviceFailed where there is no package, no driver, no device of this number, or one that
    is too old.
    """
    driver = find_driver(name)
    try:
        devices = driver.devices()
    except DriverError as problem:
        refuse(f"the NVIDIA driver does not tell its devices: {problem}", ON_THE_CPU)
    if not devices:
        _refuse_no_device([])
    if ordinal >= len(devices):
        refuse(
            f"device = {ordinal}: there is no such GPU",
            f"there are {', '.join(map(str, devices))}" if devices[1:] else f"only {devices[0]}",
        )
    found = devices[ordinal]
    lowest = capability_of(LOWEST) or (0, 0)
    if found.capability < lowest:
        good = [str(each) for each in devices if each.capability >= lowest]
        refuse(
            f"{found} is too old: code is made for {LOWEST} and newer ones",
            f"take another one: {', '.join(good)}" if good else ON_THE_CPU,
        )
    return found
