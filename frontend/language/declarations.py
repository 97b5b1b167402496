"""Declarations in place of text: ``Parameter``, ``Variable``, ``Creating``, ``Pruning``.

Example::

    Neuron(
        parameters=dict(tau=Parameter(10.0, locality="local")),
        equations=[Variable("tau*dv/dt = -v", init=1.0, method="exponential")],
        ...
    )
"""

from __future__ import annotations

from ...ir.attrs_classes import frozen

Number = int | float


@frozen
class Parameter:
    """A parameter with its value: a number, array or distribution.

    ``locality``: "global" (one value per population or projection), "local", or "semiglobal"
    (synapses: one per post-synaptic neuron). ``type``: "float", "int" or "bool".
    """

    value: object
    locality: str = "global"
    type: str = "float"


@frozen
class Variable:
    """An equation with its flags as arguments.

    ``init``, ``min`` and ``max`` are numbers or text (``"2*tau"``), ``init`` also a distribution.
    """

    equation: str
    init: object = None
    min: Number | str | None = None
    max: Number | str | None = None
    method: str | None = None
    locality: str | None = None
    type: str | None = None


@frozen
class Creating:
    """A rule to create synapses.

    It has a condition, its probability, and the new weight and delay.
    """

    equation: str
    proba: Number | str = 1.0
    w: Number | str = 0.0
    d: Number | str | None = None


@frozen
class Pruning:
    """A rule to remove synapses: a condition and its probability."""

    equation: str
    proba: Number | str = 1.0
