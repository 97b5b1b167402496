"""Threads that share memory and wait for one another, on grids."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from differential.harness import assert_same_bits
from ptx_emulator import DataRace, Deadlock, DivergentWarp, EmulatorError, Uninitialised
from samples.gpu_grids import code_of, launched, program
from samples.ptx_code import ASSEMBLED, needs_ptxas
from samples.ptx_rules import faults_of_llvm, faults_of_ptx

from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.interpreter import InterpreterError
from ranvier.ir.interpreter.grid import run_grid

GRIDS = [(1, 32), (1, 64), (3, 32), (2, 64)]
"""Blocks and threads."""

BUFFERS = "%w: memref<?xf64>, %r: memref<?xf64>, %sums: memref<?xf64>"

STAGED = """
  %tile = memref.alloc() : memref<2x32xf64, 3>
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %size = arith.constant 32 : index
  %me = gpu.thread_id x
  %mine = arith.cmpi ult, %me, %size : index
  %row = arith.muli %thread, %n : index
  %none = arith.constant 0.0 : f64
  %tiles = arith.divui %n, %size : index
  %total = scf.for %t = %zero to %tiles step %one iter_args(%s = %none) -> (f64) {
    %first = arith.muli %t, %size : index
    %side = arith.andi %t, %one : index
    scf.if %mine {
      %from = arith.addi %first, %me : index
      %x = memref.load %r[%from] : memref<?xf64>
      memref.store %x, %tile[%side, %me] : memref<2x32xf64, 3>
    }
    gpu.barrier
    %more = func.call @part(%w, %tile, %row, %first, %side, %s) : (memref<?xf64>, memref<2x32xf64, 3>, index, index, index, f64) -> f64
    scf.yield %more : f64
  }
  memref.store %total, %sums[%thread] : memref<?xf64>"""  # noqa: E501

PART = """
func.func @part(%w: memref<?xf64>, %tile: memref<2x32xf64, 3>, %row: index, %first: index,
    %side: index, %start: f64) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %size = arith.constant 32 : index
  %sum = scf.for %j = %zero to %size step %one iter_args(%s = %start) -> (f64) {
    %x = memref.load %tile[%side, %j] : memref<2x32xf64, 3>
    %pre = arith.addi %first, %j : index
    %at = arith.addi %row, %pre : index
    %v = memref.load %w[%at] : memref<?xf64>
    %more = math.fma %v, %x, %s : f64
    scf.yield %more : f64
  }
  return %sum : f64
}"""

COUNT = 96


def arrays(threads: int) -> list[Any]:
    """Weights, rates and room for sums."""
    random = np.random.default_rng(threads)
    return [random.standard_normal(threads * COUNT), random.standard_normal(COUNT),
            np.zeros(threads)]  # fmt: skip


@pytest.mark.parametrize(("blocks", "threads"), GRIDS)
def test_sums_through_shared_memory(blocks: int, threads: int) -> None:
    """Two halves of a tile in turn, a barrier for each."""
    module = program(BUFFERS, STAGED, more=PART)
    w, r, sums = arrays(blocks * threads)
    found = launched(module, COUNT, w, r, sums, blocks=blocks, threads=threads, seed=threads)
    run_grid(module, "kernel", blocks, threads, COUNT, w, r, sums)
    assert_same_bits(sums, found[2])
    assert np.allclose(sums, w.reshape(-1, COUNT) @ r, rtol=1e-12, atol=1e-12)


def test_memory_of_a_block_is_said_to_be() -> None:
    """Nothing is generic, also where another function gets the buffer."""
    module = program(BUFFERS, STAGED, more=PART)
    ptx = code_of(module).ptx
    assert faults_of_ptx(ptx) == [] and faults_of_llvm(PtxListings(module, entry=True).llvm) == []
    assert len(re.findall(r"\.shared \.align 16 \.b8 \S+\[512\];", ptx)) == 1
    assert re.search(r"st\.shared\.b64", ptx) and re.search(r"ld\.shared\.(v2\.)?b64", ptx)
    assert re.search(r"bar\.sync\s+0;", ptx)


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
def test_ptxas_takes_it(machine: str) -> None:
    found = assemble(code_of(program(BUFFERS, STAGED, machine, PART)).ptx, machine)
    assert sum(each.shared or 0 for each in found) == 512
    assert not any(each.stores or each.loads or each.stack for each in found)


SHIFT = """
  %box = memref.alloc() : memref<64xi32, 3>
  %me = gpu.thread_id x
  %count = gpu.block_dim x
  %one = arith.constant 1 : index
  %x = memref.load %a[%thread] : memref<?xi32>
  memref.store %x, %box[%me] : memref<64xi32, 3>
  {barrier}
  %next = arith.addi %me, %one : index
  %other = arith.remui %next, %count : index
  %y = memref.load %box[%other] : memref<64xi32, 3>
  memref.store %y, %a[%thread] : memref<?xi32>"""


@pytest.mark.parametrize(("blocks", "threads"), GRIDS)
def test_a_block_has_its_own_memory(blocks: int, threads: int) -> None:
    """Threads take from the next one, the last from the first."""
    module = program("%a: memref<?xi32>", SHIFT.format(barrier="gpu.barrier"))
    start = np.arange(blocks * threads, dtype=np.int32)
    (found,) = launched(module, 0, start, blocks=blocks, threads=threads)
    expected = np.roll(start.reshape(blocks, threads), -1, axis=1).ravel()
    assert np.array_equal(found, expected)
    run_grid(module, "kernel", blocks, threads, 0, start)
    assert np.array_equal(start, expected)


def test_a_missing_barrier_is_a_race() -> None:
    module = program("%a: memref<?xi32>", SHIFT.format(barrier=""))
    with pytest.raises((DataRace, Uninitialised)):
        launched(module, 0, np.zeros(64, np.int32), threads=64)


NUMBERS = """
  %i = gpu.thread_id x
  %m = gpu.block_dim x
  %j = gpu.block_id x
  %k = gpu.grid_dim x
  %all = arith.muli %m, %k : index
  %same = arith.cmpi eq, %all, %threads : index
  %first = arith.muli %j, %m : index
  %number = arith.addi %first, %i : index
  scf.if %same {
    %x = arith.index_cast %number : index to i32
    memref.store %x, %a[%thread] : memref<?xi32>
  }"""


@pytest.mark.parametrize(("blocks", "threads"), GRIDS)
def test_numbers_of_threads(blocks: int, threads: int) -> None:
    """They make the number of the thread in the grid."""
    module = program("%a: memref<?xi32>", NUMBERS)
    count = blocks * threads
    mine, found = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    (found,) = launched(module, 0, found, blocks=blocks, threads=threads)
    run_grid(module, "kernel", blocks, threads, 0, mine)
    assert np.array_equal(found, np.arange(count)) and np.array_equal(mine, found)


SOME = """
  %half = arith.constant 16 : index
  %few = arith.cmpi ult, %thread, %half : index
  scf.if %few {
    gpu.barrier
  } else {
    %x = arith.constant 1 : i32
    memref.store %x, %a[%thread] : memref<?xi32>
    gpu.barrier
  }"""


def test_threads_at_different_barriers() -> None:
    """The interpreter and the emulator both find them."""
    module = program("%a: memref<?xi32>", SOME)
    room = np.zeros(32, np.int32)
    with pytest.raises(InterpreterError, match="threads of a block do not meet at one barrier"):
        run_grid(module, "kernel", 1, 32, 0, room)
    with pytest.raises((DivergentWarp, Deadlock)) as found:
        launched(module, 0, room)
    assert isinstance(found.value, EmulatorError)


MARKS = """
  %limit = arith.constant 0.5 : f64
  %five = arith.constant 5 : index
  scf.for %i = %thread to %n step %threads {
    %x = memref.load %v[%i] : memref<?xf64>
    %hit = arith.cmpf ogt, %x, %limit : f64
    %word = arith.shrui %i, %five : index
    syn.mark %hit, %i to %spikes[%word] : i1, memref<?xi32>
  } {parallel = 32 : i64}
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %row = arith.divui %thread, %lanes : index
  %rows = arith.divui %threads, %lanes : index
  %width = arith.constant 10 : index
  %high = arith.constant 40 : index
  %one = arith.constant 1 : i32
  scf.for %r = %row to %high step %rows {
    %first = arith.muli %r, %width : index
    scf.for %k = %lane to %width step %lanes {
      %at = arith.addi %first, %k : index
      %post = memref.load %posts[%at] : memref<?xi32>
      %j = arith.index_cast %post : i32 to index
      %old = memref.atomic_rmw addi %one, %counts[%j] : (i32, memref<?xi32>) -> i32
    }
  }"""


@pytest.mark.parametrize(("blocks", "threads"), [*GRIDS, (5, 96)])
def test_a_grid_does_what_one_thread_does(blocks: int, threads: int) -> None:
    """Masks of spikes, and rows of a warp each."""
    random = np.random.default_rng(1)
    values, posts = random.random(320), random.integers(0, 9, 400).astype(np.int32)
    masks, counts = np.full(10, -1, np.int32), np.zeros(9, np.int32)
    buffers = "%v: memref<?xf64>, %spikes: memref<?xi32>, %posts: memref<?xi32>, "
    module = program(buffers + "%counts: memref<?xi32>", MARKS)
    given = (values, masks, posts, counts)
    found = launched(module, 320, *given, blocks=blocks, threads=threads, seed=threads)
    run_grid(module, "kernel", 1, 1, 320, *given)
    assert np.array_equal(masks, np.packbits(values > 0.5, bitorder="little").view(np.int32))
    assert np.array_equal(counts, np.bincount(posts, minlength=9))
    assert np.array_equal(found[1], masks) and np.array_equal(found[3], counts)
