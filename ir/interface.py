"""The interface of a compiled program: what passes, code generators and the run time agree on.

The program is the function ``@step_range(%thread, %threads, %t0, %t1, buffers...)``, which every
thread runs; between phases of a step it calls ``@ranvier_barrier(state, %threads)``. What a buffer
is, is written on its argument (see :mod:`ranvier.ir.buffers`), what the network declares on the
module (see :mod:`ranvier.ir.declarations`): with data of a network, that is all that it takes to
run it (see :mod:`ranvier.runtime.load`).

Neurons are dealt to threads in blocks (``Target.block``), so that vector loops have no remainder
and no two threads write to one cache line (but for truth values: neighbours share one at most).
"""

from __future__ import annotations

STEP_RANGE = "step_range"
"""The function that every thread runs."""

BARRIER = "ranvier_barrier"
"""Declared in modules as ``(memref<?xi64>, index) -> ()``."""

OUT_OF_BOUNDS, ACCESS = "ranvier_out_of_bounds", "ranvier.access"
"""The function that notes an access outside, and the attribute of its calls with the operation."""

LAST_STEP = 2**63 - 1
"""The highest number that a step may have: numbers of steps are i64."""
