"""From LLVM IR to a function that Python can call.

The steps are: verify, optimise, generate code, link.

With a cache, object code is found by a key of all that decides it: the text, the machine, LLVM and
the passes of LLVM that we run. Optimised IR and assembly are made on demand only.
"""

from __future__ import annotations

from ..codegen.backend import Entry
from ..codegen.cache import Cache, digest
from ..codegen.cached_code import CachedCode
from ..codegen.llvm_ir.optimise import PASSES, optimised
from ..ir.dialects.builtin import Module
from .listings import Listings
from .native import load_entry
from .target import described_target


class NativeModule(CachedCode):
    """Machine code of a module of kernels. Its ``listings`` have the LLVM IR.

    ``cpu`` is the LLVM name that the listings are for.
    """

    entry: Entry

    def __init__(
        self, listings: Listings, cpu: str | None = None, cache: Cache | None = None
    ) -> None:
        key = digest("object code", listings.llvm, described_target(cpu), str(PASSES))
        super().__init__(listings, key, cache)

    def _make(self) -> bytes:
        machine = self.listings.machine
        with optimised(self.listings.llvm, machine) as module:
            code: bytes = machine.emit_object(module)
        return code

    def _load(self, content: bytes) -> Entry:
        return load_entry(content, self.listings.machine)


def compile_module(
    module: Module, *, cpu: str | None = None, flush: bool = True, cache: Cache | None = None
) -> NativeModule:
    """Compile a module of kernels with a ``@step_range`` to machine code.

    The module must be verified: LLVM's assertions end the process where ours raise. ``flush``
    makes the entry point flush denormals (see ``entry.py``).
    """
    return NativeModule(Listings(module, cpu=cpu, flush=flush, entry=True), cpu, cache)
