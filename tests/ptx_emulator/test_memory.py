"""Accesses that no device defines, and those that are fine."""

from __future__ import annotations

import numpy as np
import pytest

from .errors import (
    EmulatorError,
    Freed,
    LaunchError,
    Misaligned,
    OutOfBounds,
    OutOfMemory,
    PtxError,
    Uninitialised,
)
from .gpu import GLOBAL_BASE, EmulatedGpu
from .snippets import addresses, loaded, run, text

DATA = np.arange(8, dtype=np.uint32)


def fault(body: str, kind: type[EmulatorError], match: str, threads: int = 4) -> EmulatorError:
    """The error of a body, which knows kernel, line and thread."""
    with pytest.raises(kind, match=match) as found:
        run(body, DATA, threads=threads)
    error = found.value
    assert error.kernel == "k" and error.place is not None and error.thread is not None
    assert f"block {error.thread[0]}, thread {error.thread[1]}" in str(error)
    return error


def test_out_of_bounds() -> None:
    """One element behind, one before, and far away. The error names the thread."""
    error = fault("mad.wide.u32 %rd9, %r0, 16, %rd0; ld.global.b32 %r5, [%rd9];", OutOfBounds,
                  "byte 32 of an allocation of 32 bytes")  # fmt: skip
    assert error.thread == (0, 2) and error.place is not None
    assert "ld.global.b32 %r5, [%rd9]" in error.place.text
    fault("ld.global.b32 %r5, [%rd0+-4];", OutOfBounds, "global memory: 4 bytes at")
    fault("ld.global.b64 %rd5, [%rd0+32];", OutOfBounds, "8 bytes")
    fault("mov.b64 %rd5, 0; ld.global.b32 %r5, [%rd5];", OutOfBounds, "0x0")
    fault("cvt.u32.u64 %r5, %rd0; cvt.u64.u32 %rd5, %r5; st.global.b32 [%rd5], 1;", OutOfBounds,
          "4 bytes", threads=1)  # fmt: skip
    fault("st.global.b32 [%rd0+32], 1;", OutOfBounds, "byte 32", threads=1)
    fault("atom.global.add.u32 %r5, [%rd0+32], 1;", OutOfBounds, "byte 32")


def test_a_vector_that_ends_outside() -> None:
    fault("ld.global.v2.b64 {%rd5, %rd6}, [%rd0+32];", OutOfBounds, "8 bytes")


def test_misaligned() -> None:
    fault("ld.global.b32 %r5, [%rd0+2];", Misaligned, "4 bytes at the address 0x")
    fault("st.global.b64 [%rd0+4], 1;", Misaligned, "8 bytes")
    fault("ld.global.v4.b32 {%r5, %r6, %r7, %r8}, [%rd0+8];", Misaligned, "16 bytes")


def test_uninitialised_and_freed() -> None:
    gpu = EmulatedGpu()
    module = gpu.load(text(f"{loaded(1)} ld.global.b32 %r5, [%rd0+4]; ret;", addresses(1)))
    at = gpu.allocate(8)
    gpu.write(at, bytes(4))
    with pytest.raises(Uninitialised, match="byte 4 of an allocation of 8 bytes"):
        gpu.launch(module, "k", (1, 1, 1), (1, 1, 1), [at])
    with pytest.raises(LaunchError, match="lost"):
        gpu.launch(module, "k", (1, 1, 1), (1, 1, 1), [at])
    gpu.lost = None
    gpu.release(at)
    with pytest.raises(Freed):
        gpu.launch(module, "k", (1, 1, 1), (1, 1, 1), [at])
    for host in (lambda: gpu.read(at, 4), lambda: gpu.write(at, b"1234"), lambda: gpu.release(at)):
        with pytest.raises(Freed):
            host()


def test_what_a_thread_writes_is_known() -> None:
    """Bytes that threads wrote may be read. Those beside them may not."""
    gpu = EmulatedGpu()
    body = "st.global.b16 [%rd0], 513; ld.global.b8 %r5, [%rd0+1]; st.global.b8 [%rd0+2], %r5;"
    module = gpu.load(text(f"{loaded(1)} {body} ld.global.b32 %r5, [%rd0]; ret;", addresses(1)))
    at = gpu.allocate(4)
    with pytest.raises(Uninitialised):
        gpu.launch(module, "k", (1, 1, 1), (1, 1, 1), [at])
    assert gpu.read(at, 3) == bytes([1, 2, 2])


