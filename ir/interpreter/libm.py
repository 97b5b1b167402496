"""Mathematical functions of the C library, those that native code calls.

Python's own ``math`` raises exceptions where IEEE 754 gives infinity or NaN, and has no single
precision; through ctypes both differences vanish and results agree bit for bit.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


@cache
def _library() -> ctypes.CDLL:
    names = {"win32": ("ucrtbase",), "darwin": ("libm.dylib",)}.get(sys.platform, ("libm.so.6",))
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return ctypes.CDLL(None)


@cache
def library_function(name: str, arguments: int, bits: int) -> Callable[..., float]:
    """A function of the C library, ``name`` for f64.

    For f32 it is its variant with the suffix ``f``.
    """
    kind = ctypes.c_double if bits == 64 else ctypes.c_float
    function = _library()[name if bits == 64 else name + "f"]
    function.restype = kind
    function.argtypes = [kind] * arguments
    return function
