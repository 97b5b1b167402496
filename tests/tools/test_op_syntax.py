"""The template of an operation shows what its form writes."""

from __future__ import annotations

import pytest

from ranvier.ir.declare import OPS
from ranvier.ir.parser.registry import find_op, load_all
from ranvier.passes.tools.op_syntax import syntax

EXAMPLES = {
    "arith.addf": "arith.addf %lhs, %rhs : type(result)",
    "memref.store": "memref.store %value, %memref[%indices...] : type(memref)",
    "scf.for": "scf.for %i = %a to %b step %c iter_args(%x = %y) -> (f64) {...}",
    "func.return": "func.return (%values... : type(values))?",
    "eq.variable": "eq.variable <sym_name> : <type> <locality> <role> (frozen)?",
    "loops.neurons": "loops.neurons (%arguments) {...}",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_template(name: str) -> None:
    kind = find_op(name)
    assert kind is not None and syntax(kind) == EXAMPLES[name]


def test_every_operation_of_ours_has_one() -> None:
    load_all()
    ours = [kind for kind in OPS.values() if kind.__module__.startswith("ranvier.ir.dialects")]
    assert all(syntax(kind).startswith(kind.name) for kind in ours)