def test_memory_of_blocks_and_threads_ends() -> None:
    shared = ".shared .align 4 .b8 box[8]; mov.b64 %rd5, box;"
    fault(shared + "st.shared.b32 [%rd5+8], 1;", OutOfBounds, "shared memory", threads=1)
    fault(shared + "ld.shared.b32 %r5, [%rd5+4];", Uninitialised, "shared memory")
    local = ".local .align 4 .b8 depot[8]; mov.b64 %rd5, depot;"
    fault(local + "st.local.b32 [%rd5+-4], 1;", OutOfBounds, "local memory")
    fault(local + "ld.local.b32 %r5, [%rd5];", Uninitialised, "local memory")


def test_constants_do_not_change() -> None:
    outside = ".const .align 4 .b8 c[4] = {1, 2, 3, 4};"
    with pytest.raises(PtxError, match="writes constants"):
        run("mov.b64 %rd5, c; st.const.b32 [%rd5], 1;", DATA, outside=outside)
    (found,) = run("mov.b64 %rd5, c; ld.const.s8 %r5, [%rd5+3]; st.global.b32 [%rd0], %r5;", DATA,
                   outside=outside)  # fmt: skip
    assert found[0] == 4


def test_generic_addresses() -> None:
    """One instruction reads memory of all three kinds."""
    body = """
        .shared .align 4 .b8 box[4]; .local .align 4 .b8 depot[4];
        mov.b64 %rd4, box; mov.b64 %rd5, depot;
        setp.eq.u32 %p0, %r0, 0; @%p0 st.shared.b32 [box], 70;
        st.local.b32 [%rd5], 80;
        bar.sync 0;
        cvta.shared.u64 %rd6, %rd4; cvta.local.u64 %rd7, %rd5;
        setp.lt.u32 %p1, %r0, 2; selp.b64 %rd8, %rd6, %rd0, %p1;
        setp.eq.u32 %p2, %r0, 3; selp.b64 %rd8, %rd7, %rd8, %p2;
        ld.b32 %r5, [%rd8];
        cvta.to.shared.u64 %rd10, %rd6; ld.shared.b32 %r6, [%rd10];
        add.u32 %r5, %r5, %r6;
        bar.sync 0;
        mad.wide.u32 %rd9, %r0, 4, %rd0; st.global.b32 [%rd9], %r5;"""
    (found,) = run(body, DATA, threads=4)
    assert found[:4].tolist() == [140, 140, 70, 150]


def test_vectors_and_small_types() -> None:
    values = np.array([1, -2, 3, -4, 5, -6, 7, -8], np.int32)
    body = """
        ld.global.v4.b32 {%r5, %r6, _, %r8}, [%rd0];
        add.s32 %r5, %r5, %r6; add.s32 %r5, %r5, %r8;
        st.global.v2.b32 [%rd0+16], {%r5, %r6};
        ld.global.s8 %r7, [%rd0+4]; ld.global.b8 %r9, [%rd0+4]; ld.global.s16 %rd5, [%rd0+4];
        st.global.b32 [%rd0+24], %r7; st.global.b32 [%rd0+28], %r9;
        mov.b64 %rd6, {%r7, %r9}; mov.b64 {%r10, %r11}, %rd6; st.global.b32 [%rd0], %r11;
        cvt.u32.u64 %r12, %rd5; st.global.b32 [%rd0+8], %r12;"""
    (found,) = run(body, values)
    assert found.tolist() == [254, -2, -2, -4, -5, -2, -2, 254]


def test_allocations() -> None:
    gpu = EmulatedGpu(memory=1000)
    assert gpu.allocate(1) >= GLOBAL_BASE and gpu.allocate(8) % 256 == 0
    assert gpu.free_memory == 991
    with pytest.raises(OutOfMemory, match="2000 bytes, and 991 are free"):
        gpu.allocate(2000)
    with pytest.raises(OutOfMemory):
        gpu.allocate(0)
    at = gpu.allocate(4)
    assert gpu.read(at, 4) == b"\xa5" * 4
    with pytest.raises(OutOfBounds):
        gpu.write(at, bytes(5))
    with pytest.raises(OutOfBounds):
        gpu.read(at + (1 << 30), 4)


