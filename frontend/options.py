"""Settings: the keywords of ``setup()``, ``Network()`` and ``Network.config()``."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from ..ir.attrs_classes import define
from ..ir.methods import BY_EVENT, METHODS
from .user_errors import WrongValue, caller_frame, did_you_mean, listing, reject, shown

_NO_EFFECT = {
    "only_int_idx_type", "sparse_matrix_format", "sparse_matrix_storage_order", "verbose",
    "suppress_warnings", "show_time", "disable_shared_library_time_offset", "visible_cores",
    "disable_parallel_rng", "use_seed_seq", "use_cpp_connectors", "disable_split_matrix",
    "disable_SIMD_SpMV", "disable_SIMD_Eq", "disable_bitmask",
    "directory", "clean", "compiler", "compiler_flags", "add_sources", "extra_libs", "cuda_config",
    "annarchy_json", "silent", "debug_build", "trace_calls", "profile_enabled", "debug",
}  # fmt: skip
"""Keywords that steer ANNarchy's code generator and change no result."""

_REFUSED = {
    "structural_plasticity": (False, "connect once, before compile()"),
}
"""Keywords with a single supported value, and a way out."""

_MOST_THREADS = 1024

_TARGETS = {"openmp": "cpu", "cuda": "cuda"}
"""Targets of ANNarchy's paradigms."""

_MOST_DEVICES = 1024

_THREADS = re.compile(r"(?:-j|--num-threads)=?(\d+)")


@define
class NetworkOptions:
    """Settings of one network.

    ``dt`` in ms; ``method`` for ODEs without a flag of their own. ``dtype`` is the type of all
    numbers, ``synapse_dtype`` the one in which synapses are stored (None: the same); each is
    "float64" or "float32". ``precision="float"`` is the latter, too. ``paradigm`` is "openmp", the
    CPU, or "cuda", a GPU, whose number is ``device``; None of them: as elsewhere, 0. ``atomics`` is
    the order in which spikes add to neurons of a GPU, "ordered" (None, too) or "fast".
    """

    dt: float = 1.0
    seed: int | None = None
    num_threads: int | None = None
    method: str = "explicit"
    dtype: str = "float64"
    synapse_dtype: str | None = None
    paradigm: str | None = None
    device: int | None = None
    atomics: str | None = None

    def update(self, settings: Mapping[str, object], where: str) -> None:
        """Check and take settings; ``where`` names the function the user called."""
        known = tuple(_CHECKS)
        for key, value in settings.items():
            if key == "precision":
                self.dtype = _dtype_of_precision(value)
            elif key in known:
                setattr(self, key, _CHECKS[key](value))
            elif key in _REFUSED:
                _refuse_unless(key, value)
            elif key in _NO_EFFECT:
                warn_no_effect(key, where)
            else:
                reject(
                    f"{where}() has no setting '{key}'{did_you_mean(key, known)}",
                    f"its settings: {listing(known)}",
                )

    def takes(self, key: str, value: object) -> bool:
        """Take the device of ANNarchy's ``cuda_config``. Whether that is all of it.

        In ``compile(cuda_config=dict(device=1))``, where the network is for a GPU.
        """
        if key != "cuda_config" or self.paradigm != "cuda" or not isinstance(value, Mapping):
            return False
        if "device" in value:
            self.device = checked_device(value["device"])
        return set(value) <= {"device"}

    @property
    def target(self) -> str | None:
        """The target that ``compile()`` takes if it is given none. None leaves it open."""
        return None if self.paradigm is None else _TARGETS[self.paradigm]


def warn_no_effect(key: str, where: str) -> None:
    """Warn that a setting of ANNarchy does nothing here.

    The warning is at the user's calling line.
    """
    frame = caller_frame()
    text = f"{where}({key}=...) steers ANNarchy's code generator and has no effect here"
    if frame is None:
        warnings.warn(text, stacklevel=2)
    else:
        warnings.warn_explicit(text, UserWarning, frame.f_code.co_filename, frame.f_lineno)


def has_no_effect(key: str) -> bool:
    """Whether a keyword belongs to ANNarchy's code generator."""
    return key in _NO_EFFECT


def threads_from_command_line(arguments: Sequence[str]) -> int | None:
    """The N of ``-jN``, ``-j N`` or ``--num-threads N``. It is None if there is none; not 0."""
    joined = list(arguments)
    for place, argument in enumerate(joined):
        following = joined[place + 1] if place + 1 < len(joined) else ""
        if argument in ("-j", "--num-threads") and following.isdigit():
            argument = f"{argument}={following}"
        found = _THREADS.fullmatch(argument)
        if found and not int(found[1]):
            reject(
                f"{argument}: a network runs on one thread at least",
                "without it, Ranvier chooses the number of threads",
                kind=WrongValue,
            )
        if found:
            return int(found[1])
    return None


