"""The threads of a grid, one at a time.

A block's threads take turns: each runs up to its next barrier or its end, then the next one does,
until all have ended. So the order is always the same, and what a thread reads that another one has
written in the same turn depends on it: a race, which only the emulator of a GPU finds.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field

from ..attrs_classes import define, frozen
from ..core import Op
from .core import External, Interpreter, InterpreterError
from .place import Place, garbage


def run_grid(
    module: Op,
    name: str,
    blocks: int,
    threads: int,
    *args: Any,
    externals: Mapping[str, External] | None = None,
) -> None:
    """Call a function in every thread of a grid.

    Its first arguments are the number of the thread in the grid and the number of them all, as
    indices; ``args`` are the others. Raises InterpreterError where threads of a block wait for one
    another at different barriers, or for one that has ended, and what a thread raises.
    """
    for number in range(blocks):
        block = _Block(threads)
        places = [_Member(i, threads, number, blocks, block) for i in range(threads)]

        def work(place: _Member) -> None:
            own = place.block * threads + place.thread
            Interpreter(module, externals, place).call(name, own, blocks * threads, *args)

        block.run(work, places)


class _Stopped(BaseException):
    """The end of a thread, since another one has failed."""


@define(eq=False)
class _Turn:
    """The turn of a thread.

    ``mine`` lets it run, ``over`` says that it waits, at a barrier, or has ended.
    """

    mine: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    over: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    at: Any = None
    failure: BaseException | None = None


@define(eq=False)
class _Block:
    """A block of threads that run."""

    threads: int
    turns: list[_Turn] = field(init=False)
    memory: dict[tuple[Op, int], np.ndarray[Any, Any]] = field(factory=dict, init=False)
    stopped: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self.turns = [_Turn() for _ in range(self.threads)]

    def run(self, work: Any, places: list[_Member]) -> None:
        """Run all threads to their ends."""
        running = [
            threading.Thread(target=self._one, args=(work, place), daemon=True) for place in places
        ]
        for thread in running:
            thread.start()
        try:
            self._take_turns()
        finally:
            self.stopped = True
            for turn in self.turns:
                turn.mine.release()
            for thread in running:
                thread.join()

    def _one(self, work: Any, place: _Member) -> None:
        turn = self.turns[place.thread]
        turn.mine.acquire()
        try:
            if not self.stopped:
                work(place)
        except _Stopped:
            pass
        except BaseException as failure:
            turn.failure = failure
        turn.at = None
        turn.over.release()

    def _take_turns(self) -> None:
        while True:
            for turn in self.turns:
                turn.mine.release()
                turn.over.acquire()
                if turn.failure is not None:
                    raise turn.failure
            waiting = {turn.at for turn in self.turns}
            if waiting == {None}:
                return
            if len(waiting) > 1:
                at = next(op for op in waiting if op is not None)
                raise InterpreterError("threads of a block do not meet at one barrier", at.loc)

    def meet(self, thread: int, op: Op) -> None:
        """Wait at a barrier until the others have come."""
        turn = self.turns[thread]
        turn.at = op
        turn.over.release()
        turn.mine.acquire()
        if self.stopped:
            raise _Stopped


@frozen(eq=False)
class _Member(Place):
    """The place of one of several threads."""

    team: Any = None
    seen: dict[Op, int] = field(factory=dict)

    def meet(self, op: Any) -> None:
        self.team.meet(self.thread, op)

    def memory(self, op: Any) -> np.ndarray[Any, Any]:
        """The buffer that others get when they come here as often."""
        number = self.seen[op] = self.seen.get(op, 0) + 1
        key = op, number
        if key not in self.team.memory:
            self.team.memory[key] = garbage(op.results[0].type)
        found: np.ndarray[Any, Any] = self.team.memory[key]
        return found
