"""Statistics of the spikes of a monitor: the formulas of `analysis`, with its time step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import analysis
from .analysis import Spikes
from .caller import reject
from .recording import SPIKE, Interval

if TYPE_CHECKING:
    from .network import Network


class SpikeStatistics:
    """Mixin of :class:`Monitor`. Without ``spikes`` a method takes the recorded ones out."""

    _network: Network
    _last: dict[str, list[Interval]]

    @property
    def variables(self) -> list[str]:
        """Names of what is recorded."""
        raise NotImplementedError

    def get(self, variables: str, /) -> Any:
        """The data of a variable."""
        raise NotImplementedError

    def _given(self, spikes: Spikes | None) -> Spikes:
        if SPIKE not in self.variables:
            reject("this monitor does not record 'spike'")
        found: Spikes = self.get(SPIKE) if spikes is None else spikes
        return found

    def _window(self, spikes: Spikes) -> tuple[int, int]:
        """First step and step after the last one of the recording that ``spikes`` came from."""
        intervals = self._last.get(SPIKE) or []
        if not intervals:
            return analysis.span(spikes)
        return intervals[0].start, max(interval.stop or 0 for interval in intervals)

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
        """Number of spikes in bins of ``bins`` ms (default dt); see `analysis.histogram`."""
        given = self._given(spikes)
        return analysis.histogram(given, bins, per_neuron, recording_window, self._network.dt)

    def inter_spike_interval(
        self,
        spikes: Spikes | None = None,
        ranks: Iterable[int] | None = None,
        per_neuron: bool = False,
    ) -> Any:
        """Times between successive spikes of a neuron, in ms."""
        given = self._given(spikes)
        return analysis.inter_spike_interval(given, ranks, per_neuron, self._network.dt)

    def coefficient_of_variation(
        self, spikes: Spikes | None = None, ranks: Iterable[int] | None = None
    ) -> list[float]:
        """Standard deviation over mean of the intervals of each neuron that has two of them."""
        found: list[float] = analysis.coefficient_of_variation(self._given(spikes), ranks)
        return found

    def mean_fr(self, spikes: Spikes | None = None) -> float:
        """Mean firing rate of the neurons in Hz, over the time that was recorded."""
        given = self._given(spikes)
        intervals = self._last.get(SPIKE) or []
        steps = sum((interval.stop or 0) - interval.start for interval in intervals)
        duration = steps * self._network.dt if intervals else None
        return analysis.mean_fr(given, duration, self._network.dt)

    def smoothed_rate(
        self, spikes: Spikes | None = None, smooth: float = 0.0
    ) -> NDArray[np.float64]:
        """Instantaneous rate of each neuron in Hz, ``(size, steps)``."""
        given = self._given(spikes)
        return analysis.smoothed_rate(given, smooth, self._network.dt, self._window(given))

    def population_rate(
        self, spikes: Spikes | None = None, smooth: float = 0.0
    ) -> NDArray[np.float64]:
        """Mean rate of the neurons in each step in Hz, ``(steps,)``."""
        given = self._given(spikes)
        return analysis.population_rate(given, smooth, self._network.dt, self._window(given))
