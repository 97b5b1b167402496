"""Text that the emulator takes, and text that it refuses."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from .errors import PtxError
from .gpu import EmulatedGpu
from .parser import encoded, parse
from .snippets import addresses, loaded, run, text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("frobnicate.b32 %r1, %r2;", "unknown opcode 'frobnicate.b32'"),
        ("add.wild.u32 %r1, %r2, %r3;", "unknown word '.wild' in the opcode"),
        ("add.u32 %r1, %r2;", "takes 2 operands"),
        ("add.u32 %x1, %r2, %r3;", "the register %x1 is not declared"),
        ("add.u64 %r1, %rd2, %rd3;", "the register %r1 cannot hold u64"),
        ("add.u64 %rd1, %r2, %rd3;", "the register %r2 is too small for u64"),
        ("add.u32 %r1, %p2, %r3;", "the register %p2 as u32"),
        ("add.u32 %r1|%r2, %r2, %r3;", "has one result"),
        ("mov.b64 %rd1, nothing;", "no variable 'nothing'"),
        ("ld.param.b64 %rd1, [nothing];", "no parameter 'nothing'"),
        ("ld.global.b64 {%rd1, %rd2}, [%rd3];", "with 2 values"),
        ("ld.global.b64 %rd1, %rd2;", "no address"),
        ("brx.idx %r1, $nowhere;", "no table"),
        ("bra $nowhere;", "no label"),
        ("bar.red.popc.u32 %r1, 0, %p1;", "unknown"),
        ("cp.async.ca.shared.global [%r1], [%rd1], 8;", "unknown opcode"),
        ("add.u32 %r1 %r2 ?;", "no token of PTX"),
    ],
)
def test_what_is_not_known_is_an_error_at_its_line(body: str, message: str) -> None:
    lines = text(f"\n\n{body}").split("\n")
    number = lines.index(body) + 1
    with pytest.raises(PtxError) as found:
        EmulatedGpu().load("\n".join(lines))
    assert message in str(found.value)
    assert found.value.place is not None and found.value.place.line == number


@pytest.mark.parametrize(
    "outside",
    [".weird x;", ".extern .global .b32 x;", ".alias a, b;", ".func f(.param .b96 x) { ret; }"],
)
def test_unknown_directives(outside: str) -> None:
    with pytest.raises(PtxError):
        EmulatedGpu().load(text("ret;", outside=outside))


def test_an_unfinished_text() -> None:
    with pytest.raises(PtxError, match="ends in the middle"):
        parse(".visible .entry k() { ret")


def test_comments_and_layout_say_nothing() -> None:
    """Statements end anywhere in a line, and comments may be anywhere."""
    body = """
        add.u32 /* a number
        */ %r5, // the thread
            %r0,
            7; { .pragma "nounroll"; st.global.b32 [%rd0] , %r5; }"""
    (found,) = run(body, np.zeros(1, np.uint32))
    assert found[0] == 7


def test_registers_of_a_scope() -> None:
    """One name may stand for several, with or without ``%``."""
    body = """
        mov.u32 %r5, 7;
        { .reg .b32 tmp; mov.b64 {tmp, %r6}, 0x0000000300000004; add.u32 %r5, %r5, tmp; }
        { .reg .b64 tmp; .reg .pred %p0; cvt.u64.u32 tmp, %r6; setp.eq.u64 %p0, tmp, 3;
          .reg .b32 %r5; mov.u32 %r5, 100; @%p0 cvt.u32.u64 %r7, tmp; }
        setp.eq.u32 %p0, %r5, 0;
        @!%p0 st.global.v2.b32 [%rd0], {%r5, %r7};"""
    (found,) = run(body, np.zeros(2, np.uint32))
    assert found.tolist() == [11, 3]


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("12", "u32", struct.pack("<I", 12)),
        ("-1", "b64", b"\xff" * 8),
        ("0x123U", "u32", struct.pack("<I", 0x123)),
        ("0xFFFFFFFFFFFFFFFF", "s32", b"\xff" * 4),
        ("0d3FF8000000000000", "f64", struct.pack("<d", 1.5)),
        ("0f3FC00000", "f32", struct.pack("<f", 1.5)),
        ("0f3FC00000", "f64", struct.pack("<d", 1.5)),
        ("-0d3FF8000000000000", "f64", struct.pack("<d", -1.5)),
        ("2.5", "f32", struct.pack("<f", 2.5)),
        ("3", "f64", struct.pack("<d", 3.0)),
    ],
)
def test_numbers(written: str, kind: str, value: bytes) -> None:
    assert encoded(written, kind) == value


def test_facts_of_kernels() -> None:
    """Parameters, sizes and limits, for those who launch."""
    module = EmulatedGpu().load(
        """.version 8.0
        .target sm_75
        .address_size 64
        .visible .entry one(.param .u64 .ptr .global .align 1 a, .param .align 8 .b8 b[24])
        .maxntid 128, 2, 1
        .minnctapersm 1
        { .shared .align 8 .b8 box[24]; .local .align 4 .b8 depot[12]; ret; }
        .entry two() { ret; }"""
    )
    kernel = module.kernels["one"]
    assert [(each.name, each.type, each.size) for each in kernel.parameters] == [
        ("a", "u64", 8), ("b", "b8", 24),
    ]  # fmt: skip
    assert (kernel.shared, kernel.local, kernel.most_threads) == (24, 12, 256)
    assert set(module.kernels) == {"one", "two"}


def test_text_for_newer_devices_is_refused() -> None:
    with pytest.raises(PtxError, match="sm_90"):
        EmulatedGpu(capability=(8, 0)).load(text("ret;", target="sm_90"))


def test_modules_give_their_variables_back() -> None:
    gpu = EmulatedGpu()
    free = gpu.free_memory
    module = gpu.load(text(f"{loaded(1)} ret;", addresses(1), ".global .align 8 .b8 x[64];"))
    assert gpu.free_memory == free - 64
    gpu.unload(module)
    assert gpu.free_memory == free
