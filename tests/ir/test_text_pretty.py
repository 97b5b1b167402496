"""The form for people.

The model's own equations and names, loops as one would write them.
"""

from __future__ import annotations

import pytest
from samples.random_modules import random_module
from samples.random_networks import random_network
from samples.seed_levels import ALL, texts

from ranvier.ir.builder import Builder
from ranvier.ir.core import Block
from ranvier.ir.dialects import arith, cf, eq, func, net
from ranvier.ir.parser import parse
from ranvier.ir.printer import pretty
from ranvier.ir.types import f64


def shown(name: str, level: str) -> str:
    """A level of a published network, for people."""
    return pretty(parse(texts(name)[level]))


def test_coba_as_the_user_wrote_it() -> None:
    """Term by term in the user's order, with the user's names."""
    population = shown("coba", "net").split("\n\n")[0]
    synapses = "g_exc * (Erev_exc - v) + g_inh * (Erev_inh - v)"
    assert population.splitlines()[-8:] == [
        "  equations:",
        f"    tau * dv/dt = El - v + {synapses} + I  (explicit)",
        "    tau_exc * dg_exc/dt = -g_exc  (explicit)",
        "    tau_inh * dg_inh/dt = -g_inh  (explicit)",
        "  spike:",
        "    v > Vt",
        "  reset:",
        "    v = Vr",
    ]
    assert population.startswith("population pop0: 200 neurons, spike, refractory for refractory\n")
    assert "\n  local variables: v, g_exc, g_inh\n" in population


def test_coba_updates() -> None:
    """All right sides come before the first write.

    The old values are what they read.
    """
    lines = [line.strip() for line in shown("coba", "eq").splitlines()]
    start = lines.index("equations:") + 1
    left = [line.partition(" = ")[0] for line in lines[start : start + 6]]
    assert left == ["v_1", "g_exc_1", "g_inh_1", "v", "g_exc", "g_inh"]
    assert "g_exc_1 = g_exc - g_exc * (dt / tau_exc)" in lines


def test_coba_as_an_algorithm() -> None:
    """A step of the whole network on one page.

    It has no threads, layouts or equations.
    """
    text = shown("coba", "loops")
    assert len(text.splitlines()) < 60
    step = text[text.index("step:") :].splitlines()
    assert step[:6] == [
        "step:",
        "  transmission:",
        "    transmit proj0 (pop0 -> pop0):",
        "      for pre, delay in arriving:",
        "        for synapse, post in row(pre, delay):",
        "          post.g_exc[post] += w[synapse]",
    ]
    for line in (
        "      refractory_steps = int(round(refractory / dt))",
        "      for i in neurons:",
        "        v_2 = v[i] if refractory_1 else v_1",
        "      _1 = dt / tau_exc",
        "        g_exc_1 = g_exc[i] - g_exc[i] * _1",
        "        if hit: spikes += i",
        "        v[i] = Vr if hit else v_2",
        "        refractory_left[i] = refractory_steps if hit else left - refractory_1",
        "      record v (mon0)",
    ):
        assert line in step
    assert sum("in neurons:" in line for line in step) == 1
    assert "thread" not in text and "memref" not in text


def test_coba_kernels() -> None:
    """Loads are subscripts, and so are lanes.

    Loops and branches are Python's.
    """
    text = shown("coba", "kernels")
    assert "def proj0_transmit(thread, threads, step):" in text
    for line in (
        "v = pop0.v[i:+16]",
        "pop0.g_exc[i:+16] = g_exc_1",
        "hit = v_2 > Vt and not refractory_1",
        "bits = vector.bitcast(hit)[0]",
        "for turn in range(0, ctpop(bits)):",
        "proj0_transmit(thread, threads, step)",
    ):
        assert line in [other.strip() for other in text.splitlines()]
    assert '"' not in text
    assert len(text) < len(texts("coba")["kernels"]) / 3


