"""A simulated driver in place of the real packages."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any
from unittest import mock

from ranvier.runtime.device.cuda import gpu

from .bindings_module import bindings_module
from .pycuda_module import pycuda_module
from .simulation import SimulatedDriver

PACKAGES = ("pycuda", "cuda-bindings")
_NAMES = ("pycuda", "pycuda.driver", "cuda", "cuda.bindings", "cuda.bindings.driver")


class _NoLibrary(MetaPathFinder):
    """The error of the system's loader, for PyCUDA without a driver."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname == "pycuda.driver":
            text = "libcuda.so.1: cannot open shared object file: No such file or directory"
            raise ImportError(text)


@contextmanager
def simulated(
    driver: SimulatedDriver | None = None, packages: Sequence[str] = PACKAGES
) -> Iterator[SimulatedDriver]:
    """Make these packages the installed ones, on one simulated driver."""
    found = SimulatedDriver() if driver is None else driver
    modules: dict[str, Any] = dict.fromkeys(_NAMES)
    modules |= _pycuda(found) if "pycuda" in packages else {}
    modules |= _bindings(found) if "cuda-bindings" in packages else {}
    finders = [_NoLibrary(), *sys.meta_path] if not found.library else sys.meta_path
    gpu.forget()
    if not found.library:
        del modules["pycuda.driver"]
    with _modules(modules), mock.patch.object(sys, "meta_path", finders):
        try:
            yield found
        finally:
            gpu.forget()
            gc.collect()
            assert found.stack == [], "a context stays current"


@contextmanager
def _modules(wanted: dict[str, Any]) -> Iterator[None]:
    """Exchange some modules. Others that are imported meanwhile stay."""
    before = {name: sys.modules.pop(name) for name in _NAMES if name in sys.modules}
    sys.modules.update(wanted)
    try:
        yield
    finally:
        for name in _NAMES:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _pycuda(driver: SimulatedDriver) -> dict[str, Any]:
    package, module = ModuleType("pycuda"), pycuda_module(driver)
    vars(package).update(__path__=[], driver=module)
    return {"pycuda": package, "pycuda.driver": module}


def _bindings(driver: SimulatedDriver) -> dict[str, Any]:
    package, inner, module = (
        ModuleType("cuda"),
        ModuleType("cuda.bindings"),
        bindings_module(driver),
    )
    vars(package).update(__path__=[], bindings=inner)
    vars(inner).update(__path__=[], driver=module)
    return {"cuda": package, "cuda.bindings": inner, "cuda.bindings.driver": module}


def assert_nothing_left(driver: SimulatedDriver) -> None:
    """All memory and all modules were given back."""
    gc.collect()
    for device in driver.devices:
        assert (device.sizes, device.modules) == ({}, 0)
    assert driver.pinned == {} and driver.graphs == []
