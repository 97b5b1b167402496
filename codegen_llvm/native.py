"""Object code becomes a function that Python can call: load, link, find the entry point."""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

import llvmlite.binding as llvm

ENTRY = "ranvier_entry"
"""The function that the run time calls; see ``entry.py``."""

_SIGNATURE = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4, ctypes.c_void_p)


class Entry(Protocol):
    """The native entry point; ctypes releases the GIL while it runs."""

    def __call__(self, thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
        """Run steps ``t0`` to ``t1`` as ``thread`` of ``threads``; ``table`` holds the buffers."""


def load_entry(code: bytes, machine: Any) -> Entry:
    """Load object code that this machine may run; the function keeps it alive."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    entry = _SIGNATURE(engine.get_function_address(ENTRY))
    entry.engine = engine  # type: ignore[attr-defined]  # or the code would be gone
    entry.code = code  # type: ignore[attr-defined]
    return entry
