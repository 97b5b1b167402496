"""Spike statistics of a monitor: those of `analysis`, with its dt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ir.events import EVENT_OF, SPIKE
from . import analysis
from .analysis import Spikes
from .spikes import Intervals, RecordedSpikes, stretches
from .user_errors import reject

if TYPE_CHECKING:
    from .network import Network


class SpikeStatistics:
    """Mixin of :class:`Monitor`: statistics of its spikes.

    Without ``spikes`` a method takes the recorded ones out.
    """

    _network: Network
    _intervals: dict[str, Intervals | None]

    @property
    def variables(self) -> list[str]:
        """Names of the recorded items."""
        raise NotImplementedError

    def get(self, variables: str, /) -> Any:
        """The data of a variable."""
        raise NotImplementedError

    def _given(self, spikes: Spikes | None) -> Spikes:
        recorded = SPIKE.name in self.variables
        if not (recorded or (spikes is not None and EVENT_OF.keys() & self.variables)):
            reject("this monitor does not record 'spike'")
        found: Spikes = self.get(SPIKE.name) if spikes is None else spikes
        if not isinstance(found, Mapping):
            return found  # statistics say what they take
        known = found.intervals if isinstance(found, RecordedSpikes) else self._known(found)
        if known is None:
            return found
        if len(known.stretches) > 1 and known.of(found) is None:
            reject(
                "the clock was set during this recording; give spikes as get('spike') returned "
                "them, or those of some of the neurons, so that it is known when they were recorded"
            )
        return RecordedSpikes.of(found, known)

    def _known(self, spikes: Spikes) -> Intervals | None:
        """The intervals of spikes in a plain dict.

        They are those of the event that has these spikes.
        """
        taken = [each for each in reversed(self._intervals.values()) if each is not None]
        fitting = (each for each in taken if each.holds(spikes))
        return next(fitting, taken[0] if taken else None)

    def raster_plot(
        self, spikes: Spikes | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Times (ms) and ranks of all spikes."""
        return analysis.raster_plot(self._given(spikes), self._network.dt)

    def histogram(
        self,
        spikes: Spikes | None = None,
        bins: float | None = None,
        per_neuron: bool = False,
        recording_window: tuple[int, int] | None = None,
    ) -> NDArray[np.int64]:
        """Number of spikes in bins of ``bins`` ms (default dt). See `analysis.histogram`."""
        given = self._given(spikes)
        return analysis.histogram(given, bins, per_neuron, recording_window, self._network.dt)

    def inter_spike_interval(
        self,
        spikes: Spikes | None = None,
        ranks: Iterable[int] | None = None,
        per_neuron: bool = False,
    ) -> Any:
        """Times between successive spikes of a neuron, in ms.

        Both are of one interval of the recording.
        """
        given = self._given(spikes)
        return analysis.inter_spike_interval(given, ranks, per_neuron, self._network.dt)

    def coefficient_of_variation(
        self, spikes: Spikes | None = None, ranks: Iterable[int] | None = None
    ) -> list[float]:
        """Standard deviation over mean of the intervals between spikes.

        There is a number for each neuron that has two of these.
        """
        found: list[float] = analysis.coefficient_of_variation(self._given(spikes), ranks)
        return found

    def mean_fr(self, spikes: Spikes | None = None) -> float:
        """Mean firing rate of the neurons in Hz, while recorded."""
        given = self._given(spikes)
        known: Intervals | None = getattr(given, "intervals", None)
        duration = None if known is None else known.steps * self._network.dt
        return analysis.mean_fr(given, duration, self._network.dt)

    def smoothed_rate(
        self, spikes: Spikes | None = None, smooth: float = 0.0
    ) -> NDArray[np.float64]:
        """Instantaneous rate of each neuron in Hz, ``(size, steps)``.

        From the first step recorded on. Where the clock was set the steps of the next stretch
        follow.
        """
        given = self._given(spikes)
        parts = stretches(given, whole=True)
        return analysis.smoothed_rate_of(parts, len(given), smooth, self._network.dt)

    def population_rate(
        self, spikes: Spikes | None = None, smooth: float = 0.0
    ) -> NDArray[np.float64]:
        """Mean rate of the neurons in each step in Hz.

        ``(steps,)``; steps are those of ``smoothed_rate``.
        """
        given = self._given(spikes)
        parts = stretches(given, whole=True)
        return analysis.population_rate_of(parts, len(given), smooth, self._network.dt)
