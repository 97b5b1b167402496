"""``ir-dump``: running functions, reducing, reproducers, passes of others."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes.opaque_device import opaque

import ranvier as rv
from ranvier.ir.parser import parse
from ranvier.ir.verifier import verify
from ranvier.passes.framework.settings import options
from ranvier.passes.tools.command import complaint
from ranvier.passes.tools.reduce import count_operations, reduce
from tools.kit import Command

BUFFERS = """\
"func.func"() <{function_type = (f64, memref<?xf64>, i1) -> (f64, i1), sym_name = "g"}> ({
^bb0(%x: f64, %b: memref<?xf64>, %c: i1):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %old = "memref.load"(%b, %zero) : (memref<?xf64>, index) -> f64
  %new = "arith.addf"(%old, %x) : (f64, f64) -> f64
  "memref.store"(%new, %b, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%old, %c) : (f64, i1) -> ()
}) : () -> ()
"""

VECTORS = """\
"func.func"() <{function_type = (vector<4xf64>) -> vector<4xf64>, sym_name = "h"}> ({
^bb0(%x: vector<4xf64>):
  %y = "arith.addf"(%x, %x) : (vector<4xf64>, vector<4xf64>) -> vector<4xf64>
  "func.return"(%y) : (vector<4xf64>) -> ()
}) : () -> ()
"""


def test_run(dump: Command) -> None:
    answer = dump("module.mlir", "--run", "f(1.5, 2.0)", "--run", "f(inf, -1)")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "f(1.5, 2.0) = 6.0\nf(inf, -1) = -inf\n"


def test_run_after_passes(dump: Command) -> None:
    assert dump("module.mlir", "-p", "cse,dce", "--run", "f(1.5, 2.0)").out.endswith("= 6.0\n")


def test_run_with_buffers_and_vectors(dump: Command) -> None:
    dump.write("g.mlir", BUFFERS)
    dump.write("h.mlir", VECTORS)
    answer = dump("g.mlir", "--run", "g(0.5, [1.0, 2.0], true)")
    assert answer.out == "g(0.5, [1.0, 2.0], true) = (1.0, true) -> [1.5, 2.0]\n"
    # A list may be a vector too: then nothing of it changes.
    assert "[2.0, 4.0, 6.0, 8.0]" in dump("h.mlir", "--run", "h([1, 2, 3, 4])").out


@pytest.fixture(scope="module")
def kernels() -> str:
    """Neurons that approach the sum of what all of them say."""
    net = rv.Network(dt=1.0)
    net.config(method="explicit")
    neuron = rv.Neuron(parameters="tau = 1.0 : population", equations="tau*dr/dt = sum(exc) - r")
    cells = net.create(3, neuron, name="cells")
    net.connect(cells, cells, "exc", name="all").all_to_all(0.5, allow_self_connections=True)
    return str(net.compile().ir("kernels"))


def test_steps_without_a_network(dump: Command, kernels: str) -> None:
    """r + dt/tau * (3 r w - r), twice."""
    dump.write("kernels.mlir", kernels)
    given = ("--set", "cells.tau=2", "--set", "cells.r=[1, 2, 3]", "--set", "all.w=0.25")
    answer = dump("kernels.mlir", "--steps", "2", *given, "--set", "dt=0.5")
    sums = r = np.array([1.0, 2.0, 3.0])
    for _ in range(2):
        sums = np.full(3, 0.25 * r.sum())
        r = r + 0.25 * (sums - r)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"cells.tau = [2.0]\ncells.r = {r.tolist()}\nall.w = [0.25]\n"
    assert dump("kernels.mlir", "--steps", "0").out.startswith("cells.tau = [0.0]\n")


def test_variables_are_found_in_every_spelling(dump: Command) -> None:
    net = rv.Network(dt=1.0)
    net.create(1, rv.Neuron(parameters="\u03bc = 1.0", equations="r = 2*\u03bc"), name="cells")
    dump.write("kernels.mlir", str(net.compile().ir("kernels")))
    for name in ("\u00b5", "\u03bc"):  # the micro sign, and the letter that Python makes of it
        answer = dump("kernels.mlir", "--steps", "1", "--set", f"cells.{name}=3")
        assert (answer.code, answer.err) == (0, "")
        assert "cells.r = [6.0]" in answer.out


def test_steps_on_the_target_that_a_file_says(dump: Command) -> None:
    """A kernels file names its target, with block and line."""
    net = rv.Network(dt=1.0)
    net.config(method="explicit")
    net.create(40, rv.Neuron(parameters="tau = 1.0", equations="tau*dr/dt = -r"), name="cells")
    with opaque(block=32, line=16):
        dump.write("kernels.mlir", str(net.compile().ir("kernels")))
    with opaque() as devices:
        answer = dump("kernels.mlir", "--steps", "1", "--set", "cells.r=1", "--set", "cells.tau=4")
    (device,) = devices
    assert (device.target.block, device.target.line) == (32, 16)
    assert device.calls["launch"] == 1
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(f"cells.r = {[0.75] * 40}\n")


def test_recordings_of_steps(dump: Command) -> None:
    """Monitors record everything: views, spikes, values that neurons share."""
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(parameters="I = 0.0", equations="v = v + I", spike="v > 2.5", reset="v = 0")
    cells = net.create(3, neuron, name="cells")
    net.monitor(cells, ["v", "spike"], name="all")
    net.monitor(cells[1:], "v", name="some")
    dump.write("kernels.mlir", str(net.compile().ir("kernels")))
    answer = dump("kernels.mlir", "--steps", "4", "--set", "cells.I=[1, 2, 3]")
    v = [[1.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [1.0, 0.0, 0.0]]
    fired = [[0, 2], [1, 1], [1, 2], [2, 0], [2, 2], [3, 1], [3, 2]]
    assert (answer.code, answer.err) == (0, "")
    assert f"\nall.v = {v}\nall.spike = {fired}\n" in answer.out
    assert "\nsome.v = [[" in answer.out


def test_steps_of_many_possible_synapses(
    dump: Command, kernels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Synapses of the first pre neurons only, if they are many.

    All pairs would be too many; the layout must allow it.
    """
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(parameters="I = 0.0", equations="v = I", spike="v > 1", reset="v = 0")
    post = rv.Neuron(equations="v = v + g_exc\ng_exc = 0.0", spike="v > 9")
    cells, others = net.create(5, neuron), net.create(4, post, name="others")
    net.connect(cells, others, "exc").fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0))
    dump.write("sparse.mlir", str(net.compile().ir("kernels")))
    monkeypatch.setattr("ranvier.kernel_runs.PAIRS", 8)
    given = ("--set", "pop0.I=[2, 2, 2, 0, 0]", "--set", "proj0.w=1")
    answer = dump("sparse.mlir", "--steps", "2", *given)
    assert (answer.code, answer.err) == (0, "")
    assert "others.v = [2.0, 2.0, 2.0, 2.0]\n" in answer.out
    dump.write("dense.mlir", kernels)
    answer = dump("dense.mlir", "--steps", "2")
    assert answer.code == 1 and "at most 8 are made up" in answer.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--set", "cells.r="), "a number or a list, as in pop0.v=[1.5, 2.0], not 'cells.r='"),
        (("--set", "cells.r=[1, 2]"), "'cells.r' has 3 values, not 2"),
        (("--set", "cells.tau=[]"), "'cells.tau' has 1 value, not 0"),
        (("--set", f"cells.r={'9' * 400}"), "'cells.r' is of type float64, which has no number"),
        (("--set", f"cells.r={'-' * 9000}1"), "no call such as"),
        *((("--set", f"dt={dt}"), "dt is one number") for dt in ("[1]", "0", "-1", "nan", "inf")),
        (("--set", "cells.rr=1"), "no variable 'cells.rr'; did you mean 'cells.r'?"),
        (("--set", "cells.r"), "NAME=VALUE"),
        (("--set", "cells.r=x"), "an argument is a number"),
        (("--steps", "-1"), "a whole number >= 0, not -1"),
    ],
)
def test_wrong_steps(dump: Command, kernels: str, given: tuple[str, ...], message: str) -> None:
    dump.write("kernels.mlir", kernels)
    answer = dump("kernels.mlir", "--steps", "1", *given)
    assert answer.code == 1 and message in answer.err


