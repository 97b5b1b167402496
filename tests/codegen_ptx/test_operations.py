"""Operations of a GPU, one by one, and refusals."""

from __future__ import annotations

import re

import pytest
from samples.gpu_operations import LINES, allowed, everything
from samples.ptx_code import ASSEMBLED, function, needs_ptxas

import ranvier.codegen.llvm_ir.emit  # noqa: F401  (fills the table of rules)
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.lowering import RULES
from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptx_target import FUNCTIONS, ptx_target
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.declare import OPS
from ranvier.ir.spec import REMOVED_BY, SPECS
from ranvier.passes.framework.core import find_pass
from ranvier.passes.functions import FUNCTIONS as FORMULAS


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_operation_is_translated_or_refused(name: str) -> None:
    """Each operation has a rule, or a pass that removes it."""
    scalar, native = SPECS["scalar"], SPECS["native"]
    if scalar.allows(name):
        assert native.allows(name)
        runs = not OPS[name].terminator and name not in ("builtin.module", "func.func")
        assert not runs or OPS[name] in RULES
    elif native.allows(name) and not name.startswith("vector."):
        remover = scalar.remover(name)
        assert remover is not None and find_pass(remover)


def test_formulas_take_the_place_of_all_other_functions() -> None:
    """Functions of a library have formulas, or a pass."""
    refused = {
        name.partition(".")[2]
        for name in OPS
        if name.startswith(("math.", "special.")) and not SPECS["scalar"].allows(name)
    }
    assert refused - {"propagator"} == set(FORMULAS)
    assert REMOVED_BY["arith.remf"] == "expand-remainders"


def test_every_operation_on_every_type() -> None:
    """Nothing ends the process, and nothing is called elsewhere."""
    named = {word for text, _, _ in LINES for word in re.findall(r"(\w+\.\w+) ", text)}
    assert len(LINES) > 300 and named >= set(allowed())
    found = PtxListings(everything())
    assert ".extern" not in found.ptx
    assert len(re.findall(r"^\.func", found.ptx, re.MULTILINE)) >= len(LINES)
    own = r"^declare .*@(llvm\.(?!nvvm\.(?:read|barrier))[\w.]+)\("
    declared = re.findall(own, found.llvm, re.MULTILINE)
    plain = {re.sub(r"(\.(v\d+)?[fip]\d+)+$", "", name) for name in declared}
    assert plain | {"llvm.prefetch"} == FUNCTIONS, "a function that nobody calls"


@needs_ptxas
@pytest.mark.parametrize("machine", [ASSEMBLED[0], ASSEMBLED[-1]])
def test_ptxas_takes_every_operation(machine: str) -> None:
    """An unknown intrinsic is a call that only ``ptxas`` refuses."""
    names = {each.name for each in assemble(PtxListings(everything(machine)).ptx, machine)}
    assert names >= {f"f{i}" for i in range(len(LINES))}


@pytest.mark.parametrize(
    ("operation", "type_", "message"),
    [
        ("math.exp %x : f64", "f64", "'expand-math' should have removed it"),
        ("math.powf %x, %y : f32", "f32", "'expand-math' should have removed it"),
        ("math.sin %x : f64", "f64", "'math.sin' does not belong to the level 'scalar'"),
        ("special.lgamma %x : f64", "f64", "'expand-math' should have removed it"),
        ("special.bounded_exp %x : f64", "f64", "'expand-math' should have removed it"),
        ("arith.remf %x, %y : f64", "f64", "'expand-remainders' should have removed it"),
        ("arith.addf %x, %y : vector<4xf64>", "vector<4xf64>", "there are no vectors at 'scalar'"),
    ],
)
def test_what_llvm_cannot_translate_is_refused(operation: str, type_: str, message: str) -> None:
    """Most of these end the process in LLVM."""
    with pytest.raises(CodegenError, match=message):
        _ = PtxListings(function(operation, type_)).llvm


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("llvm.fma.f64", True), ("llvm.fptosi.sat.i32.f64", True), ("llvm.prefetch.p1", True),
        ("llvm.exp.f64", False), ("llvm.fmaf", False), ("fma", False), ("llvm.pow.f32", False),
        ("exp", False), ("llvm.masked.gather.v4f64.v4p1", False),
    ],
)  # fmt: skip
def test_functions_are_known_without_their_types(name: str, known: bool) -> None:
    assert ptx_target("sm_90", 256).has(name) == known
