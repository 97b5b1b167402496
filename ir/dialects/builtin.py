"""``builtin``: the module."""

from __future__ import annotations

from ..attributes import StringAttr
from ..core import Op, Region
from ..custom_form import by_hand
from ..declare import op, prop, region


@op("builtin.module", format=by_hand("functions", "ModuleForm"), symbol_table=True, isolated=True)
class Module(Op):
    """A list of symbols.

    They are populations and projections at the level ``net``, functions below.
    """

    sym_name: str = prop(StringAttr, optional=True)
    body: Region = region()

    @property
    def ops(self) -> list[Op]:
        """The operations of the module."""
        return self.regions[0].block.ops
