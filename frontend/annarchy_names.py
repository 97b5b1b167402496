"""Names of ANNarchy (4 and 5) that are missing, with substitutes.

The error for one of them says so, and leaves no doubt whether it is misspelt. A name that comes to
exist has to leave these tables; a test sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from inspect import getattr_static
from typing import TYPE_CHECKING, Any

from .user_errors import MissingName, UnknownAttribute, did_you_mean, imports_it, listing, reject

_NEURON = "write its equations with Neuron(...)"
_SET_RATES = "set `r` of an InputArray, or `rates` of a PoissonPopulation, between simulate() calls"
_PIECES = "call simulate() in short pieces and act in between"
_STRUCTURE = "connect once, before compile()"
_WEIGHTS = "compute the weights and use from_matrix(), from_sparse() or from_function()"
_SAVE = "use save() and load() of the Network"
_PARALLEL = "run several processes, each with a Network of its own"
_MEMORY = "measure the process; compile() and connectors say what does not fit"
_CONSTANT = "declare a parameter"
_GENERATED = "there is no generated C++ code; equations are compiled in the process"
_NUMPY = "compute it with NumPy"
_RECORD = "read the values between simulate() calls"

MODULE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "LeakyIntegrator", "Izhikevich", "IF_curr_exp", "IF_cond_exp", "IF_curr_alpha",
            "IF_cond_alpha", "EIF_cond_exp_isfa_ista", "EIF_cond_alpha_isfa_ista", "GIF_curr",
            "GIF_curr_exp", "HH_cond_exp", "list_standard_neurons", "list_standard_synapses",
            "models",
        ),
        _NEURON,
    ),
    **dict.fromkeys(
        (
            "TimedArray", "TimedPoissonPopulation", "SpikeSourceArray",
            "HomogeneousCorrelatedSpikeTrains", "ImagePopulation", "VideoPopulation", "image",
            "inputs",
        ),
        _SET_RATES,
    ),
    "CurrentInjection": "add the input to the equations of the neurons as a parameter",
    **dict.fromkeys(("every", "simulate_until"), _PIECES),
    **dict.fromkeys(
        ("callbacks_enabled", "disable_callbacks", "enable_callbacks", "clear_all_callbacks"),
        _PIECES,
    ),
    **dict.fromkeys(
        ("enable_learning", "disable_learning"), "call it on each Projection: projection.{name}()"
    ),
    **dict.fromkeys(("save_parameters", "load_parameters", "load_parameter"), _SAVE),
    "parallel_run": _PARALLEL,
    "Constant": _CONSTANT,
    "get_constant": _CONSTANT,
    "MonitorList": "call get() of each Monitor",
    "CmdLineArgParser": "give the settings to setup() or Network()",
    "float32": 'write dtype="float32"',
    "float64": 'write dtype="float64"',
    "timeit": "measure with time.perf_counter()",
    **dict.fromkeys(("add_function", "functions"), "give `functions` to Neuron or Synapse"),
    "magic_network": "the functions of this interface have a network that you need not name",
    "report": "print(net.explain()) says what was compiled",
    "sparse_random_matrix": "use scipy.sparse.random() and from_sparse()",
    "sparse_delays_from_weights": "give delays to the connector as a random distribution",
    **dict.fromkeys(("convert_ms_to_steps", "convert_steps_to_ms"), "divide or multiply by dt"),
    **dict.fromkeys(
        (
            "compute_delivered_spikes", "compute_delivered_efferent_spikes",
            "compute_delivered_afferent_spikes", "compute_delivered_spikes_per_second",
        ),
        "count the spikes of a Monitor",
    ),
    **dict.fromkeys(
        (
            "convolution", "Convolution", "Pooling", "Copy", "Transpose", "diagonal",
            "DiagonalProjection",
        ),
        _WEIGHTS,
    ),
    **dict.fromkeys(
        (
            "bold", "BoldMonitor", "BoldMonitorFromSlices", "BoldModel", "NormProjection",
            "balloon_RN", "balloon_RL", "balloon_CN", "balloon_CL", "balloon_maith2021",
            "balloon_two_inputs",
        ),
        "record rates and apply the model of the BOLD signal to them",
    ),
    "Rate2SpikePopulation": "use PoissonPopulation(target=...)",
    "Spike2RatePopulation": "use DecodingProjection",
    "hybrid": "use PoissonPopulation(target=...) and DecodingProjection",
    **dict.fromkeys(("tensorboard", "Logger"), "write what monitors return with tensorboardX"),
    **dict.fromkeys(
        ("ann_to_snn_conversion", "ANNtoSNNConverter"), "build the network with from_matrix()"
    ),
    "extensions": "see docs/differences.md for what there is",
    **dict.fromkeys(("core", "cython_ext", "generator", "intern", "parser"), _GENERATED),
    "MemoryStats": _MEMORY,
}  # fmt: skip
"""Names that ``import ANNarchy`` offers, with its extensions."""

NETWORK: Mapping[str, str] = {
    **dict.fromkeys(
        ("boldmonitor", "boldmonitor_from_slices"), MODULE["BoldMonitor"]
    ),
    **dict.fromkeys(("constant", "get_constant", "get_constants"), _CONSTANT),
    **dict.fromkeys(("get_extension", "get_extensions"), "there are no extensions"),
    **dict.fromkeys(
        (
            "simulate_until", "callbacks_enabled", "disable_callbacks", "enable_callbacks",
            "clear_all_callbacks",
        ),
        _PIECES,
    ),
    **dict.fromkeys(
        ("enable_learning", "disable_learning"), "call it on each Projection: projection.{name}()"
    ),
    "clear": "let go of the network: del net",
    "parallel_run": _PARALLEL,
    "memory_footprint": _MEMORY,
    **dict.fromkeys(("directory", "instance"), _GENERATED),
    "id": "networks have no numbers",
    "set_seed": "set `seed`",
    **dict.fromkeys(("get_time", "set_time"), "use `time`"),
    **dict.fromkeys(("get_current_step", "set_current_step"), "use `current_step`"),
    "add": "create the parts with create(), connect() and monitor()",
    "get": "use get_population(), get_projection() and get_monitor()",
}  # fmt: skip

_GROUP: Mapping[str, str] = {
    "max_delay": "read `delay` of the projections",
    "functions": _NUMPY,
    "id": "it is found by its `name`",
}

POPULATION: Mapping[str, str] = {
    **_GROUP,
    **dict.fromkeys(("width", "height", "depth"), "read `geometry`"),
    "disable": "give the projections onto it a weight of 0",
    "enable": "populations are always enabled",
    "enabled": "populations are always enabled",
    "compute_firing_rate": "record 'spike' and use Monitor.smoothed_rate()",
    "r": "record 'spike' and use Monitor.smoothed_rate(), or declare a variable of your own",
    "clear": "use reset()",
    "save": _SAVE,
    "load": _SAVE,
    "init": "read the attributes before compile()",
    "normalized_coordinates_from_rank": "divide coordinates_from_rank() by `geometry`",
    "update_launch_config": _GENERATED,
    "update": _SET_RATES,
    "schedule": _SET_RATES,
    **dict.fromkeys(("set_image", "grab_image", "start_camera", "release"), _SET_RATES),
    "generate": _GENERATED,
}

VIEW: Mapping[str, str] = {
    name: POPULATION[name] for name in ("max_delay", "compute_firing_rate", "r", "save", "load")
} | {"neurons": "use population.neuron(rank)", "neuron": "use population.neuron(rank)"}

PROJECTION: Mapping[str, str] = {
    **_GROUP,
    "delays": "read `delay`",
    "uniform_delay": "read `delay`",
    "transmission": "set w to 0 to silence the projection",
    "axon_transmission": "connect axonal spikes by a projection of their own and set its w to 0",
    "synapse": "use projection.dendrite(post) and its `pre_ranks`",
    "save": _SAVE,
    "load": _SAVE,
    **{
        f"{prefix}{name}": instead
        for prefix in ("", "connect_")
        for name, instead in {
            "gaussian": _WEIGHTS,
            "dog": _WEIGHTS,
            "from_matrix_market": "read the file with scipy.io.mmread() and use from_sparse()",
            "from_file": "use from_sparse() or from_function()",
            "filter": _WEIGHTS,
            "filters": _WEIGHTS,
            "pooling": _WEIGHTS,
            "copy": _WEIGHTS,
            "transpose": _WEIGHTS,
            "current": MODULE["CurrentInjection"],
        }.items()
        if prefix or name not in ("filter", "filters", "current")
    },
    "save_connectivity": "save connectivity_matrix()",
    **dict.fromkeys(
        ("start_pruning", "stop_pruning", "start_creating", "stop_creating"), _STRUCTURE
    ),
    "weights": "read `w`",
    "update_launch_config": _GENERATED,
}

DENDRITE: Mapping[str, str] = {
    **dict.fromkeys(
        ("create_synapse", "create_synapses", "prune_synapse", "prune_synapses"), _STRUCTURE
    ),
    **dict.fromkeys(("synapse", "synapses"), "index its attributes, in the order of `pre_ranks`"),
    "idx": "read `post_rank`",
    "weights": "read `w`",
}

MONITOR: Mapping[str, str] = {
    "save": "save what get() returns, e.g. with numpy.savez()",
    "id": "it is found by its `name`",
    "object": "read `recorded`",
}

DISTRIBUTION: Mapping[str, str] = {
    **dict.fromkeys(("get_value", "get_list_values"), "use get_values(shape)"),
    **dict.fromkeys(("get_cpp_args", "latex", "keywords"), "print the distribution"),
}

CONNECTIVITY: Mapping[str, str] = {
    **dict.fromkeys(("push_back",), "use add()"),
    **dict.fromkeys(
        (
            "get_max_delay", "get_uniform_delay", "max_delay", "uniform_delay", "delay", "w",
            "post_rank", "pre_rank", "requires_sorting", "last_added_idx", "validate",
            "compute_average_col_idx_gap", "compute_average_row_length",
        ),
        "read the `rows` that were added, or the attributes of the projection",
    ),
    **dict.fromkeys(
        (
            "all_to_all", "one_to_one", "gaussian", "dog", "fixed_probability",
            "fixed_number_pre", "fixed_number_post",
        ),
        "use the connector of the projection",
    ),
}  # fmt: skip


def missing_from_module(name: str, known: Iterable[str]) -> Any:
    """Raise the error for ``ranvier.name`` and for ``from ranvier import name``."""
    if name.startswith("_"):
        raise AttributeError(f"module 'ranvier' has no attribute '{name}'")
    kind = MissingName if imports_it() else UnknownAttribute
    refuse_missing(name, "'ranvier'", MODULE, known, kind)


def refuse_missing(
    name: str,
    label: str,
    table: Mapping[str, str],
    known: Iterable[str],
    kind: type[UnknownAttribute] | type[MissingName] = UnknownAttribute,
) -> None:
    """Raise the error for a name that ``label`` lacks. Names in ``table`` are ANNarchy's."""
    if name in table:
        instead = table[name].replace("{name}", name)
        reject(
            f"'{name}' of {label} is part of ANNarchy, but not supported yet; {instead}", kind=kind
        )
    reject(f"{label} has no '{name}'{did_you_mean(name, [*known, *table])}", kind=kind)


