"""``ir-dump`` on model scripts: up to ``compile()`` and no further."""

from __future__ import annotations

import os
import sys

import ranvier as rv
from ranvier.frontend.execution import compiler
from tools.kit import MODEL, Command

TWO = """\
import ranvier as rv

for tau in (10.0, 20.0):
    net = rv.Network(dt=1.0, seed=1)
    cells = net.create(3 if tau < 15 else 7, rv.Neuron(
        parameters=f"tau = {tau}", equations="tau*dr/dt + r = 1.0"))
    net.compile()
    net.simulate(10.0)
    print("r is", cells.r[0])
"""


def test_a_script_stops_at_simulate(dump: Command) -> None:
    answer = dump("model.py", "--stage", "net")
    assert answer.code == 0
    assert "before simulate" in answer.err and "after simulate" not in answer.err
    assert "before simulate" not in answer.out


def test_functions_over_the_default_network(dump: Command) -> None:
    answer = dump("old.py", "--stage", "net")
    assert (answer.code, answer.err) == (0, "")
    assert "size 4" in answer.out
    assert dump("old.py", "--stage", "net").out == answer.out


def test_simulate_when_asked(dump: Command) -> None:
    answer = dump("model.py", "--stage", "net", "--simulate")
    assert answer.code == 0 and "after simulate" in answer.err
    assert "func.func" not in answer.out


def test_several_networks(dump: Command) -> None:
    dump.write("two.py", TWO)
    first = dump("two.py", "--stage", "net")
    assert "size 3" in first.out and "size 7" not in first.out
    second = dump("two.py", "--stage", "net", "--network", "2")
    assert "size 7" in second.out and "size 3" not in second.out
    both = dump("two.py", "--stage", "net", "--network", "all")
    assert both.out.count("// ----- two.py, network") == 2
    really = dump("two.py", "--stage", "net", "--simulate")
    assert really.out == both.out and "r is 0.65" in really.err
    third = dump("two.py", "--network", "3")
    assert third.code == 1 and "compiles 2 networks" in third.err


def test_networks_before_simulate_are_all_shown(dump: Command) -> None:
    dump.write("both.py", TWO.replace("    net.simulate(10.0)\n", ""))
    assert dump("both.py", "--stage", "net").out.count("// -----") == 2


def test_attributes_have_their_initial_values(dump: Command) -> None:
    text = MODEL.replace('print("before simulate")', 'print("v", cells.v[:2], cells.spikes)')
    dump.write("reads.py", text.replace(", cells.spikes", ""))
    answer = dump("reads.py", "--stage", "net")
    assert answer.code == 0 and "v [0. 0.]" in answer.err


def test_arguments_of_the_script(dump: Command) -> None:
    dump.write("words.py", "import sys\nprint(sys.argv)\n" + MODEL)
    argv = list(sys.argv)
    answer = dump("words.py", "--stage", "net", "--", "-j2", "--fast")
    assert "['words.py', '-j2', '--fast']" in answer.err
    assert sys.argv == argv


def test_what_the_script_asks_for(dump: Command) -> None:
    dump.write("plain.py", MODEL.replace("net.compile()", "net.compile(opt=0)"))
    assert "vector." not in dump("plain.py").out
    assert "vector." in dump("plain.py", "--opt", "1").out


def test_tests_of_indices_where_they_are_asked_for(dump: Command) -> None:
    asked = 'check="bounds"'
    for options in (asked, f"{asked}, opt=0", f'{asked}, pipeline="@lowering"'):
        dump.write("checked.py", MODEL.replace("net.compile()", f"net.compile({options})"))
        assert "@ranvier_out_of_bounds" in dump("checked.py").out
    assert "@ranvier_out_of_bounds" not in dump("model.py").out
    with rv.options(check="bounds"):
        assert "@ranvier_out_of_bounds" in dump("model.py").out


def test_errors_of_the_model(dump: Command) -> None:
    dump.write("wrong.py", MODEL.replace("(El - v)", "(Elo - v)"))
    answer = dump("wrong.py")
    assert (answer.code, answer.out) == (1, "")
    assert "wrong.py:7:" in answer.err and "did you mean 'El'?" in answer.err
    assert "Traceback" not in answer.err


def test_errors_of_the_script(dump: Command) -> None:
    dump.write("fails.py", "def f():\n    return 1 / 0\n\nf()\n")
    answer = dump("fails.py")
    assert (answer.code, answer.out) == (1, "")
    assert "ZeroDivisionError" in answer.err and 'File "fails.py", line 2' in answer.err
    assert "runpy" not in answer.err


def test_scripts_that_end_early(dump: Command) -> None:
    dump.write("nothing.py", "import ranvier\n")
    assert "without a call of compile()" in dump("nothing.py").err
    dump.write("leaves.py", MODEL.replace('print("before simulate")', "raise SystemExit(3)"))
    answer = dump("leaves.py", "--stage", "net")
    assert answer.code == 0 and "exit code 3" in answer.err
    dump.write("later.py", TWO + "raise ValueError('no data')\n")
    answer = dump("later.py", "--stage", "net", "--network", "all")
    assert answer.code == 0 and "ended early" in answer.err


def test_nothing_is_left_behind(dump: Command) -> None:
    compile_network, paths = compiler(), list(sys.path)
    backend = os.environ.get("MPLBACKEND")
    dump("model.py", "--stage", "net")
    assert compiler() is compile_network
    assert sys.path == paths and os.environ.get("MPLBACKEND") == backend
