"""Judges from outside read what we print.

They are MLIR itself and xDSL; MLIR runs our kernels, too.

``mlir-opt`` and its companions come with Debian's ``mlir-22-tools``; without them the tests that
need them are skipped, which the reason says.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.random_modules import BUFFER_SIZE, SIGNATURE, random_module
from samples.seed_levels import ALL, NETWORKS, texts

from ranvier.ir.attributes import ArrayAttr, DictAttr
from ranvier.ir.core import Op, lookup_symbol
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.dialects.gpu import MODES
from ranvier.ir.dialects.memref import ATOMIC
from ranvier.ir.dialects.nvvm import VOTES
from ranvier.ir.equality import difference
from ranvier.ir.interpreter import run
from ranvier.ir.interpreter.values import dtype_of
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_custom, print_op
from ranvier.ir.types import MemRefType
from ranvier.ir.verifier import verify

pytestmark = pytest.mark.long


def tool(name: str) -> str | None:
    """A program of MLIR.

    It is where ``RANVIER_MLIR_TOOLS`` says, where Debian puts it, or elsewhere.
    """
    folders = (os.environ.get("RANVIER_MLIR_TOOLS"), "/usr/lib/llvm-22/bin")
    places = (Path(folder) / name for folder in folders if folder)
    return next((str(p) for p in places if p.exists()), shutil.which(name))


MLIR_OPT, MLIR_TRANSLATE = tool("mlir-opt"), tool("mlir-translate")
needs_mlir = pytest.mark.skipif(
    MLIR_OPT is None or MLIR_TRANSLATE is None, reason="mlir-22-tools are not installed"
)


def mlir(text: str, *options: str, program: str | None = None) -> str:
    """The answer of ``mlir-opt`` (or another program) to a text."""
    command = [program or MLIR_OPT or "", *options]
    answer = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr[:2000]
    return answer.stdout


# ---------------------------------------------------------------------- reading


@needs_mlir
@pytest.mark.parametrize(("name", "level"), ALL)
def test_mlir_accepts_every_level(name: str, level: str) -> None:
    """The kernels level has MLIR's own operations only.

    Locations are accepted, too.
    """
    options = [] if level == "kernels" else ["--allow-unregistered-dialect"]
    text = texts(name)[level]
    mlir(text, *options)
    mlir(print_op(parse(text), True), *options)


@needs_mlir
def test_mlir_accepts_random_modules() -> None:
    """MLIR accepts random modules.

    All that the generator knows of scf, memref, vector and cf, with attributes of every kind.
    """
    for seed in range(0, 40, 2):
        module = random_module(seed, oddities=True, branches=True)
        mlir(print_op(module, True), "--allow-unregistered-dialect")


GENERIC = "--mlir-print-op-generic"


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_mlir_reads_the_custom_form_of_kernels(name: str) -> None:
    """MLIR makes the same generic text, by letter, from both forms."""
    module = parse(texts(name)["kernels"])
    assert mlir(print_custom(module), GENERIC) == mlir(print_op(module), GENERIC)


@needs_mlir
def test_mlir_reads_the_custom_form_of_random_modules() -> None:
    """scf, memref, vector, cf and func in every shape.

    With attributes and locations.
    """
    options = (GENERIC, "--allow-unregistered-dialect")
    for seed in range(60):
        module = random_module(seed, oddities=seed % 2 == 1, branches=True)
        theirs = mlir(print_op(module), *options)
        assert mlir(print_custom(module), *options) == theirs
        assert mlir(print_custom(module, True), *options) == theirs


SHAPES = """
module @m attributes {a.b = 1 : i64} {
  func.func @f(%m: memref<?xf64> {x.y = "z"}, %n: index, %c: i1) -> f64 attributes {x.y} {
    %k = arith.constant {u.v = 2 : i64} 1.0 : f64
    %q = arith.constant 3 : i32
    %a = scf.for %i = %n to %n step %n iter_args(%s = %k) -> (f64) {
      %x = memref.load %m[%i] {k.l} : memref<?xf64>
      memref.prefetch %m[%i], read, locality<3>, data : memref<?xf64>
      scf.if %c {
        func.call @g(%m) : (memref<?xf64>) -> ()
      } else {
      }
      scf.yield %x : f64
    } {parallel = 16 : i64}
    scf.for %i = %q to %q step %q : i32 {
      %v = vector.broadcast %k : f64 to vector<8xf64>
      %mask = arith.constant dense<true> : vector<8xi1>
      %at = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi32>
      %g = vector.gather %m[%n] [%at], %mask, %v : memref<?xf64>, vector<8xi32>, vector<8xi1>, vector<8xf64> into vector<8xf64>
      %e = vector.extract %g[3] : f64 from vector<8xf64>
      %f = vector.extract %g[%n] : f64 from vector<8xf64>
      %r = vector.reduction <or>, %mask : vector<8xi1> into i1
    }
    %w = scf.while (%z = %k) : (f64) -> f64 {
      scf.condition(%c) %z : f64
    } do {
    ^bb0(%z: f64):
      scf.yield %z : f64
    } attributes {k.l}
    scf.while : () -> () {
      scf.condition(%c)
    } do {
      scf.yield
    }
    %pair:2 = scf.if %c -> (f64, f64) {
      scf.yield %k, %k : f64, f64
    } else {
      scf.yield %k, %k : f64, f64
    }
    call @g(%m) : (memref<?xf64>) -> ()
    %lane = gpu.lane_id
    %lanes = gpu.subgroup_size : index
    %before = memref.atomic_rmw addf %k, %m[%lane] {k.l} : (f64, memref<?xf64>) -> f64
    %moved, %there = gpu.shuffle idx %k, %q, %q : f64
    %ballot = nvvm.vote.sync ballot %q, %c -> i32
    %any = nvvm.vote.sync any %q, %c -> i1
    nvvm.bar.warp.sync %q : i32
    %me = gpu.thread_id x
    %all = gpu.block_dim x
    %mine = gpu.block_id x
    %blocks = gpu.grid_dim x
    %tile = memref.alloc() {k.l} : memref<2x32xf64, 3>
    memref.store %k, %tile[%lane, %n] : memref<2x32xf64, 3>
    gpu.barrier
    cf.cond_br %c, ^bb1(%k : f64), ^bb2
  ^bb1(%l: f64):
    cf.br ^bb2
  ^bb2:
    return %a : f64
  }
  func.func private @g(memref<?xf64> {a.b}) attributes {z.z}
}
"""  # noqa: E501


@needs_mlir
def test_we_read_the_custom_form_that_mlir_writes() -> None:
    """The same module from three texts: custom, generic, and ours."""
    options = ("--allow-unregistered-dialect",)
    custom, generic = mlir(SHAPES, *options), mlir(SHAPES, GENERIC, *options)
    assert difference(plain(parse(custom)), plain(parse(generic))) is None
    assert mlir(print_custom(parse(SHAPES)), GENERIC, *options) == generic


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_we_read_custom_kernels_that_mlir_writes(name: str) -> None:
    ours = plain(parse(texts(name)["kernels"]))
    assert difference(ours, plain(parse(mlir(print_op(ours))))) is None


def in_order(value: Any) -> Any:
    """An attribute with the keys of its dictionaries in order."""
    if isinstance(value, DictAttr):
        return DictAttr(tuple(sorted((k, in_order(v)) for k, v in value.value)))
    return ArrayAttr(tuple(map(in_order, value.value))) if isinstance(value, ArrayAttr) else value


def plain(module: Module) -> Module:
    """The text without what MLIR adds.

    These are defaults of properties that we do not have, and an order of keys.
    """
    for op in module.walk():
        kept = {k: in_order(v) for k, v in op.props.items() if k in op.defn.prop_names}
        op.props.clear()
        op.props.update(kept)
        op.attributes.update({k: in_order(v) for k, v in op.attributes.items()})
    return module


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_we_read_what_mlir_writes(name: str) -> None:
    """MLIR's generic form of our kernels is the same module.

    Its names and aliases of locations are read, too.
    """
    ours = plain(parse(texts(name)["kernels"], "k.mlir"))
    theirs = mlir(print_op(ours, True), "--mlir-print-op-generic", "--mlir-print-debuginfo")
    assert "#loc1 = loc(" in theirs
    assert difference(ours, plain(parse(theirs)), locations=True) is None


@pytest.mark.parametrize(("name", "level"), ALL)
def test_xdsl_reads_every_level(name: str, level: str) -> None:
    """xDSL's own dialects read the kernels level.

    The levels above it are unregistered.
    """
    pytest.importorskip("xdsl", reason="xdsl is not installed")
    from xdsl.context import Context
    from xdsl.dialects import get_all_dialects
    from xdsl.parser import Parser

    context = Context(allow_unregistered=True)
    for dialect, factory in get_all_dialects().items():
        if dialect in {"builtin", "arith", "math", "scf", "func", "memref", "vector", "cf"}:
            context.register_dialect(dialect, factory)
    text = texts(name)[level]
    found = Parser(context, text).parse_module()
    assert sum(1 for _ in found.walk()) == sum(1 for _ in parse(text).walk())


# ---------------------------------------------------------------------- running

LOWERING = (
    "--convert-scf-to-cf",
    "--expand-strided-metadata",
    "--convert-vector-to-llvm",
    "--convert-math-to-llvm",
    "--convert-math-to-libm",
    "--convert-to-llvm",
    "--reconcile-unrealized-casts",
)


def lowered(module: Module) -> str:
    """LLVM IR of a module, by MLIR's own lowering."""
    text = mlir(str(module), *LOWERING)
    return mlir(text, "--mlir-to-llvmir", program=MLIR_TRANSLATE)


