"""Base classes of passes, and small questions about the IR.

A pass ``fuse-loops`` lives in ``passes/fuse_loops.py``::

    @register
    class FuseLoops(Pass):
        "Merge neighbouring loops over the same neurons."

        name = "fuse-loops"
        scope = "function"
        max_ops: int = 256                      # an option: fuse-loops{max-ops=128}

        def run(self, func, ctx):
            ...
            ctx.report.did(self.name, func, "3 loops became one")
            return True                         # something changed
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

from ...ir.attrs_classes import frozen
from ...ir.core import Block, Op, Value
from ...ir.dialects import arith
from ...ir.rewriter import Table
from .context import Context
from .registry import REGISTRY, find_pass, register
from .report import Report
from .typed_values import fields_of, format_value

__all__ = [
    "REGISTRY",
    "Context",
    "Pass",
    "Report",
    "RewritePass",
    "blocks",
    "const_value",
    "defined_in",
    "find_pass",
    "is_const",
    "no_gc",
    "register",
]


@frozen
class Pass:
    """Base class of passes. The docstring of a pass is its documentation; fields are options.

    ``scope``: a pass on the ``module`` runs once; a pass on a ``function`` runs on every function,
    population, projection and task of a step by itself and changes nothing outside of it.
    ``requires`` and ``ensures`` name the level of the IR (see ``ir/spec.py``) before and after;
    empty: any. ``activity`` is what it does in words of the model, for notes on a user's mistake.
    """

    name: ClassVar[str] = ""
    activity: ClassVar[str] = ""
    scope: ClassVar[Literal["module", "function"]] = "module"
    requires: ClassVar[str] = ""
    ensures: ClassVar[str] = ""

    def run(self, op: Any, ctx: Context) -> bool:
        """Transform ``op``; True if something changed.

        The scope says whether it is a module or a function.
        """
        raise NotImplementedError

    def __str__(self) -> str:
        options = [
            f"{name}={format_value(getattr(self, each.attribute))}"
            for name, each in fields_of(type(self)).items()
        ]
        return f"{self.name}{{{' '.join(options)}}}" if options else self.name


@frozen
class RewritePass(Pass):
    """A pass that applies patterns until nothing changes."""

    scope = "function"
    table: ClassVar[Table] = {}

    def run(self, op: Any, ctx: Context) -> bool:
        """Apply the patterns inside ``op``."""
        rw = ctx.rewriter()
        changed = rw.apply(op, self.table)
        ctx.count(self.name, rw)
        self.tell(op, sum(rule.matched for rule in rw.statistics.values()), ctx)
        return changed

    def tell(self, op: Any, applied: int, ctx: Context) -> None:
        """Report what was done to ``op``. Rules were applied ``applied`` times."""


def const_value(value: Value) -> Any:
    """The number of a constant, else None. A vector constant with equal lanes has one too."""
    op = value.owner
    if type(op) is arith.Constant:
        literal = op.literal
        return None if isinstance(literal, tuple) else literal
    return None


def is_const(value: Value, number: float) -> bool:
    """Whether ``value`` is this constant; 0.0 and -0.0 are told apart."""
    found = const_value(value)
    if found is None or found != number:
        return False
    return not isinstance(found, float) or str(float(found)) == str(float(number))


def blocks(root: Op) -> Iterator[Block]:
    """All blocks inside ``root``, outer before inner."""
    for op in root.walk():
        for region in op.regions:
            yield from region.blocks


def defined_in(value: Value, op: Op) -> bool:
    """Whether ``value`` is defined inside the regions of ``op``."""
    owner = value.owner
    block = owner.block if isinstance(owner, Op) else owner
    while block is not None and block.parent is not None:
        parent = block.parent.parent
        if parent is op:
            return True
        block = parent.block if parent is not None else None
    return False


@contextmanager
def no_gc() -> Iterator[None]:
    """Compile without the garbage collector. The graph is cyclic and nothing dies meanwhile."""
    import gc

    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
