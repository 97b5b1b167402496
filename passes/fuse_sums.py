"""fuse-sums: sums over all neurons join the update that reads them.

    func.func @j_transmit(%thread: index, %threads: index, %step: index,
        %sums: memref<?xf64> {ranvier.buffer = {
            owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons",
            reach = "own"}}) {
      %zero = arith.constant 0 : index
      %end = arith.constant 16 : index
      %one = arith.constant 1 : index
      %two = arith.constant 2.0 : f64
      scf.for %i = %zero to %end step %one {
        memref.store %two, %sums[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }
    func.func @a_update(%thread: index, %threads: index, %step: index,
        %sums: memref<?xf64> {ranvier.buffer = {
            owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons",
            reach = "own"}},
        %r: memref<?xf64> {ranvier.buffer = {
            owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
      %zero = arith.constant 0 : index
      %end = arith.constant 16 : index
      %one = arith.constant 1 : index
      scf.for %i = %zero to %end step %one {
        %s = memref.load %sums[%i] : memref<?xf64>
        memref.store %s, %r[%i] : memref<?xf64>
      } {parallel = 16 : i64}
      return
    }
    func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
        %barrier: memref<?xi64>, %sums: memref<?xf64>, %r: memref<?xf64>) {
      %one = arith.constant 1 : index
      scf.for %step = %t0 to %t1 step %one {
        func.call @j_transmit(%thread, %threads, %step, %sums)
            : (index, index, index, memref<?xf64>) -> ()
        func.call @a_update(%thread, %threads, %step, %sums, %r)
            : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
      }
      return
    }
    ==>
    func.func @a_step(
        %thread: index, %threads: index, %step: index, %last: index,
        %sums: ...wanted = "last"}},
        %r: ...
    ...
        memref.store %two, %sums[%i] : memref<?xf64>
    ...
        %s = memref.load %sums[%i...] : memref<?xf64>
        memref.store %s, %r[%i...] : memref<?xf64>
    ...
    func.func @step_range(
    ...
        func.call @a_step(%thread, %threads, %step, %last, ...
    ...

The new kernel holds the bodies of both, one behind the other; ``fuse-loops`` makes one loop of
their loops, ``forward-stores`` lets the sum of a neuron pass in a register, and ``store-last``
stores it in the last step of a run only, where no other kernel reads it: this is what the user, a
view or a saved state may look at.

Kernels are joined only where no thread waits for others in between, and may change places for it as
long as none of them reads or writes what another one writes. A kernel that reads earlier steps in a
ring touches nothing that is written in this one. Sums over many synapses for each neuron (dense,
sparse) keep kernels of their own: next to their work that of a call is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

from attrs import field

from ..ir.attrs_classes import define
from ..ir.buffers import OWN, PAST
from ..ir.core import Block, Op, Value, lookup_symbol
from ..ir.dialects import scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func, Return
from ..ir.interface import BARRIER, STEP_RANGE
from .analysis.races import BufferAccess
from .framework.core import Context, Pass, blocks, register
from .kernels.kernel_fusion import SAME, Joint


@register
class FuseSums(Pass):
    """Join kernels of sums and of updates; see the module."""

    name = "fuse-sums"
    requires = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit all stretches of calls of the program."""
        program = lookup_symbol(module, STEP_RANGE)
        if not isinstance(program, Func):
            return False
        join = Joint(module, program, ctx)
        for block in list(blocks(program)):
            for calls in _stretches(block):
                _Stretch(calls, join).run()
        join.finish()
        return join.rw.changed


def _stretches(block: Block) -> Iterator[list[Call]]:
    """Runs of calls without a barrier, loop or branch in between."""
    calls: list[Call] = []
    for op in block.ops:
        if isinstance(op, Call) and op.callee != BARRIER:
            calls.append(op)
        elif op.regions or isinstance(op, Call | scf.Yield | Return):
            yield calls
            calls = []


