"""Signals while steps run: Python's handlers are called between steps.

Nothing is interrupted in the middle.

Python runs handlers of signals in the main thread between any two bytecodes, and a handler may
raise, as the one of Ctrl-C does. Between two whole steps that does no harm; half-way through
handing over recordings it would lose some of them. So handlers wait for the end of a step::

    with Deferred() as signals:
        while ...:
            run some steps
            signals.deliver()

Whose handlers they are does not matter: KeyboardInterrupt comes from Python's own, another one of
SIGINT is called instead of it. What no handler of Python answers (ignored signals, those that end
the process, handlers in C) is left alone, and so is everything in other threads than the main one,
where Python calls no handlers.
"""

from __future__ import annotations

import signal
import sys
from threading import current_thread, main_thread
from types import FrameType, TracebackType
from typing import Any, Self

try:  # without turning numbers into enums, which takes twenty times as long as the rest
    import _signal as plain  # type: ignore[import-not-found]
except ImportError:
    plain = signal

_OWN = ["SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGKILL", "SIGSTOP"]
_ALL = sorted(map(int, signal.valid_signals() - {getattr(signal, n, None) for n in _OWN}))
"""Signals from outside. The others are faults of the program, or cannot be answered."""


class Deferred:
    """A context in which Python's handlers wait. They run at :meth:`deliver` or at the end.

    ``raised`` is what one of them raised.
    """

    __slots__ = ("_handlers", "_seen", "raised")

    def __init__(self) -> None:
        self.raised: BaseException | None = None
        self._handlers: dict[int, Any] = {}
        self._seen: dict[int, Any] = {}

    def _note(self, number: int, frame: FrameType | None) -> None:
        """Note that a signal came, not how often, as Python does."""
        self._seen[number] = self._handlers[number]

    def __enter__(self) -> Self:
        if current_thread() is main_thread():
            try:
                self._install()
            except BaseException:
                self._restore()
                raise
        return self

    def _install(self) -> None:
        for number in _ALL:
            handler = plain.getsignal(number)
            if callable(handler):
                self._handlers[number] = handler
                plain.signal(number, self._note)

    def _restore(self) -> None:
        """Restore the handlers. One that is back may raise while others are not."""
        failure: BaseException | None = None
        while self._handlers:
            try:
                number = next(iter(self._handlers))
                plain.signal(number, self._handlers[number])
                del self._handlers[number]
            except BaseException as problem:
                failure = problem
        if failure is not None:
            raise failure

    def deliver(self) -> None:
        """Call the handlers of the signals that came. Their exceptions come out of here.

        They see the handlers that the user installed, and may install others.
        """
        if self._seen:
            self._finish()
            self._install()

    def _finish(self) -> None:
        try:
            self._restore()
        finally:
            seen, self._seen = list(self._seen.items()), {}
            try:
                _call(seen, sys._getframe())
            except BaseException as problem:
                self.raised = problem
                raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._finish()


def _call(seen: list[tuple[int, Any]], frame: FrameType) -> None:
    """Call all handlers, even where one raises."""
    for place, (number, handler) in enumerate(seen):
        try:
            handler(number, frame)
        except BaseException:
            _call(seen[place + 1 :], frame)
            raise
