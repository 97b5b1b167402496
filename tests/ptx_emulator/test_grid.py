"""A kernel in grids, with strides, votes and atomic operations."""

from __future__ import annotations

import llvmlite.binding as llvm
import numpy as np
import pytest

from .errors import DataRace
from .gpu import EmulatedGpu
from .operations import Array
from .test_llvm_functions import machine

UPDATE = """
define ptx_kernel void @update(ptr addrspace(1) %v, ptr addrspace(1) %spikes,
    ptr addrspace(1) noalias %targets, ptr addrspace(1) %arrived, i64 %n, double %decay) {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %ntid = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %blocks = call i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
  %before = mul i32 %block, %ntid
  %first32 = add i32 %before, %tid
  %first = zext i32 %first32 to i64
  %stride32 = mul i32 %blocks, %ntid
  %stride = zext i32 %stride32 to i64
  %up = add i64 %n, 31
  %whole = and i64 %up, -32
  %some = icmp ult i64 %first, %whole
  br i1 %some, label %loop, label %done
loop:
  %i = phi i64 [ %first, %entry ], [ %next, %go ]
  %inside = icmp ult i64 %i, %n
  br i1 %inside, label %neuron, label %vote
neuron:
  %at = getelementptr double, ptr addrspace(1) %v, i64 %i
  %old = load double, ptr addrspace(1) %at
  %new = fmul double %old, %decay
  store double %new, ptr addrspace(1) %at
  %above = fcmp ogt double %new, 1.0
  br label %vote
vote:
  %fired = phi i1 [ false, %loop ], [ %above, %neuron ]
  %word = call i32 @llvm.nvvm.vote.ballot.sync(i32 -1, i1 %fired)
  %lane = and i32 %tid, 31
  %zero = icmp eq i32 %lane, 0
  br i1 %zero, label %write, label %wrote
write:
  %number = lshr i64 %i, 5
  %to = getelementptr i32, ptr addrspace(1) %spikes, i64 %number
  store i32 %word, ptr addrspace(1) %to
  br label %wrote
wrote:
  br i1 %fired, label %send, label %go
send:
  %t = getelementptr i32, ptr addrspace(1) %targets, i64 %i
  %target = load i32, ptr addrspace(1) %t
  %target64 = zext i32 %target to i64
  %count = getelementptr i32, ptr addrspace(1) %arrived, i64 %target64
  ARRIVE
  br label %go
go:
  %next = add i64 %i, %stride
  %more = icmp ult i64 %next, %whole
  br i1 %more, label %loop, label %done
done:
  ret void
}
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
declare i32 @llvm.nvvm.vote.ballot.sync(i32, i1)
"""
ATOMIC = "%was = atomicrmw add ptr addrspace(1) %count, i32 1 monotonic"
PLAIN = """%was = load i32, ptr addrspace(1) %count
  %sum = add i32 %was, 1
  store i32 %sum, ptr addrspace(1) %count"""

NEURONS = 700
RANDOM = np.random.default_rng(4)
V = RANDOM.uniform(0.0, 4.0, NEURONS)
TARGETS = RANDOM.integers(0, 50, NEURONS).astype(np.uint32)


def updated(arrive: str, blocks: int, threads: int, seed: int) -> list[bytes]:
    """The potentials, masks of spikes and counts after the kernel."""
    module = llvm.parse_assembly(UPDATE.replace("ARRIVE", arrive))
    gpu = EmulatedGpu(seed=seed)
    loaded = gpu.load(machine("gpu").emit_assembly(module))
    words = np.full(-(-NEURONS // 32), 0xFFFFFFFF, np.uint32)
    arrays: list[Array] = [V, words, TARGETS, np.zeros(50, np.uint32)]
    at = [gpu.allocate(each.nbytes) for each in arrays]
    for address, each in zip(at, arrays, strict=True):
        gpu.write(address, each)
    gpu.launch(loaded, "update", (blocks, 1, 1), (threads, 1, 1), [*at, NEURONS, 0.5])
    return [gpu.read(address, each.nbytes) for address, each in zip(at, arrays, strict=True)]


@pytest.mark.parametrize("blocks", [1, 4, 33])
@pytest.mark.parametrize("threads", [32, 96, 256])
def test_every_grid_computes_the_same(blocks: int, threads: int) -> None:
    v, words, _, arrived = updated(ATOMIC, blocks, threads, seed=blocks + threads)
    fired = np.zeros(-(-NEURONS // 32) * 32, bool)
    fired[:NEURONS] = V * 0.5 > 1.0
    assert v == (V * 0.5).tobytes()
    assert words == np.packbits(fired, bitorder="little").tobytes()
    counts = np.bincount(TARGETS[fired[:NEURONS]], minlength=50).astype(np.uint32)
    assert arrived == counts.tobytes()


def test_arrivals_without_atomics_are_a_race() -> None:
    with pytest.raises(DataRace, match="the other is block"):
        updated(PLAIN, 4, 32, seed=0)
