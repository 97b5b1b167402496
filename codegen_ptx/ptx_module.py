"""From kernels to PTX, which a cache keeps.

It is found by a key of all that decides it: the LLVM IR, the architecture, LLVM and the passes of
LLVM that we run.
"""

from __future__ import annotations

from ..codegen.cache import Cache, digest
from ..codegen.llvm_ir.optimise import PASSES, optimised
from ..ir.dialects.builtin import Module
from .entry import ENTRY
from .listings import PtxListings
from .machine import described_target, ptx_text
from .program import PtxCode


class PtxModule:
    """Kernels as PTX. Its ``listings`` have the texts on the way there.

    ``key`` names its PTX; ``source`` says where that came from: "memory", "disk", or nothing where
    LLVM made it. The module must be verified: LLVM's assertions end the process where ours raise.
    """

    def __init__(self, module: Module, cache: Cache | None = None) -> None:
        self.listings = listings = PtxListings(module, entry=True)
        machine = described_target(listings.architecture)
        self.key = digest("PTX", listings.llvm, machine, str(PASSES))
        self.source = ""
        found = cache.find(self.key, PtxCode.decode) if cache is not None else None
        if found is not None:
            self.entry: PtxCode = found.value
            self.source = found.source
            return
        self.entry = self._generate()
        if cache is not None:
            cache.keep(self.key, self.entry, self.entry.encode())

    def _generate(self) -> PtxCode:
        machine = self.listings.machine
        with optimised(self.listings.llvm, machine) as module:
            text = ptx_text(module, machine)
        return PtxCode(text, self.listings.architecture, ENTRY)
