"""Finding races: which elements of buffers threads touch between two barriers.

Kernels run in the interpreter, one Python thread for each thread of the program. What one of them
touches between its n-th barrier and the next may happen at any time before, after or while another
does what it does between its own n-th barrier and the next. So if one writes an element there and
another reads or writes it, the program has a race, whatever the result of this run is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from differential.levels import Lowered, executed

from ranvier.ir.core import Op, Value
from ranvier.ir.dialects import memref, syn, vector
from ranvier.ir.dialects.func import Func
from ranvier.ir.interpreter.core import RULES, Env, Interpreter, all_rules

Element = tuple[int, int]
Touched = dict[Element, str]


class Log:
    """Elements that each thread reads and writes, between two barriers."""

    def __init__(self) -> None:
        self._mine = threading.local()
        self._lock = threading.Lock()
        self.stretches: dict[int, list[tuple[threading.Thread, Touched, Touched]]] = {}

    def start(self, number: int) -> None:
        """This thread begins its stretch ``number``."""
        reads, writes = Touched(), Touched()
        self._mine.now = (number, reads, writes)
        with self._lock:
            threads = self.stretches.setdefault(number, [])
            threads.append((threading.current_thread(), reads, writes))

    def barrier(self) -> None:
        """This thread passes a barrier."""
        self.start(self._mine.now[0] + 1)

    def touch(self, buffer: Any, place: int, what: str, writes: bool) -> None:
        """This thread reads or writes an element."""
        element = (buffer.__array_interface__["data"][0], place)
        self._mine.now[2 if writes else 1].setdefault(element, what)

    def races(self) -> list[str]:
        """Accesses of two threads to one element that may meet.

        Their stretches between barriers may run at the same time.
        """
        found: dict[str, None] = {}
        for threads in self.stretches.values():
            for mine, _, writes in threads:
                for other, theirs, overwritten in threads:
                    if other is mine:
                        continue
                    for touched, verb in ((theirs, "reads"), (overwritten, "writes")):
                        for element in writes.keys() & touched.keys():
                            text = f"{writes[element]} writes what {touched[element]} {verb}"
                            found[text] = None
        return list(found)


@contextmanager
def _watched(log: Log) -> Iterator[None]:
    """Every access of the interpreter goes into ``log``.

    Bit matrices are never written.
    """
    watched = (memref.Load, memref.Store, vector.Load, vector.Store, vector.Gather, syn.Append)
    plain: dict[type[Op], Any] = {cls: all_rules()[cls] for cls in watched}

    def element(op: Any, env: Env, interpreter: Interpreter) -> Any:
        writes = isinstance(op, memref.Store)
        if isinstance(env[op.memref], list):  # a table of buffers, which nobody writes
            return plain[type(op)](op, env, interpreter)
        log.touch(env[op.memref], env[op.indices[0]], _name(op, op.memref), writes)
        return plain[type(op)](op, env, interpreter)

    def consecutive(op: Any, env: Env, interpreter: Interpreter) -> Any:
        writes = isinstance(op, vector.Store)
        lanes = (op.value if writes else op.results[0]).type.size
        for lane in range(lanes):
            place = env[op.indices[0]] + lane
            log.touch(env[op.base], place, _name(op, op.base), writes)
        return plain[type(op)](op, env, interpreter)

    def gather(op: Any, env: Env, interpreter: Interpreter) -> Any:
        for lane in np.flatnonzero(env[op.mask]):
            place = env[op.offset] + int(env[op.indices][lane])
            log.touch(env[op.base], place, _name(op, op.base), writes=False)
        return plain[type(op)](op, env, interpreter)

    def append(op: Any, env: Env, interpreter: Interpreter) -> Any:
        before = int(env[op.count][env[op.slot]])
        plain[syn.Append](op, env, interpreter)
        for i in range(before, int(env[op.count][env[op.slot]])):
            log.touch(env[op.list], env[op.base] + i, _name(op, op.list), writes=True)
            log.touch(env[op.count], env[op.slot], _name(op, op.count), writes=True)
        return ()

    RULES[memref.Load] = RULES[memref.Store] = element
    RULES[vector.Load] = RULES[vector.Store] = consecutive
    RULES[vector.Gather], RULES[syn.Append] = gather, append
    try:
        yield
    finally:
        RULES.update(plain)


def _name(op: Any, buffer: Value) -> str:
    """The kernel and its argument.

    Buffers of merged kernels have the names of the first.
    """
    function = op.parent_op
    while not isinstance(function, Func):
        function = function.parent_op
    return f"@{function.sym_name}({buffer.name})"


def races(lowered: Lowered, steps: int, threads: int) -> list[str]:
    """The races of a module of kernels.

    It runs for ``steps`` steps without a return in between.
    """
    return races_log(lowered, steps, threads).races()


def races_log(lowered: Lowered, steps: int, threads: int) -> Log:
    """The log of a run without a return in between."""
    log = Log()
    with _watched(log):
        executed(lowered, steps, threads=threads, at_once=steps, watch=log)
    return log
