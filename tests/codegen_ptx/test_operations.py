"""Operations of a GPU, one by one, and refusals."""

from __future__ import annotations

import itertools
import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from attrs import evolve
from samples.ptx_code import ASSEMBLED, function, needs_ptxas

import ranvier.codegen.llvm_ir.emit  # noqa: F401  (fills the table of rules)
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.lowering import RULES
from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptx_target import FUNCTIONS, ptx_target
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir import dialects
from ranvier.ir.declare import OPS
from ranvier.ir.dialects import arith
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.spec import REMOVED_BY, SPECS
from ranvier.ir.target import CUDA, TARGET, written
from ranvier.passes.framework.core import find_pass
from ranvier.passes.functions import FUNCTIONS as FORMULAS

for info in iter_modules(dialects.__path__):
    import_module(f"{dialects.__name__}.{info.name}")

FLOATS = ("f32", "f64")
INTEGERS = ("i1", "i8", "i16", "i32", "i64", "index")
WIDTHS = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "index": 64, "f32": 32, "f64": 64}
PREDICATES = {"arith.cmpf": arith.CMPF, "arith.cmpi": arith.CMPI}
CONVERSIONS = {
    "arith.sitofp": (INTEGERS, FLOATS),
    "arith.uitofp": (INTEGERS, FLOATS),
    "arith.fptosi": (FLOATS, INTEGERS),
    "arith.index_cast": (INTEGERS, INTEGERS),
    "arith.extui": (INTEGERS[:-1], INTEGERS[:-1]),
    "arith.extsi": (INTEGERS[:-1], INTEGERS[:-1]),
    "arith.trunci": (INTEGERS[:-1], INTEGERS[:-1]),
    "arith.extf": (("f32",), ("f64",)),
    "arith.truncf": (("f64",), ("f32",)),
    "arith.bitcast": (FLOATS + INTEGERS[:-1], FLOATS + INTEGERS[:-1]),
}
"""Operand types and result types of conversions."""

GROWS = {"arith.extui": 1, "arith.extsi": 1, "arith.trunci": -1, "arith.bitcast": 0}
OTHERS = {
    "math.fma": "%z = math.fma %x, %y, %x : {0}",
    "arith.select": "%c = arith.cmp{1}, %x, %y : {0}\n%z = arith.select %c, %x, %y : {0}",
    "arith.mului_extended": "%l, %h = arith.mului_extended %x, %y : {0}\n"
    "%z = arith.xori %l, %h : {0}",
    "arith.constant": "%c = arith.constant {2}\n%z = arith.add{3} %x, %c : {0}",
}
"""Operations of other forms.

{1} to {3} are a predicate, a constant and a letter of the type.
"""


def allowed() -> list[str]:
    """Scalar operations of arithmetic that may reach LLVM."""
    names = (name for name in OPS if name.startswith(("arith.", "math.", "special.")))
    return [name for name in sorted(names) if SPECS["scalar"].allows(name)]


def _lines() -> list[tuple[str, str, str]]:
    """Every allowed operation on every type.

    Its text, the type of its operands and that of its result.
    """
    found = []
    for name in allowed():
        if name in OTHERS:
            found += _of_other_form(name)
            continue
        if name in CONVERSIONS:
            for a, b in itertools.product(*CONVERSIONS[name]):
                sign = (WIDTHS[b] > WIDTHS[a]) - (WIDTHS[b] < WIDTHS[a])
                if a != b and GROWS.get(name, sign) == sign:
                    found.append((f"%z = {name} %x : {a} to {b}", a, b))
            continue
        is_float = name.endswith("f") or (name.startswith("math.") and name[5:] not in BITS)
        types = FLOATS if is_float else INTEGERS
        operands = "%x, %y" if len(OPS[name].defn.operands) == 2 else "%x"
        for type_ in types if name[5:] not in BITS else INTEGERS[:-1]:
            for word in PREDICATES.get(name, ("",)):
                test = word or name in ("math.isnan", "math.isfinite")
                text = f"%z = {name} {word + ', ' if word else ''}{operands} : {type_}"
                found.append((text, type_, "i1" if test else type_))
    return found


def _of_other_form(name: str) -> list[tuple[str, str, str]]:
    found = []
    for type_ in () if name == "math.fma" else INTEGERS:
        one = "true" if type_ == "i1" else f"7 : {type_}"
        found.append((OTHERS[name].format(type_, "i slt", one, "i"), type_, type_))
    for type_ in () if name == "arith.mului_extended" else FLOATS:
        found.append((OTHERS[name].format(type_, "f olt", f"1.5 : {type_}", "f"), type_, type_))
    return found


BITS = {"ctpop", "cttz"}
LINES = _lines()


def everything(machine: str = CUDA.machine) -> Module:
    """A program that applies each operation to elements of buffers.

    Results of the n-th one lie from element n * t1 on, in a buffer of their type.
    """
    functions = [
        f"func.func private @f{i}(%x: {a}, %y: {a}) -> {b} {{\n{text}\nreturn %z : {b} }}"
        for i, (text, a, b) in enumerate(LINES)
    ]
    types = (*INTEGERS, *FLOATS)
    buffers = [f"%{side}_{t}: memref<?x{t}>" for t in types for side in ("x", "y", "z")]
    calls = []
    for i, (_, a, b) in enumerate(LINES):
        calls += [
            f"%x{i} = memref.load %x_{a}[%i] : memref<?x{a}>",
            f"%y{i} = memref.load %y_{a}[%i] : memref<?x{a}>",
            f"%z{i} = func.call @f{i}(%x{i}, %y{i}) : ({a}, {a}) -> {b}",
            f"%n{i} = arith.constant {i} : index",
            f"%from{i} = arith.muli %n{i}, %t1 : index",
            f"%at{i} = arith.addi %from{i}, %i : index",
            f"memref.store %z{i}, %z_{b}[%at{i}] : memref<?x{b}>",
        ]
    head = ", ".join(["%w: index", "%n: index", "%t0: index", "%t1: index", *buffers])
    loop = ["scf.for %i = %t0 to %t1 step %one {", *calls, "}"]
    body = ["%one = arith.constant 1 : index", *loop, "return", "}"]
    text = [*functions, f"func.func @step_range({head}) {{", *body]
    target = written(evolve(CUDA, machine=machine))
    return parse("\n".join([f"module attributes {{{TARGET} = {target}}} {{", *text, "}"]), "all")


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
    declared = re.findall(r"^declare .*@(llvm\.(?!nvvm)[\w.]+)\(", found.llvm, re.MULTILINE)
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
