"""The interface of a compiled program: what passes, code generators and the run time agree on.

The program is the function ``@step_range(%thread, %threads, %t0, %t1, buffers...)``, which every
thread runs; between phases of a step it calls ``@ranvier_barrier(state, %threads)``. What a buffer
is, is written on its argument: ``ranvier.buffer`` (its name, e.g. ``"pop0.v"``) and
``ranvier.extent`` (how many elements the run time gives it):

==================  ==========================================================
``one``             a single element
``pair``            two elements
``neurons:P``       one element per neuron of P, padded to whole blocks
``copies:P``        ``neurons:P`` once per thread
``private:k``       k elements per thread
``borders:P``       the first neuron of P of each thread, and one past the last of all
``threads``         one cache line (8 elements) per thread
``past:P``          ``neurons:P`` once per step of the longest delay
``rows:P:k``        ``neurons:P`` k times
``past-threads:P``  ``threads`` once per step of the longest delay
``synapses:J``      storage of the projection J, shaped by its connectivity
``rings:J``         ``neurons:P`` of the post population P, once per step from the shortest
                    delay of the projection J to the longest, and once more
``queues:J``        ``rings:J``, but ``QUEUED`` times fewer
``slots:J``         one element per such step, in whole blocks, once per thread
``stale:J``         ``threads``; the run time sets all where rings of J are to be made anew
``control:J``       a handful of settings of the projection J
``record:M``        what the monitor M recorded since control last returned
==================  ==========================================================

Where a kernel serves many populations, an argument is a table of buffers, one for each row of
``ranvier.rows``, which lists names; ``{0}``, ``{1}`` stand for them in the other two:
``%pop0.v.rows : memref<?xmemref<?xf64>> {ranvier.buffer = "{0}.v", ranvier.extent = "neurons:{0}",
ranvier.rows = [["pop0"], ["pop1"]]}`` has the buffers ``pop0.v`` and ``pop1.v``.

Kernels, the functions that ``@step_range`` calls, also say which part of a buffer they touch on one
of several threads (``ranvier.reach``). Nothing said means any part:

=========  ===================================================================
``own``    the part of this thread: its neurons, the synapses onto them, its
           own line
``past``   of a ring, the own part of the slot of this step, and any part of
           the slots of earlier steps, as old as delays are
``first``  any part, but by the first thread only
=========  ===================================================================

A kernel may also say of a buffer that nobody else touches it during a run (``ranvier.kept`` is
``last``): its elements need to be there after the last step only. Behind ``%step`` such a kernel
takes ``%last``, the number of that step.

Neurons are dealt to threads in blocks of ``BLOCK``, so that vector loops have no remainder and no
two threads write to one cache line (but for truth values: neighbours share one line at most).
"""

from __future__ import annotations

STEP_RANGE = "step_range"
"""The function that every thread runs."""

BARRIER = "ranvier_barrier"
"""Declared in modules as ``(memref<?xi64>, index) -> ()``."""

CATCH_UP = "net.catch_up"
"""A buffer of one element: whether synapses must be up to date at the end of a run."""

INTERVAL = "net.interval"
"""A buffer of one element: the steps between two barriers, where a program meets so rarely."""

BUFFER = "ranvier.buffer"
"""The attribute of an argument that names its buffer."""

EXTENT = "ranvier.extent"
"""The attribute of an argument that says how many elements its buffer has."""

ROWS = "ranvier.rows"
"""The attribute of an argument with many buffers: the names in each of them."""

REACH = "ranvier.reach"
"""The attribute of an argument of a kernel that says which part of the buffer a thread touches."""

KEPT, LAST = "ranvier.kept", "last"
"""The attribute of an argument of a kernel that says when its elements are wanted; see above."""

OWN, PAST, FIRST, ANYTHING = "own", "past", "first", ""
"""What ``REACH`` may be; see above."""

BLOCK = 16
"""Elements: lengths per neuron are multiples of it, and so are the borders between threads."""

QUEUED = 4
"""What arrives in a step waits in a queue while it is for no more than one in so many neurons."""

GROUP = 64
"""Post neurons that count spikes together: rows of a matrix of bits have a multiple of it."""

COLUMN_AHEAD = 64
"""Elements that follow the last of an index of columns, so that kernels may look ahead."""

LINE = 8
"""Elements of 8 bytes in a cache line: what threads write for themselves is that far apart."""

LAST_STEP = 2**63 - 1
"""The highest number that a step may have: numbers of steps are i64."""
