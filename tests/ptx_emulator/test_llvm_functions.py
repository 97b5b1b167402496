"""Functions that LLVM compiles for device and CPU compute the same.

LLVM chooses instructions for what it is given, so this meets opcodes as they come.
"""

from __future__ import annotations

import ctypes
from typing import Any

import llvmlite.binding as llvm
import numpy as np
import pytest

from .gpu import EmulatedGpu
from .operations import Array, dtype
from .snippets import pairs

LLVM_TYPES = {"i8": "u8", "i16": "u16", "i32": "u32", "i64": "u64", "float": "f32", "double": "f64"}

HEAD = {
    "gpu": "define ptx_kernel void @k({args}) {{\n"
    "  %i32 = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n  %i = zext i32 %i32 to i64\n",
    "cpu": "define void @k({args}, i64 %i) {{\n",
}


def module(kinds: tuple[str, ...], result: str, body: str, where: str) -> str:
    """A function that computes ``%r`` of ``%x`` for one element."""
    names = "xyz"[: len(kinds)]
    pointer = "ptr addrspace(1)" if where == "gpu" else "ptr"
    args = ", ".join(f"{pointer} %p{name}" for name in (*names, "r"))
    lines = [HEAD[where].format(args=args)]
    for name, kind in zip(names, kinds, strict=True):
        lines.append(f"  %a{name} = getelementptr {kind}, {pointer} %p{name}, i64 %i")
        lines.append(f"  %{name} = load {kind}, {pointer} %a{name}")
    lines.append(body)
    lines.append(f"  %ar = getelementptr {result}, {pointer} %pr, i64 %i")
    lines.append(f"  store {result} %r, {pointer} %ar\n  ret void\n}}")
    declared = ["declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()"] if where == "gpu" else []
    return "\n".join([*lines, *declared, *_declarations(body)])


def _declarations(body: str) -> list[str]:
    """Declarations of the intrinsics of a body, by their calls."""
    found = []
    for line in body.splitlines():
        _, call, after = line.partition("call ")
        if call and "@llvm." in after:
            head, _, arguments = after.partition("(")
            types = ", ".join(each.split()[0] for each in arguments.rstrip(") ").split(","))
            found.append(f"declare {head}({types})")
    return sorted(set(found))


