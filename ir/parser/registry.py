"""Finding the class of an operation; dialects are imported when their first operation is met."""

from __future__ import annotations

import importlib
import pkgutil

from .. import dialects
from ..core import Op
from ..declare import OPS
from ..suggest import did_you_mean

_DIALECTS = frozenset(module.name for module in pkgutil.iter_modules(dialects.__path__))


def find_op(name: str) -> type[Op] | None:
    """The class of the operation ``name``."""
    found = OPS.get(name)
    if found is None:
        dialect = name.partition(".")[0]
        if dialect in _DIALECTS:
            importlib.import_module(f"{dialects.__name__}.{dialect}")
            found = OPS.get(name)
    return found


def load_all() -> None:
    """Import every dialect of ours."""
    for dialect in sorted(_DIALECTS):
        importlib.import_module(f"{dialects.__name__}.{dialect}")


def similar_op(name: str) -> str:
    """``; did you mean 'arith.addf'?`` or nothing."""
    load_all()
    return did_you_mean(name[:100], OPS)
