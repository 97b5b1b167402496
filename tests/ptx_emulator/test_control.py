"""Threads that part and meet, wait, call functions and end."""

from __future__ import annotations

import numpy as np
import pytest

from .errors import Deadlock, DivergentWarp, PtxError, StepLimit, Trapped
from .gpu import EmulatedGpu
from .ranks import ranked
from .snippets import run

STORE = "mad.wide.u32 %rd9, %r0, 4, %rd0; st.global.b32 [%rd9], %r5;"


def zeros(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """An array for the results of threads."""
    return np.zeros(count, np.uint32)


def test_loops_of_different_lengths() -> None:
    """Each thread goes round as often as its number says."""
    body = f"""
        mov.b32 %r5, 0; mov.b32 %r6, 0;
    $again:
        setp.ge.u32 %p0, %r6, %r0;
        @%p0 bra $out;
        add.u32 %r5, %r5, %r6;
        add.u32 %r6, %r6, 1;
        bra.uni $again;
    $out: {STORE}"""
    (found,) = run(body, zeros(100), threads=50, blocks=2)
    assert found.tolist() == [n * (n - 1) // 2 for n in range(100)]


def test_nested_branches() -> None:
    body = f"""
        mov.b32 %r5, 0;
        and.b32 %r6, %r0, 1; setp.eq.b32 %p0, %r6, 0;
        @%p0 bra $even;
        setp.lt.u32 %p1, %r0, 8;
        @%p1 bra $small;
        add.u32 %r5, %r5, 100;
    $small: add.u32 %r5, %r5, 10; bra $end;
    $even: setp.gt.u32 %p1, %r0, 20; @!%p1 bra $end; add.u32 %r5, %r5, 1000;
    $end: add.u32 %r5, %r5, 1;
        {STORE}"""
    (found,) = run(body, zeros(32), threads=32)
    expected = [(1000 if n > 20 else 0) if n % 2 == 0 else 10 + 100 * (n >= 8) for n in range(32)]
    assert found.tolist() == [n + 1 for n in expected]


def test_early_exit_and_guarded_instructions() -> None:
    """A guard holds for any instruction. Who has ended does nothing more."""
    body = f"""
        mov.b32 %r5, 7;
        setp.lt.u32 %p0, %r0, 4;
        @!%p0 add.u32 %r5, %r5, 1;
        setp.gt.u32 %p1, %r0, 9;
        @%p1 exit;
        {STORE}"""
    (found,) = run(body, zeros(16), threads=16)
    assert found.tolist() == [7] * 4 + [8] * 6 + [0] * 6


def test_threads_meet_again_in_code_that_is_out_of_order() -> None:
    """The join lies before the branches in the text. There all lanes are one group.

    An emulator that ran the lowest place first would come to the vote with some lanes.
    """
    body = f"""
        setp.lt.u32 %p0, %r0, 5;
        @%p0 bra $small;
        bra.uni $large;
    $join:
        activemask.b32 %r5;
        setp.ne.b32 %p1, %r6, 0;
        vote.sync.ballot.b32 %r7, %p1, -1;
        add.u32 %r5, %r5, %r7;
        {STORE}
        ret;
    $large: mov.b32 %r6, 0; bra.uni $join;
    $small: mov.b32 %r6, 1; bra.uni $join;"""
    (found,) = run(body, zeros(32), threads=32)
    assert set(found.tolist()) == {(0xFFFFFFFF + 0b11111) % (1 << 32)}


def test_tables_of_branches() -> None:
    body = f"""
        and.b32 %r6, %r0, 3;
        $table: .branchtargets $a, $b, $c, $a;
        brx.idx %r6, $table;
    $a: mov.b32 %r5, 1; bra $end;
    $b: mov.b32 %r5, 2; bra $end;
    $c: mov.b32 %r5, 3;
    $end: {STORE}"""
    (found,) = run(body, zeros(8), threads=8)
    assert found.tolist() == [1, 2, 3, 1] * 2


FUNCTION = """
.func (.param .align 8 .b8 result[16]) pair(.param .b32 x, .param .b64 y)
{
    .reg .pred %p<2>; .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.b32 %r1, [x]; ld.param.b64 %rd1, [y];
    setp.gt.u32 %p1, %r1, 2;
    @%p1 bra $large;
    add.s64 %rd1, %rd1, 100;
$large:
    st.param.b32 [result], %r1; st.param.b64 [result+8], %rd1;
    ret;
}
"""


def test_calls_return_to_where_they_came_from() -> None:
    """Two calls, one of some threads only; structures come back."""
    call = """
        {{ .param .b32 param0; .param .b64 param1; .param .align 8 .b8 retval0[16];
        st.param.b32 [param0], %r0; st.param.b64 [param1], {value};
        call.uni (retval0), pair, (param0, param1);
        ld.param.b64 %rd{to}, [retval0+8]; ld.param.b32 %r9, [retval0]; }}"""
    body = f"""
        cvt.u64.u32 %rd5, %r0;
        mov.b64 %rd7, 0;
        {call.format(value="%rd5", to=6)}
        setp.lt.u32 %p2, %r0, 4;
        @%p2 bra $skip;
        {call.format(value="%rd6", to=7)}
    $skip:
        add.s64 %rd6, %rd6, %rd7; cvt.u32.u64 %r5, %rd6; add.u32 %r5, %r5, %r9;
        {STORE}"""
    (found,) = run(body, zeros(6), threads=6, outside=FUNCTION)
    first = [n + 100 * (n <= 2) for n in range(6)]
    assert found.tolist() == [f + (f if n >= 4 else 0) + n for n, f in enumerate(first)]


def test_recursion_and_missing_functions_are_refused() -> None:
    loop = ".func f() { call.uni f; ret; }"
    with pytest.raises(PtxError, match="'f' calls itself"):
        run("call.uni f;", zeros(1), outside=loop)
    with pytest.raises(PtxError, match="'g' is not defined"):
        run("call.uni g;", zeros(1))
    with pytest.raises(PtxError, match=r"no label '\$L'"):
        run("bra $L;", zeros(1))


def test_memory_of_threads_and_constants() -> None:
    """Each thread has a stack of its own. Tables of constants have what was written down."""
    outside = """
        .const .align 4 .b8 table[8] = {1, 0, 0, 0, 255, 1};
        .global .align 8 .u64 pointers[2] = {table2, table2+4};
        .global .align 4 .u32 table2[2] = {40, 50};"""
    body = f"""
        .local .align 8 .b8 depot[16];
        mov.b64 %rd1, depot;
        st.local.b32 [%rd1+4], %r0;
        cvta.local.u64 %rd2, %rd1;
        ld.b32 %r5, [%rd2+4];
        and.b32 %r6, %r0, 1;
        mad.wide.u32 %rd3, %r6, 4, 0;
        mov.b64 %rd4, table; add.s64 %rd4, %rd4, %rd3; ld.const.b32 %r7, [%rd4];
        add.u32 %r5, %r5, %r7;
        ld.global.b64 %rd5, [pointers+8]; ld.global.b32 %r7, [%rd5];
        add.u32 %r5, %r5, %r7;
        {STORE}"""
    (found,) = run(body, zeros(6), threads=6, outside=outside)
    assert found.tolist() == [n + (511 if n % 2 else 1) + 50 for n in range(6)]


def test_special_registers() -> None:
    body = """
        mov.u32 %r3, %tid.y; mov.u32 %r4, %ctaid.y; mov.u32 %r5, %nctaid.x;
        mov.u32 %r6, %tid.x; mov.u32 %r7, %ntid.x; mov.u32 %r8, %ctaid.x;
        mad.lo.u32 %r9, %r3, %r7, %r6;
        mad.lo.u32 %r10, %r4, %r5, %r8;
        mad.lo.u32 %r11, %r10, 6, %r9;
        mov.u32 %r12, %lanemask_lt; mov.u32 %r13, %laneid;
        mad.lo.u32 %r12, %r12, 256, %r13;
        mad.wide.u32 %rd9, %r11, 4, %rd0; st.global.b32 [%rd9], %r12;"""
    gpu = EmulatedGpu()
    from .snippets import addresses, loaded, text

    module = gpu.load(text(f"{loaded(1)}{body} ret;", addresses(1)))
    at = gpu.allocate(4 * 24)
    gpu.launch(module, "k", (2, 2, 1), (3, 2, 1), [at])
    found = np.frombuffer(gpu.read(at, 96), np.uint32)
    assert found.tolist() == [(2**n - 1) * 256 + n for n in range(6)] * 4


BARRIER = """
    .shared .align 4 .b8 box[4096];
    mov.u32 %r2, %tid.x;
    mov.b64 %rd4, box;
    mad.wide.u32 %rd5, %r2, 4, %rd4;
    mad.lo.u32 %r6, %r0, %r0, 1;
    st.shared.b32 [%rd5], %r6;
    bar.sync 0;
    mov.u32 %r3, %ntid.x; sub.u32 %r3, %r3, 1; sub.u32 %r3, %r3, %r2;
    mad.wide.u32 %rd5, %r3, 4, %rd4;
    ld.shared.b32 %r5, [%rd5];
"""


def test_barriers_of_blocks() -> None:
    """Blocks exchange values in memory of their own. So they do in several waves."""
    for wave in (4096, 100):
        gpu = EmulatedGpu(wave=wave)
        (found,) = run(BARRIER + STORE, zeros(320), threads=64, blocks=5, gpu=gpu)
        mirrored = np.arange(320).reshape(5, 64)[:, ::-1].reshape(-1)
        assert found.tolist() == (mirrored**2 + 1).tolist()


def test_barriers_of_threads_from_different_places() -> None:
    """Warps may come to a barrier by different instructions. The threads of a warp may not."""
    body = """
        mov.b32 %r5, 3;
        shr.u32 %r6, %r0, {shift}; setp.eq.b32 %p0, %r6, 0;
        @%p0 bra $one;
        bar.sync 0; bra.uni $end;
    $one: bar.sync 0;
    $end:"""
    (found,) = run(body.format(shift=5) + STORE, zeros(64), threads=64)
    assert found.tolist() == [3] * 64
    with pytest.raises(DivergentWarp, match="different barriers"):
        run(body.format(shift=4) + STORE, zeros(64), threads=64)


def test_threads_that_have_ended_are_not_waited_for() -> None:
    body = f"setp.gt.u32 %p0, %r0, 40; @%p0 ret; bar.sync 0; mov.b32 %r5, 1; {STORE}"
    (found,) = run(body, zeros(64), threads=64)
    assert found.tolist() == [1] * 41 + [0] * 23


def test_a_deadlock_is_an_error() -> None:
    body = """
        setp.lt.u32 %p0, %r0, 32;
        @%p0 bra $one;
        bar.sync 1; bra.uni $end;
    $one: bar.sync 2;
    $end:"""
    with pytest.raises(Deadlock, match=r"32 threads at k, PTX line \d+: .*bar.sync") as found:
        run(body, zeros(64), threads=64)
    assert found.value.kernel == "k" and found.value.thread is not None


def test_endless_loops_are_an_error() -> None:
    with pytest.raises(StepLimit, match="more than 1000 instructions"):
        run("$L: bra.uni $L;", zeros(1), gpu=EmulatedGpu(limit=1000))


def test_a_thread_that_waits_for_another_does_not_starve_it() -> None:
    """Thread 0 spins until thread 1 has written. The write lies behind the loop."""
    body = f"""
        mov.b32 %r5, 9;
        setp.ne.u32 %p0, %r0, 0;
        @%p0 bra $write;
    $wait: ld.relaxed.gpu.global.b32 %r6, [%rd1]; setp.eq.b32 %p1, %r6, 0; @%p1 bra $wait;
        bra.uni $end;
    $write: st.relaxed.gpu.global.b32 [%rd1], 1;
    $end: {STORE}"""
    found = run(body, zeros(2), zeros(1), threads=2)
    assert found[0].tolist() == [9, 9]


def test_traps() -> None:
    with pytest.raises(Trapped, match=r"PTX line \d+: .*trap.*\n.*block 0, thread 3"):
        run("setp.eq.u32 %p0, %r0, 3; @%p0 trap;", zeros(8), threads=8)


def test_uniform_branches_that_are_not() -> None:
    body = "setp.eq.u32 %p0, %r0, 3; @%p0 bra.uni $end; mov.b32 %r5, 1; $end:"
    with pytest.raises(DivergentWarp, match="said to be uniform"):
        run(body, zeros(8), threads=8)


@pytest.mark.parametrize(
    ("graph", "order"),
    [
        ([[1], [2], [1, 3], []], [0, 1, 2, 3]),
        ([[3], [2], [], [1, 4], [3]], [0, 3, 4, 1, 2]),
        ([[1, 4], [2], [3, 2], [1, 4], []], [0, 1, 2, 3, 4]),
    ],
)
def test_loops_lie_before_what_follows(graph: list[list[int]], order: list[int]) -> None:
    assert ranked(0, graph) == order
