"""Running one case: parse, pipeline, diagnostics, CHECK lines, whole outputs, calls."""

from __future__ import annotations

from attrs import define, field

from ranvier.ir.core import Op
from ranvier.ir.diagnostics import Diagnostic, RanvierError
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import InterpreterError
from ranvier.ir.location import Loc, spot
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_custom, print_op
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.report import Remark

from . import checks
from .case import Case, DirectiveError, Run
from .execute import (
    CallError,
    Check,
    Execution,
    check_interpreter,
    check_native,
    has_function,
    parse_execution,
)
from .expectations import Found, complaints, expectations_of

NATIVE = "expand-rng,lower-syn"
"""Passes that native code needs and the interpreter does not.

They run on a copy before a native call.
"""


class FileTestError(Exception):
    """A file test failed; the text is the whole message."""


@define
class Result:
    """The result of a run of a pipeline.

    The module, unless something went wrong, and all that was said.
    """

    module: Op | None = None
    problem: RanvierError | None = None
    found: list[Found] = field(factory=list)


def run_case(case: Case) -> None:
    """Run all pipelines of a case.

    :class:`FileTestError` says what is not as the file says.
    """
    calls = _calls(case)
    called: set[str] = set()
    for run in case.runs:
        result = _pipeline(case, run)
        problems = complaints(expectations_of(case.text), result.found)
        if problems or result.module is None:
            _raise(case, run, result, problems)
            continue
        form = print_op if run.generic else print_custom
        output = form(result.module, locations=run.locations)
        here = {head: call for head, call in calls.items() if has_function(result.module, call)}
        called |= here.keys()
        problems = _compared(case, run, output) + _called(case, here, result.module)
        _raise(case, run, result, problems, output)
    never = [f"{head}no run has this function" for head in calls if head not in called]
    if never and not expectations_of(case.text):
        raise FileTestError("\n".join([f"{case.path}:{case.line}:", *never]))


def read(case: Case) -> Module:
    """The module of a case.

    The operations of the files that it uses stand in front.
    """
    module = parse(case.text, str(case.path))
    given = [parse(use.text, str(use.path)) for use in case.uses]
    ops = [op for each in given for op in each.ops] + module.ops
    if not given:
        return module
    whole = Module()
    for op in ops:
        whole.body.block.append(op)
    return whole


def _raise(
    case: Case, run: Run, result: Result, problems: list[str], output: str | None = None
) -> None:
    if not problems:
        return
    parts = [f"{case.path}:{case.line}: RUN: {run.pipeline}", *problems]
    if result.problem is not None:
        parts.append(f"the whole message:\n{result.problem}")
    if output is not None:
        parts.append(f"the output:\n{output}")
    raise FileTestError("\n\n".join(parts)) from result.problem


def _pipeline(case: Case, run: Run) -> Result:
    """Parse, verify, run the passes; verify, print and parse after each."""
    context = Context.from_environment(verify=2)
    result = Result()
    try:
        module = read(case)
        verify(module)
        if run.pipeline:
            PassManager(run.pipeline, context).run(module)
        result.module = module
    except RanvierError as problem:
        diagnostics = getattr(problem, "diagnostics", None)
        if not diagnostics:
            raise
        result.problem = problem
        result.found += [f for d in diagnostics for f in _of_diagnostic(d)]
    result.found += [f for d in context.diagnostics.found for f in _of_diagnostic(d)]
    result.found += [_of_remark(r) for r in context.report.remarks if not r.applied]
    return result


def _line(loc: Loc | None) -> int | None:
    place = spot(loc) if loc is not None else None
    return place.line if place is not None else None


def _of_diagnostic(diagnostic: Diagnostic) -> list[Found]:
    own = Found(diagnostic.severity, _line(diagnostic.loc), diagnostic.text)
    return [own, *[Found("note", _line(n.loc), n.text) for n in diagnostic.notes]]


def _of_remark(remark: Remark) -> Found:
    return Found("remark", _line(remark.loc), str(remark))


def _compared(case: Case, run: Run, output: str) -> list[str]:
    problems = [checks.compare(case, run, output)]
    if checks.has_checks(case, run):
        problems.append(checks.check(case, run, output))
    return [p for p in problems if p is not None]


def _calls(case: Case) -> dict[str, Execution]:
    """The calls by the words that begin a complaint about them."""
    found = {}
    for number, text in case.executions:
        try:
            found[f"line {number}: EXEC: {text}\n  "] = parse_execution(text)
        except (SyntaxError, NameError, TypeError, ValueError) as problem:
            raise DirectiveError(f"{case.path}:{number}: EXEC: {problem}") from problem
    return found


def _called(case: Case, calls: dict[str, Execution], module: Op) -> list[str]:
    """The outcome of the calls.

    They are made by the interpreter before and after the pipeline, then as native code.
    """
    if not calls:
        return []
    before = read(case)
    native = module.clone({})
    PassManager(NATIVE, Context()).run(native)  # type: ignore[arg-type]
    problems = []
    for head, call in calls.items():
        if has_function(before, call) and (problem := _tried(check_interpreter, before, call)):
            problems.append(f"{head}before the pipeline, {problem}")
        after = _tried(check_interpreter, module, call)
        if problem := after or _tried(check_native, native, call):
            problems.append(head + problem)
    return problems


def _tried(check: Check, module: Op, wanted: Execution) -> str | None:
    try:
        return check(module, wanted)
    except CallError as problem:
        return str(problem)
    except InterpreterError as problem:
        return f"the interpreter fails: {problem}"
