"""Operations of code for GPUs, on every type, as one program."""

from __future__ import annotations

import itertools
from importlib import import_module
from pkgutil import iter_modules

from attrs import evolve

from ranvier.ir import dialects
from ranvier.ir.declare import OPS
from ranvier.ir.dialects import arith
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.spec import SPECS
from ranvier.ir.target import CUDA, TARGET, written

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
                if name[6:] in DIVISIONS:  # by an odd number, which is not 0
                    odd = "true" if type_ == "i1" else f"1 : {type_}"
                    text = text.replace("%y", "%d")
                    text = f"%o = arith.constant {odd}\n%d = arith.ori %y, %o : {type_}\n{text}"
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
DIVISIONS = {"divsi", "divui", "remsi", "remui"}
LINES = _lines()


def everything(machine: str = CUDA.machine) -> Module:
    """A program that applies each operation to elements of buffers.

    Workers take turns. Results of the n-th operation lie from element n * t1 on, in a buffer of
    their type.
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
    loop = ["scf.for %i = %w to %t1 step %n {", *calls, "}"]
    body = [*loop, "return", "}"]
    text = [*functions, f"func.func @step_range({head}) {{", *body]
    target = written(evolve(CUDA, machine=machine))
    return parse("\n".join([f"module attributes {{{TARGET} = {target}}} {{", *text, "}"]), "all")
