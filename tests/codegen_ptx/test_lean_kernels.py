"""Instructions that kernels for GPUs do without."""

from __future__ import annotations

import re

import pytest
from differential.test_golden_kernels import tiled
from differential.test_golden_states import brunel
from samples.ptx_code import ASSEMBLED, Form, needs_ptxas, ptx_of
from samples.seed_levels import NETWORKS

from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.parser import parse


def functions(ptx: str) -> list[list[str]]:
    """The instructions of each function and kernel."""
    found = re.findall(r"^(?:\.visible \.entry|\.func) (.*?)^}", ptx, re.MULTILINE | re.DOTALL)
    return [
        [line.strip() for line in body.split("\n") if line.strip().endswith(";")] for body in found
    ]


@pytest.mark.parametrize("form", ["grid", "block"])
def test_random_words_are_products_of_32_bits(form: Form) -> None:
    """Ten rounds of two products, both halves of each."""
    found = functions(ptx_of(brunel(), form=form).ptx)
    (update,) = [each for each in found if any(", -766435501;" in line for line in each)]
    upper = [line for line in update if line.startswith("mul.hi.u32")]
    lower = [line for line in update if re.match(r"mul\.lo\.s32 .*, -(766435501|845247145);", line)]
    assert len(upper) == len(lower) == 20
    assert not [line for line in update if re.match(r"(mul|mad)\.\w+\.[su]64 .*, \d{9,}", line)]


CHOICE = """
func.func @choice(%c: i1, %a: memref<?xf64>, %b: memref<?xf64>, %to: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %x = memref.load %a[%zero] : memref<?xf64>
  %y = memref.load %b[%zero] : memref<?xf64>
  %z = arith.select %c, %x, %y : f64
  memref.store %z, %to[%zero] : memref<?xf64>
  return
}
func.func @number(%c: i1, %a: f64, %b: f64) -> f64 {
  %z = arith.select %c, %a, %b : f64
  return %z : f64
}
"""


def test_arguments_have_no_addresses() -> None:
    """They would lie on the stack. LLVM chooses among two buffers, whose addresses are values."""
    ptx = PtxListings(parse(CHOICE, "choice")).ptx
    assert not re.search(r"mov\.b64\s+%rd\d+, \w+_param", ptx)
    loads = re.findall(r"ld\.param\S+\s+\S+ \[(.*?)\]", ptx)
    assert len(loads) == 7 and all(
        each.split("_param_")[0] in ("choice", "number") for each in loads
    )
    assert "selp.b64" in ptx and "selp.f64" in ptx


LIMITS = {"coba": (40, 64), "coba-single": (40, 64), "brunel": (40, 56, 80, 64), "tiled": (64, 128)}
"""Registers of the kernels of each step.

Deliveries are first, then updates with their arrivals.
"""


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
@pytest.mark.parametrize("name", LIMITS)
def test_registers(name: str, machine: str) -> None:
    """Nothing is spilled, and several blocks find room on a multiprocessor."""
    build = {**NETWORKS, "brunel": brunel, "tiled": tiled}[name]
    code = ptx_of(build(), machine)
    kernels = {each.name: each for each in assemble(code.ptx, machine)}
    assert [str(each) for each in kernels.values() if each.stores or each.loads or each.stack] == []
    steps = [kernels[each.name] for each in code.kernels][-len(LIMITS[name]) :]
    for kernel, most in zip(steps, LIMITS[name], strict=True):
        assert kernel.registers is not None and kernel.registers <= most, str(kernel)
