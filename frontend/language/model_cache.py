"""A cache of models: equal definitions at one place share theirs.

They are checked once. A function that makes a neuron, called a hundred times, makes a hundred
neurons of one model, so that the compiler need not compare their equations.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_MOST = 256
_PLAIN = (str, int, float, bool, type(None))

Arguments = ParamSpec("Arguments")
Model = TypeVar("Model")


def sharing_models(analyse: Callable[Arguments, Model]) -> Callable[Arguments, Model]:
    """``analyse`` with one model for equal arguments, if plain."""
    known: OrderedDict[Any, Model] = OrderedDict()

    @wraps(analyse)
    def analysed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Model:
        key = _key((args, kwargs))
        if key is None:
            return analyse(*args, **kwargs)
        if key not in known:
            known[key] = analyse(*args, **kwargs)
            if len(known) > _MOST:
                known.popitem(last=False)
        known.move_to_end(key)
        return known[key]

    return analysed


def _key(value: Any) -> Any:
    """A key of a value, None if it is not plain.

    It tells ``1`` from ``1.0`` and ``True``, and 0.0 from -0.0.
    """
    kind = type(value)
    if kind in _PLAIN:
        return kind.__name__, repr(value)
    if kind in (tuple, list):
        items = [_key(each) for each in value]
    elif isinstance(value, Mapping) and kind is dict:
        items = [_key(each) for pair in value.items() for each in pair]
    else:
        return None
    return None if any(item is None for item in items) else (kind.__name__, *items)
