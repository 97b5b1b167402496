"""Accesses by different threads that must not happen at once.

Threads run ``@step_range`` each at its own pace; between two barriers, a call of a kernel on one
thread may meet any other call of the same stretch on another. Two calls must not meet if one writes
what the other touches. Which part of a buffer a kernel touches is written on its arguments (see
``reach`` in :mod:`ranvier.ir.buffers`); whether it writes follows from its body:

=================================  =============================================================
both touch their own part          may meet: the parts of threads do not overlap
both are of the first thread only  may meet: one thread does one thing after the other
slots of a ring, in the same step  may meet: what is written is not what is read
anything else                      must be kept apart if one of them writes
=================================  =============================================================

``conflicts`` finds the pairs that may meet in a program, by following the calls since the last
barrier through its loops and branches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...ir.attrs_classes import frozen
from ...ir.buffers import ANYTHING, FIRST, OWN, PAST, Key, Table, described
from ...ir.core import Block, Op, Value, lookup_symbol
from ...ir.dialects import gpu, memref, scf
from ...ir.dialects.builtin import Module
from ...ir.dialects.func import Call, Func
from ...ir.effects import effects
from ...ir.interface import BARRIER
from ...ir.types import MemRefType


@frozen(cache_hash=True)
class BufferAccess:
    """An access of a kernel to a buffer. ``recent``: in this very step."""

    kernel: str
    buffer: str
    writes: bool
    reach: str
    recent: bool = True

    def aged(self) -> BufferAccess:
        """The same, some steps ago."""
        if not self.recent:
            return self
        return BufferAccess(self.kernel, self.buffer, self.writes, self.reach, False)


@frozen
class Conflict:
    """Two accesses, one a write, by threads that may meet. They may be at both at the same time."""

    one: BufferAccess
    other: BufferAccess

    @property
    def in_ring(self) -> bool:
        """Whether both keep to slots of a ring. Then they conflict only some steps apart."""
        return PAST in (self.one.reach, self.other.reach) and {
            self.one.reach,
            self.other.reach,
        } <= {OWN, PAST}

    def __str__(self) -> str:
        writer, other = (self.one, self.other) if self.one.writes else (self.other, self.one)
        verb = "writes" if other.writes else "reads"
        if writer.kernel == other.kernel:
            return f"{writer.buffer} is written by @{writer.kernel}"
        return f"@{writer.kernel} writes {writer.buffer}, which @{other.kernel} {verb}"


@frozen(cache_hash=True)
class Buffers:
    """Buffers that an operand of a call may be.

    Each of ``owners`` has one, with the key ``rest``.
    """

    rest: Key
    owners: frozenset[str]

    def meets(self, other: Buffers) -> bool:
        """Whether some buffer is one of both."""
        return self.rest == other.rest and not self.owners.isdisjoint(other.owners)


Pending = dict[Buffers, frozenset[BufferAccess]]
"""Accesses since the last barrier, by buffer."""


def may_meet(one: BufferAccess, other: BufferAccess) -> bool:
    """Whether different threads may make two accesses at once."""
    if not (one.writes or other.writes):
        return True
    if one.reach == other.reach and one.reach in (OWN, FIRST):
        return True
    if {one.reach, other.reach} <= {OWN, PAST}:
        return one.recent
    return False


def accesses(kernel: Func) -> list[BufferAccess | None]:
    """The access to each argument of a kernel. None: it is no buffer or never touched."""
    reads, writes, anything = set[Value](), set[Value](), False
    for effect in effects(kernel):
        if isinstance(effect.target, Value):
            (writes if effect.writes else reads).add(effect.target)
        elif effect.target == (gpu.LANES, ""):
            continue
        elif effect.target is not None or isinstance(effect.op, Call):
            anything = True
    found: list[BufferAccess | None] = []
    for arg, about in zip(kernel.body.block.args, described(kernel), strict=True):
        touched = arg in reads or arg in writes or anything
        if not touched or not isinstance(arg.type, MemRefType):
            found.append(None)
            continue
        one = about.buffer if isinstance(about, Table) else about
        buffer, reach = (arg.name or "?", ANYTHING) if one is None else (str(one.key), one.reach)
        writes_it = anything or arg in writes
        found.append(
            BufferAccess(kernel.sym_name, buffer, writes_it, ANYTHING if anything else reach)
        )
    return found


def buffers_of(program: Func) -> dict[Value, Buffers]:
    """Buffers behind the values of a program. The values are buffers or tables of them."""
    found: dict[Value, Buffers] = {}
    for arg, about in zip(program.body.block.args, described(program), strict=True):
        if isinstance(about, Table):
            key, owners = about.buffer.key, about.owners
        else:
            key = Key("", f"?{arg.index}") if about is None else about.key
            owners = (key.owner,)
        found[arg] = Buffers(key._replace(owner=""), frozenset(owners))
    for op in program.walk():
        if isinstance(op, memref.Load) and op.memref in found:
            found[op.results[0]] = found[op.memref]
    return found


class RaceAnalysis:
    """The calls of a program that touch what others write."""

    def __init__(self, module: Module, program: Func) -> None:
        self.program = program
        self.calls: dict[Call, list[tuple[Buffers, BufferAccess]]] = {}
        known = buffers_of(program)
        kernels: dict[str, list[BufferAccess | None]] = {}
        for op in program.walk():
            if isinstance(op, Call) and op.callee != BARRIER:
                if op.callee not in kernels:
                    kernel: Any = lookup_symbol(module, op.callee)
                    kernels[op.callee] = accesses(kernel)
                pairs = zip(op.operands, kernels[op.callee], strict=True)
                self.calls[op] = [(known[value], each) for value, each in pairs if each is not None]
        self._drop_unshared()

    def _drop_unshared(self) -> None:
        """Drop buffers that are never written, or touched only apart.

        Touched apart: by all calls in their own parts only.
        """
        by_rest: dict[Key, dict[Buffers, list[BufferAccess]]] = {}
        for found in self.calls.values():
            for buffers, access in found:
                by_rest.setdefault(buffers.rest, {}).setdefault(buffers, []).append(access)
        shared = {
            buffers
            for alike in by_rest.values()
            for buffers in alike
            if _shared([a for each, of in alike.items() if each.meets(buffers) for a in of])
        }
        for call, found in self.calls.items():
            self.calls[call] = [pair for pair in found if pair[0] in shared]

    def conflicts(self, without: Sequence[Op] = ()) -> dict[Conflict, None]:
        """Pairs, one a write, that may meet without some barriers.

        The missing barriers are ``without``.
        """
        found: dict[Conflict, None] = {}
        self._block(self.program.body.block, {}, frozenset(without), found)
        return found

    def _block(
        self, block: Block, pending: Pending, without: frozenset[Op], found: dict[Conflict, None]
    ) -> Pending:
        """The pending accesses after a block. ``pending`` is left as it is."""
        now = dict(pending)
        for op in block.ops:
            if op in self.calls:
                self._call(op, now, found)
            elif isinstance(op, Call):
                if op not in without:
                    now = {}
            elif isinstance(op, scf.For):
                now = self._loop(op, now, without, found)
            elif isinstance(op, scf.If):
                branches = [r.blocks[0] for r in op.regions if r.blocks]
                ends = [self._block(b, now, without, found) for b in branches]
                now = _joined(*ends, *([now] if len(branches) < 2 else []))
        return now

    def _loop(
        self, loop: scf.For, before: Pending, without: frozenset[Op], found: dict[Conflict, None]
    ) -> Pending:
        start = _aged(before)
        while True:
            end = _aged(self._block(loop.body.block, start, without, found))
            again = _joined(start, end)
            if again == start:
                return start
            start = again

    def _call(self, call: Op, pending: Pending, found: dict[Conflict, None]) -> None:
        for buffer, access in self.calls[call]:  # type: ignore[index]
            for other in [each for each in pending if each.meets(buffer)]:
                for earlier in pending[other]:
                    if not may_meet(earlier, access):
                        found[Conflict(earlier.aged(), access.aged())] = None
        for buffer, access in self.calls[call]:  # type: ignore[index]
            pending[buffer] = pending.get(buffer, frozenset()) | {access}


def _shared(found: list[BufferAccess]) -> bool:
    return any(a.writes for a in found) and not all(a.reach == OWN for a in found)


def _aged(pending: Mapping[Buffers, frozenset[BufferAccess]]) -> Pending:
    return {buffer: frozenset(a.aged() for a in found) for buffer, found in pending.items()}


def _joined(*several: Pending) -> Pending:
    out: Pending = {}
    for pending in several:
        for buffer, found in pending.items():
            out[buffer] = out.get(buffer, frozenset()) | found
    return out
