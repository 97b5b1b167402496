"""Names of buffers on which kernels and the run time agree.

Kernels ask for these buffers; the run time makes, fills or reads them under the same name. Names
of a layout's structure stand in its record (``layouts.py``), those of variables are the model's
own; any other name is known to the kernels alone, which get a buffer for whatever they ask.
"""

from __future__ import annotations

SIZE, PADDED, HISTORY = "size", "padded", "history"
"""Of a population: its neurons; these in whole blocks; the slots of rings of its past."""

BORDERS = "borders"
"""Of a population: the first neuron of each thread."""

SUM, TILE = "sum", "tile"
"""Of a population, for a target: what came in this step; and in each step of a tile."""

REFRACTORY_LEFT = "refractory_left"
"""Of a population: the steps for which each neuron is still held."""

LEARNING, UPDATE_DT = "learning", "update_dt"
"""Of a projection: the settings of learning; the time from one update to the next."""

STRIDE, FINITE = "stride", "finite"
"""Of a variable of synapses: 0 where all have one value, else 1; whether all are finite."""

CAUGHT_UP, BASE = "caught_up", "base"
"""Of lazy post-spikes: the step up to which synapses know them; the first step of the run."""

RING = "ring"
"""Of a projection: a row of post neurons for each step, of those to come or of a window."""

ARRIVED, TOTAL, SCALE, WINDOW = "arrived", "total", "scale", "window"
"""Of a decoding projection: spikes of this step and of the window; Hz for one; its steps."""

SHARED = frozenset(
    {
        *(SIZE, PADDED, HISTORY, BORDERS, SUM, TILE, REFRACTORY_LEFT, LEARNING, UPDATE_DT),
        *(STRIDE, FINITE, CAUGHT_UP, BASE, ARRIVED, TOTAL, RING, SCALE, WINDOW),
    }
)
"""All of them."""
