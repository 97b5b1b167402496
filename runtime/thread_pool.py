"""A pool of threads that run the same native call repeatedly. It runs in each of them.

Workers start when a call first needs them: one thread alone starts none. They are parked on a queue
between calls, which costs nothing while the simulation stands still and some 20 us per call; within
a call, native code synchronises with spin barriers. Native code runs without the GIL, so that
Python threads are as good as any.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType

from ..ir.diagnostics import NoMemory, error

Call = Callable[[int], object]
Inbox = SimpleQueue[Call | None]
Outbox = SimpleQueue[BaseException | None]


class ThreadPool:
    """At most ``threads`` threads, the caller of :meth:`run` being thread 0.

    Use it as a context manager, call :meth:`close`, or drop it: the workers end with it.
    """

    def __init__(self, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"a pool needs at least one thread, got {threads}")
        self.threads = threads
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        """No workers yet, in this process."""
        self._process = os.getpid()
        self._inboxes: list[Inbox] = []
        self._outbox: Outbox = SimpleQueue()
        self._finalizer = weakref.finalize(self, _dismiss, self._inboxes)

    def _start(self, threads: int) -> list[Inbox]:
        """The inboxes of the workers for ``threads`` threads. Missing workers are started."""
        while len(self._inboxes) < threads - 1:
            inbox: Inbox = SimpleQueue()
            number = len(self._inboxes) + 1
            # Workers hold their queues, not the pool, which could never be collected otherwise.
            worker = threading.Thread(
                target=_work,
                args=(number, inbox, self._outbox),
                name=f"ranvier-{number}",
                daemon=True,
            )
            try:
                worker.start()
            except RuntimeError as problem:  # no memory for its stack, or too many processes
                text = f"the system starts no thread beside the first {number}: {problem}"
                raise NoMemory(error(f"{text}; ask for fewer with num_threads")) from None
            self._inboxes.append(inbox)
        return self._inboxes[: threads - 1]

    def run(self, call: Call, threads: int | None = None) -> None:
        """Run ``call(thread)`` in the first ``threads`` threads and wait. None: in all of them.

        Raises what a thread raised, and ValueError for more threads than the pool has.
        """
        count = self.threads if threads is None else threads
        if not 1 <= count <= self.threads:
            raise ValueError(f"a pool of {self.threads} threads cannot run on {count}")
        if self._process != os.getpid():  # threads do not survive a fork, locks they held do
            self._finalizer.detach()
            self._lock = threading.Lock()
            self._begin()
        with self._lock:
            if not self._finalizer.alive:
                raise RuntimeError("the pool is closed")
            inboxes = self._start(count)
            for inbox in inboxes:
                inbox.put(call)
            failures: list[BaseException] = []
            try:
                call(0)
            except BaseException as failure:
                failures.append(failure)
            self._wait(len(inboxes), failures)
        if failures:
            raise failures[0]

    def _wait(self, missing: int, failures: list[BaseException]) -> None:
        """Collect one answer per worker. Ctrl-C waits until no thread is in native code."""
        while missing:
            try:
                answer = self._outbox.get()
            except KeyboardInterrupt as interrupt:
                failures.insert(0, interrupt)
                continue
            missing -= 1
            if answer is not None:
                failures.append(answer)

    def close(self) -> None:
        """End the workers; a closed pool runs nothing."""
        self._finalizer()

    def __enter__(self) -> ThreadPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _work(thread: int, inbox: Inbox, outbox: Outbox) -> None:
    while (call := inbox.get()) is not None:
        failure: BaseException | None = None
        try:
            call(thread)
        except BaseException as problem:
            failure = problem
        del call  # or the worker would keep it alive until the next one
        outbox.put(failure)
        del failure


def _dismiss(inboxes: list[Inbox]) -> None:
    for inbox in inboxes:
        inbox.put(None)
