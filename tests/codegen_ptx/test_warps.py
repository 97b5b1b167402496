"""Votes, shuffles and atomic operations of warps, run as PTX."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from differential.harness import assert_same_bits
from ptx_emulator import DataRace, EmulatedGpu
from samples.gpu_memory import gpu_table
from samples.ptx_code import ASSEMBLED, needs_ptxas, opcodes

from ranvier.codegen.errors import CodegenError
from ranvier.codegen_ptx.entry import ENTRY
from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.codegen_ptx.reductions import with_reductions
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.dialects.gpu import MODES
from ranvier.ir.interpreter import run
from ranvier.ir.parser import parse
from ranvier.ir.target import TARGET
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager

HEAD = "%thread: index, %threads: index, %t0: index, %t1: index"
WORKERS = 96


def program(buffers: str, body: str, machine: str = "sm_75") -> Module:
    """A program of threads, with some constants."""
    target = f'{{name = "cuda", block = 32, line = 16, machine = "{machine}"}}'
    module = parse(f"""
module attributes {{{TARGET} = {target}}} {{
  func.func @step_range({HEAD}, {buffers}) {{
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %all = arith.constant -1 : i32
    %width = arith.constant 32 : i32
    {body}
    return
  }}
}}""")
    PassManager("lower-syn").run(module)
    verify(module)
    return module


def launched(
    module: Module, *buffers: Any, seed: int = 0, workers: int = WORKERS, t1: int = 1
) -> list[Any]:
    """Copies of buffers, after one block of threads."""
    code, gpu = PtxModule(module).entry, EmulatedGpu(seed=seed)
    flat: list[Any] = []
    table = gpu_table(gpu, list(buffers), flat)
    gpu.launch(gpu.load(code.ptx), ENTRY, (1, 1, 1), (workers, 1, 1), [0, t1, table])
    return [np.frombuffer(gpu.read(at, each.nbytes), each.dtype) for each, at in flat]


def of_each(type_: str, operation: str) -> Module:
    """A program of an operation on ``%x``, ``%k`` and ``%c``."""
    return program(
        f"%a: memref<?x{type_}>, %n: memref<?xi32>, %b: memref<?x{type_}>, %t: memref<?xi32>",
        f"""
        %x = memref.load %a[%thread] : memref<?x{type_}>
        %k = memref.load %n[%thread] : memref<?xi32>
        %c = arith.trunci %k : i32 to i1
        {operation}
        memref.store %y, %b[%thread] : memref<?x{type_}>
        %w = arith.extui %there : i1 to i32
        memref.store %w, %t[%thread] : memref<?xi32>""",
    )


SOURCES = {
    "xor": lambda lane, k: lane ^ k, "up": lambda lane, k: lane - k,
    "down": lambda lane, k: lane + k, "idx": lambda lane, k: lane * 0 + k,
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type_", ["i32", "i64", "f32", "f64"])
def test_shuffles(type_: str, mode: str) -> None:
    """All bits move, of floats and of both halves."""
    kind = np.dtype(type_.replace("i", "int").replace("f", "float"))
    values = np.random.default_rng(1).integers(-(2**31), 2**31, WORKERS).astype(kind)
    values = (values * kind.type(3)).astype(kind)
    operation = f"%y, %there = gpu.shuffle {mode} %x, %k, %width : {type_}"
    module = of_each(type_, operation)
    lanes = np.arange(WORKERS) % 32
    for k in (0, 1, 5, 31):
        offset = np.full(WORKERS, k, np.int32)
        found = launched(module, values, offset, np.zeros_like(values), np.full_like(offset, 9))
        source = SOURCES[mode](lanes, k)
        there = (source >= 0) & (source < 32)
        at = np.where(there, np.arange(WORKERS) - lanes + source, np.arange(WORKERS))
        assert_same_bits(values[at], found[2])
        assert np.array_equal(found[3], there)


def test_votes_and_lanes() -> None:
    """Each warp answers for itself."""
    votes = np.random.default_rng(2).integers(0, 2, WORKERS).astype(np.int32)
    votes[32:64] = 1
    ballots = np.repeat(np.packbits(votes == 1, bitorder="little").view(np.int32), 32)
    warps = votes.reshape(-1, 32)
    module = of_each(
        "i32", "%y = nvvm.vote.sync ballot %all, %c -> i32\n%there = arith.constant 1 : i1"
    )
    assert np.array_equal(launched(module, votes, votes, votes, votes)[2], ballots)
    alike = [len(set(warp)) == 1 for warp in warps.tolist()]
    for kind, expected in {"any": warps.any(1), "all": warps.all(1), "uni": alike}.items():
        module = of_each(
            "i32", f"%there = nvvm.vote.sync {kind} %all, %c -> i1\n%y = arith.addi %x, %k : i32"
        )
        assert np.array_equal(
            launched(module, votes, votes, votes, votes)[3], np.repeat(expected, 32)
        )
    text = """%lane = gpu.lane_id
        %size = gpu.subgroup_size : index
        %both = arith.muli %lane, %size : index
        %y = arith.index_cast %both : index to i32
        %there = arith.constant 0 : i1"""
    found = launched(of_each("i32", text), votes, votes, votes, votes)
    assert np.array_equal(found[2], np.arange(WORKERS) % 32 * 32)


MARKS = """scf.for %i = %thread to %t1 step %threads {
      %x = memref.load %v[%i] : memref<?xf64>
      %limit = arith.constant 0.5 : f64
      %hit = arith.cmpf ogt, %x, %limit : f64
      %five = arith.constant 5 : index
      %word = arith.shrui %i, %five : index
      syn.mark %hit, %i to %spikes[%word] : i1, memref<?xi32>
    } {parallel = 32 : i64}"""


@pytest.mark.parametrize("workers", [32, 96, 256])
def test_marks_of_spikes(workers: int) -> None:
    """A warp stores whole words; one thread sets bits."""
    padded = 320
    values = np.random.default_rng(3).random(padded)
    values[64:96], values[96:128] = 0.0, 1.0
    masks = np.random.default_rng(4).integers(-(2**31), 2**31, padded // 32).astype(np.int32)
    expected = np.packbits(values > 0.5, bitorder="little").view(np.int32)
    module = program("%v: memref<?xf64>, %spikes: memref<?xi32>", MARKS)
    alone = masks.copy()
    run(module, "step_range", 0, 1, 0, padded, values, alone)
    assert np.array_equal(alone, expected)
    found = launched(module, values, masks, workers=workers, t1=padded)
    assert np.array_equal(found[1], expected)
    assert "vote.sync.ballot.b32" in opcodes(PtxModule(module).entry.ptx)


def test_votes_stay_where_lanes_meet() -> None:
    """Only odd lanes want the vote, behind a branch."""
    body = """%two = arith.constant 2 : index
    %odd = arith.remui %thread, %two : index
    %is = arith.cmpi eq, %odd, %one : index
    %start = memref.load %n[%thread] : memref<?xi32>
    %x = scf.if %is -> (i32) {
      %more = arith.muli %start, %start : i32
      memref.store %more, %n[%thread] : memref<?xi32>
      scf.yield %more : i32
    } else {
      scf.yield %start : i32
    }
    %limit = arith.constant 10 : i32
    %high = arith.cmpi sgt, %x, %limit : i32
    %ballot = nvvm.vote.sync ballot %all, %high -> i32
    scf.if %is {
      memref.store %ballot, %n[%thread] : memref<?xi32>
    }"""
    start = (np.arange(WORKERS) % 7).astype(np.int32)
    (found,) = launched(program("%n: memref<?xi32>", body), start)
    odd = np.arange(WORKERS) % 2 == 1
    high = np.where(odd, start**2, start) > 10
    ballots = np.repeat(np.packbits(high, bitorder="little").view(np.int32), 32)
    assert np.array_equal(found, np.where(odd, ballots, start))


NEIGHBOUR = """%x = memref.load %n[%thread] : memref<?xi32>
    %y = arith.addi %x, %x : i32
    memref.store %y, %n[%thread] : memref<?xi32>
    {barrier}
    %next = arith.xori %thread, %one : index
    %z = memref.load %n[%next] : memref<?xi32>
    {barrier}
    memref.store %z, %n[%thread] : memref<?xi32>"""


def test_barriers_of_warps_order_memory() -> None:
    """Lanes read what neighbours wrote; without barriers it is a race."""
    start = np.arange(WORKERS, dtype=np.int32)
    body = NEIGHBOUR.format(barrier="nvvm.bar.warp.sync %all : i32")
    (found,) = launched(program("%n: memref<?xi32>", body), start)
    assert np.array_equal(found, 2 * (start ^ 1))
    with pytest.raises(DataRace):
        launched(program("%n: memref<?xi32>", NEIGHBOUR.format(barrier="")), start)


COUNT = """%x = memref.load %a[%thread] : memref<?xi32>
    %at = arith.index_cast %x : i32 to index
    %more = arith.constant 1 : i32
    %old = memref.atomic_rmw addi %more, %n[%at] : (i32, memref<?xi32>) -> i32"""
KEEP = "\n    memref.store %old, %a[%thread] : memref<?xi32>"
COUNTERS = "%a: memref<?xi32>, %n: memref<?xi32>"


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_the_same_in_any_order(seed: int) -> None:
    """Numbers before depend on the order, sums do not."""
    places = np.random.default_rng(5).integers(0, 7, WORKERS).astype(np.int32)
    module = program(COUNTERS, COUNT + KEEP)
    old, counts = launched(module, places, np.zeros(7, np.int32), seed=seed)
    assert np.array_equal(counts, np.bincount(places, minlength=7))
    for each in range(7):
        assert sorted(old[places == each]) == list(range(counts[each]))


def test_reductions_have_no_result() -> None:
    """Only where somebody wants the number before, it comes back."""
    counted, kept = (PtxModule(program(COUNTERS, body)).entry.ptx for body in (COUNT, COUNT + KEEP))
    assert "red.global.add.u32" in opcodes(counted) and "atom." not in counted
    assert "atom.global.add.u32" in opcodes(kept) and "red." not in kept


def test_registers_of_other_functions_do_not_count() -> None:
    """Each function has registers of its own."""
    text = """.func f(
)
{
	atom.global.add.f64 	%rd4, [%rd1], %rd3;
	atom.global.cas.b32 	%r4, [%rd1], %r3, %r2;
	ret;
}
.func g(
)
{
	atom.global.max.s32 	%r1, [%rd1+8], %r1;
	atom.relaxed.gpu.global.or.b32 	%r4, [%rd1], 3;
	mov.b64 	%rd4, 0;
	ret;
}
"""
    found = with_reductions(text)
    assert re.findall(r"(?:atom|red)\S+\s+\S+", found) == [
        "red.global.add.f64 \t[%rd1],", "atom.global.cas.b32 \t%r4,",
        "atom.global.max.s32 \t%r1,", "red.relaxed.gpu.global.or.b32 \t[%rd1],",
    ]  # fmt: skip


def test_an_atomic_operation_and_another_access_are_a_race() -> None:
    places = np.zeros(WORKERS, np.int32)
    body = COUNT + "\n    %y = memref.load %n[%zero] : memref<?xi32>\n"
    body += "    memref.store %y, %a[%thread] : memref<?xi32>"
    with pytest.raises(DataRace):
        launched(program(COUNTERS, body), places, np.zeros(7, np.int32))


def test_a_shuffle_goes_over_the_whole_warp() -> None:
    module = of_each("i32", "%y, %there = gpu.shuffle idx %x, %k, %k : i32")
    with pytest.raises(CodegenError, match="a shuffle goes over 32 lanes, a constant"):
        _ = PtxListings(module).llvm


EVERYTHING = [
    *(f"%s{i}, %is{i} = gpu.shuffle {mode} %{x}, %k, %width : {type_}"
      for i, (mode, (x, type_)) in enumerate(
          (mode, pair) for mode in MODES
          for pair in (("k", "i32"), ("l", "i64"), ("x", "f32"), ("y", "f64")))),
    *(f"%v{kind} = nvvm.vote.sync {kind} %all, %c -> i1" for kind in ("any", "all", "uni")),
    *(f"%r{kind}{type_} = memref.atomic_rmw {kind} %{x}, %{m}[%zero] : "
      f"({type_}, memref<?x{type_}>) -> {type_}"
      for x, m, type_ in (("k", "n", "i32"), ("l", "o", "i64"))
      for kind in ("addi", "andi", "maxs", "maxu", "mins", "minu", "ori", "xori")),
    "%rf = memref.atomic_rmw addf %x, %p[%zero] : (f32, memref<?xf32>) -> f32",
    "%rd = memref.atomic_rmw addf %y, %q[%zero] : (f64, memref<?xf64>) -> f64",
    "nvvm.bar.warp.sync %all : i32",
    "syn.mark %c, %thread to %n[%zero] : i1, memref<?xi32>",
]  # fmt: skip


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
def test_ptxas_takes_them(machine: str) -> None:
    """An unknown intrinsic is a call that only ``ptxas`` refuses."""
    loads = """%k = memref.load %n[%thread] : memref<?xi32>
    %l = memref.load %o[%thread] : memref<?xi64>
    %x = memref.load %p[%thread] : memref<?xf32>
    %y = memref.load %q[%thread] : memref<?xf64>
    %c = arith.trunci %k : i32 to i1
    """
    buffers = "%n: memref<?xi32>, %o: memref<?xi64>, %p: memref<?xf32>, %q: memref<?xf64>"
    module = program(buffers, loads + "\n".join(EVERYTHING), machine)
    code = PtxModule(module).entry
    assert len(re.findall(r"shfl\.sync", code.ptx)) == 24 and ".extern" not in code.ptx
    assert assemble(code.ptx, machine)
