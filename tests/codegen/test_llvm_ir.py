"""A second target of the rules for LLVM IR: NVPTX.

Its kernel is the program of one thread block.

It exchanges what a target may: the entry point (a kernel whose threads are the workers), the
barrier, the memory of buffers, the functions that are there, a rule of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import pytest
from samples.seed_levels import NETWORKS

import ranvier as rv
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.emit import emit
from ranvier.codegen.llvm_ir.lowering import Ref, Writer
from ranvier.codegen.llvm_ir.target import LlvmTarget
from ranvier.frontend.emit.network import network_module
from ranvier.ir.dialects import arith
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager

TRIPLE = "nvptx64-nvidia-cuda"
CPU = "sm_75"
SCALAR = (
    "@equations,@sparsity,@kernels,expand-rng,expand-propagators,expand-math,lower-syn,"
    "canonicalize,cse,licm,dce"
)
"""The pipeline of ``compile()`` without what is for vectors."""

SPECIAL = "llvm.nvvm.read.ptx.sreg"
ENTRY = f"""\
define ptx_kernel void @ranvier_entry(i64 %t0, i64 %t1, ptr addrspace(1) %table) {{
  %x = call i32 @{SPECIAL}.tid.x()
  %nx = call i32 @{SPECIAL}.ntid.x()
  %thread = zext i32 %x to i64
  %threads = zext i32 %nx to i64
  call void @step_range(i64 %thread, i64 %threads, i64 %t0, i64 %t1, ptr addrspace(1) %table)
  ret void
}}
declare i32 @{SPECIAL}.tid.x()
declare i32 @{SPECIAL}.ntid.x()
"""
BARRIER = """\
define internal void @ranvier_barrier(ptr addrspace(1) %state, i64 %threads) nounwind {
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
}
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
"""
FUNCTIONS = frozenset(
    f"llvm.{name}"
    for name in (
        *("fabs", "sqrt", "floor", "ceil", "trunc", "roundeven", "copysign", "fma"),
        *("maximum", "minimum", "smax", "smin", "ctpop", "cttz"),
        *("fptosi.sat", "fptoui.sat", "prefetch"),
    )
)


def no_remainder(op: Any, write: Writer) -> Ref:
    """A truncated quotient for NVPTX, wrong if it is large."""
    raise CodegenError("there is no exact remainder on this target", op.loc)


def target(machine: Any) -> LlvmTarget:
    """The rules and functions of this tenant."""
    return LlvmTarget(
        triple=TRIPLE,
        data_layout=str(machine.target_data),
        entry=ENTRY,
        barrier=BARRIER,
        attributes='nounwind "denormal-fp-math-f32"="preserve-sign,preserve-sign"',
        address_space=1,
        functions=FUNCTIONS,
        rules={arith.RemF: no_remainder},
    )


@pytest.fixture(scope="module")
def machine() -> Any:
    """LLVM's machine for NVPTX."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    try:
        found = llvm.Target.from_triple(TRIPLE)
    except RuntimeError:
        pytest.skip("llvmlite's LLVM has no NVPTX")
    return found.create_target_machine(cpu=CPU, opt=2)


def kernels(net: rv.Network) -> Module:
    """The scalar program of a network."""
    module = network_module(net)
    PassManager(SCALAR, Context()).run(module)
    return module


def ptx_of(module: Module, machine: Any) -> str:
    """PTX by way of the shared rules."""
    text = emit(module, target(machine))
    with llvm.create_context() as context, llvm.parse_assembly(text, context=context) as parsed:
        parsed.verify()
        found: str = machine.emit_assembly(parsed)
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_seed_networks_become_ptx(name: str, machine: Any, tmp_path: Path) -> None:
    """One entry, a barrier for the block, buffers in global memory.

    The barrier is for the whole block; ``ptxas`` takes it.
    """
    module = kernels(NETWORKS[name]())
    ptx = ptx_of(module, machine)
    assert re.findall(r"^\.visible \.entry (\w+)", ptx, re.MULTILINE) == ["ranvier_entry"]
    assert f".target {CPU}" in ptx and "%tid.x" in ptx and "%ntid.x" in ptx
    assert "ld.global" in ptx and "st.global" in ptx
    assert not re.search(r"\b(ld|st)\.(b|f|u|s)\d+", ptx), "a generic access"
    assert not re.search(r"\.extern|call\.uni.*\b(sin|exp|pow)f?\b", ptx), "a library is wanted"
    assert ("bar.sync" in ptx) == ("@ranvier_barrier" in str(module))
    if shutil.which("ptxas"):
        file = tmp_path / "kernels.ptx"
        file.write_text(ptx)
        command = ["ptxas", f"-arch={CPU}", str(file), "-o", str(tmp_path / "kernels.cubin")]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def one(operation: str) -> Module:
    """A function of one operation."""
    head = "func.func @f(%x: f64) -> f64"
    return parse(f"{head} {{ %y = {operation} : f64\nreturn %y : f64 }}")


def test_what_the_target_lacks_is_refused(machine: Any) -> None:
    """Functions that the target lacks are refused by name.

    This comes before LLVM sees them: it would end the process, or compute something else.
    """
    mine = target(machine)
    with pytest.raises(CodegenError, match="nvptx64-nvidia-cuda has no function 'exp'"):
        emit(one("math.exp %x"), mine, entry=False)
    with pytest.raises(CodegenError, match=r"has no function 'llvm\.round\.f64'"):
        emit(one("math.round %x"), mine, entry=False)
    with pytest.raises(CodegenError, match="no exact remainder"):
        emit(one("arith.remf %x, %x"), mine, entry=False)
    text = emit(one("math.sqrt %x"), mine, entry=False)
    assert "call double @llvm.sqrt.f64(" in text


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("llvm.fma.f64", True), ("llvm.fma.v8f32", True), ("llvm.fptosi.sat.i32.f64", True),
        ("llvm.prefetch.p1", True), ("llvm.exp.f64", False), ("llvm.fmaf", False), ("fma", False),
    ],
)  # fmt: skip
def test_functions_are_known_without_their_types(name: str, known: bool, machine: Any) -> None:
    assert target(machine).has(name) == known
