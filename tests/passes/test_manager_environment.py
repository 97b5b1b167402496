"""Environment variables and ``ranvier.options``: what they switch on, and their documentation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import ranvier as rv
from house.files import python_files, read
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.settings import (
    AROUND,
    Options,
    changed_options,
    current_options,
    environment_options,
    options_from,
    table,
    variable,
)

PAGE = Path("docs/environment.md")


def test_nothing_is_on_by_default() -> None:
    assert options_from({}) == Options()


def test_every_variable_reaches_its_option() -> None:
    """A value of the right kind for each, all at once."""
    given = {
        "RANVIER_PRINT_IR_BEFORE": "all",
        "RANVIER_PRINT_IR_AFTER": "cse, licm",
        "RANVIER_PRINT_IR_AFTER_CHANGE": "1",
        "RANVIER_PRINT_IR_FILTER": "pop0_update",
        "RANVIER_DIFF": "true",
        "RANVIER_DUMP_DIR": "/tmp/dump here",
        "RANVIER_TIME": "1",
        "RANVIER_STATS": "1",
        "RANVIER_VERIFY": "2",
        "RANVIER_TRACE_REWRITES": "1",
        "RANVIER_REPRODUCER_DIR": "failures",
        "RANVIER_OPT": "0",
        "RANVIER_CHECK": "bounds",
        "RANVIER_CACHE": "0",
        "RANVIER_CACHE_DIR": "compiled",
        "RANVIER_CACHE_SIZE": "16",
        "RANVIER_EXACT_THREADS": "1",
        "RANVIER_TARGET": "toy",
        "RANVIER_GPU_ARCH": "sm_90",
        "RANVIER_GPU_ATOMICS": "fast",
        "RANVIER_GPU_DRIVER": "pycuda",
    }
    assert set(given) == {variable(field.name) for field in attrs.fields(Options)}
    assert options_from(given) == Options(
        print_ir_before=("all",),
        print_ir_after=("cse", "licm"),
        print_ir_after_change=True,
        print_ir_filter=("pop0_update",),
        diff=True,
        dump_dir="/tmp/dump here",
        time=True,
        stats=True,
        verify=2,
        trace_rewrites=True,
        reproducer_dir="failures",
        opt=0,
        check="bounds",
        cache=False,
        cache_dir="compiled",
        cache_size=16,
        target="toy",
        gpu_arch="sm_90",
        gpu_atomics="fast",
        gpu_driver="pycuda",
        exact_threads=True,
    )


def test_a_variable_that_nobody_reads_is_told_of() -> None:
    wrong = "RANVIER_" + "DUMPDIR"
    given = {wrong: "x", "RANVIER_PEERS": "python", "RANVIER_TIME": "", "PATH": ""}
    with pytest.warns(UserWarning) as told:
        assert options_from(given) == Options()
    text = f"the environment variable {wrong} has no effect; did you mean 'RANVIER_DUMP_DIR'?"
    assert [str(each.message) for each in told] == [text]


def test_the_page_and_the_settings_know_the_same_variables_of_tests_and_benchmarks() -> None:
    rest = read(PAGE).replace(table(), "")
    named = set(re.findall(r"^\| `RANVIER_([A-Z_]+)`", rest, re.MULTILINE))
    assert named == set(AROUND)


def test_empty_variables_count_as_unset() -> None:
    assert options_from({"RANVIER_VERIFY": "", "RANVIER_TIME": ""}) == Options()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("RANVIER_VERIFY", "3", "RANVIER_VERIFY expects 0, 1 or 2, got '3'"),
        ("RANVIER_TIME", "maybe", "RANVIER_TIME expects true or false, got 'maybe'"),
        ("RANVIER_OPT", "fast", "RANVIER_OPT expects 0 or 1, got 'fast'"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str, complaint: str) -> None:
    with pytest.raises(rv.ModelError, match=re.escape(complaint)):
        options_from({name: value})


def test_with_changes_and_restores() -> None:
    before = current_options()
    with rv.options(print_ir_after="all", verify=1) as outer:
        assert outer.print_ir_after == ("all",)
        with rv.options(verify=0):
            assert current_options() == attrs.evolve(outer, verify=0)
        assert current_options() is outer
    assert current_options() == before


def test_with_restores_after_an_error() -> None:
    before = current_options()
    with pytest.raises(ZeroDivisionError), rv.options(time=True):
        raise ZeroDivisionError
    assert current_options() == before


def test_with_takes_lists_and_text() -> None:
    as_list = changed_options(Options(), {"print_ir_after": ["cse", "licm"]})
    as_text = changed_options(Options(), {"print_ir_after": "cse,licm"})
    assert as_list == as_text


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"print_after": "all"}, "no option 'print_after'; did you mean 'print_ir_after'"),
        ({"verify": 7}, "'verify' expects 0, 1 or 2, got '7'"),
        ({"opt": True}, "'opt' expects 0 or 1, got 'True'"),
        ({"check": True}, "'check' expects none or bounds, got 'True'; write check='bounds'"),
        ({"check": False}, "'check' expects none or bounds, got 'False'; write check='none'"),
        ({"check": 1}, "'check' expects none or bounds, got '1'; write check='bounds'"),
        ({"check": ["bounds"]}, "expects none or bounds, got ['bounds']; write check='bounds'"),
        ({"check": ()}, "expects none or bounds, got (); write check='bounds'"),
        ({"check": "bound"}, "got 'bound'; did you mean 'bounds'"),
        ({"check": "all"}, "note: bounds: kernels test every index"),
    ],
)
def test_with_refuses(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(rv.ModelError, match=re.escape(complaint)), rv.options(**changes):
        pass


def test_a_pass_that_does_not_exist() -> None:
    """The error comes before anything is compiled.

    Otherwise it would silently never be printed.
    """
    with (
        rv.options(print_ir_after="fuse-lops"),
        pytest.raises(rv.ModelError, match="did you mean 'fuse-loops'"),
    ):
        Context.from_environment()


def test_the_environment_is_read_whenever_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later networks read the environment as it is then.

    They are compiled after others.
    """
    assert environment_options() is environment_options()
    net = rv.Network()
    net.create(3, rv.Neuron(equations="r = 1"))
    net.compile()
    monkeypatch.setenv("RANVIER_TARGET", "cpi")
    assert environment_options().target == "cpi"
    other = rv.Network()
    other.create(3, rv.Neuron(equations="r = 1"))
    with pytest.raises(rv.ModelError, match="unknown target 'cpi'; did you mean 'cpu'"):
        other.compile()
    monkeypatch.undo()
    assert environment_options().target == "cpu"


