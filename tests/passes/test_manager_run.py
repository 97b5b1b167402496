"""The pass manager: order, failures, reproducers, versions and analyses."""

from __future__ import annotations

import linecache
import re
from pathlib import Path
from typing import Any

import pytest
from fakes.passes import TWO_FUNCTIONS, calling, function, registered, rename, two_functions

import ranvier as rv
from ranvier.ir.diagnostics import ModelError, error
from ranvier.ir.dialects import arith
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.location import file_loc
from ranvier.ir.rewriter import Rewriter
from ranvier.passes.framework.analyses import Loops, MemoryEffects
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassFailed, PassManager
from ranvier.passes.framework.pipeline import OnFunctions, Pipeline
from ranvier.passes.framework.report import symbol_of
from ranvier.passes.framework.settings import Options
from ranvier.passes.instrumentation import Instrumentation
from ranvier.passes.instrumentation.reproducer import Reproducer, read_reproducer
from ranvier.passes.instrumentation.verify_each import VerifyEach


@pytest.fixture(autouse=True)
def no_source_lines() -> None:
    """Messages show no line of a ``model.py`` that another test wrote."""
    linecache.cache.pop("model.py", None)


def recorder(log: list[tuple[str, str]], name: str, scope: str = "function") -> Any:
    """A pass that writes down where it runs."""
    return calling(name, lambda op, ctx: log.append((name, symbol_of(op))), scope)()


