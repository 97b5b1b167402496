"""Statistics of spikes: a dict from rank to ascending steps, as ``Monitor.get("spike")`` gives it.

``dt`` is the time step in ms. The methods of :class:`Monitor` of the same names know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Spikes = dict[int, list[int]]
Floats = NDArray[np.float64]
SpikeMap = Mapping[int, Sequence[int]]


def span(spikes: SpikeMap) -> tuple[int, int]:
    """The step of the first spike and the one after that of the last; ``(0, 0)`` without spikes."""
    firing = [steps for steps in spikes.values() if len(steps)]
    if not firing:
        return 0, 0
    return min(steps[0] for steps in firing), max(steps[-1] for steps in firing) + 1


def raster_plot(spikes: SpikeMap, dt: float = 1.0) -> tuple[Floats, NDArray[np.int64]]:
    """Times (ms) and ranks of all spikes, by rank and then by time."""
    ranks = sorted(spikes)
    counts = [len(spikes[rank]) for rank in ranks]
    steps = np.array([step for rank in ranks for step in spikes[rank]], dtype=np.int64)
    times = np.asarray(dt * steps, dtype=np.float64)
    return times, np.repeat(np.array(ranks, dtype=np.int64), counts)


def histogram(
    spikes: SpikeMap,
    bins: float | None = None,
    per_neuron: bool = False,
    recording_window: tuple[int, int] | None = None,
    dt: float = 1.0,
) -> NDArray[np.int64]:
    """Numbers of spikes in bins of ``bins`` ms (default ``dt``).

    The bins start at the first spike, or at the first step of ``recording_window``, and end with
    the last one. ``(bins,)``, or with ``per_neuron`` ``(highest rank + 1, bins)``.
    """
    width = max(1, round((dt if bins is None else bins) / dt))
    first, after = span(spikes)
    last = after - 1
    if recording_window is not None:
        first, last = recording_window
    count = max(0, (last - first) // width + 1)
    times, ranks = raster_plot(spikes, 1.0)
    steps = times.astype(np.int64)
    inside = (steps >= first) & (steps <= last)
    places = (steps[inside] - first) // width
    if not per_neuron:
        return np.bincount(places, minlength=count)
    rows = max(spikes, default=-1) + 1
    flat = np.bincount(ranks[inside] * count + places, minlength=rows * count)
    return flat.reshape(rows, count)


def inter_spike_interval(
    spikes: SpikeMap,
    ranks: Iterable[int] | None = None,
    per_neuron: bool = False,
    dt: float = 1.0,
) -> Any:
    """Times between successive spikes in ms: one list, or with ``per_neuron`` a dict of lists."""
    chosen = sorted(spikes) if ranks is None else ranks
    intervals = {
        rank: (np.diff(spikes[rank]) * dt).tolist() for rank in chosen if len(spikes[rank]) > 1
    }
    if per_neuron:
        return intervals
    return [interval for listed in intervals.values() for interval in listed]


def coefficient_of_variation(
    spikes: SpikeMap, ranks: Iterable[int] | None = None, per_neuron: bool = False
) -> Any:
    """Standard deviation over mean of the intervals, for each neuron with at least two of them.

    A list, or with ``per_neuron`` a dict.
    """
    intervals = inter_spike_interval(spikes, ranks, per_neuron=True)
    found = {
        rank: float(np.std(values) / np.mean(values))
        for rank, values in intervals.items()
        if len(values) > 1
    }
    return found if per_neuron else list(found.values())


def mean_fr(spikes: SpikeMap, duration: float | None = None, dt: float = 1.0) -> float:
    """Mean rate of the neurons in Hz over ``duration`` ms (default: first to last spike)."""
    if duration is None:
        first, after = span(spikes)
        duration = (after - 1 - first) * dt
    total = sum(len(steps) for steps in spikes.values())
    return total / len(spikes) / duration * 1000.0 if spikes and duration > 0 else 0.0


def smoothed_rate(
    spikes: SpikeMap,
    smooth: float = 0.0,
    dt: float = 1.0,
    window: tuple[int, int] | None = None,
) -> Floats:
    """Rate of each neuron in Hz, ``(neurons, steps)``: the inverse of the current interval.

    Between spikes in steps a and b it is ``1000 / (dt (b - a))``, before the first and after the
    last spike 0. With ``smooth`` (ms) it is low-pass filtered. ``window``: first step and the one
    after the last (default: those with spikes).
    """
    first, after = window or span(spikes)
    rates = np.zeros((len(spikes), max(0, after - first)))
    for row, rank in zip(rates, sorted(spikes), strict=True):
        steps = np.asarray(spikes[rank], dtype=np.int64)
        gaps = np.diff(steps)
        if gaps.size:
            row[steps[0] - first : steps[-1] - first] = np.repeat(1000.0 / dt / gaps, gaps)
    return _low_pass(rates, smooth, dt)


def population_rate(
    spikes: SpikeMap,
    smooth: float = 0.0,
    dt: float = 1.0,
    window: tuple[int, int] | None = None,
) -> Floats:
    """Mean rate of all neurons in each step in Hz, ``(steps,)``; the rest as above."""
    first, after = window or span(spikes)
    times, _ = raster_plot(spikes, 1.0)
    counts = np.bincount(times.astype(np.int64) - first, minlength=max(0, after - first))
    rates = counts / (dt * max(1, len(spikes)) / 1000.0)
    return _low_pass(rates, smooth if smooth > dt else 0.0, dt)


def _low_pass(rates: Floats, smooth: float, dt: float) -> Floats:
    """First-order low-pass filter of time constant ``smooth`` ms along the last axis."""
    if smooth <= 0.0:
        return rates
    filtered = rates.copy()
    for step in range(1, rates.shape[-1]):
        before = filtered[..., step - 1]
        filtered[..., step] = before + (rates[..., step] - before) * (dt / smooth)
    return filtered
