"""From kernels to PTX, which a cache keeps.

It is found by a key of all that decides it: the LLVM IR, the order of launches, the architecture,
LLVM and the passes of LLVM that we run.
"""

from __future__ import annotations

from ..codegen.cache import Cache, digest
from ..codegen.cached_code import CachedCode
from ..codegen.llvm_ir.optimise import PASSES, optimised
from ..ir.dialects.builtin import Module
from .entry import ADVANCE
from .listings import PtxListings
from .machine import described_target, ptx_text
from .program import PtxCode


class PtxModule(CachedCode):
    """Kernels as PTX. Its ``listings`` have the texts on the way there.

    The module must be verified: LLVM's assertions end the process where ours raise.
    """

    entry: PtxCode

    def __init__(self, module: Module, cache: Cache | None = None) -> None:
        listings = PtxListings(module, entry=True)
        machine = described_target(listings.architecture)
        parts = listings.llvm, str(listings.schedule), machine, str(PASSES)
        super().__init__(listings, digest("PTX", *parts), cache)

    def _make(self) -> bytes:
        machine = self.listings.machine
        with optimised(self.listings.llvm, machine, bool(self.listings.launched)) as module:
            text = ptx_text(module, machine)
        kernels, schedule = self.listings.schedule
        advance = ADVANCE if self.listings.launched else ""
        return PtxCode(text, self.listings.architecture, kernels, schedule, advance).encode()

    def _load(self, content: bytes) -> PtxCode | None:
        return PtxCode.decode(content)
