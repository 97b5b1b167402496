"""Prints and files of instrumentations."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from fakes.passes import calling, function, registered, two_functions

import ranvier as rv
from ranvier.ir.attributes import Attribute
from ranvier.ir.dialects import arith
from ranvier.ir.rewriter import Rewriter
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassFailed, PassManager
from ranvier.passes.instrumentation import Instrumentation, hooks
from ranvier.passes.instrumentation.diff import unified
from ranvier.passes.instrumentation.timing import Timing

Capture = pytest.CaptureFixture[str]

DEAD = '    %unused = "arith.mulf"(%x, %x) : (f64, f64) -> f64'


@pytest.fixture(autouse=True)
def reproducers_go_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reproducers of passes that fail here stay with the test.

    They fail on purpose.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def run(pipeline: str, module: Any = None, **options: object) -> Context:
    """Run a pipeline with options switched on."""
    with rv.options(**options):
        context = Context.from_environment()
    PassManager(pipeline, context).run(module or two_functions())
    return context


def headlines(text: str) -> list[str]:
    """The lines that say what follows."""
    return [line.removeprefix("// ----- ") for line in text.splitlines() if "// -----" in line]


def test_nothing_looks_on_by_default(capsys: Capture) -> None:
    context = run("cse,dce")
    assert [type(each).__name__ for each in context.instrumentations] == ["Reproducer"]
    assert hooks(context.instrumentations, "before_pass") == []
    assert hooks(context.instrumentations, "after_pass") == []
    assert capsys.readouterr() == ("", "")


def test_hooks_that_are_not_overridden_are_not_called() -> None:
    class OnlyAfter(Instrumentation):
        def after_pass(self, item: Any, op: Any, changed: bool) -> None:
            pass

    looking: list[Instrumentation] = [OnlyAfter(), Instrumentation()]
    assert len(hooks(looking, "after_pass")) == 1
    assert hooks(looking, "before_pass") == []


# ------------------------------------------------------------------ printing


def test_print_before_and_after(capsys: Capture) -> None:
    run("cse,dce", print_ir_before="dce", print_ir_after="all")
    out, err = capsys.readouterr()
    assert out == "", "the output of tools is IR only"
    assert headlines(err) == [
        *["after (no change) cse @one", "before dce @one", "after dce @one"],
        *["after (no change) cse @two", "before dce @two", "after (no change) dce @two"],
    ]
    assert err.count("%unused") == 2


def test_print_only_some_functions(capsys: Capture) -> None:
    """A pass on the module prints only them, too."""
    with registered(calling("whole", lambda op, ctx: True, "module")):
        run("cse,whole", print_ir_after="all", print_ir_filter="two")
    err = capsys.readouterr().err
    assert headlines(err) == ["after (no change) cse @two", "after whole"]
    assert "@one(" not in err
    assert err.count("func.func @two(") == 2


def test_print_after_change(capsys: Capture) -> None:
    run("cse,dce", print_ir_after_change=True)
    err = capsys.readouterr().err
    assert headlines(err) == ["after dce @one"]
    assert "%unused" not in err


def test_changes_are_seen_not_believed(capsys: Capture) -> None:
    """Unchanged IR is not printed, whatever the pass says.

    It says that it changed something and did not.
    """
    with registered(calling("boaster", lambda op, ctx: True)):
        run("boaster", print_ir_after_change=True, diff=True)
    assert capsys.readouterr().err == ""


def test_what_a_failing_pass_left_is_printed(capsys: Capture) -> None:
    def fails(op: Any, ctx: Any) -> None:
        Rewriter().erase(op.body.block.ops[0])
        raise RuntimeError

    with registered(calling("fails", fails)), pytest.raises(PassFailed):
        run("fails", print_ir_after="fails")
    err = capsys.readouterr().err
    assert headlines(err) == ["failed in fails @one"]
    assert "%unused" not in err


def test_options_of_passes_are_in_headlines(capsys: Capture) -> None:
    run("vectorize{bytes=32}", print_ir_after="vectorize", print_ir_filter="one")
    assert headlines(capsys.readouterr().err) == ["after (no change) vectorize{bytes=32} @one"]


# ------------------------------------------------------------------ differences


def test_diff(capsys: Capture) -> None:
    run("cse,dce", diff=True)
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "// ----- dce @one"
    assert err[1].startswith("@@ ")
    changed = [line for line in err[2:] if line.startswith(("+", "-"))]
    assert changed == ["-  %unused = arith.mulf %x, %x : f64"]


def test_unified_has_no_file_names() -> None:
    assert unified("a\nb\nc", "a\nB\nc").splitlines() == ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]
    assert unified("a", "a") == ""


# ------------------------------------------------------------------ files


def test_dump_directory(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    context = run("cse,dce", dump_dir=folder)
    context.produced("90.ll", lambda: "; LLVM")
    files = {path.name: path.read_text() for path in folder.iterdir()}
    assert sorted(files) == ["00.mlir", "01-dce.one.mlir", "90.ll"]
    assert "%unused" in files["00.mlir"] and 'loc("model.py":3:5)' in files["00.mlir"]
    assert "%unused" not in files["01-dce.one.mlir"]
    assert files["90.ll"] == "; LLVM\n"


def test_a_folder_that_cannot_be_made_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(rv.ModelError, match=r"RANVIER_DUMP_DIR.*cannot make the folder"):
        run("cse", dump_dir=tmp_path / "file" / "below")
    with pytest.raises(rv.ModelError, match=r"RANVIER_DUMP_DIR.*cannot make the folder"):
        run("cse", dump_dir="no\0name")


def test_an_unknown_pass_is_reported_with_the_variable_that_names_it() -> None:
    with pytest.raises(rv.ModelError, match=r"RANVIER_PRINT_IR_AFTER\): unknown pass 'foo'"):
        run("cse", print_ir_after=("foo",))


def test_file_names_are_harmless(tmp_path: Path) -> None:
    module = two_functions()
    function(module, "one").props["sym_name"] = type(function(module, "one").props["sym_name"])(
        "../one of/two"
    )
    run("dce", module, dump_dir=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["00.mlir", "01-dce..._one_of_two.mlir"]


# ------------------------------------------------------------------ time and statistics


def test_timing_tree(capsys: Capture) -> None:
    run("licm,cse", time=True)
    out, err = capsys.readouterr()
    assert out == ""
    head, *lines = err.splitlines()
    assert head == "----- time -----"
    assert all(re.match(r" +\d+\.\d{3} ms +\d+\.\d%  | {22}", line) for line in lines)
    names = [line[22:] for line in lines]
    assert names == ["pipeline", "  licm (x 2)", "    (Walks) (x 2)", "  cse (x 2)"]
    assert " 100.0%" in lines[0]


def test_timing_prints_once_for_nested_stages(capsys: Capture) -> None:
    context = Context()
    context.instrumentations = [Timing(context)]
    with context.stage("compile"):
        with context.stage("passes"):
            PassManager("cse", context).run(two_functions())
        with context.stage("llvm"):
            pass
    lines = capsys.readouterr().err.splitlines()
    names = [line[22:] for line in lines[1:]]
    assert names == ["compile", "  passes", "    pipeline", "      cse (x 2)", "  llvm"]
    assert set(context.seconds) == {"compile", "passes", "llvm"}


def test_timing_after_a_failure(capsys: Capture) -> None:
    """The tree starts anew."""

    def fails(op: Any, ctx: Any) -> None:
        raise RuntimeError

    context = Context()
    context.instrumentations = [Timing(context)]
    with pytest.raises(PassFailed), context.stage("compile"):
        PassManager([calling("fails", fails)()], context).run(two_functions())
    PassManager("cse", context).run(two_functions())
    names = [line[22:] for line in capsys.readouterr().err.splitlines()[1:]]
    assert names == ["pipeline", "  cse (x 2)"]


def test_statistics(capsys: Capture) -> None:
    run("dce,canonicalize", stats=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == ["----- statistics -----", "dce", f"  {'@one':<28} 1 dce"]
    rules = next(i for i, line in enumerate(lines) if line.startswith("canonicalize: rules"))
    assert lines[rules].split()[2:5] == ["tried", "matched", "time"]
    assert all(re.match(r"  \w+ +\d+ +\d+ +\d+\.\d\d ms", line) for line in lines[rules + 1 :])


def test_rules_are_counted_only_while_somebody_looks() -> None:
    assert run("canonicalize").rules is None
    assert run("canonicalize", stats=True).rules == {}, "printed, and started anew"


# ------------------------------------------------------------------ checking


def test_verify_each_and_round_trip(capsys: Capture) -> None:
    run("cse,dce,canonicalize", verify=2)
    assert capsys.readouterr().err == ""


def test_round_trip_sees_what_the_text_does_not_say() -> None:
    """An attribute that prints as another one."""

    def loses(op: Any, ctx: Any) -> bool:
        op.attributes["mark"] = _Disguised()
        return True

    with (
        registered(calling("loses", loses)),
        pytest.raises(PassFailed, match="the text of the IR does not say all of it"),
    ):
        run("loses", verify=2)


class _Disguised(Attribute):
    """Looks like a string attribute."""

    def __str__(self) -> str:
        return '"text"'


# ------------------------------------------------------------------ rewrites


def constants() -> Any:
    """A function in which a rule applies."""
    module = two_functions()
    one = function(module, "one")
    add = one.body.block.ops[1]
    rw = Rewriter()
    value = rw.insert_before(add, arith.constant(1.0, add.operands[0].type))
    rw.replace(add, arith.MulF(add.operands[0], value))
    return module


def test_rewrite_trace(capsys: Capture) -> None:
    run("canonicalize", constants(), trace_rewrites=True)
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "// ----- rewrites of canonicalize @one"
    rule = next(line for line in err if "[model.py:4]" in line)
    assert re.match(r"\w+  passes/[\w/]+\.py:\d+  \[model.py:4\]", rule)
    assert any(line.startswith("  - %") and "arith.mulf" in line for line in err)


def test_rewrite_trace_of_some_functions(capsys: Capture) -> None:
    run("canonicalize", constants(), trace_rewrites=True, print_ir_filter="two")
    assert capsys.readouterr().err == ""
