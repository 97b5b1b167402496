"""Memory of variables of the role ``constant``.

They follow from others, so that nobody saves them.
"""

from __future__ import annotations

from ...ir.buffers import OWN, SCRATCH, Buffer, Extent, neurons
from ...ir.core import Value
from ...ir.dialects import eq
from .kernel import Kernel
from .statements import BufferElement


def constant_element(
    kernel: Kernel, owner: str, variable: eq.Variable, population: str, i: Value
) -> BufferElement:
    """The element of a constant for neuron ``i`` of a population.

    ``owner`` is the population itself, or a projection onto it.
    """
    shared = variable.locality == "global"
    extent = Extent("private", times=1) if shared else neurons(population)
    at, reach = kernel.common if shared else (i, OWN)
    described = Buffer(owner, eq.CONSTANT, SCRATCH, extent, variable.sym_name, reach=reach)
    buffer = kernel.buffer(described, variable.type)
    return BufferElement(buffer, at, variable.type)
