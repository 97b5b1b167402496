"""The table of public calls.

For each a valid call, and what kind of thing each argument is.

``Class.method``, ``Class`` for constructors, the plain name for functions. A class may be one that
defines the method for others. What is not in the table fails the test that walks over it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import numpy as np
import scipy.sparse
from attrs import frozen

import ranvier as rv
from ranvier.frontend.neuron import Neuron
from ranvier.frontend.population import Population

from .kinds import (
    Kind,
    anything,
    delay,
    flag,
    function,
    instance,
    not_negative,
    number,
    optional,
    or_text,
    positive,
    rank,
    text,
    time,
    values,
    weight,
    whole,
)
from .world import LEARN, RATE, World, lists, matrix


@frozen
class Of:
    """A valid argument that is made of the world."""

    make: Callable[[World], Any]


Arguments = Mapping[str, tuple[Any, Kind]]

SPIKES = {0: [1, 5, 9], 2: [3, 4]}
RNG = np.random.default_rng(1)
_FLAG = (True, flag)
_NO = (False, flag)
_NONE = (None, anything)
_NUMBERS = count()
_NAME = (Of(lambda w: f"name{next(_NUMBERS)}"), optional(text))
_GEOMETRY = ((2, 2), instance(int, tuple, list))
_NEURON = (RATE, instance(Neuron, type))
_POPULATION = (Of(lambda w: w.rate), or_text(instance(Population, rv.PopulationView)))
_NETWORK = (Of(lambda w: w.net), optional(instance(rv.Network)))
_WEIGHTS = (1.0, weight)
_DELAYS = (2.0, delay)
_ATTRIBUTE = (Of(lambda w: w.on.attributes[0]), text)
_ATTRIBUTES = (Of(lambda w: w.on.attributes[:1]), anything)
_STORE: Arguments = {"storage_format": (None, anything), "storage_order": (None, anything)}
_COMMON: Arguments = {"weights": _WEIGHTS, "delays": _DELAYS}
_MANY: Arguments = {"force_multiple_weights": _NO}
_SELF: Arguments = {"allow_self_connections": _NO}
_SPIKES = (SPIKES, optional(instance(dict)))
_GIVEN = (SPIKES, instance(dict))
_WINDOW = ((0, 10), optional(instance(tuple, list, np.ndarray)))
_RANKS = ([0, 2], anything)
_DT: Arguments = {"dt": (0.5, positive)}
_DISTRIBUTION: Arguments = {
    "rng": (None, optional(instance(np.random.Generator, int))),
    "seed": (None, optional(whole)),
}
_BOUNDS: Arguments = {"min": (None, optional(number)), "max": (None, optional(number))}
_TEXTS = {"name": ("a name", anything), "description": ("words", anything)}

NETWORK: dict[str, Arguments] = {
    "Network": {"dt": (0.5, optional(positive)), "seed": (3, optional(whole)), "dtype": _NONE},
    "Network.config": {},
    "Network.create": {
        "geometry": _GEOMETRY,
        "neuron": _NEURON,
        "stop_condition": _NONE,
        "name": _NAME,
        "population": _NONE,
        "storage_order": ("post_to_pre", anything),
    },
    "Network.connect": {
        "pre": _POPULATION,
        "post": _POPULATION,
        "target": ("exc", text),
        "synapse": (LEARN, optional(instance(rv.Synapse, type))),
        "name": _NAME,
        "projection": _NONE,
    },
    "Network.monitor": {
        "obj": (Of(lambda w: w.rate), instance(Population, rv.PopulationView)),
        "variables": (["v", "r"], or_text(instance(list, tuple, np.ndarray))),
        "period": (2.0, optional(time)),
        "period_offset": (1.0, optional(time)),
        "start": _FLAG,
        "name": _NAME,
    },
    "Network.compile": {"num_threads": (1, optional(whole))},
    "Network.explain": {"name": ("rate", optional(text))},
    "Network.simulate": {"duration": (3.0, time), "measure_time": _NO, "progress": _NO},
    "Network.step": {},
    "Network.stop": {},
    "Network.copy": {},
    "Network.reset": {
        "populations": _FLAG,
        "projections": _FLAG,
        "synapses": _FLAG,
        "monitors": _FLAG,
    },
    "Network.save": {"file": (Of(lambda w: io.BytesIO()), anything)},
    "Network.load": {"file": (Of(lambda w: w.file()), anything)},
    "ElementRegistry.get_population": {"name": ("rate", text)},
    "ElementRegistry.get_projection": {"name": ("dense", text)},
    "ElementRegistry.get_monitor": {"name": ("mon0", text)},
    "ElementRegistry.get_populations": {},
    "ElementRegistry.get_projections": {
        "post": (Of(lambda w: w.rate), anything),
        "pre": (None, anything),
        "target": (None, anything),
    },
    "ElementRegistry.get_monitors": {},
    "compile": {"net": _NETWORK, "num_threads": (1, optional(whole))},
    "setup": {},
    "clear": {},
    "simulate": {"duration": (3.0, time), "measure_time": _NO, "progress_bar": _NO},
    "step": {},
    "stop": {},
    "reset": {
        "populations": _FLAG,
        "projections": _FLAG,
        "synapses": _FLAG,
        "monitors": _FLAG,
    },
    "dt": {},
    "set_seed": {"seed": (3, optional(whole))},
    "get_time": {},
    "set_time": {"time": (4.0, time)},
    "get_current_step": {},
    "set_current_step": {"step": (4, whole)},
    "get_population": {"name": ("rate", text)},
    "get_projection": {"name": ("dense", text)},
    "populations": {},
    "projections": {"post": _NONE, "pre": _NONE, "target": _NONE},
    "monitors": {},
    "save": {"filename": (Of(lambda w: io.BytesIO()), anything)},
    "load": {"filename": (Of(lambda w: w.file()), anything)},
    "options": {},
}

POPULATIONS: dict[str, Arguments] = {
    "Population": {
        "geometry": _GEOMETRY,
        "neuron": _NEURON,
        "name": _NAME,
        "stop_condition": _NONE,
        "storage_order": ("post_to_pre", anything),
        "network": _NETWORK,
    },
    "PoissonPopulation": {
        "geometry": ((2, 2), instance(int, tuple, list)),
        "name": _NAME,
        "rates": (50.0, or_text(values)),
        "target": (None, optional(text)),
        "parameters": (None, anything),
        "refractory": (1.0, optional(or_text(not_negative))),
        "network": _NETWORK,
    },
    "InputArray": {"geometry": _GEOMETRY, "name": _NAME, "network": _NETWORK},
    "PopulationView": {
        "population": (Of(lambda w: w.rate), instance(Population)),
        "ranks": (_RANKS[0], anything),
        "geometry": (None, optional(instance(tuple, list))),
    },
    "IndividualNeuron": {
        "population": (Of(lambda w: w.rate), instance(Population)),
        "rank": (1, rank),
    },
    "Attributed.get": {"name": _ATTRIBUTE},
    "Attributed.set": {"values": ({}, instance(dict))},
    "Population.initial_value": {"name": _ATTRIBUTE},
    "Population.reset": {"attributes": _ATTRIBUTES},
    "Population.sum": {"target": ("exc", text)},
    "Population.__getitem__": {"key": (1, anything)},
    "Population.__iter__": {},
    "Population.__len__": {},
    "Population.neuron": {},
    "Population.rank_from_coordinates": {
        "coordinates": (Of(lambda w: (0,) * w.on.dimension), anything)
    },
    "Population.coordinates_from_rank": {"rank": (1, rank)},
    "PopulationView.sum": {"target": ("exc", text)},
    "PopulationView.rank_from_coordinates": {"coordinates": ((0, 1), anything), "local": _NO},
    "PopulationView.coordinates_from_rank": {"rank": (1, rank), "local": _NO},
    "PopulationView.__getitem__": {"key": (0, anything)},
    "PopulationView.__len__": {},
    "PopulationView.__add__": {
        "other": (Of(lambda w: w.rate[1:3]), instance(rv.PopulationView)),
    },
}

PROJECTIONS: dict[str, Arguments] = {
    "Projection": {
        "pre": _POPULATION,
        "post": _POPULATION,
        "target": ("exc", text),
        "synapse": (LEARN, optional(instance(rv.Synapse, type))),
        "name": _NAME,
        "network": _NETWORK,
    },
    "DecodingProjection": {
        "pre": (Of(lambda w: w.spike), _POPULATION[1]),
        "post": _POPULATION,
        "target": ("exc", text),
        "window": (3.0, time),
        "name": _NAME,
        "network": _NETWORK,
    },
    "ConnectorMethods.all_to_all": {**_COMMON, **_SELF, **_MANY, **_STORE},
    "ConnectorMethods.one_to_one": {**_COMMON, **_MANY, **_STORE},
    "ConnectorMethods.fixed_probability": {
        "probability": (0.5, number),
        **_COMMON,
        **_SELF,
        **_MANY,
        **_STORE,
    },
    "ConnectorMethods.fixed_number_pre": {
        "number": (2, whole),
        **_COMMON,
        **_SELF,
        **_MANY,
        **_STORE,
    },
    "ConnectorMethods.fixed_number_post": {
        "number": (2, whole),
        **_COMMON,
        **_SELF,
        **_MANY,
        **_STORE,
    },
    "ConnectorMethods.from_matrix": {
        "weights": (matrix((6, 6)), values),
        "delays": (2.0, values),
        "pre_post": _NO,
        **_STORE,
    },
    "ConnectorMethods.from_sparse": {
        "weights": (scipy.sparse.csr_matrix(matrix((6, 6))), instance(scipy.sparse.spmatrix)),
        "delays": _DELAYS,
        **_STORE,
    },
    "ConnectorMethods.from_function": {"method": (lists, function), **_STORE},
    "Projection.dendrite": {"post": (Of(lambda w: w.sparse.post_ranks[0]), rank)},
    "Projection.__getitem__": {"post": (Of(lambda w: w.sparse.post_ranks[0]), rank)},
    "Projection.__iter__": {},
    "Projection.__len__": {},
    "Projection.connectivity_matrix": {"fill": (0.0, anything)},
    "Projection.receptive_fields": {"variable": ("w", text), "in_post_geometry": _FLAG},
    "Projection.initial_value": {"name": ("w", text)},
    "Projection.reset": {"attributes": _ATTRIBUTES, "synapses": _FLAG},
    "LearningControl.enable_learning": {
        "period": (2.0, optional(time)),
        "offset": (1.0, optional(time)),
    },
    "LearningControl.disable_learning": {},
    "Dendrite": {
        "projection": (Of(lambda w: w.sparse), instance(rv.Projection)),
        "post_rank": (Of(lambda w: w.sparse.post_ranks[0]), rank),
    },
    "Dendrite.__len__": {},
    "Dendrite.receptive_field": {"variable": ("w", text), "fill": (0.0, anything)},
    "LILConnectivity": {"dt": (None, anything)},
    "LILConnectivity.add": {
        "post_rank": (1, number),
        "pre_ranks": ([0, 2], anything),
        "weights": (1.0, anything),
        "delays": (0.0, anything),
    },
    "LILConnectivity.columns": {},
}
for _name in ("all_to_all", "one_to_one", "fixed_probability", "fixed_number_pre"):
    PROJECTIONS[f"ConnectorMethods.connect_{_name}"] = PROJECTIONS[f"ConnectorMethods.{_name}"]
for _name in ("fixed_number_post", "from_matrix", "from_sparse", "from_function"):
    PROJECTIONS[f"ConnectorMethods.connect_{_name}"] = PROJECTIONS[f"ConnectorMethods.{_name}"]
PROJECTIONS["ConnectorMethods.connect_with_func"] = PROJECTIONS["ConnectorMethods.from_function"]

MONITORS: dict[str, Arguments] = {
    "Monitor": {**NETWORK["Network.monitor"], "network": _NETWORK},
    "Monitor.start": {"variables": (["v"], anything), "period": (2.0, optional(time))},
    "Monitor.pause": {},
    "Monitor.resume": {},
    "Monitor.stop": {},
    "Monitor.reset": {},
    "RecordingMemory.bytes_per_second": {},
    "RecordingMemory.refuse": {},
    "Monitor.get": {
        "variables": ("v", anything),
        "keep": _FLAG,
        "reshape": _FLAG,
        "force_dict": _NO,
    },
    "Monitor.__getitem__": {"variable": ("v", anything)},
    "Monitor.times": {"variables": ("v", anything)},
    "SpikeStatistics.raster_plot": {"spikes": _SPIKES},
    "SpikeStatistics.histogram": {
        "spikes": _SPIKES,
        "bins": (2.0, optional(positive)),
        "per_neuron": _NO,
        "recording_window": _WINDOW,
    },
    "SpikeStatistics.inter_spike_interval": {
        "spikes": _SPIKES,
        "ranks": _RANKS,
        "per_neuron": _NO,
    },
    "SpikeStatistics.coefficient_of_variation": {"spikes": _SPIKES, "ranks": _RANKS},
    "SpikeStatistics.mean_fr": {"spikes": _SPIKES},
    "SpikeStatistics.smoothed_rate": {"spikes": _SPIKES, "smooth": (2.0, not_negative)},
    "SpikeStatistics.population_rate": {"spikes": _SPIKES, "smooth": (2.0, not_negative)},
    "raster_plot": {"spikes": _GIVEN, **_DT},
    "histogram": {
        "spikes": _GIVEN,
        "bins": (2.0, optional(positive)),
        "per_neuron": _NO,
        "recording_window": _WINDOW,
        **_DT,
    },
    "inter_spike_interval": {"spikes": _GIVEN, "ranks": _RANKS, "per_neuron": _NO, **_DT},
    "coefficient_of_variation": {"spikes": _GIVEN, "ranks": _RANKS, "per_neuron": _NO},
    "mean_fr": {"spikes": _GIVEN, "duration": (10.0, optional(number)), **_DT},
    "smoothed_rate": {"spikes": _GIVEN, "smooth": (2.0, not_negative), **_DT, "window": _WINDOW},
    "population_rate": {"spikes": _GIVEN, "smooth": (2.0, not_negative), **_DT, "window": _WINDOW},
}

_EQUATIONS = {
    "parameters": ("a = 1.0", anything),
    "equations": ("r = a", anything),
    "functions": (None, anything),
    "extra_values": (None, anything),
    **_TEXTS,
}
MODELS: dict[str, Arguments] = {
    "Neuron": {
        **_EQUATIONS,
        **dict.fromkeys(("spike", "axon_spike", "reset", "axon_reset", "refractory"), _NONE),
    },
    "Synapse": {
        **_EQUATIONS,
        "equations": ("dw/dt = a", anything),
        **dict.fromkeys(("psp", "pre_spike", "post_spike", "pre_axon_spike"), _NONE),
        **dict.fromkeys(("pruning", "creating"), _NONE),
        "operation": ("sum", text),
    },
    "Hebb": {"eta": (0.1, anything)},
    "Oja": {"eta": (0.1, anything), "alpha": (1.0, anything)},
    "IBCM": {"eta": (0.1, anything), "tau": (100.0, anything)},
    "STP": dict.fromkeys(("tau_rec", "tau_facil", "U"), (0.5, anything)),
    "STDP": dict.fromkeys(
        ("tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max"), (0.5, anything)
    ),
    "Parameter": {
        "value": (1.0, anything),
        "locality": ("local", anything),
        "type": ("float", anything),
    },
    "Variable": {
        "equation": ("r = 1.0", anything),
        **dict.fromkeys(("init", "min", "max", "method", "locality", "type"), _NONE),
    },
    "Creating": {"equation": ("w < 1.0", anything), **dict.fromkeys(("proba", "w", "d"), _NONE)},
    "Pruning": {"equation": ("w < 1.0", anything), "proba": _NONE},
    "Uniform": {"min": (0.0, number), "max": (1.0, number), **_DISTRIBUTION},
    "DiscreteUniform": {"min": (0, number), "max": (3, number), **_DISTRIBUTION},
    "Normal": {"mu": (0.0, number), "sigma": (1.0, number), **_BOUNDS, **_DISTRIBUTION},
    "LogNormal": {"mu": (0.0, number), "sigma": (1.0, number), **_BOUNDS, **_DISTRIBUTION},
    "Exponential": {"Lambda": (1.0, positive), **_BOUNDS, **_DISTRIBUTION},
    "Gamma": {"alpha": (1.0, positive), "beta": (1.0, positive), **_BOUNDS, **_DISTRIBUTION},
    "Binomial": {"n": (3, number), "p": (0.5, number), **_DISTRIBUTION},
    "RandomDistribution.get_values": {"shape": (3, instance(int, tuple, list)), "rng": _NONE},
    "RandomDistribution.source": {"rng": _NONE},
    "RandomDistribution.numbers": {"shape": (3, anything), "source": (RNG, anything)},
}
for _name in (
    "Uniform", "DiscreteUniform", "Normal", "LogNormal", "Exponential", "Gamma", "Binomial",
):  # fmt: skip
    MODELS[f"{_name}.draw"] = {"rng": (RNG, anything), "shape": (3, anything)}

COMPILED: dict[str, Arguments] = {
    "Compiled.ir": {"level": ("net", text), "form": ("generic", text), "pretty": _NO},
    "Compiled.llvm": {"optimized": _NO},
    "Compiled.asm": {},
    "Compiled.simulate": {"steps": (3, whole), "progress": _NO},
    "Compiled.stop": {},
    "Compiled.explain": {"name": ("rate", optional(text))},
    "Compiled.save": NETWORK["Network.save"],
    "Compiled.load": NETWORK["Network.load"],
}

CALLS: dict[str, Arguments] = {
    **NETWORK,
    **POPULATIONS,
    **PROJECTIONS,
    **MONITORS,
    **MODELS,
    **COMPILED,
}

SETTABLE: dict[str, tuple[Any, Kind]] = {
    "Network.dt": (1.0, positive),
    "Network.seed": (3, optional(whole)),
    "Timed.time": (4.0, time),
    "Timed.current_step": (4, whole),
    "Monitor.period": (2.0, optional(time)),
    "Monitor.period_offset": (0.0, optional(time)),
    "Population.refractory": (1.0, anything),
    "LearningControl.update": _FLAG,
    "LearningControl.plasticity": _FLAG,
    "SynapseElement.synapse_dtype": ("float32", anything),
    "Compiled.step": (4, whole),
}
"""Properties that can be set: a valid value, and its kind."""

ATTRIBUTES: list[tuple[str, str, Any, Kind]] = [
    ("Population", "b", 1.5, values),
    ("Population", "k", 3, values),
    ("Population", "on", True, values),
    ("Population", "tau", 12.0, values),
    ("PopulationView", "v", 1.0, values),
    ("IndividualNeuron", "v", 1.0, values),
    ("PoissonPopulation", "rates", 10.0, values),
    ("Projection", "w", 0.5, values),
    ("Projection", "eta", 0.5, values),
    ("Projection", "theta", 0.5, values),
    ("Dendrite", "w", 0.5, values),
    ("Dendrite", "theta", 0.5, values),
]
"""Attributes of models: class, name, a valid value, kind."""
