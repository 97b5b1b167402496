"""The loop around native code, in stretches of 50 ms.

Between them it shows progress, and handlers of signals run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .memory_reserve import secured
from .signals import Deferred

if TYPE_CHECKING:
    from .program import Program

_CHUNK_SECONDS = 0.05


def run(program: Program, steps: int, progress: bool) -> None:
    """Run ``steps`` steps of a program, or fewer after its ``stop()``.

    Whatever ends it, it ends after a whole step with all recordings handed over: what handlers of
    signals raise, KeyboardInterrupt among them, and NoMemory where recordings find no place.
    """
    program.room.begin()
    left, program.stopping = steps, False  # handlers may set the clock, so that counts instead
    signals = Deferred()
    try:
        with signals, _progress(steps, progress) as show:
            while left and not program.stopping:
                done = program.advance(_next(program, left))
                left -= done
                show(done)
                signals.deliver()
    finally:
        program.raised = signals.raised


def _next(program: Program, left: int) -> int:
    """The number of steps to run at once, at most ``left``. Recorders are ready for them."""
    room = min((r.limit for r in program.recorders), default=left)
    tile = program.tile  # a shorter chunk would take its sums one by one
    wanted = -(-program.tuner.steps(_CHUNK_SECONDS) // tile) * tile
    return secured(program.recorders, program.room, program.step, min(left, room, wanted))


@contextmanager
def _progress(steps: int, show: bool) -> Iterator[Callable[[int], Any]]:
    """A progress bar, if wanted."""
    if not show:
        yield lambda _: None
        return
    from tqdm.auto import tqdm

    with tqdm(total=steps, unit="step", unit_scale=True) as bar:
        yield bar.update
