"""Generated code for a GPU, which its device loads and launches."""

from __future__ import annotations

import json

from attrs import asdict

from ..ir.attrs_classes import frozen


@frozen
class PtxCode:
    """PTX, and the name of its kernel.

    It runs on GPUs of the architecture ``machine``, such as "sm_90", and on newer ones.
    """

    ptx: str
    machine: str
    entry: str

    def encode(self) -> bytes:
        """The code as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, content: bytes) -> PtxCode | None:
        """The code that was encoded. None where the content is none of ours."""
        try:
            return cls(**json.loads(content))
        except (ValueError, TypeError):
            return None
