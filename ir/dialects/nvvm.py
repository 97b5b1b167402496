"""``nvvm``: votes and barriers of warps, as in MLIR.

What a warp is, is told at the dialect ``gpu``: its subgroup.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..attributes import EnumAttr
from ..constraints import Int32, ScalarTruth
from ..core import Op, Value
from ..declare import op, operand, prop, result
from ..types import i1, i32
from .gpu import LANES

VOTES = ("any", "all", "ballot", "uni")


@op(
    "nvvm.vote.sync",
    format="$kind $mask `,` $pred attr-dict `->` type($result)",
    reads=True,
    touches=LANES,
)
class Vote(Op):
    """The answer of all lanes of a mask to a question.

    ``ballot``: the lanes that say yes, as bits, lane 0 the lowest. ``any``, ``all``, ``uni``:
    whether one, each, or each or none says so. All lanes whose bits are set in ``mask`` take part,
    and no others.
    """

    mask: Value = operand(Int32)
    pred: Value = operand(ScalarTruth)
    result: Value = result()
    kind: str = prop(EnumAttr, of="nvvm vote_sync_kind")

    def check(self) -> Iterator[str]:
        """Check the kind and its type."""
        kind = self.kind.partition(" ")[2]
        if kind not in VOTES:
            yield f"has the kind '{self.kind}'"
        wanted = i32 if kind == "ballot" else i1
        if self.results[0].type is not wanted:
            yield f"of the kind '{kind}' gives {wanted}, not {self.results[0].type}"


def vote(kind: str, mask: Value, pred: Value) -> Vote:
    """A vote of a kind."""
    type_ = i32 if kind == "ballot" else i1
    return Vote(mask, pred, kind=EnumAttr(f"vote_sync_kind {kind}", "nvvm"), result_type=type_)


@op("nvvm.bar.warp.sync", format="$mask attr-dict `:` type($mask)", reads=True, writes=True)
class WarpBarrier(Op):
    """A barrier of the lanes of a mask.

    What lanes wrote in front of it, to any memory, all of them read behind it.
    """

    mask: Value = operand(Int32)