class Native:
    """Machine code of LLVM IR.

    Functions take MLIR's descriptors, spread over the arguments.
    """

    def __init__(self, text: str) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        # llvmlite's LLVM is older than MLIR's; what it does not know changes no number here.
        text = re.sub(r"\bnuw nneg\b|\bcaptures\(none\)", "", text)
        module = llvm.parse_assembly(text)
        target = llvm.Target.from_default_triple().create_target_machine(opt=0)
        self.engine = llvm.create_mcjit_compiler(module, target)
        self.engine.finalize_object()

    def call(self, function: Any, *arguments: Any) -> None:
        """Call a function without results."""
        spread: list[Any] = []
        for type_, value in zip(function.function_type.inputs, arguments, strict=True):
            if isinstance(type_, MemRefType):
                pointer = ctypes.c_void_p(value.ctypes.data)
                zero, one = ctypes.c_int64(0), ctypes.c_int64(1)
                spread += [pointer, pointer, zero, ctypes.c_int64(len(value)), one]
            else:
                spread.append(np.ctypeslib.as_ctypes_type(dtype_of(type_))(value))
        address = self.engine.get_function_address(function.sym_name)
        ctypes.CFUNCTYPE(None, *map(type, spread))(address)(*spread)


def without_barriers(module: Module) -> Module:
    """One thread needs none."""
    for op in list(module.walk()):
        if op.name == "func.call" and op.callee == "ranvier_barrier":  # type: ignore[attr-defined]
            op.drop_operands()
            assert op.block is not None
            op.block.remove(op)
    declaration = lookup_symbol(module, "ranvier_barrier")
    if declaration is not None:
        module.body.block.remove(declaration)
    verify(module)
    return module


