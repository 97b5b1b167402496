"""The pipelines: the way from the user's network to machine code. All on one page.

``@name`` in the text of a pipeline stands for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir.target import CPU, Target
from .framework.core import Pass

OPTIMISED = CPU.optimised
"""The pipeline of ``compile()`` for threads of this machine."""

LOWERING = CPU.lowering
"""The pipeline of ``compile(opt=0)`` for these threads."""

ONE_BLOCK = "@equations,@sparsity,@steps,uniform-first,@threads,@block"
"""The pipeline for one block of a GPU.

Its threads are workers, as those of a CPU.
"""

CHECKING = "check-bounds"
"""The last pass of ``compile(check="bounds")``."""


def usual(opt: int, target: Target = CPU, check: str = "none") -> str:
    """The pipeline of ``compile(opt=..., check=...)``."""
    found = target.optimised if opt else target.lowering
    return f"{found},{CHECKING}" if check == "bounds" else found


def equations() -> Sequence[str]:
    """From the network to update arithmetic: no derivatives are left."""
    return (
        "contract",  # x*y + z is rounded once
        "canonicalize",  # fold constants, algebra that keeps every bit
        "cse",  # equal computations once
        "dce",  # remove unused computations
        "discretize",  # derivative -> update, per numerical method
        "canonicalize",
        "cse",
        "dce",
        "hoist-synapse-variables",  # what all synapses of a neuron share moves to the neuron
        "hoist-run-constants",  # exponentials of matrices of parameters: once in a run
    )


def sparsity() -> Sequence[str]:
    """Storage layouts of synapses, from what is known of the connectivity."""
    return (
        "lazy-post-spikes",  # synapses learn of post spikes when they are next looked at
        "choose-layout",  # how the synapses of each projection lie in memory
        "constant-inputs",  # sums of what does not change are taken once in a run
        "share-sums",  # one sum for all post neurons while all weights are equal
        "slice-rows",  # rows of sparse sums side by side: a vector lane for each
        "tile-time",  # dense sums of several steps in one pass over the weights
        "fuse-learning",  # learning and the next dense sums in one pass over the weights
        "activity-sparsity",  # dense sums over those pre neurons that are not silent
        "initialise-sums",  # the first sum of a target is stored: nothing is cleared before
    )


def grid_sparsity() -> Sequence[str]:
    """Storage layouts of synapses for the threads of a grid."""
    return (
        "choose-layout{queues=false without=bit_matrix}",  # how synapses lie in memory
        "constant-inputs",  # sums of what does not change are taken once in a run
        "slice-rows",  # rows of sparse sums side by side: a thread for each
        "tile-time",  # dense sums of several steps in one pass over the weights
        "fuse-learning",  # learning and the next dense sums in one pass over the weights
        "initialise-sums",  # the first sum of a target is stored: nothing is cleared before
    )


def loops() -> Sequence[str]:
    """Optimisations of the loops of a step, for every target."""
    return (
        "fuse-loops",  # all that happens to a neuron in one loop
        "forward-stores",  # from statement to statement in registers
        "cse",
        "licm",  # what is the same for all neurons: once
    )


def steps() -> Sequence[str]:
    """From equations to the tasks of a step, without threads."""
    return (
        "lower-equations{share=true}",  # equations -> loops over neurons, spikes and synapses
        *loops(),
    )


def threads() -> Sequence[str]:
    """From tasks to kernels, shared by threads."""
    return (
        "map-to-threads{share=true tables=true}",  # every thread its chunk: a loop per concern
        "merge-kernels",  # what has the same structure shares one function
        "place-barriers",  # threads wait for one another only where they must
        "fuse-sums",  # sums of one synapse each, and the update that reads them: one kernel
        "canonicalize",
        "cse",
        "fuse-loops",  # all concerns of a population in one loop
        "forward-stores",  # values pass from concern to concern in registers
        "store-last",  # sums that nobody else reads are stored for the user, at the end of a run
        "canonicalize",
        "cse",
        "dce",
        "licm",  # what is the same for all neurons moves in front of the loop
    )


def kernels() -> Sequence[str]:
    """From equations to loops over neurons and synapses, shared by threads."""
    return (*steps(), *threads())


def grid() -> Sequence[str]:
    """From tasks to launches, shared by the threads of a grid."""
    return (
        "map-to-grid{share=true tables=true}",  # a thread for a neuron, a warp for a spike
        "merge-kernels",  # what has the same structure shares one function
        "place-barriers{intervals=false}",  # barriers only where threads need what others wrote
        "place-launches",  # barriers of a grid are the ends of launches
        "spread-kernels",  # populations of one kind on threads of their own
        "inline-kernels",  # what a launch does, in one place
        "canonicalize",
        "cse",
        "fuse-loops",  # all concerns of a population in one loop
        "forward-stores",  # values pass from concern to concern in registers
        "canonicalize",
        "cse",
        "dce",
        "licm",  # what is the same for all neurons moves in front of the loop
    )


def cpu() -> Sequence[str]:
    """From loops to vectors: no operations of our own are left."""
    return (
        "vectorize",  # several neurons at once
        "vectorize-rows",  # several synapses of a row at once
        "expand-rng",  # random draws -> Philox arithmetic
        "expand-propagators",  # exponentials of matrices -> loops
        "expand-math",  # elementary functions -> polynomials
        "lower-syn",  # spike lists -> stores behind a rarely taken branch
        "canonicalize",
        "sink-selects",  # resets join them there
        "cse",
        "licm",
        "unroll-gathers",  # ranks in memory are loaded where they are wanted, lane by lane
        "dce",
    )


def block() -> Sequence[str]:
    """From loops to threads of a GPU: no vectors, no libraries."""
    return (
        "expand-rng{words=32}",  # random draws -> Philox arithmetic, in registers of 32 bits
        "expand-propagators",  # exponentials of matrices -> loops
        "expand-math",  # elementary functions -> polynomials
        "expand-remainders",  # remainders of floats -> quotients, divisions of integers
        "lower-syn",  # spike lists -> stores behind a rarely taken branch
        "follow-remainders",  # the slot of the next step follows from that of this step
        "narrow-index",  # indices that are known to be small -> 32 bits
        "canonicalize",
        "cse",
        "licm",
        "dce",
    )


def lowering() -> Sequence[str]:
    """Only necessary passes: the program that optimised ones must agree with."""
    return (
        "contract",  # x*y + z is rounded once
        "discretize",  # derivative -> update, per numerical method
        "choose-layout{queues=false}",  # how the synapses of each projection lie in memory
        "lower-equations",  # equations -> loops over neurons, spikes and synapses
        "map-to-threads",  # every thread its chunk: one loop per concern, one per projection
        "expand-rng",  # random draws -> Philox arithmetic
        "expand-propagators",  # exponentials of matrices -> loops
        "expand-math",  # elementary functions -> polynomials
        "lower-syn",  # spike lists -> stores and branches
    )


NAMED: dict[str, Callable[[], Sequence[str]]] = {
    "equations": equations,
    "sparsity": sparsity,
    "grid-sparsity": grid_sparsity,
    "loops": loops,
    "steps": steps,
    "threads": threads,
    "kernels": kernels,
    "grid": grid,
    "cpu": cpu,
    "block": block,
    "lowering": lowering,
}
"""The named pipelines, for ``@name``."""


def named(name: str) -> list[Pass]:
    """The passes of a named pipeline."""
    from .framework.pipeline_text import parse_pipeline

    return [p for each in NAMED[name]() for p in parse_pipeline(each).passes]