def test_steps_of_what_is_no_program(dump: Command) -> None:
    answer = dump("module.mlir", "--steps", "1")
    assert answer.code == 1 and "the module is no program" in answer.err


def test_steps_find_a_difference(
    dump: Command, kernels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ranvier.kernel_runs.same", lambda *given: False)
    dump.write("kernels.mlir", kernels)
    answer = dump("kernels.mlir", "--steps", "1")
    assert answer.code == 1 and "'cells.r' differs" in answer.err


def test_run_finds_a_difference(dump: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranvier.codegen_llvm.call.call", lambda *given: 6.5)
    answer = dump("module.mlir", "--run", "f(1.5, 2.0)")
    assert answer.code == 1 and "differs" in answer.err
    assert "interpreter   6.0" in answer.out and "machine code  6.5" in answer.out


@pytest.mark.parametrize(
    "text", ["f", "f(", "f(x)", "f(a=1)", "f(1.0)", "nope(1)", "f([1.0], 2.0)"]
)
def test_run_of_what_is_no_call(dump: Command, text: str) -> None:
    answer = dump("module.mlir", "--run", text)
    assert (answer.code, answer.out) == (1, "")
    assert "error:" in answer.err


PASSES = '''
"""Passes of somebody else."""
from ranvier.passes.framework.core import Pass, register


@register
class CountSums(Pass):
    """Count sums, and stumble over one."""

    name = "count-sums"
    most: int = 10

    def run(self, module, ctx):
        sums = [op for op in module.walk() if op.name == "arith.addf"]
        ctx.report.did(self.name, "f", f"{len(sums)} sums")
        if len(sums) > self.most:
            raise IndexError("too many sums")
        return False
'''


def test_load(dump: Command) -> None:
    dump.write("mine.py", PASSES)
    answer = dump("module.mlir", "--load", "mine.py", "-p", "count-sums", "--explain")
    assert answer.code == 0 and "count-sums" in answer.out and "1 sums" in answer.out
    assert "count-sums{most=...}" in dump("--load", "mine.py", "--list-passes").out


def test_reproducer(dump: Command) -> None:
    dump.write("mine.py", PASSES.replace("count-sums", "sum-counter"))
    load = ("--load", "mine.py")
    with options(reproducer_dir=str(dump.folder)):
        answer = dump("module.mlir", *load, "-p", "cse,sum-counter{most=0}")
    assert answer.code == 1 and "too many sums" in answer.err
    (file,) = dump.folder.glob("reproducer-*.mlir")
    again = dump(str(file), "--run-reproducer")
    assert again.code == 1 and "too many sums" in again.err
    file.write_text(file.read_text().replace("most=0", "most=9"))
    mended = dump(str(file), "--run-reproducer")
    assert mended.code == 0 and "does not fail any more" in mended.err
    assert "func.func" in mended.out


def sums(count: int, bad: int) -> str:
    """A function of many sums and products.

    One of these is a quotient.
    """
    draw, names, lines = random.Random(5), ["%x", "%y"], []
    for i in range(count):
        name = "arith.divf" if i == bad else draw.choice(["arith.addf", "arith.mulf"])
        a, b = draw.choice(names), draw.choice(names)
        lines.append(f'  %v{i} = "{name}"({a}, {b}) : (f64, f64) -> f64')
        names.append(f"%v{i}")
    head = '"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "f"}> ({\n'
    end = f'  "func.return"({names[-1]}) : (f64) -> ()\n}}) : () -> ()\n'
    return head + "^bb0(%x: f64, %y: f64):\n" + "\n".join(lines) + "\n" + end


@pytest.mark.parametrize("bad", [0, 57, 120, 199])
def test_the_reducer_finds_the_one_operation(bad: int) -> None:
    module = parse(sums(200, bad))
    runs = 0

    def fails(smaller: object) -> bool:
        nonlocal runs
        runs += 1
        return "arith.divf" in str(smaller)

    small = reduce(module, fails)
    verify(small)
    assert fails(small) and count_operations(small) < 10
    assert runs < 100
    assert count_operations(module) == 202, "the module itself is left alone"


def test_the_reducer_takes_loops_apart(dump: Command) -> None:
    module = parse(dump("model.py").out)
    small = reduce(module, lambda smaller: '"vector.store"' in str(smaller))
    verify(small)
    assert '"vector.store"' in str(small)
    assert count_operations(small) < 15 < count_operations(module)


def test_reduce_with_a_command(dump: Command) -> None:
    dump.write("sums.mlir", sums(60, 31))
    check = dump.write("check.py", "import sys; sys.exit('divf' in open(sys.argv[1]).read())")
    answer = dump("sums.mlir", "--reduce", f"{sys.executable} {check} {{}}")
    assert answer.code == 0 and "operations became" in answer.err
    small = parse(answer.out)
    assert count_operations(small) < 6 and "arith.divf" in answer.out


def test_reduce_keeps_the_failure(dump: Command) -> None:
    """A smaller module that fails with another error is not taken."""
    dump.write("sums.mlir", sums(20, 7))
    text = (
        "import sys\ntext = open(sys.argv[1]).read()\n"
        "sys.exit('error: first' if 'divf' in text and 'mulf' in text else 'error: second')\n"
    )
    check = dump.write("check.py", text)
    answer = dump("sums.mlir", "--reduce", f"{sys.executable} {check}")
    assert "divf" in answer.out and "mulf" in answer.out


def test_what_a_failure_is_known_by(tmp_path: Path) -> None:
    one = complaint("a.mlir:3:4: error: 'arith.addf' expects 2 operands, got 1\n  code")
    other = complaint("b.mlir:17:4: error: 'arith.mulf' expects 2 operands, got 7\n")
    assert one == other != ""