def gpu_from_command_line(arguments: Sequence[str]) -> int | None:
    """The number of the GPU of ``--gpu``, ``--gpu=N`` or ``--gpu N``. None without any."""
    for place, argument in enumerate(arguments):
        flag, equals, number = argument.partition("=")
        if flag != "--gpu":
            continue
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        if not equals:
            return int(following) if following.isdigit() else 0
        if not number.isdigit():
            reject(
                f"{argument}: a GPU has a number",
                "--gpu takes the first one, --gpu=1 the second",
                kind=WrongValue,
            )
        return int(number)
    return None


def options_from_command_line(arguments: Sequence[str]) -> NetworkOptions:
    """The settings that a script is started with."""
    gpu = gpu_from_command_line(arguments)
    return NetworkOptions(
        num_threads=threads_from_command_line(arguments),
        paradigm=None if gpu is None else "cuda",
        device=gpu,
    )


def checked_paradigm(value: object) -> str | None:
    """The kind of machine, in ANNarchy's words. None leaves it open."""
    given = getattr(value, "__name__", value)
    if given is not None and given not in _TARGETS:
        reject(
            f"a paradigm is 'openmp' (the CPU) or 'cuda' (a GPU), not {shown(given)}"
            f"{did_you_mean(str(given), tuple(_TARGETS))}",
            kind=WrongValue,
        )
    return None if given is None else str(given)


def checked_device(value: object) -> int | None:
    """The number of a GPU; None for the first one."""
    if value is None:
        return None
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        reject(
            f"device is the number of a GPU, from 0 on, not {shown(value)}",
            "paradigm='cuda' takes a GPU, device=1 the second one",
            kind=WrongValue,
        )
    if value > _MOST_DEVICES:
        reject(f"device = {shown(value)}: there is no such GPU", kind=WrongValue)
    return int(value)


def checked_dt(value: object) -> float:
    """A time step in ms."""
    number = isinstance(value, (int, float, np.integer, np.floating))
    try:
        dt = float(value) if number and not isinstance(value, bool) else 0.0  # type: ignore[arg-type]
    except OverflowError:
        dt = 0.0
    if not isfinite(dt) or dt <= 0:
        reject(f"dt must be a time of more than 0 ms, not {shown(value)}", kind=WrongValue)
    return dt


def checked_seed(value: object) -> int | None:
    """A seed for random numbers; None lets the network choose one."""
    if value is None:
        return None
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        reject(f"a seed is a whole number >= 0, not {shown(value)}", kind=WrongValue)
    return int(value)


def checked_threads(value: object) -> int | None:
    """A number of threads; None lets the runtime choose."""
    if value is None:
        return None
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        reject(f"num_threads must be a whole number >= 1, not {value!r:.60}", kind=WrongValue)
    if value > _MOST_THREADS:
        reject(f"num_threads must be at most {_MOST_THREADS}, not {value:.6g}", kind=WrongValue)
    return int(value)


def checked_dtype(value: object) -> str:
    """The type of numbers: "float64" or "float32".

    ``value`` is anything that NumPy takes for one of them.
    """
    try:
        name = "" if value is None else np.dtype(value).name  # type: ignore[call-overload]
    except TypeError:
        name = ""
    if name not in ("float64", "float32"):
        reject(f"a dtype is 'float64' or 'float32', not {value!r:.60}", kind=WrongValue)
    return str(name)


def _dtype_of_precision(value: object) -> str:
    """The dtype of a precision, in ANNarchy's words."""
    known = {"double": "float64", "float": "float32"}
    if not isinstance(value, str) or value not in known:
        reject(f"a precision is 'double' or 'float', not {value!r:.60}", kind=WrongValue)
    return known[value]


def checked_synapse_dtype(value: object) -> str | None:
    """The type in which synapses are stored. None is that of the network."""
    return None if value is None else checked_dtype(value)


def _checked_method(value: object) -> str:
    known = [name for name in METHODS if name not in BY_EVENT]
    if not isinstance(value, str) or value not in known:
        reject(
            f"unknown method {value!r}{did_you_mean(str(value), known)}",
            f"methods: {listing(known)}",
        )
    return str(value)


def _checked_atomics(value: object) -> str | None:
    if value not in (None, "ordered", "fast"):
        reject(f"atomics are 'ordered' or 'fast', not {value!r:.60}", kind=WrongValue)
    return None if value is None else str(value)


def _refuse_unless(key: str, value: object) -> None:
    supported, way_out = _REFUSED[key]
    given = getattr(value, "__name__", value)
    if given != supported:
        reject(f"{key} = {given!r} is not supported yet; {way_out}")


_CHECKS = {
    "dt": checked_dt,
    "seed": checked_seed,
    "num_threads": checked_threads,
    "method": _checked_method,
    "dtype": checked_dtype,
    "synapse_dtype": checked_synapse_dtype,
    "paradigm": checked_paradigm,
    "device": checked_device,
    "atomics": _checked_atomics,
}