def kernels(module: Module) -> list[Any]:
    """The functions of a step, in the order of calls."""
    loop: Op = lookup_symbol(module, "step_range")  # type: ignore[assignment]
    calls = [op for op in loop.walk() if op.name == "func.call"]
    return [lookup_symbol(module, op.callee) for op in calls]  # type: ignore[attr-defined]


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_mlir_runs_our_kernels(name: str) -> None:
    """Kernels lowered by MLIR agree with the interpreter on random buffers."""
    module = without_barriers(parse(texts(name)["kernels"]))
    native = Native(lowered(module))
    rng = np.random.default_rng(3)
    for function in kernels(module):
        arguments = [_argument(rng, arg) for arg in function.body.block.args]
        arguments[:3] = [0, 1, 100]  # thread, threads, step
        ours, theirs = ([a.copy() if hasattr(a, "copy") else a for a in arguments] for _ in "ab")
        run(module, function.sym_name, *ours)
        native.call(function, *theirs)
        for expected, found in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(found, expected)
        changed = [np.any(x != y) for x, y in zip(ours, arguments, strict=True)]
        assert any(changed), "a kernel that changes nothing proves nothing"


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_branches_mean_what_our_loops_mean(name: str) -> None:
    """Branches that MLIR makes of loops mean what the loops mean.

    The interpreter says the same of both, bit for bit.
    """
    module = without_barriers(parse(texts(name)["kernels"]))
    branching = plain(parse(mlir(print_op(module), "--convert-scf-to-cf", GENERIC)))
    verify(branching)
    names = {op.name for op in branching.walk()}
    assert "cf.cond_br" in names and not any(each.startswith("scf.") for each in names)
    rng = np.random.default_rng(4)
    for function in kernels(module):
        arguments = [_argument(rng, arg) for arg in function.body.block.args]
        arguments[:3] = [0, 1, 100]  # thread, threads, step
        one, other = ([a.copy() if hasattr(a, "copy") else a for a in arguments] for _ in "ab")
        run(module, function.sym_name, *one)
        run(branching, function.sym_name, *other)
        for expected, found in zip(one, other, strict=True):
            np.testing.assert_array_equal(found, expected)


