"""Debug info: every instruction says its line, and nothing else changes."""

from __future__ import annotations

import re
from typing import Any

import pytest

import ranvier as rv
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.debug import assembly_lines, llvm_lines
from ranvier.codegen_llvm.call import call
from ranvier.codegen_llvm.listings import Listings
from ranvier.ir.parser import parse
from ranvier.passes.tools.listing import listing

FUNCTION = """\
"func.func"() <{function_type = (f64, index) -> f64, sym_name = "f"}> ({
^bb0(%x: f64, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %sum = "scf.for"(%zero, %n, %one, %x) ({
  ^bb1(%i: index, %so_far: f64):
    %more = "arith.mulf"(%so_far, %x) : (f64, f64) -> f64
    "scf.yield"(%more) : (f64) -> ()
  }) : (index, index, index, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
"""


@pytest.fixture(scope="module")
def kernels() -> Any:
    """The kernels of a small spiking network."""
    net = rv.Network(dt=0.1, seed=1)
    cell = rv.Neuron(equations="10.0*dv/dt = 20.0 - v", spike="v > 1.0", reset="v = 0.0")
    net.create(20, cell)
    return parse(str(net.compile().ir()))


def without_numbers(lines: list[str]) -> list[str]:
    """Metadata nodes are numbered otherwise."""
    return [re.sub(r"![0-9]+", "!", line) for line in lines if line]


def test_the_code_is_the_same(kernels: Any) -> None:
    plain, located = Listings(kernels), Listings(kernels, listing(kernels).line_of)
    for one, other in (
        (plain.llvm, located.llvm),
        (plain.llvm_optimized, located.llvm_optimized),
    ):
        found = [line for line, _ in llvm_lines(other)]
        assert without_numbers(found) == without_numbers([t for t, _ in llvm_lines(one)])
        assert not any("!dbg" in line or "!DI" in line for line in found)
    code = [line for line, _ in assembly_lines(located.asm)]
    assert code == [line for line, _ in assembly_lines(plain.asm)]


def test_emitted_instructions_say_where_they_come_from() -> None:
    module = parse(FUNCTION)
    lines = listing(module).line_of
    wanted = {op.name: line for op, line in lines.items()}
    found = llvm_lines(Listings(module, lines).llvm)
    inside = [(text, at) for text, at in found if text.startswith("  ")]
    assert inside and all(at > 0 for _, at in inside)
    assert next(at for text, at in inside if "fmul" in text) == wanted["arith.mulf"]
    assert {at for text, at in inside if "phi" in text} == {wanted["scf.for"]}
    assert next(at for text, at in inside if " ret " in text) == wanted["func.return"]


def test_assembly_keeps_lines() -> None:
    module = parse(FUNCTION)
    lines = listing(module).line_of
    product = next(line for op, line in lines.items() if op.name == "arith.mulf")
    found = assembly_lines(Listings(module, lines, cpu=None).asm)
    assert any(at == product and "mul" in text for text, at in found)
    assert not any(".loc" in text or ".Ltmp" in text for text, _ in found)


def test_calls_of_functions() -> None:
    module = parse(FUNCTION)
    assert call(module, "f", 2.0, 3) == 16.0
    assert call(module, "f", 2.0, 0) == 2.0
    with pytest.raises(CodegenError, match="takes 2 arguments, got 1"):
        call(module, "f", 2.0)
    with pytest.raises(CodegenError, match="no function @g"):
        call(module, "g")
