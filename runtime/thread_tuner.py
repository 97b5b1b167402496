"""The number of threads: guessed from the network, then measured.

Results do not depend on the number of threads, so it may change whenever control is here. A step of
a small network is over before a second thread could help; that is guessed from sizes at first. From
time to time two numbers of threads take turns for a few milliseconds, and the faster one goes on:
up from few threads while that helps, down where it no longer does, as when other programs want the
cores. A larger number has to be clearly faster.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field

from ..ir.attrs_classes import define
from ..ir.layouts import Layout

START, WORTH = 4e-6, 0.5e-6
"""Seconds of work per thread and step that justify more threads.

Below the first, more of them are not what we start with; below the second, they are not even tried.
A barrier takes some 0.1 us where every thread has a core.
"""

TURN = 0.004
"""Seconds in one turn for each number of threads tried."""

TURNS = 3
"""Turns of each of them; the best one counts."""

FIRST_TRIAL, LONGEST = 0.02, 20.0
"""Seconds of simulation before the first trial, and between later ones.

The second is the most between two.
"""

GAIN = 0.95
"""Share of the time that more threads may take at most."""

FEW = 64
"""Steps of the first stretch, to know the time of one."""


@define
class ThreadTuner:
    """The number of threads, at most ``most``. ``guess`` is the time of a step on one, in s.

    ``exact``: always ``most``, for the reason ``why``.
    """

    most: int
    guess: float
    exact: bool = False
    why: str = "as asked for"
    threads: int = field(init=False)
    _times: dict[int, float] = field(factory=dict, init=False)
    _best: dict[int, float] = field(factory=dict, init=False)
    _turns: list[int] = field(factory=list, init=False)
    _longest: int = field(default=FEW, init=False)
    _turn: tuple[int, float] = field(default=(0, 0.0), init=False)
    _since: float = field(default=0.0, init=False)
    _pause: float = field(default=FIRST_TRIAL, init=False)
    _upwards: bool = field(default=True, init=False)

    def __attrs_post_init__(self) -> None:
        if self.exact:
            self.threads = self.most
        else:
            self.threads = max(1, min(self.most, int(self.guess / START)))

    @property
    def next(self) -> int:
        """The number of threads for the next stretch."""
        return self._turns[0] if self._turns else self.threads

    def steps(self, seconds: float) -> int:
        """The number of steps for some ``seconds``.

        There are fewer where a turn of a trial ends before, and at most four times as many as ever
        before, since steps may take longer than they did.
        """
        known = self._times.get(self.next) or self._times.get(self.threads) or self.guess
        count = (TURN if self._turns else seconds) / max(known, 1e-9)
        return max(1, min(self._longest, int(count)))

    def ran(self, steps: int, seconds: float) -> None:
        """Take note of a stretch on ``next`` threads."""
        self._longest = max(self._longest, 4 * steps)
        if self._turns:
            self._take_turn(steps, seconds)
            return
        self._times[self.threads] = seconds / steps
        self._since += seconds
        if self._since >= self._pause and not self.exact and self.most > 1:
            self._try()

    def _take_turn(self, steps: int, seconds: float) -> None:
        """Take a stretch into a turn, which may take several."""
        threads = self.next
        done, spent = self._turn[0] + steps, self._turn[1] + seconds
        each = spent / done
        self._times.setdefault(threads, each)
        self._turn = (done, spent)
        if spent >= TURN / 2:
            self._turn = (0, 0.0)
            del self._turns[0]
            self._best[threads] = min(each, self._best.get(threads, each))
            if not self._turns:
                self._decide()

    def _try(self) -> None:
        """Begin a trial of twice or half as many threads. Neither may make sense."""
        self._since = 0.0
        more, fewer = min(self.most, 2 * self.threads), max(1, self.threads // 2)
        work = self._times[self.threads] * self.threads
        worth = more > self.threads and work > more * WORTH
        if self._upwards and worth:
            other = more
        elif fewer < self.threads:
            other = fewer
        elif worth:
            other = more
        else:
            return
        self._upwards = not self._upwards
        self._best = {}
        self._times.pop(other, None)
        self._turns = [other, self.threads] * TURNS

    def _decide(self) -> None:
        """End a trial. One that changes something is soon followed by another."""
        fewer, more = sorted(self._best)
        chosen = more if self._best[more] < GAIN * self._best[fewer] else fewer
        changed = chosen != self.threads
        self._upwards = chosen > self.threads if changed else self._upwards
        self.threads = chosen
        self._times = dict(self._best)
        self._pause = FIRST_TRIAL if changed else min(LONGEST, 4 * self._pause)

    def __str__(self) -> str:
        said = f"{self.threads} of at most {self.most}"
        if self.exact:
            return f"{self.threads}, {self.why}"
        if len(self._best) > 1:
            times = [f"{1e6 * t:.3g} us on {n}" for n, t in sorted(self._best.items())]
            return f"{said}: a step takes {', '.join(times)}"
        known = self._times.get(self.threads)
        if known is None:
            return f"{said}: a step on one is expected to take {1e6 * self.guess:.2g} us"
        why = "" if self.most == 1 or known * self.threads > WORTH else ", too little to share"
        return f"{said}: a step takes {1e6 * known:.3g} us{why}"


NEURON, SPIKING = 0.1e-9, 5e-9
"""Seconds per step for a neuron's variable, and for each spike.

Each spike takes them at every synapse.
"""

RATE = 10.0
"""Spikes per second of a neuron that is not known better."""


def expected(neurons: int, synapses: Iterable[tuple[Layout, int]], dt: float) -> float:
    """A guess at the seconds of a step on one thread.

    ``neurons`` counts them once for each of their variables; ``synapses`` are the layout and size
    of each projection; ``dt`` is in ms.
    """
    spikes = RATE * dt / 1000.0
    each = ((layout.sum_seconds or SPIKING * spikes) * size for layout, size in synapses)
    return NEURON * neurons + sum(each)
