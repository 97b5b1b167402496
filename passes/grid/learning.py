"""Kernels of equations of synapses on a grid.

``@J_learn_posts``  equations of post neurons, where rows of pre neurons are for others
``@J_learn``        equations of each synapse; where post neurons have their rows, theirs too
"""

from __future__ import annotations

from attrs import evolve

from ...ir.dialects.func import Func
from ..kernels import learning
from ..kernels.layouts import along
from ..kernels.synapse import due
from .projection import GridProjection


def learn_posts(projection: GridProjection) -> Func | None:
    """The kernel ``@J_learn_posts``; see the module."""
    if "learn" not in projection.tasks or projection.layout.side == "post":
        return None
    kernel = projection.kernel("learn_posts")
    found = learning.learning(projection, kernel)
    if found.idle_dendrites:
        return None
    own = kernel.partition(projection.post.name)
    with kernel.when(due(projection, kernel)), kernel.each(own, "post") as post:
        found.dendrite(post)
    return kernel.finish()


def learn(projection: GridProjection) -> Func | None:
    """The kernel ``@J_learn``; see the module."""
    if projection.layout.side == "post":
        return learning.learn(projection)
    if "learn" not in projection.tasks:
        return None
    kernel = projection.kernel("learn")
    found = learning.learning(projection, kernel)
    if found.idle_synapses:
        return None
    own = kernel.partition(projection.post.name)
    with kernel.when(due(projection, kernel)):
        along(projection, kernel, own).learn(evolve(found, idle_dendrites=True))
    return kernel.finish()
