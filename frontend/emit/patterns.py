"""Patterns of connectivity, found in the data: see ``net.projection``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...ir.attrs_classes import frozen
from ...ir.target import CPU

if TYPE_CHECKING:
    from ..connectivity import Connectivity
    from ..synapse_rows import SynapseRows


@frozen
class Shape:
    """The pattern of a projection. With ``no_autapses`` no neuron is connected with itself."""

    pattern: str
    no_autapses: bool = False


SPARSE = Shape("sparse")

PADDING = 1.5
"""Factor by which padding may enlarge balanced rows. Rows are padded to the longest of a block."""


def has_balanced_rows(c: Connectivity) -> bool:
    """Whether rows of neighbouring post neurons are about equally long."""
    counts = np.diff(c.row_offsets)
    longest = np.pad(counts, (0, -len(counts) % CPU.block)).reshape(-1, CPU.block).max(axis=1)
    return 0 < int(longest.sum()) * CPU.block <= PADDING * c.nnz


def shape_of(c: Connectivity) -> Shape:
    """The most regular pattern that the pairs of neurons have."""
    rows = c.rows
    if rows.complete:
        return Shape("all_to_all")
    if not rows.size:
        return SPARSE
    pre, post = rows.span("pre"), rows.span("post")
    if rows.size == pre.stop - pre.start == post.stop - post.start and rows.is_diagonal:
        return Shape("one_to_one")
    return _block(rows, pre, post)


def _block(rows: SynapseRows, pre: slice, post: slice) -> Shape:
    """The pattern of a block: all pairs, or all without autapses. Any other is sparse."""
    pairs = (pre.stop - pre.start) * (post.stop - post.start)
    both = max(0, min(pre.stop, post.stop) - max(pre.start, post.start))
    if rows.size == pairs:
        return Shape("block")
    if rows.size != pairs - both or rows.has_loops:
        return SPARSE
    return Shape("block", no_autapses=True)
