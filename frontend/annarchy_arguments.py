"""Arguments of ANNarchy's functions (4 or 5) that are missing here.

One that steers ANNarchy's code generator, or of which the value given is what happens anyway, is
left out of the call, with a warning; one that would change results is an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from ..ir.attrs_classes import frozen
from .options import warn_no_effect
from .user_errors import WrongCall, reject

_ANY = object()


@frozen
class Foreign:
    """An argument of ANNarchy: its harmless values, and a way out.

    A harmless value asks for nothing but what happens anyway.
    """

    accepted: tuple[object, ...] = (_ANY,)
    instead: str = ""
    silent: bool = False

    def accepts(self, value: object) -> bool:
        """Whether the call means the same without it."""
        number = isinstance(value, (bool, np.bool_, int, np.integer))
        return any(
            each is _ANY or value is each or (number and each is not None and bool(value == each))
            for each in self.accepted
        )


_GENERATOR = Foreign()
_NETWORK = Foreign((0, None), "networks have no numbers; use the methods of a Network", True)
_WHOLE = Foreign((True,), "files hold the whole state; set attributes one by one", silent=True)
_ENCODING = Foreign((None,), "files are of NumPy's format npz, which needs no encoding")
_ALL_PARTS = Foreign((None,), "compile all parts, or create a Network of the ones that you want")

_OF: dict[str, dict[str, Foreign]] = {
    "connect": {"disable_omp": _GENERATOR},
    "Projection": {"disable_omp": _GENERATOR},
    "reset": {
        "reseed_rng": Foreign(
            (True,),
            "numbers drawn in equations depend on the seed and the step, so they repeat after a "
            "reset; another `seed` gives others",
            silent=True,
        ),
    },
    "set_seed": {"use_seed_seq": _GENERATOR},
    "simulate": {
        "callbacks": Foreign((True, False), silent=True),
        "show_monitor_memory_estimate": _GENERATOR,
        "progress": _GENERATOR,
        "progress_bar": _GENERATOR,
    },
    "step": {"show_monitor_memory_estimate": _GENERATOR},
    "get_projections": {"suppress_error": Foreign(silent=True)},
    "projections": {"suppress_error": Foreign(silent=True)},
    "monitors": {"obj": Foreign((None,), "choose among monitors() by their `recorded`")},
    "save": {"populations": _WHOLE, "projections": _WHOLE},
    "load": {"populations": _WHOLE, "projections": _WHOLE, "pickle_encoding": _ENCODING},
    "clear": {
        name: Foreign((True,), "clear() forgets everything", silent=True)
        for name in ("functions", "neurons", "synapses", "constants")
    },
    "compile": {"populations": _ALL_PARTS, "projections": _ALL_PARTS},
}

_EVERYWHERE = {
    "net_id": _NETWORK,
    "copied": Foreign((False,), "make another one", True),
}
"""Arguments of ANNarchy's constructors and global functions for its own use."""


def foreign_argument(label: str, name: str) -> Foreign | None:
    """The foreign argument of the function ``label``, None if unknown."""
    return _OF.get(label, {}).get(name) or _EVERYWHERE.get(name)


def drop_foreign(label: str, name: str, value: object) -> bool:
    """Whether a call may go on without this argument.

    Raises WrongCall if it would mean something else.
    """
    found = foreign_argument(label, name)
    if found is None:
        return False
    if not found.accepts(value):
        reject(
            f"{label}({name}={value!r:.40}) is not supported; {found.instead}",
            kind=WrongCall,
        )
    if not found.silent:
        warn_no_effect(name, label)
    return True


def without_foreign(
    label: str, function: Callable[..., Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of a refused call, without those that are harmless."""
    names = signature(function).parameters
    return {
        name: value
        for name, value in kwargs.items()
        if name in names or not drop_foreign(label, name, value)
    }
