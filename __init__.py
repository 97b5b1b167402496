"""Ranvier: a compiler for neural simulations.

``import ranvier as rv`` for :class:`Network`; ``from ranvier import *`` for the functions over one
default network that ANNarchy's users know.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from .frontend.analysis import (
    coefficient_of_variation,
    histogram,
    inter_spike_interval,
    mean_fr,
    population_rate,
    raster_plot,
    smoothed_rate,
)
from .frontend.annarchy_names import missing_from_module
from .frontend.connectivity import CSR, LILConnectivity
from .frontend.dendrite import Dendrite
from .frontend.distributions import (
    Binomial,
    DiscreteUniform,
    Exponential,
    Gamma,
    LogNormal,
    Normal,
    Uniform,
)
from .frontend.execution import register_compiler
from .frontend.global_network import (
    clear,
    compile,
    dt,
    get_current_step,
    get_population,
    get_projection,
    get_time,
    load,
    monitors,
    populations,
    projections,
    reset,
    save,
    set_current_step,
    set_seed,
    set_time,
    setup,
    simulate,
    step,
    stop,
)
from .frontend.inputs import DecodingProjection, InputArray, PoissonPopulation
from .frontend.language.declarations import Creating, Parameter, Pruning, Variable
from .frontend.monitor import Monitor
from .frontend.network import Network
from .frontend.neuron import Neuron
from .frontend.population import Population
from .frontend.projection import Projection
from .frontend.public import guard
from .frontend.synapse import Synapse
from .frontend.synapse_models import IBCM, STDP, STP, Hebb, Oja
from .frontend.views import IndividualNeuron, PopulationView
from .ir.diagnostics import ModelError
from .passes.framework.settings import options

__all__ = [
    "CSR",
    "IBCM",
    "STDP",
    "STP",
    "Binomial",
    "Creating",
    "DecodingProjection",
    "Dendrite",
    "DiscreteUniform",
    "Exponential",
    "Gamma",
    "Hebb",
    "IndividualNeuron",
    "InputArray",
    "LILConnectivity",
    "LogNormal",
    "ModelError",
    "Monitor",
    "Network",
    "Neuron",
    "Normal",
    "Oja",
    "Parameter",
    "PoissonPopulation",
    "Population",
    "PopulationView",
    "Projection",
    "Pruning",
    "Synapse",
    "Uniform",
    "Variable",
    "clear",
    "coefficient_of_variation",
    "compile",
    "dt",
    "get_current_step",
    "get_population",
    "get_projection",
    "get_time",
    "histogram",
    "inter_spike_interval",
    "load",
    "mean_fr",
    "monitors",
    "np",
    "options",
    "population_rate",
    "populations",
    "projections",
    "raster_plot",
    "reset",
    "save",
    "set_current_step",
    "set_seed",
    "set_time",
    "setup",
    "simulate",
    "smoothed_rate",
    "step",
    "stop",
]


def _compiler() -> Any:
    """The compiler, imported when the first network is compiled."""
    from .compiler import compile

    return compile


register_compiler(_compiler)


if not TYPE_CHECKING:  # type checkers are to see which names exist

    def __getattr__(name: str) -> Any:
        """Raise the error for a missing name, with a way out.

        That is the counterpart of a name of ANNarchy, or the name that was meant.
        """
        return missing_from_module(name, __all__)


guard(globals(), __all__)
