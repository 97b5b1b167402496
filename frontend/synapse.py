"""Synapses: equations, parsed and checked when they are defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .copying import Definition
from .language.model import SynapseModel
from .language.synapse import analyse_synapse
from .user_errors import caller_frame


class Synapse(Definition):
    """``Synapse(parameters=..., psp=..., operation="sum", pre_spike=..., ...)``.

    Without arguments it is the default synapse: ``psp = w*pre.r`` from a rate-coded population,
    ``pre_spike = g_target += w`` from a spiking one. ``pre_axon_spike`` is for the axonal spikes of
    pre neurons; beside ``pre_spike`` it has the same statements. Mistakes in the equations raise a
    :class:`ModelError` here that points at them.
    """

    model: SynapseModel
    """The checked equations."""

    def __init__(
        self,
        parameters: str | Mapping[str, object] | None = None,
        equations: Any = None,
        psp: str | None = None,
        operation: str = "sum",
        pre_spike: str | None = None,
        post_spike: str | None = None,
        pre_axon_spike: str | None = None,
        functions: str | None = None,
        pruning: Any = None,
        creating: Any = None,
        name: str | None = None,
        description: str | None = None,
        extra_values: Mapping[str, object] | None = None,
    ) -> None:
        frame = caller_frame()
        self.model = analyse_synapse(
            parameters=parameters,
            equations=equations.tolist() if isinstance(equations, np.ndarray) else equations,
            psp=psp,
            operation=operation,
            pre_spike=pre_spike,
            post_spike=post_spike,
            pre_axon_spike=pre_axon_spike,
            functions=functions,
            pruning=pruning,
            creating=creating,
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
        kind = {"spike": "spiking", "rate": "rate-coded", "default": "default"}[self.model.kind]
        return f"<{kind} Synapse{f' {self.name!r}' if self.name else ''}>"
