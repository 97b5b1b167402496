"""Every declared operation has a meaning and machine code.

If it has none, it says which pass lowers it away.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from ranvier.codegen.llvm_ir import emit  # noqa: F401  (fills the table of rules)
from ranvier.codegen.llvm_ir.lowering import RULES as LLVM
from ranvier.ir import dialects
from ranvier.ir.declare import OPS
from ranvier.ir.interpreter import RULES as MEANING

for info in iter_modules(dialects.__path__):
    import_module(f"{dialects.__name__}.{info.name}")

LOWERED_AWAY = {
    "net": "map-to-threads",
    "eq": "lower-equations",
    "loops": "map-to-threads",
    "rng": "expand-rng",
    "syn": "lower-syn",
    "special.propagator": "expand-propagators",
}
"""Dialects and operations without machine code.

Each with the pass after which none is left.
"""

NOT_INTERPRETED = {
    "net.population",
    "net.projection",
    "net.monitor",
    "eq.variable",
    "eq.equation",
    "eq.ddt",
}
"""Operations that ``ir.interpreter.network`` reads as a whole.

They do not run by themselves.
"""

CONTAINERS = {"builtin.module", "func.func"}


def kernels_level() -> list[str]:
    """Operations that run."""
    skip = {name for name in OPS if OPS[name].terminator} | CONTAINERS
    return sorted(set(OPS) - skip)


@pytest.mark.parametrize("name", kernels_level())
def test_has_a_meaning(name: str) -> None:
    assert (OPS[name] in MEANING) != (name in NOT_INTERPRETED)


@pytest.mark.parametrize("name", kernels_level())
def test_has_machine_code(name: str) -> None:
    gone = name in LOWERED_AWAY or name.partition(".")[0] in LOWERED_AWAY
    assert (OPS[name] in LLVM) != gone