def _argument(rng: np.random.Generator, argument: Any) -> Any:
    """Small ascending integers.

    They are safe as sizes, ranks and offsets, whatever they are used for.
    """
    type_ = argument.type
    if not isinstance(type_, MemRefType):
        return 1
    dtype = dtype_of(type_.element)
    if np.dtype(dtype).kind == "f":
        return rng.uniform(1.0, 2.0, 4096).astype(dtype)
    if argument.name.endswith("borders"):
        return 16 * np.arange(4096, dtype=dtype)  # of threads, in whole blocks of neurons
    return (1 + np.minimum(np.arange(4096), 60)).astype(dtype)


@needs_mlir
def test_mlir_runs_random_modules() -> None:
    """All buffers hold the same numbers.

    No function of the library is involved.
    """
    for seed in range(12):
        module = random_module(seed, functions=1)
        function: Any = lookup_symbol(module, "f0")
        if any(op.name.startswith("math.") for op in module.walk()):
            continue
        native = Native(lowered(module))
        rng = np.random.default_rng(seed)
        arguments = [_random_argument(rng, t) for t in SIGNATURE]
        ours, theirs = ([a.copy() if hasattr(a, "copy") else a for a in arguments] for _ in "ab")
        run(module, "f0", *ours)
        native.call(function, *theirs)
        for expected, found in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(found, expected)


COUNTING = """
"func.func"() <{function_type = (memref<?xi64>, i64) -> (), sym_name = "sum"}> ({
^bb0(%out: memref<?xi64>, %n: i64):
  %zero = "arith.constant"() <{value = 0 : i64}> : () -> i64
  "cf.br"(%zero, %zero)[^bb1] : (i64, i64) -> ()
^bb1(%i: i64, %sum: i64):
  %more = "arith.cmpi"(%i, %n) <{predicate = 2 : i64}> : (i64, i64) -> i1
  "cf.cond_br"(%more, %sum)[^bb2, ^bb3] <{operandSegmentSizes = array<i32: 1, 0, 1>}>
    : (i1, i64) -> ()
^bb2:
  %one = "arith.constant"() <{value = 1 : i64}> : () -> i64
  %next = "arith.addi"(%i, %one) : (i64, i64) -> i64
  %total = "arith.addi"(%sum, %next) : (i64, i64) -> i64
  "cf.br"(%next, %total)[^bb1] : (i64, i64) -> ()
^bb3(%result: i64):
  %first = "arith.constant"() <{value = 0 : index}> : () -> index
  "memref.store"(%result, %out, %first) : (i64, memref<?xi64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"""


@needs_mlir
def test_mlir_runs_branches() -> None:
    """A loop of basic blocks."""
    module = parse(COUNTING)
    verify(module)
    ours, theirs = np.zeros(1, np.int64), np.zeros(1, np.int64)
    run(module, "sum", ours, 10)
    Native(lowered(module)).call(module.ops[0], theirs, 10)
    assert ours[0] == theirs[0] == 55


def _random_argument(rng: np.random.Generator, type_: Any) -> Any:
    if not isinstance(type_, MemRefType):
        return int(rng.integers(0, 2))
    dtype = dtype_of(type_.element)
    numbers = rng.uniform(-4.0, 4.0, BUFFER_SIZE)
    return (numbers if np.dtype(dtype).kind == "f" else numbers * 10).astype(dtype)


@needs_mlir
def test_kinds_have_the_numbers_of_mlir() -> None:
    """Atomic operations of every kind, votes, and shuffles."""
    floats = "(f64, memref<?xf64>) -> f64"
    lines = [
        f"memref.atomic_rmw {kind} %x, %m[%i] : {floats}"
        if kind.endswith("f")
        else f"memref.atomic_rmw {kind} %k, %n[%i] : (i32, memref<?xi32>) -> i32"
        for kind in ATOMIC
    ]
    lines += [f"nvvm.vote.sync {kind} %k, %c -> i1" for kind in VOTES if kind != "ballot"]
    lines += [f"gpu.shuffle {mode} %x, %k, %k : f64" for mode in MODES]
    names = (
        f"%a{i}, %b{i} = " if "shuffle" in line else f"%a{i} = " for i, line in enumerate(lines)
    )
    body = "\n".join(name + line for name, line in zip(names, lines, strict=True))
    head = "%x: f64, %k: i32, %c: i1, %m: memref<?xf64>, %n: memref<?xi32>, %i: index"
    module = parse(f"func.func @f({head}) {{\n{body}\nreturn }}")
    verify(module)
    assert mlir(print_custom(module), GENERIC) == mlir(print_op(module), GENERIC)
