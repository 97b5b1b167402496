"""The interface of a compiled program: what passes, code generators and the run time agree on.

The program is the function ``@step_range(%thread, %threads, %t0, %t1, buffers...)``, which every
thread runs; between phases of a step it calls ``@ranvier_barrier(state, %threads)``. What a buffer
is, is written on its argument: ``ranvier.buffer`` (its name, e.g. ``"pop0.v"``) and
``ranvier.extent`` (how many elements the run time gives it):

==================  ==========================================================
``one``             a single element
``neurons:P``       one element per neuron of P, padded to whole blocks
``threads``         one cache line (8 elements) per thread
``past:P``          ``neurons:P`` once per step of the longest delay
``rows:P:k``        ``neurons:P`` k times
``past-threads:P``  ``threads`` once per step of the longest delay
``synapses:J``      storage of the projection J, shaped by its connectivity
``control:J``       a handful of settings of the projection J
``record:M``        what the monitor M recorded since control last returned
==================  ==========================================================

Neurons are dealt to threads in blocks of ``BLOCK``, so that no two threads touch one cache line and
vector loops have no remainder.
"""

from __future__ import annotations

STEP_RANGE = "step_range"
"""The function that every thread runs."""

BARRIER = "ranvier_barrier"
"""Declared in modules as ``(memref<?xi64>, index) -> ()``."""

BUFFER = "ranvier.buffer"
"""The attribute of an argument that names its buffer."""

EXTENT = "ranvier.extent"
"""The attribute of an argument that says how many elements its buffer has."""

BLOCK = 16
"""Elements: lengths per neuron are multiples of it, and so are the borders between threads."""

LINE = 8
"""Elements of 8 bytes in a cache line: what threads write for themselves is that far apart."""
