"""Statistics of spikes, from a dict of ranks and their steps.

Steps ascend, as in ``Monitor.get("spike")``; ``dt`` is the time step in ms. The methods of
:class:`Monitor` of the same names know it. Spikes of a monitor may come from several intervals, and
from several stretches between which the clock was set (see ``spikes.py``): nothing is measured
across their borders, and rates and counts by step come one stretch after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .numbers import real_number, whole_numbers
from .spikes import SpikeMap, Stretch, stretches
from .user_errors import WrongRank, WrongValue, reject

Spikes = dict[int, list[int]]
Floats = NDArray[np.float64]


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
    """The ranks to look at; refuses one whose spikes are unknown."""
    if ranks is None:
        return sorted(spikes)
    if isinstance(ranks, Iterable) and not isinstance(ranks, np.ndarray):
        ranks = list(ranks)
    chosen = whole_numbers(ranks, "'ranks' is a list of ranks: it").reshape(-1).tolist()
    for rank in chosen:
        if rank not in spikes:
            reject(f"there are no spikes of a neuron of rank {rank}", kind=WrongRank)
    return chosen


def raster_plot(spikes: SpikeMap, dt: float = 1.0) -> tuple[Floats, NDArray[np.int64]]:
    """Times (ms) and ranks of all spikes, neuron by neuron.

    The spikes of a neuron are in the order of time.
    """
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
    the last one. ``(bins,)``, or with ``per_neuron`` ``(highest rank + 1, bins)``. Without a window
    every stretch of a recording has bins of its own, one behind the other; a window is one of the
    clock, in which all spikes are counted.
    """
    dt = _positive(dt, "dt")
    width = max(1, min(2**53, round(_positive(dt if bins is None else bins, "bins") / dt)))
    window = None
    if recording_window is not None:
        start, end = _steps(recording_window, "recording_window")
        window = (start, end + 1)
    ranks = np.array(sorted(spikes), dtype=np.int64)
    parts = []
    for stretch in stretches(spikes, window):
        count = max(0, -(-(stretch.after - stretch.first) // width))
        inside = _inside(stretch)
        places = (stretch.steps[inside] - stretch.first) // width
        rows = max(spikes, default=-1) + 1 if per_neuron else 1
        own = ranks[stretch.rows[inside]] if per_neuron else 0
        flat = np.bincount(own * count + places, minlength=rows * count)
        parts.append(flat.reshape(rows, count))
    found: NDArray[np.int64] = np.concatenate(parts, axis=1)
    return found if per_neuron else found[0]


def _inside(stretch: Stretch) -> NDArray[np.bool_]:
    """Whether each spike lies between the first and the last step."""
    inside: NDArray[np.bool_] = (stretch.steps >= stretch.first) & (
        stretch.steps <= stretch.after - 1
    )
    return inside


def inter_spike_interval(
    spikes: SpikeMap,
    ranks: Iterable[int] | None = None,
    per_neuron: bool = False,
    dt: float = 1.0,
) -> Any:
    """Times between successive spikes in ms.

    One list, or with ``per_neuron`` a dict of lists. Both spikes are of the same interval of a
    recording.
    """
    dt = _positive(dt, "dt")
    known = sorted(spikes)
    found: dict[int, list[float]] = {rank: [] for rank in known}
    for stretch in stretches(spikes):
        gaps, places = stretch.gaps
        borders = np.searchsorted(stretch.rows[places], np.arange(len(known) + 1))
        for rank, start, end in zip(known, borders[:-1], borders[1:], strict=True):
            found[rank].extend((gaps[start:end] * dt).tolist())
    chosen = _ranks(spikes, ranks)
    intervals = {rank: found[rank] for rank in chosen if found[rank]}
    if per_neuron:
        return intervals
    return [interval for listed in intervals.values() for interval in listed]


def coefficient_of_variation(
    spikes: SpikeMap, ranks: Iterable[int] | None = None, per_neuron: bool = False
) -> Any:
    """Standard deviation over mean of the intervals between spikes.

    A list with a number for each neuron that has at least two intervals, or with ``per_neuron`` a
    dict.
    """
    intervals = inter_spike_interval(spikes, ranks, per_neuron=True)
    found = {
        rank: float(np.std(values) / np.mean(values))
        for rank, values in intervals.items()
        if len(values) > 1
    }
    return found if per_neuron else list(found.values())


def mean_fr(spikes: SpikeMap, duration: float | None = None, dt: float = 1.0) -> float:
    """Mean rate of the neurons in Hz.

    The time is ``duration`` ms, by default from the first to the last spike.
    """
    dt = _positive(dt, "dt")
    if duration is None:
        steps = [stretch.after - 1 - stretch.first for stretch in stretches(spikes)]
        duration = sum(max(0, each) for each in steps) * dt
    elif real_number(duration) is None or not isfinite(duration) or duration < 0:
        reject(f"'duration' must be a time in ms, not {duration!r:.60}", kind=WrongValue)
    total = sum(len(steps) for steps in spikes.values())
    return total / len(spikes) / duration * 1000.0 if spikes and duration > 0 else 0.0


def smoothed_rate(
    spikes: SpikeMap,
    smooth: float = 0.0,
    dt: float = 1.0,
    window: tuple[int, int] | None = None,
) -> Floats:
    """Rate of each neuron in Hz, ``(neurons, steps)``.

    It is the inverse of the current interval between spikes. Between spikes in steps a and b it is
    ``1000 / (dt (b - a))``, before the first and after the last spike 0. With ``smooth`` (ms) it is
    low-pass filtered. ``window``: first step and the one after the last (default: those with
    spikes).
    """
    window = None if window is None else _steps(window, "window")
    return smoothed_rate_of(stretches(spikes, window), len(spikes), smooth, dt)


def smoothed_rate_of(
    parts: Sequence[Stretch], neurons: int, smooth: float = 0.0, dt: float = 1.0
) -> Floats:
    """``smoothed_rate``, one stretch after the other."""
    dt, smooth = _positive(dt, "dt"), _smooth(smooth)
    return np.concatenate([_smoothed_rate(part, neurons, smooth, dt) for part in parts], axis=1)


def _smoothed_rate(stretch: Stretch, neurons: int, smooth: float, dt: float) -> Floats:
    width = max(0, stretch.after - stretch.first)
    rates = np.zeros(neurons * width)
    gaps, places = stretch.gaps
    starts = np.clip(stretch.steps[places] - stretch.first, 0, width)
    lengths = np.clip(stretch.steps[places + 1] - stretch.first, 0, width) - starts
    before = np.cumsum(lengths) - lengths
    each = np.arange(lengths.sum()) - np.repeat(before, lengths)
    rates[np.repeat(stretch.rows[places] * width + starts, lengths) + each] = np.repeat(
        1000.0 / dt / gaps, lengths
    )
    return _low_pass(rates.reshape(neurons, width), smooth, dt)


def population_rate(
    spikes: SpikeMap,
    smooth: float = 0.0,
    dt: float = 1.0,
    window: tuple[int, int] | None = None,
) -> Floats:
    """Mean rate of all neurons in each step in Hz.

    ``(steps,)``; arguments as those of ``smoothed_rate``.
    """
    window = None if window is None else _steps(window, "window")
    return population_rate_of(stretches(spikes, window), len(spikes), smooth, dt)


def population_rate_of(
    parts: Sequence[Stretch], neurons: int, smooth: float = 0.0, dt: float = 1.0
) -> Floats:
    """``population_rate``, one stretch after the other."""
    dt, smooth = _positive(dt, "dt"), _smooth(smooth)
    return np.concatenate([_population_rate(part, neurons, smooth, dt) for part in parts])


def _population_rate(stretch: Stretch, neurons: int, smooth: float, dt: float) -> Floats:
    steps = stretch.steps[_inside(stretch)] - stretch.first
    counts = np.bincount(steps, minlength=max(0, stretch.after - stretch.first))
    rates = counts / (dt * max(1, neurons) / 1000.0)
    return _low_pass(rates, smooth if smooth > dt else 0.0, dt)


def _low_pass(rates: Floats, smooth: float, dt: float) -> Floats:
    """First-order low-pass filter along the last axis. Its time constant is ``smooth`` ms."""
    if smooth <= 0.0:
        return rates
    weight = min(1.0, dt / smooth)
    filtered = rates.copy()
    for step in range(1, rates.shape[-1]):
        before = filtered[..., step - 1]
        filtered[..., step] = before + (rates[..., step] - before) * weight
    return filtered
