"""Side effects: declared reads and writes of operations.

``effects(root)`` lists every access in an operation and inside it::

    "memref.store"(%x, %v, %i)         Effect(op, writes=True, target=%v)
    "eq.read"() <{variable = @tau}>    Effect(op, writes=False, target="tau")
    "func.call"() <{callee = @f}>      Effect(op, writes=True, target=None), and one that reads
    "loops.append"(%hit, %i)           Effect(op, writes=True, target=("spikes", ""))

Two effects of different buffers never meet: two buffer arguments of a function do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from .attrs_classes import frozen
from .core import Op, Value

Target = Value | str | tuple[str, str] | None


@frozen(eq=False)
class Effect:
    """One access, a read or a write.

    ``target`` is a buffer; or the name of a variable, in a pair with its owner (``pre``, ``post``,
    or ``sum`` for the sums of targets) where it is another's; or None, which may be anything. What
    is touched and is no variable (``touches``) is a pair with an empty name.
    """

    op: Op
    writes: bool
    target: Target


@cache
def _declared(cls: Any) -> tuple[tuple[bool, str, str | None], ...]:
    """Declared effects of a class, as (writes, operand or property, owner)."""
    out: list[tuple[bool, str, str | None]] = []
    for word in ("reads", "writes"):
        for name, operand in cls.defn.operands:
            if getattr(operand, word):
                out.append((word == "writes", name, None))
        for name, prop in cls.defn.props:
            owner = getattr(prop, word)
            if owner:
                out.append((word == "writes", name, owner if owner is not True else ""))
    return tuple(out)


def own_effects(op: Op) -> Iterator[Effect]:
    """Accesses of the operation itself, without those in its regions."""
    cls: Any = type(op)
    declared = _declared(cls)
    for writes, name, owner in declared:
        target = getattr(op, name)
        for each in _names(target) if type(target) in (tuple, list) else (target,):
            yield Effect(op, writes, (owner, each) if owner else each)
    if not op.recursive:
        for writes in (False, True):
            if (op.writes if writes else op.reads) and not any(d[0] is writes for d in declared):
                yield Effect(op, writes, (op.touches, "") if op.touches else None)


def _names(symbols: Sequence[Any]) -> list[str]:
    """The names in a property that lists variables or targets."""
    return [each.value for each in symbols]


def effects(root: Op) -> Iterator[Effect]:
    """Accesses of ``root`` and of all operations inside it, in order."""
    for op in root.walk():
        yield from own_effects(op)