SCRIPT = """
import ranvier as rv
net = rv.Network()
net.create(3, rv.Neuron(equations="tau*dr/dt = -r", parameters="tau = 10.0"))
net.compile()
"""


def test_variables_work_in_a_process(tmp_path: Path) -> None:
    """The whole way: a user's script, no change to it."""
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={
            **os.environ,
            "RANVIER_TIME": "1",
            "RANVIER_PRINT_IR_AFTER": "map-to-threads",
            "RANVIER_PRINT_IR_FILTER": "pop0_update",
            "RANVIER_DUMP_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    assert "----- time -----" in answer.stderr
    assert "func.func @pop0_update(" in answer.stderr
    assert "@step_range(" not in answer.stderr
    assert {"90.ll", "91.opt.ll", "92.s"} < {path.name for path in tmp_path.iterdir()}


def test_the_page_holds_the_table() -> None:
    """``docs/environment.md`` is made of the declarations.

    When this fails, paste the table again.
    """
    assert table() in read(PAGE), table()


def test_the_page_names_every_variable() -> None:
    """Variables of the examples, benchmarks and tests too."""
    page = read(PAGE)
    used = {name for file in python_files() for name in re.findall(r"RANVIER_[A-Z_]+", read(file))}
    missing = {name for name in used if f"`{name}`" not in page and not name.endswith("_")}
    assert missing == set()
