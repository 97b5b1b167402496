"""Names of buffers on which kernels and the run time agree.

Kernels ask for these buffers; the run time makes, fills or reads them under the same name. Names
of a layout's structure stand in its record (``layouts.py``), those of variables are the model's
own; any other name is known to the kernels alone, which get a buffer of whatever name they ask for.
"""

from __future__ import annotations

SIZE, PADDED, HISTORY = "size", "padded", "history"
"""Sizes of a population.

Its number of neurons; that in whole blocks; the number of slots in rings of its past.
"""

BORDERS = "borders"
"""The first neuron of each worker in a population."""

SUM, TILE = "sum", "tile"
"""Sums of a target of a population.

Those of this step; those of each step of a tile.
"""

REFRACTORY_LEFT = "refractory_left"
"""The refractory steps that remain to each neuron of a population."""

LEARNING, UPDATE_DT = "learning", "update_dt"
"""Learning of a projection: its settings; the time between updates."""

STRIDE, FINITE = "stride", "finite"
"""Values of a variable of synapses.

The stride is 0 where all synapses have one value, else 1; the other says whether all are finite.
"""

SPIKES, SPIKE_COUNT = "spikes", "spike_count"
"""Lists of spikes, and how many each holds.

They are those of a population, by event and worker; a monitor has a list of its own.
"""

SPIKE_MASK = "spike_mask"
"""Spikes as bits, those of a population or of a monitor.

A program whose worker is a whole grid has them in place of lists. Neuron i is the bit ``i % 32``
of the word ``i // 32`` in the row of a step (``buffers.MASK_BITS``); bits of padding are 0.
"""

CONTROL, SAMPLES, RUNNING = "control", "samples", "running"
"""Sampling of a monitor.

Its period, its first step and the first step of the run; the samples; totals since the last one.
"""

OVERFLOW = "overflow"
"""The most spikes for which a neuron had no room.

They reached it in one step. The projection is one whose spikes are put into buckets, which can
hold ``ROOM`` each.
"""

ROOM, USED, COUNTS = "room", "used", "counts"
"""The spike log of a monitor.

Steps that it has room for; the spikes of each worker so far; those of each step.
"""

RANKS, SPLIT = "ranks", "split"
"""Neurons of a monitor that records some.

Their ranks, ascending; where those of each worker begin.
"""

PLACES = "places"
"""The place of each neuron among those that a monitor records.

It is -1 for the others.
"""

PAST = "past"
"""Earlier values of a variable of a population."""

CAUGHT_UP, BASE = "caught_up", "base"
"""Steps of lazy post-spikes.

The step up to which synapses know them; the first step of the run.
"""

SYNAPSES = "synapses"
"""The number of synapses of a projection."""

SPILLED = "spilled"
"""Flags of steps to come whose delay queue was full.

What was in it is summed up in the ring.
"""

RING = "ring"
"""The ring of a projection: a row of neurons per step.

Neurons are those of the post population, steps those to come, or those of a window.
"""

ARRIVED, TOTAL, SCALE, WINDOW = "arrived", "total", "scale", "window"
"""Rates of a decoding projection.

The spikes of this step; those of the window; the Hz for one spike; the steps of the window.
"""

SHARED = frozenset(
    {
        *(SIZE, PADDED, HISTORY, BORDERS, SUM, TILE, REFRACTORY_LEFT, LEARNING, UPDATE_DT),
        *(OVERFLOW, SPIKES, SPIKE_COUNT, SPIKE_MASK, PAST, SYNAPSES, SPILLED),
        *(CONTROL, SAMPLES, RUNNING, ROOM, USED, COUNTS, RANKS, SPLIT, PLACES),
        *(STRIDE, FINITE, CAUGHT_UP, BASE, ARRIVED, TOTAL, RING, SCALE, WINDOW),
    }
)
"""All names on which kernels and the run time agree."""