def machine(where: str) -> Any:
    """LLVM's machine for the device or for this computer. An engine owns its own."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    if where == "cpu":
        return llvm.Target.from_default_triple().create_target_machine(opt=1)
    return llvm.Target.from_triple("nvptx64-nvidia-cuda").create_target_machine(cpu="sm_90", opt=2)


def on_gpu(kinds: tuple[str, ...], result: str, body: str, inputs: list[Array]) -> Array:
    """The results on the emulated device, a thread for each element."""
    ptx = machine("gpu").emit_assembly(llvm.parse_assembly(module(kinds, result, body, "gpu")))
    gpu = EmulatedGpu()
    at = [gpu.allocate(each.nbytes) for each in inputs]
    for address, each in zip(at, inputs, strict=True):
        gpu.write(address, each)
    out = np.zeros(inputs[0].size, dtype(LLVM_TYPES[result]))
    at.append(gpu.allocate(out.nbytes))
    gpu.launch(gpu.load(ptx), "k", (1, 1, 1), (out.size, 1, 1), at)
    return np.frombuffer(gpu.read(at[-1], out.nbytes), out.dtype)


def on_cpu(kinds: tuple[str, ...], result: str, body: str, inputs: list[Array]) -> Array:
    """The results on this machine."""
    parsed = llvm.parse_assembly(module(kinds, result, body, "cpu"))
    engine = llvm.create_mcjit_compiler(parsed, machine("cpu"))
    pointers = [ctypes.c_void_p] * (len(inputs) + 1)
    function = ctypes.CFUNCTYPE(None, *pointers, ctypes.c_int64)(engine.get_function_address("k"))
    out = np.zeros(inputs[0].size, dtype(LLVM_TYPES[result]))
    for i in range(out.size):
        function(*[each.ctypes.data for each in inputs], out.ctypes.data, i)
    return out


CASES = {
    "funnel": (
        ("i32", "i32", "i32"),
        "i32",
        "%r = call i32 @llvm.fshl.i32(i32 %x, i32 %y, i32 %z)",
    ),
    "funnel64": (("i64", "i64"), "i64", "%r = call i64 @llvm.fshr.i64(i64 %x, i64 %y, i64 13)"),
    "zeros": (("i32",), "i32", "%r = call i32 @llvm.ctlz.i32(i32 %x, i1 false)"),
    "trailing": (("i64",), "i64", "%r = call i64 @llvm.cttz.i64(i64 %x, i1 false)"),
    "bits": (("i64",), "i64", "%r = call i64 @llvm.ctpop.i64(i64 %x)"),
    "swapped": (("i64",), "i64", "%r = call i64 @llvm.bswap.i64(i64 %x)"),
    "reversed": (("i16",), "i16", "%r = call i16 @llvm.bitreverse.i16(i16 %x)"),
    "high": (
        ("i64", "i64"),
        "i64",
        """%wx = zext i64 %x to i128
        %wy = zext i64 %y to i128
        %p = mul i128 %wx, %wy
        %h = lshr i128 %p, 64
        %r = trunc i128 %h to i64""",
    ),
    "signed high": (
        ("i64", "i64"),
        "i64",
        """%wx = sext i64 %x to i128
        %wy = sext i64 %y to i128
        %p = mul i128 %wx, %wy
        %h = ashr i128 %p, 64
        %r = trunc i128 %h to i64""",
    ),
    "divided by a constant": (("i32",), "i32", "%r = sdiv i32 %x, 7"),
    "left over": (("i64",), "i64", "%r = urem i64 %x, 1000"),
    "absolute": (("i8",), "i8", "%r = call i8 @llvm.abs.i8(i8 %x, i1 false)"),
    "saturated": (("i16", "i16"), "i16", "%r = call i16 @llvm.uadd.sat.i16(i16 %x, i16 %y)"),
    "minimum": (("i64", "i64"), "i64", "%r = call i64 @llvm.umin.i64(i64 %x, i64 %y)"),
    "to int": (("double",), "i32", "%r = call i32 @llvm.fptosi.sat.i32.f64(double %x)"),
    "to unsigned": (("double",), "i64", "%r = call i64 @llvm.fptoui.sat.i64.f64(double %x)"),
    "to short": (("float",), "i16", "%r = call i16 @llvm.fptosi.sat.i16.f32(float %x)"),
    "from int": (("i64",), "float", "%r = uitofp i64 %x to float"),
    "from short": (("i16",), "double", "%r = sitofp i16 %x to double"),
    "narrowed": (("double",), "float", "%r = fptrunc double %x to float"),
    "maximum": (
        ("double", "double"),
        "double",
        "%r = call double @llvm.maximum.f64(double %x, double %y)",
    ),
    "least": (
        ("float", "float"),
        "float",
        "%r = call float @llvm.minimum.f32(float %x, float %y)",
    ),
    "even": (("double",), "double", "%r = call double @llvm.roundeven.f64(double %x)"),
    "floor": (("float",), "float", "%r = call float @llvm.floor.f32(float %x)"),
    "sign": (
        ("double", "double"),
        "double",
        "%r = call double @llvm.copysign.f64(double %x, double %y)",
    ),
    "unordered": (
        ("double", "double"),
        "i32",
        """%c = fcmp ult double %x, %y
        %d = fcmp one double %x, %y
        %e = xor i1 %c, %d
        %r = zext i1 %e to i32""",
    ),
    "scaled": (
        ("double", "double"),
        "double",
        """%p = fmul double %x, %y
        %q = fdiv double %p, 3.0
        %r = fsub double %q, %x""",
    ),
    "fields": (
        ("i32",),
        "i32",
        """%s = shl i32 %x, 9
        %a = ashr i32 %s, 21
        %m = and i32 %x, 4080
        %l = lshr i32 %m, 4
        %r = add i32 %a, %l""",
    ),
    "selected": (
        ("i64", "i64"),
        "i64",
        """%c = icmp slt i64 %x, %y
        %d = icmp eq i64 %x, 31
        %e = or i1 %c, %d
        %r = select i1 %e, i64 %x, i64 -2""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_same_results(name: str) -> None:
    kinds, result, body = CASES[name]
    inputs = [
        np.resize(each, min(1024, each.size)) for each in pairs(*[LLVM_TYPES[k] for k in kinds])
    ]
    if kinds == ("i32", "i32", "i32"):
        inputs[2] = np.arange(inputs[0].size, dtype=np.uint32) % 70
    expected = on_cpu(kinds, result, body, inputs)
    found = on_gpu(kinds, result, body, inputs)
    same = found == expected
    if found.dtype.kind == "f":
        plain = f"u{found.itemsize}"
        same = found.view(plain) == expected.view(plain)
        same |= np.isnan(found) & np.isnan(expected)
    where = np.flatnonzero(~same)
    rows = [[each[i] for each in inputs] for i in where[:3]]
    assert not where.size, f"{rows}: {found[where[:3]]}, not {expected[where[:3]]}"