@define(eq=False)
class _Stretch:
    """Calls in order, and the order that they have to keep."""

    calls: list[Call]
    join: Joint
    after: dict[Call, set[Call]] = field(init=False)
    group: dict[Call, list[Call]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.after = {call: set() for call in self.calls}
        self.group = {call: [call] for call in self.calls}

    def run(self) -> None:
        """Join calls, then put them into an order that is right."""
        sums: dict[Call, list[Value]] = {}
        for call in self.calls:
            found = [value for value, access in self.join.sums(call) if access.writes]
            if found:
                sums[call] = found
        if not sums:
            return
        self._depend()
        readers = {value: call for call in self.calls for value, _ in self.join.sums(call)}
        joined = False
        for call in reversed(sums):
            joined |= self._consider(call, [readers[value] for value in sums[call]])
        if joined:
            self._rearrange()

    def _consider(self, call: Call, readers: Sequence[Call]) -> bool:
        """Join a call with the last reader of its sums.

        It reads all of them; else the report says why not.
        """
        reader = readers[0]
        if any(other is not reader for other in readers):
            self.join.refuse(call, "not all its sums are read by one kernel")
        elif not self.join.is_plain(call):
            self.join.refuse(call, "taking them is more than one loop over the neurons")
        elif reader is call or not self.join.takes(reader):
            self.join.refuse(call, "threads wait for one another before neurons read them")
        elif call.operands[:SAME] != reader.operands[:SAME]:
            self.join.refuse(call, "neurons read them in another step")
        elif self._between(call, reader):
            self.join.refuse(call, "other kernels have to run in between")
        else:
            both = sorted([*self.group[call], *self.group[reader]], key=self.calls.index)
            self.group |= dict.fromkeys(both, both)
            return True
        return False

    def _depend(self) -> None:
        """Find out which calls have to stay in front of which."""
        touched: dict[Value, list[tuple[Call, BufferAccess]]] = {}
        for call in self.calls:
            for value, access in self.join.accesses(call):
                touched.setdefault(value, []).append((call, access))
        for found in touched.values():
            if any(access.writes for _, access in found):
                for n, (call, access) in enumerate(found):
                    self.after[call] |= {other for other, a in found[n + 1 :] if _tied(access, a)}

    def _next(self, group: Sequence[Call]) -> set[Call]:
        """The last calls of the groups that must follow this one."""
        found = {self.group[other][-1] for call in group for other in self.after[call]}
        return found - {group[-1]}

    def _between(self, call: Call, reader: Call) -> bool:
        """Whether another call must come between ``call`` and ``reader``."""
        mine, theirs = self.group[call][-1], self.group[reader][-1]
        first = self._next(self.group[call]) | self._next(self.group[reader])
        waiting = list(first - {mine, theirs})
        seen: set[Call] = set()
        while waiting:
            last = waiting.pop()
            if last in (mine, theirs):
                return True
            if last not in seen:
                seen.add(last)
                waiting += self._next(self.group[last])
        return False

    def _rearrange(self) -> None:
        """Write the calls in an order that respects all ties.

        They stay as they were where there is none.
        """
        number = {call: n for n, call in enumerate(self.calls)}
        groups = {group[-1]: group for group in self.group.values()}
        ties = {last: self._next(group) for last, group in groups.items()}
        before = dict.fromkeys(groups, 0)
        for others in ties.values():
            for other in others:
                before[other] += 1
        ready = [number[last] for last, count in before.items() if not count]
        heapify(ready)
        rw, block = self.join.rw, self.calls[-1].block
        assert block is not None
        end = block.ops[block.ops.index(self.calls[-1]) + 1]
        while ready:
            last = self.calls[heappop(ready)]
            self._write(groups[last], end)
            for other in ties[last]:
                before[other] -= 1
                if not before[other]:
                    heappush(ready, number[other])
        for group in groups.values():
            for call in group if len(group) > 1 else ():
                rw.erase(call)

    def _write(self, group: Sequence[Call], end: Op) -> None:
        rw = self.join.rw
        if len(group) == 1:
            rw.move_before(end, group[0])
        else:
            rw.insert_before(end, self.join.call(group))


def _tied(first: BufferAccess, second: BufferAccess) -> bool:
    """Whether two accesses of a buffer must stay in this order.

    Who reads earlier slots of a ring does not see what is written to that of this step.
    """
    if not (first.writes or second.writes):
        return False
    return first.writes or (first.reach, second.reach) != (PAST, OWN)
