"""Types of arguments, with the words that messages have for them.

Annotations are texts such as ``float | None``: they are read, never evaluated, for some of their
names exist for type checkers only. A name that is not in the table is that of a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..ir.attrs_classes import frozen


@frozen
class ArgumentType:
    """A condition on an argument: its words and its test."""

    words: str
    test: Callable[[Any], bool]


def _a(words: str, *types: type) -> ArgumentType:
    return ArgumentType(words, lambda value: isinstance(value, types))


def _is_float(value: Any) -> bool:
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "biuf":
        return True
    if not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def _is_truth(value: Any) -> bool:
    return isinstance(value, (bool, np.bool_, int, np.integer)) and bool(value in (0, 1))


def _is_shape(value: Any) -> bool:
    numbers = value if isinstance(value, (tuple, list)) else (value,)
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in numbers)
    return whole and all(0 <= n < 2**40 for n in numbers)


def _is_spikes(value: Any) -> bool:
    """A dict from ranks to steps."""
    return (
        isinstance(value, Mapping)
        and all(isinstance(rank, (int, np.integer)) for rank in value)
        and all(map(_is_steps, value.values()))
    )


def _is_steps(steps: Any) -> bool:
    """Whether a value is a sequence or array of whole numbers.

    Of a long list the first and the last are looked at.
    """
    if isinstance(steps, np.ndarray):
        return steps.ndim == 1 and steps.dtype.kind in ("iu" if len(steps) else "iuf")
    if not isinstance(steps, Sequence) or isinstance(steps, (str, bytes)):
        return False
    seen = steps if len(steps) < 100 else (steps[0], steps[-1])
    return all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in seen)


_SPIKES = ArgumentType("a dict from ranks to lists of steps", _is_spikes)
_TYPES: dict[str, ArgumentType] = {
    "None": _a("None", type(None)),
    "bool": ArgumentType("True or False", _is_truth),
    "int": ArgumentType(
        "a whole number",
        lambda value: isinstance(value, (int, np.integer)) and abs(int(value)) < 2**63,
    ),
    "float": ArgumentType("a number", _is_float),
    "str": _a("text", str),
    "list": _a("a list", list, tuple, np.ndarray),
    "Sequence": _a("a list", list, tuple, np.ndarray),
    "Iterable": _a("a list", Iterable),
    "tuple": _a("a tuple", tuple, list, np.ndarray),
    "Mapping": _a("a dict", Mapping),
    "dict": _a("a dict", Mapping),
    "SpikeMap": _SPIKES,
    "Spikes": _SPIKES,
    "Shape": ArgumentType("a whole number >= 0 or a tuple of them", _is_shape),
    "Geometry": ArgumentType("a positive whole number or a tuple of them", _is_shape),
}
_SAY_NOTHING = {"Any", "object", "Value", "Group", "type", "Callable"}

_EAGER = {"bool", "SpikeMap", "Spikes | None", "Network | None", "Mapping[str, object]"}
"""Annotations that are checked in every call.

A wrong value of these would be taken for a right one.
"""


def is_checked_first(annotation: object) -> bool:
    """Whether an argument is checked before the call."""
    return annotation in _EAGER


def fits(value: Any, annotation: object) -> str | None:
    """The wanted type in words, None if ``value`` fits it."""
    tests = _tests(annotation) if isinstance(annotation, str) else ()
    if not tests or any(each.test(value) for each in tests):
        return None
    words = [each.words for each in tests if each.words != "None"]
    return " or ".join(dict.fromkeys(words)) or "None"


@cache
def _tests(annotation: str) -> tuple[ArgumentType, ...]:
    """The tests of a union. They are empty if one of its members can be anything."""
    names = [part.strip().split("[")[0] for part in annotation.split("|")]
    if any(name in _SAY_NOTHING or name.endswith("]") for name in names):
        return ()
    return tuple(_TYPES.get(name) or _instance(name.split(".")[-1]) for name in names)


def _instance(name: str) -> ArgumentType:
    return ArgumentType(
        f"a {name}", lambda value: any(kind.__name__ == name for kind in type(value).__mro__)
    )
