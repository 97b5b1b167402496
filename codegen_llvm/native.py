"""From object code to a function that Python can call.

The steps are: load, link, find the entry point.
"""

from __future__ import annotations

import ctypes
from typing import Any

import llvmlite.binding as llvm

from ..codegen.backend import Entry

ENTRY = "ranvier_entry"
"""The function that the run time calls; see ``entry.py``."""

_SIGNATURE = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4, ctypes.c_void_p)


def load_entry(code: bytes, machine: Any) -> Entry:
    """Load object code that this machine may run. The function keeps it alive."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    entry = _SIGNATURE(engine.get_function_address(ENTRY))
    entry.engine = engine  # type: ignore[attr-defined]  # or the code would be gone
    entry.code = code  # type: ignore[attr-defined]
    return entry
