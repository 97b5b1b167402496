"""Classes of operations by name.

A dialect is imported when its first operation is met.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import lru_cache

from .. import dialects
from ..core import Op
from ..declare import OPS
from ..suggest import did_you_mean


@lru_cache(maxsize=256)
def _import(dialect: str) -> None:
    """Import the dialect of ours called ``dialect``, if there is one."""
    name = f"{dialects.__name__}.{dialect}"
    if dialect.isidentifier() and importlib.util.find_spec(name) is not None:
        importlib.import_module(name)


def find_op(name: str) -> type[Op] | None:
    """The class of the operation ``name``; None if there is none."""
    found = OPS.get(name)
    if found is None:
        _import(name.partition(".")[0])
        found = OPS.get(name)
    return found


def load_all() -> None:
    """Import every dialect of ours."""
    for dialect in sorted(module.name for module in pkgutil.iter_modules(dialects.__path__)):
        _import(dialect)


def similar_op(name: str) -> str:
    """The suggestion ``; did you mean 'arith.addf'?``, or nothing."""
    load_all()
    return did_you_mean(name[:100], OPS)