class Log(Instrumentation):
    """Writes down every hook."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, ...]] = []

    def before_pipeline(self, pipeline: Any, module: Any) -> None:
        self.seen.append(("before pipeline", str(pipeline)))

    def before_pass(self, item: Any, op: Any) -> None:
        self.seen.append(("before", item.name, symbol_of(op)))

    def after_pass(self, item: Any, op: Any, changed: bool) -> None:
        self.seen.append(("after", item.name, str(changed)))

    def pass_failed(self, item: Any, op: Any, error: Exception) -> None:
        self.seen.append(("failed", item.name, type(error).__name__))

    def after_pipeline(self, module: Any) -> None:
        self.seen.append(("after pipeline",))

    def analysis_computed(self, name: str, op: Any) -> None:
        self.seen.append(("computed", name, symbol_of(op)))


# ------------------------------------------------------------------ order


def test_neighbouring_passes_go_function_by_function() -> None:
    log: list[tuple[str, str]] = []
    a, b, c = recorder(log, "a"), recorder(log, "b"), recorder(log, "c")
    everywhere = recorder(log, "everywhere", "module")
    PassManager([a, b, everywhere, c], Context()).run(two_functions())
    assert log == [
        *[("a", "one"), ("b", "one"), ("a", "two"), ("b", "two")],
        ("everywhere", "the module"),
        *[("c", "one"), ("c", "two")],
    ]


def test_groups_on_functions_are_not_joined() -> None:
    log: list[tuple[str, str]] = []
    a, b = recorder(log, "a"), recorder(log, "b")
    pipeline = Pipeline((OnFunctions((a,)), OnFunctions((b,)), b))
    PassManager(pipeline, Context()).run(two_functions())
    assert [name for name, _ in log] == ["a", "a", "b", "b", "b", "b"]


def test_functions_are_not_populations() -> None:
    """Passes on functions visit populations and projections too; ``func(...)`` does not."""
    log: list[tuple[str, str]] = []
    net = rv.Network()
    net.create(2, rv.Neuron(equations="r = 1.0"), name="cells")
    with registered(calling("seen", lambda op, ctx: log.append(("seen", symbol_of(op))))):
        net.compile(pipeline="seen,@equations,@sparsity,@kernels,@cpu,func(seen)")
    names = [name for _, name in log]
    assert names[0] == "cells"
    assert names[1:] == ["cells_update", "step_range"]


def test_hooks_in_order() -> None:
    log = Log()
    changes = calling("changes", rename)()
    PassManager([changes], Context(instrumentations=[log])).run(two_functions())
    assert log.seen == [
        ("before pipeline", "changes"),
        *[("before", "changes", "one"), ("after", "changes", "True")],
        *[("before", "changes", "two"), ("after", "changes", "True")],
        ("after pipeline",),
    ]


def test_the_manager_says_whether_something_changed() -> None:
    assert PassManager("dce", Context()).run(two_functions())
    clean = two_functions()
    PassManager("dce", Context()).run(clean)
    assert not PassManager("dce", Context()).run(clean)


# ------------------------------------------------------------------ failures


def fails_in_two(op: Any, ctx: Any) -> None:
    if symbol_of(op) == "two":
        op = op.body.block.ops[0]
        raise IndexError("list index out of range")


def test_an_exception_becomes_a_pass_failure(tmp_path: Path) -> None:
    context = Context(Options(reproducer_dir=str(tmp_path)))
    context.instrumentations = [Reproducer(context)]
    with registered(broken := calling("broken", fails_in_two)):
        with pytest.raises(PassFailed) as caught:
            PassManager("cse,broken,dce", context).run(two_functions())
        failure = caught.value
        assert isinstance(failure.__cause__, IndexError)
        assert failure.item == broken()
        first, *notes = str(failure).splitlines()
        assert first == (
            "model.py:7:5: error: the pass 'broken' failed: IndexError: list index out of range"
        )
        assert notes[0].startswith("note: while running 'broken' on 'arith.subf' in @two")
        assert notes[1] == f"note: ir-dump {failure.reproducer} --run-reproducer shows it again"
        text = Path(failure.reproducer or "").read_text()
        assert text.startswith("// Reproducer of Ranvier: the pass 'broken' failed on @two.\n")
        assert "\n// pipeline: broken,dce\n" in text

        again = read_reproducer(failure.reproducer or "")
        assert str(again.pipeline) == "broken,dce"
        with pytest.raises(PassFailed, match="list index out of range"):
            again.run()


def test_the_reproducer_holds_the_ir_before_the_pass(tmp_path: Path) -> None:
    """The reproducer holds the IR before the pass.

    In a group on functions: what came before on this function is done.
    """
    context = Context(Options(reproducer_dir=str(tmp_path)))
    context.instrumentations = [Reproducer(context)]

    def fails(op: Any, ctx: Any) -> None:
        rename(op, ctx)
        raise RuntimeError("here")

    with registered(calling("broken", fails)):
        with pytest.raises(PassFailed) as caught:
            PassManager("dce,broken,cse", context).run(two_functions())
        found = read_reproducer(caught.value.reproducer or "")
    text = str(function(found.module, "one"))
    assert "%unused" not in text, "dce ran before"
    assert "%renamed" not in text, "what the failing pass did is not in it"
    assert str(found.pipeline) == "broken,cse"


def test_a_pass_that_cannot_be_repeated(tmp_path: Path) -> None:
    """The reproducer falls back on the module that came in.

    It then has the whole pipeline.
    """
    context = Context(Options(reproducer_dir=str(tmp_path)))
    context.instrumentations = [Reproducer(context)]
    runs: list[int] = []

    def once(op: Any, ctx: Any) -> None:
        runs.append(1)
        assert len(runs) <= 2, "a third run"

    with registered(calling("once", once), calling("broken", fails_in_two)):
        with pytest.raises(PassFailed) as caught:
            PassManager("once,broken", context).run(two_functions())
        found = read_reproducer(caught.value.reproducer or "")
    assert str(found.pipeline) == "once,broken"
    assert "%unused" in str(found.module)


def test_what_is_no_reproducer(tmp_path: Path) -> None:
    plain = tmp_path / "plain.mlir"
    plain.write_text(TWO_FUNCTIONS)
    with pytest.raises(ModelError, match="is no reproducer"):
        read_reproducer(plain)


def test_invalid_ir_is_a_failure_of_the_pass(tmp_path: Path) -> None:
    context = Context(Options(verify=1, reproducer_dir=str(tmp_path)))
    context.instrumentations = [VerifyEach(context), Reproducer(context)]

    def breaks(op: Any, ctx: Any) -> bool:
        op.body.block.ops[0].operands.pop()
        return True

    with registered(calling("breaks", breaks)):
        with pytest.raises(PassFailed, match=r"the pass 'breaks' failed: 'arith\.mulf'") as caught:
            PassManager("breaks", context).run(two_functions())
        again = read_reproducer(caught.value.reproducer or "")
        assert again.verify == 1
        with pytest.raises(PassFailed, match=r"'arith\.mulf'"):
            again.run()


def test_levels_are_checked() -> None:
    """Levels named by ``requires`` and ``ensures`` are checked.

    Only verifying checks what a pass ensures.
    """
    wants = calling("wants", lambda op, ctx: False, "module", requires="net")
    lies = calling("lies", lambda op, ctx: False, "module", ensures="eq")
    with pytest.raises(ModelError, match="'wants' requires the level 'net'"):
        PassManager([wants()], Context()).run(two_functions())
    PassManager([lies()], Context()).run(two_functions())
    context = Context(Options(verify=1))
    context.instrumentations = [VerifyEach(context)]
    with pytest.raises(PassFailed, match=re.escape("ensures the level 'eq'")):
        PassManager([lies()], context).run(two_functions())


def test_a_mistake_of_the_user_passes_through(tmp_path: Path) -> None:
    """A user's mistake gets a note on the pass.

    It makes no reproducer.
    """
    log = Log()
    context = Context(Options(reproducer_dir=str(tmp_path)))
    context.instrumentations = [Reproducer(context), log]

    def complains(op: Any, ctx: Any) -> None:
        raise ModelError(error("tau is zero", file_loc("model.py", 3, 7)).note("in 'LIF'"))

    with pytest.raises(ModelError) as caught:
        PassManager([calling("complains", complains)()], context).run(two_functions())
    assert str(caught.value).splitlines() == [
        "model.py:3:7: error: tau is zero",
        "note: in 'LIF'",
        "note: while running pass 'complains'",
    ]
    assert log.seen[-1] == ("failed", "complains", "ModelError")
    assert list(tmp_path.iterdir()) == []


def test_collected_errors_are_raised_together() -> None:
    def collects(op: Any, ctx: Any) -> None:
        ctx.diagnostics.error("one thing")
        ctx.diagnostics.error("another thing")

    with pytest.raises(ModelError) as caught:
        PassManager([calling("collects", collects, "module")()], Context()).run(two_functions())
    assert len(caught.value.diagnostics) == 2


def test_interruption_is_no_failure() -> None:
    def interrupted(op: Any, ctx: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PassManager([calling("interrupted", interrupted)()], Context()).run(two_functions())


# ------------------------------------------------------------------ versions and analyses


def test_rewriters_count_changes() -> None:
    module = two_functions()
    one, two = function(module, "one"), function(module, "two")
    before = module.version, one.version, two.version
    rw = Rewriter()
    rw.erase(one.body.block.ops[0])
    assert one.version > before[1]
    assert module.version > before[0]
    assert two.version == before[2]


def test_passes_without_a_rewriter_count_too() -> None:
    module = two_functions()
    one = function(module, "one")
    before = module.version, one.version
    PassManager([calling("changes", rename)()], Context()).run(module)
    assert one.version > before[1]
    assert module.version > before[0]


def test_analyses_are_kept_until_something_changes() -> None:
    log = Log()
    context = Context(instrumentations=[log])
    seen: list[Any] = []
    look = calling("look", lambda op, ctx: seen.append(ctx.analyses.get(Loops, op)))()
    PassManager([look, look, "dce", look, look], context).run(two_functions())
    one, two = seen[:4], seen[4:]
    assert one[0] is one[1] is not one[2], "dce removed something from @one"
    assert one[2] is one[3]
    assert two[0] is two[1] is two[2] is two[3], "and nothing from @two"
    computed = [each[2] for each in log.seen if each[0] == "computed"]
    assert computed == ["one", "one", "two"]


def test_analyses_notice_changes_inside_a_pass() -> None:
    context = Context()
    one = function(two_functions(), "one")
    first = context.analyses.get(MemoryEffects, one)
    assert context.analyses.get(MemoryEffects, one) is first
    Rewriter().erase(one.body.block.ops[0])
    assert context.analyses.get(MemoryEffects, one) is not first


def test_analyses_are_forgotten_with_the_pipeline() -> None:
    context = Context()
    PassManager(
        [calling("look", lambda op, ctx: ctx.analyses.get(Loops, op) and None)()], context
    ).run(two_functions())
    assert context.analyses._known == {}


def test_modules_stay_out_of_the_cache_key_of_functions() -> None:
    """A change of one function leaves the analyses of the other."""
    module: Module = two_functions()
    context = Context()
    two = context.analyses.get(Loops, function(module, "two"))
    rw = Rewriter()
    add = function(module, "one").body.block.ops[1]
    rw.replace(add, arith.MulF(*add.operands))
    assert context.analyses.get(Loops, function(module, "two")) is two