class KnownNames:
    """Mixin of classes whose missing names are errors with advice."""

    _not_yet: Mapping[str, str] = {}

    if not TYPE_CHECKING:  # type checkers are to see which names exist

        def __getattr__(self, name: str) -> Any:
            return refuse_attribute(self, name)


def own_error(thing: Any, name: str) -> None:
    """Raise the error of a user's property, if it has one.

    Python asks for the name again after such an error, and hides it.
    """
    member = getattr_static(type(thing), name, None)
    if isinstance(member, (property, cached_property)):
        member.__get__(thing, type(thing))


def refuse_attribute(thing: Any, name: str) -> Any:
    """Raise the error for an attribute that an object lacks."""
    # Python's own look-ups (copy, pickle, notebooks) probe for private names.
    if name.startswith("_"):
        raise AttributeError(f"'{type(thing).__name__}' object has no attribute '{name}'")
    own_error(thing, name)
    public = [each for each in dir(type(thing)) if not each.startswith("_")]
    refuse_missing(name, f"a {type(thing).__name__}", thing._not_yet, public)


class ClosedNames(KnownNames):
    """Known names of objects on which users set properties only. Other names are misspelt."""

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_") and not isinstance(getattr(type(self), name, None), property):
            if hasattr(type(self), name):
                reject(f"'{name}' of a {type(self).__name__} cannot be set", kind=UnknownAttribute)
            if type(self).__module__.split(".")[0] == __name__.split(".")[0]:
                getattr(self, name)  # derived classes of users may have attributes of their own
        object.__setattr__(self, name, value)


def attribute_error(thing: Any, name: str) -> None:
    """Raise the error for an attribute that an object lacks.

    The object is a population, a projection, or a part of one.
    """
    own_error(thing, name)
    known = [each for each in dir(type(thing)) if not each.startswith("_")]
    if name in thing._not_yet:
        refuse_missing(name, thing._label, thing._not_yet, known)
    near = did_you_mean(name, [*thing.attributes, *known])
    reject(
        f"{thing._label} has no attribute '{name}'{near}",
        f"its attributes: {listing(thing.attributes)}",
        kind=UnknownAttribute,
    )