def test_memory_is_used_again_at_last() -> None:
    gpu = EmulatedGpu(memory=1 << 22)
    seen = set()
    for _ in range(40):
        at = gpu.allocate(1 << 20)
        seen.add(at)
        gpu.write(at, b"abcd")
        gpu.release(at)
    assert 3 < len(seen) < 8


def test_states_come_back_and_work_is_counted() -> None:
    gpu = EmulatedGpu()
    body = f"{loaded(1)} mad.wide.u32 %rd9, %r0, 8, %rd0; ld.global.b64 %rd5, [%rd9];"
    module = gpu.load(text(f"{body} st.global.b32 [%rd9], %r0; ret;", addresses(1)))
    at = gpu.allocate(80)
    gpu.write(at, np.arange(10.0))
    before = gpu.snapshot()
    gpu.launch(module, "k", (2, 1, 1), (5, 1, 1), [at])
    assert gpu.read(at, 80) != np.arange(10.0).tobytes()
    gpu.restore(before)
    assert gpu.read(at, 80) == np.arange(10.0).tobytes()
    counts = gpu.counts
    assert (counts.launches, counts.read_bytes, counts.written_bytes) == (1, 80, 40)
    assert module.kernels["k"].program.segments[0].runs == 1


@pytest.mark.parametrize(("stride", "sectors"), [(0, 2), (4, 8), (8, 16), (32, 64), (12, 24)])
def test_sectors(stride: int, sectors: int) -> None:
    """Two warps read one word, neighbouring words, or some with gaps."""
    gpu = EmulatedGpu(sectors=True)
    body = f"mad.wide.u32 %rd9, %r0, {stride}, %rd0; ld.global.b32 %r5, [%rd9];"
    run(body, np.zeros(64 * 8, np.uint32), threads=64, gpu=gpu)
    assert (gpu.counts.read_sectors, gpu.counts.written_sectors) == (sectors, 0)
    once = {0: 1, 4: 8, 8: 16, 32: 64, 12: 24}[stride]
    assert (len(gpu.global_memory.loaded), len(gpu.global_memory.stored)) == (once, 0)


def test_launches_that_a_driver_refuses() -> None:
    gpu = EmulatedGpu()
    module = gpu.load(text("ret;", ".param .u64 a, .param .f64 x, .param .u8 b"))
    good = (1, 1, 1)
    gpu.launch(module, "k", good, good, [1, 2.0, 3])
    for parameters in ([1, 2.0], [1, 2, 3], [1.0, 2.0, 3], [b"123", 2.0, 3]):
        with pytest.raises(LaunchError):
            gpu.launch(module, "k", good, good, parameters)
    for grid, block, shared in [
        ((0, 1, 1), good, 0),
        (good, (2000, 1, 1), 0),
        (good, good, 1 << 20),
    ]:
        with pytest.raises(LaunchError):
            gpu.launch(module, "k", grid, block, [1, 2.0, 3], shared)
    with pytest.raises(LaunchError, match="no kernel 'other'"):
        gpu.launch(module, "other", good, good, [])


def test_lines_of_the_model() -> None:
    """The nearest ``.loc`` before an instruction tells where it came from."""
    body = f"""{loaded(1)}
    .loc 1 12 3
    mov.b32 %r5, 1;
    .loc 1 14 7, function_name $info, inlined_at 1 3 1
    ld.global.b32 %r5, [%rd0+100];
    ret;"""
    gpu = EmulatedGpu()
    debug = '.section .debug_macinfo { .b8 1 }\n.file 1 "model.mlir"'
    module = gpu.load(text(body, addresses(1)) + debug)
    at = gpu.allocate(4)
    with pytest.raises(OutOfBounds, match=r"PTX line \d+ \(from model.mlir:14\): ld.global.b32"):
        gpu.launch(module, "k", (1, 1, 1), (1, 1, 1), [at])
