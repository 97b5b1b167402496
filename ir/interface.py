"""The interface of a compiled program.

Passes, code generators and the run time agree on it. The program is the function
``@step_range(%thread, %threads, %t0, %t1, buffers...)``, which every worker runs; between phases of
a step it calls ``@ranvier_barrier(state, %threads)``. Each buffer is described on its argument (see
:mod:`ranvier.ir.buffers`), the network on the module (see :mod:`ranvier.ir.declarations`): with the
data of a network, that is all that it takes to run it (see :mod:`ranvier.runtime.load`).

Neurons are dealt to workers in blocks (``Target.block``), so that vector loops have no remainder
and no two workers write to one cache line (but for truth values: neighbours share one at most).
"""

from __future__ import annotations

STEP_RANGE = "step_range"
"""The function that every worker runs."""

BARRIER = "ranvier_barrier"
"""The barrier, declared in modules as ``(memref<?xi64>, index) -> ()``."""

LAUNCH, ITEMS, HOLDS = "ranvier.launch", "items", "holds"
"""The attribute of functions that a GPU launches.

It says how many threads are worth having, and the names of its kernels, of which each population or
projection has one: ``ranvier.launch = {items = 4000, holds = ["pop0_update"]}``. ``@step_range`` of
such a module calls them and has no barriers: the end of a launch is one.
"""

WORTH = "ranvier.items"
"""The attribute of kernels with the number of threads worth having.

Without it, that follows from the buffers.
"""

OUT_OF_BOUNDS, ACCESS = "ranvier_out_of_bounds", "ranvier.access"
"""The function that notes accesses out of bounds, and its attribute.

The attribute, on a call of it, holds the operation that accesses the buffer.
"""

MOST_THREADS = 1 << 30
"""The most threads of a program.

Their numbers have 32 bits, and so have those of neurons one stride further.
"""

LAST_STEP = 2**63 - 1
"""The highest number of a step: these numbers are i64."""
