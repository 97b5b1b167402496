"""Statistics of spikes: a dict from rank to ascending steps, as ``Monitor.get("spike")`` gives it.

``dt`` is the time step in ms. The methods of :class:`Monitor` of the same names know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .caller import WrongRank, WrongValue, reject
from .numbers import real_number, whole_numbers

Spikes = dict[int, list[int]]
Floats = NDArray[np.float64]
SpikeMap = Mapping[int, Sequence[int]]


def span(spikes: SpikeMap) -> tuple[int, int]:
    """The step of the first spike and the one after that of the last; ``(0, 0)`` without spikes."""
    firing = [steps for steps in spikes.values() if len(steps)]
    if not firing:
        return 0, 0
    return min(steps[0] for steps in firing), max(steps[-1] for steps in firing) + 1


def _positive(value: object, what: str, least: float = 0.0) -> float:
    """A time in ms of more than ``least``."""
    number = real_number(value)
    if number is None or not isfinite(number) or not number > least:
        reject(f"'{what}' must be a time of more than 0 ms, not {value!r:.60}", kind=WrongValue)
    return number


def _smooth(value: object) -> float:
    number = real_number(value)
    if number is None or not isfinite(number) or number < 0:
        reject(f"'smooth' must be a time of at least 0 ms, not {value!r:.60}", kind=WrongValue)
    return number


def _steps(window: object, what: str) -> tuple[int, int]:
    """First and last step."""
    steps = whole_numbers(window, f"'{what}' is two steps: it")
    if steps.shape != (2,) or (abs(steps) > 2**53).any():
        reject(f"'{what}' must be the first and the last step, not {window!r:.60}", kind=WrongValue)
    return int(steps[0]), int(steps[1])


def _ranks(spikes: SpikeMap, ranks: Iterable[int] | None) -> list[int]:
    """The ranks to look at; an error for one whose spikes are not known."""
    if ranks is None:
        return sorted(spikes)
    if isinstance(ranks, Iterable) and not isinstance(ranks, np.ndarray):
        ranks = list(ranks)
    chosen = whole_numbers(ranks, "'ranks' is a list of ranks: it").reshape(-1).tolist()
    for rank in chosen:
        if rank not in spikes:
            reject(f"there are no spikes of a neuron {rank}", kind=WrongRank)
    return chosen


def raster_plot(spikes: SpikeMap, dt: float = 1.0) -> tuple[Floats, NDArray[np.int64]]:
    """Times (ms) and ranks of all spikes, by rank and then by time."""
    dt = _positive(dt, "dt")
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
    dt = _positive(dt, "dt")
    width = max(1, min(2**53, round(_positive(dt if bins is None else bins, "bins") / dt)))
    first, after = span(spikes)
    last = after - 1
    if recording_window is not None:
        first, last = _steps(recording_window, "recording_window")
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
    chosen, dt = _ranks(spikes, ranks), _positive(dt, "dt")
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
    dt = _positive(dt, "dt")
    if duration is None:
        first, after = span(spikes)
        duration = (after - 1 - first) * dt
    elif real_number(duration) is None or not isfinite(duration):
        reject(f"'duration' must be a time in ms, not {duration!r:.60}", kind=WrongValue)
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
    first, after = span(spikes) if window is None else _steps(window, "window")
    dt, smooth = _positive(dt, "dt"), _smooth(smooth)
    rates = np.zeros((len(spikes), max(0, after - first)))
    for row, rank in zip(rates, sorted(spikes), strict=True):
        steps = np.asarray(spikes[rank], dtype=np.int64)
        gaps = np.diff(steps)
        if gaps.size:
            rate = np.repeat(1000.0 / dt / gaps, gaps)
            start, stop = max(0, first - steps[0]), max(0, after - steps[0])
            inside = rate[start:stop]
            place = max(0, steps[0] - first)
            row[place : place + inside.size] = inside
    return _low_pass(rates, smooth, dt)


def population_rate(
    spikes: SpikeMap,
    smooth: float = 0.0,
    dt: float = 1.0,
    window: tuple[int, int] | None = None,
) -> Floats:
    """Mean rate of all neurons in each step in Hz, ``(steps,)``; the rest as above."""
    first, after = span(spikes) if window is None else _steps(window, "window")
    dt, smooth = _positive(dt, "dt"), _smooth(smooth)
    times, _ = raster_plot(spikes, 1.0)
    places = times.astype(np.int64) - first
    length = max(0, after - first)
    counts = np.bincount(places[(places >= 0) & (places < length)], minlength=length)
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
