"""What a pass is, how it is found by name, and small questions that passes ask of the IR.

A pass ``fuse-loops`` lives in ``passes/fuse_loops.py``, decorated with :func:`register`. Options are
attrs fields. ``run`` changes a module in place and returns whether it did.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from attrs import define, field, frozen

from ..ir.attributes import IntegerAttr
from ..ir.core import Block, Op, Value
from ..ir.dialects import arith
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter, Table
from ..ir.verifier import verify

REGISTRY: dict[str, type[Pass]] = {}


@define
class Report:
    """What passes did and what they refused, with reasons; ``str`` is for people."""

    lines: list[str] = field(factory=list)
    statistics: Counter[str] = field(factory=Counter)

    def did(self, name: str, what: str) -> None:
        """Note something done by the pass ``name``."""
        self.lines.append(f"{name}: {what}")

    def refused(self, name: str, what: str, reason: str) -> None:
        """Note something the pass ``name`` left alone, and why."""
        self.lines.append(f"{name}: {what} left as it is: {reason}")

    def __str__(self) -> str:
        return "\n".join(self.lines)


@frozen
class Pass:
    """Base class of passes."""

    name: ClassVar[str] = ""

    def run(self, module: Module, report: Report) -> bool:
        """Transform ``module``; True if something changed."""
        raise NotImplementedError


@frozen
class RewritePass(Pass):
    """A pass that applies patterns until nothing changes."""

    table: ClassVar[Table] = {}

    def run(self, module: Module, report: Report) -> bool:
        """Apply the patterns to the whole module."""
        rw = Rewriter()
        changed = rw.apply(module, self.table)
        report.statistics.update(rw.matches)
        return changed


def register(cls: type[Pass]) -> type[Pass]:
    """Make a pass known by its name."""
    REGISTRY[cls.name] = cls
    return cls


def find_pass(name: str) -> type[Pass]:
    """The pass class of a name; imports ``passes/<name>.py`` when it is first asked for."""
    if name not in REGISTRY:
        importlib.import_module("." + name.replace("-", "_"), __package__)
    return REGISTRY[name]


Hook = Callable[[Pass, Module], None]


def run_pipeline(
    module: Module,
    pipeline: Sequence[Pass],
    report: Report | None = None,
    *,
    verify_each: bool = False,
    after: Hook | None = None,
) -> dict[str, float]:
    """Run passes in order; return the seconds that each took, by name.

    ``verify_each`` runs the verifier after every pass; ``after`` is called after every pass.
    """
    report = report or Report()
    seconds: dict[str, float] = {}
    for item in pipeline:
        start = time.perf_counter()
        item.run(module, report)
        seconds[item.name] = seconds.get(item.name, 0.0) + time.perf_counter() - start
        if verify_each:
            verify(module)
        if after:
            after(item, module)
    return seconds


def const_value(value: Value) -> Any:
    """The number of a constant (of a vector constant with equal lanes too), else None."""
    op = value.op
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


def key_of(op: Op) -> tuple[Any, ...]:
    """Equal keys mean equal computations (for operations without regions)."""
    return (
        type(op),
        tuple(map(id, op.operands)),
        tuple(op.props.items()),
        tuple(id(v.type) for v in op.results),
    )


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


def flag(op: Op, name: str) -> bool:
    """Whether a boolean property is set."""
    found = op.props.get(name)
    return isinstance(found, IntegerAttr) and bool(found.value)


@contextmanager
def no_gc() -> Iterator[None]:
    """Compile without the garbage collector: the graph is cyclic and nothing dies meanwhile."""
    import gc

    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
