"""A team of persistent worker threads that run native code together.

Workers sleep on a queue between calls; inside a call they meet at the native barrier. Thread 0 is
the caller, so a team of one has no workers at all.
"""

from __future__ import annotations

import queue
import threading
import weakref
from collections.abc import Callable

from attrs import define, field

Work = Callable[[int], None]


@define(weakref_slot=True)
class Team:
    """``threads`` threads, the caller among them."""

    threads: int
    _orders: list[queue.SimpleQueue[Work | None]] = field(factory=list, init=False)
    _answers: queue.SimpleQueue[BaseException | None] = field(factory=queue.SimpleQueue, init=False)

    def __attrs_post_init__(self) -> None:
        for thread in range(1, self.threads):
            order: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
            self._orders.append(order)
            worker = threading.Thread(
                target=_serve,
                args=(thread, order, self._answers),
                daemon=True,
                name=f"ranvier-{thread}",
            )
            worker.start()
        weakref.finalize(self, _dismiss, self._orders)

    def run(self, work: Work) -> None:
        """Run ``work(thread)`` in every thread; return when all have finished."""
        for order in self._orders:
            order.put(work)
        try:
            work(0)
        finally:
            failures = [self._answers.get() for _ in self._orders]
        for failure in failures:
            if failure is not None:
                raise failure


def _serve(
    thread: int,
    order: queue.SimpleQueue[Work | None],
    answers: queue.SimpleQueue[BaseException | None],
) -> None:
    while (work := order.get()) is not None:
        try:
            work(thread)
        except BaseException as failure:
            answers.put(failure)
        else:
            answers.put(None)
        del work


def _dismiss(orders: list[queue.SimpleQueue[Work | None]]) -> None:
    for order in orders:
        order.put(None)