def test_what_was_read_before_a_write_keeps_its_value() -> None:
    """A read that outlives a change gets a name."""
    block = Block()
    b = Builder(block)
    old = b(eq.read("v", f64), "v")
    more = b(arith.AddF(old, b(arith.constant(1.0, f64))))
    b(eq.write("v", b(arith.constant(0.0, f64))))
    b(eq.write("u", b(arith.MulF(more, old))))
    b(eq.Yield())
    function = func.definition("f", ())
    function.body.blocks.clear()
    function.body.append(block)
    assert pretty(function).splitlines()[1:] == [
        "  v = v",
        "  _0 = v + 1",
        "  v = 0",
        "  u = _0 * v",
    ]


def test_parentheses_say_what_is_computed() -> None:
    """Sums of floats are grouped from the left.

    Only then is the grouping not shown.
    """
    function = func.definition("f", (f64, f64, f64), (f64,), ("a", "b", "c"))
    b = Builder(function.body.block)
    x, y, z = function.body.block.args
    left = b(arith.SubF(b(arith.AddF(x, y)), z))
    right = b(arith.SubF(x, b(arith.AddF(y, z))))
    b(func.Return(b(arith.DivF(left, b(arith.NegF(b(arith.MulF(right, x))))))))
    assert pretty(function).splitlines()[1] == "  return (a + b - c) / -((a - (b + c)) * a)"


def test_branches_between_blocks() -> None:
    function = func.definition("f", (f64,), (f64,), ("a",))
    body = function.body
    other = body.append(Block((f64,), ("x",)))
    Builder(body.block)(cf.Branch(body.block.args[0], target=other))
    Builder(other)(func.Return(other.args[0]))
    lines = ["def f(a):", "  goto bb1(a)", "bb1(x):", "  return x"]
    assert pretty(function).splitlines() == lines


THREADS = """
func.func @f(%v: i32, %m: memref<?xi32>, %i: index, %p: i1) {
  %l = gpu.lane_id
  %t = memref.alloc() : memref<4x8xi32, 3>
  %o = memref.atomic_rmw addi %v, %m[%i] : (i32, memref<?xi32>) -> i32
  %u = memref.atomic_rmw maxs %v, %m[%l] : (i32, memref<?xi32>) -> i32
  %all = arith.constant -1 : i32
  %two = arith.constant 2 : i32
  %width = arith.constant 32 : i32
  %b = nvvm.vote.sync ballot %all, %p -> i32
  %y, %there = gpu.shuffle up %b, %two, %width : i32
  memref.store %y, %t[%i, %l] : memref<4x8xi32, 3>
  gpu.barrier
  nvvm.bar.warp.sync %all : i32
  syn.mark %there, %i to %m[%l] : i1, memref<?xi32>
  memref.store %o, %m[%i] : memref<?xi32>
  return
}"""


def test_threads_of_a_grid() -> None:
    """Operations of several threads say who takes part."""
    assert pretty(parse(THREADS)).splitlines() == [
        "def f(v, i, p):",
        "  buffers: m",
        "  l = lane",
        "  t = memory of the block [4, 8]",
        "  o = addi atomically m[i], v",
        "  maxs atomically m[l], v",
        "  b = ballot(p)",
        "  y, there = b of lane - 2",
        "  t[i, l] = y",
        "  the block meets",
        "  the warp meets",
        "  bit i of m[l] = there",
        "  m[i] = o",
    ]


@pytest.mark.parametrize(("name", "level"), ALL)
def test_every_level_has_a_form_for_people(name: str, level: str) -> None:
    text = shown(name, level)
    assert len(text) < len(texts(name)[level])
    assert '"' not in text


def test_everything_random_has_a_form_for_people() -> None:
    for seed in range(200):
        assert pretty(random_module(seed, oddities=bool(seed % 2), branches=True))
        assert pretty(random_network(seed))


def test_an_operation_alone() -> None:
    variables = net.Monitor(sym_name="m", source="pop0", records={"variable": ["v", "u"]})
    assert pretty(variables) == "monitor m of pop0: v, u"
