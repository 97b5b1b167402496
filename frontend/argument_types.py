"""What declared types of arguments ask for, as far as a message can name it.

Annotations are texts such as ``float | None``: they are read, never evaluated, for some of their
names exist for type checkers only. An annotation with an unknown name says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

_Test = tuple[str, tuple[type, ...]]

_TYPES: dict[str, _Test] = {
    "None": ("None", (type(None),)),
    "bool": ("True or False", (bool, np.bool_)),
    "int": ("a whole number", (int, np.integer)),
    "float": ("a number", (int, float, np.integer, np.floating)),
    "str": ("text", (str,)),
    "list": ("a list", (list, tuple, np.ndarray)),
    "Sequence": ("a list", (list, tuple, np.ndarray)),
    "Iterable": ("a list", (Iterable,)),
    "tuple": ("a tuple", (tuple, list, np.ndarray)),
    "Mapping": ("a dict", (Mapping,)),
    "dict": ("a dict", (Mapping,)),
    "SpikeMap": ("a dict from ranks to steps", (Mapping,)),
    "Spikes": ("a dict from ranks to steps", (Mapping,)),
}


def is_flag(annotation: object) -> bool:
    """Whether an argument is True or False and nothing else."""
    return annotation in ("bool", bool)


def fits(value: Any, annotation: object) -> str | None:
    """None if ``value`` can be of the annotated type, else what it should be, in words."""
    tests = _tests(annotation) if isinstance(annotation, str) else ()
    if not tests or any(isinstance(value, types) for _, types in tests):
        return None
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iuf":
        return None
    words = [word for word, _ in tests if word != "None"]
    return " or ".join(dict.fromkeys(words)) or "None"


@cache
def _tests(annotation: str) -> tuple[_Test, ...]:
    """The tests of a union; empty if one of its members is unknown."""
    names = [part.strip().split("[")[0] for part in annotation.split("|")]
    return tuple(_TYPES[name] for name in names) if all(n in _TYPES for n in names) else ()
