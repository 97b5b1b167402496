"""Neurons: equations, parsed and checked when they are defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .copying import Definition
from .language.model import NeuronModel
from .language.neuron import analyse_neuron
from .user_errors import caller_frame


class Neuron(Definition):
    """``Neuron(parameters=..., equations=..., spike=..., reset=..., refractory=...)``.

    ``axon_spike`` is the condition of a second kind of spike, ``axon_reset`` is what follows it.
    Axonal spikes reach synapses with ``pre_axon_spike`` only and start no refractory period; a
    neuron that is refractory or spikes in the same step has none.

    A neuron with a ``spike`` condition sends spikes, one without sends its variable ``r``.
    ``refractory`` is a time in ms or the name of an attribute that holds it. Mistakes in the
    equations raise a :class:`ModelError` here that points at them.
    """

    model: NeuronModel
    """The checked equations."""

    def __init__(
        self,
        parameters: str | Mapping[str, object] | None = None,
        equations: Any = None,
        spike: str | None = None,
        axon_spike: str | None = None,
        reset: str | None = None,
        axon_reset: str | None = None,
        refractory: float | str | None = None,
        functions: str | None = None,
        name: str | None = None,
        description: str | None = None,
        extra_values: Mapping[str, object] | None = None,
    ) -> None:
        frame = caller_frame()
        self.model = analyse_neuron(
            parameters=parameters,
            equations=equations.tolist() if isinstance(equations, np.ndarray) else equations,
            spike=spike,
            axon_spike=axon_spike,
            reset=reset,
            axon_reset=axon_reset,
            refractory=refractory,
            functions=functions,
            name=name,
            description=description,
            extra_values=extra_values,
            file=frame.f_code.co_filename if frame else "",
            line=frame.f_lineno if frame else 0,
        )

    @property
    def name(self) -> str:
        """The name given to it, empty if none."""
        return self.model.name

    @property
    def description(self) -> str:
        """The description given to it, empty if none."""
        return self.model.description

    def __repr__(self) -> str:
        kind = "spiking" if self.model.kind == "spike" else "rate-coded"
        return f"<{kind} Neuron{f' {self.name!r}' if self.name else ''}>"
