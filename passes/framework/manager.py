"""The pass manager: runs a pipeline and calls hooks. Everything else is an instrumentation.

A run of neighbouring passes on functions goes function by function: all of them on the first, then
all of them on the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, NoReturn

from ...ir.core import Op
from ...ir.diagnostics import Diagnostic, ModelError, RanvierError, error
from ...ir.dialects.builtin import Module
from ...ir.location import UNKNOWN, Loc
from ..instrumentation import hooks
from .clones import SharedRuns
from .context import Context
from .core import Pass
from .pipeline import PassGroup, Pipeline
from .pipeline_text import as_pipeline
from .report import symbol_of
from .required import RequiredLevels

_OURS = __name__.rsplit(".", 2)[0] + "."
"""Package of our passes; those of others may look at names."""

MOST = 8
"""Most diagnostics of one failure that are shown."""


class PassFailed(RanvierError):  # noqa: N818 (what happened, not what is wrong)
    """Failure of a pass: its mistake, not the user's. The cause is ``__cause__``.

    ``place`` counts the passes before it in the pipeline; ``reproducer`` is the path of a file that
    runs the pass again, once one is written.
    """

    def __init__(self, item: Pass, op: Op, place: int, cause: Exception) -> None:
        super().__init__(item.name)
        self.item = item
        self.op = op
        self.place = place
        self.reproducer: str | None = None
        self.diagnostics = [_describe(item, op, cause)]

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


class PassManager:
    """Runs a pipeline on modules. ``pipeline`` may be a Pipeline, a text, or a list of both."""

    def __init__(
        self,
        pipeline: Pipeline | Pass | str | Iterable[Any],
        context: Context | None = None,
    ) -> None:
        self.pipeline = as_pipeline(pipeline)
        self.context = context or Context.from_environment()

    def run(self, module: Module) -> bool:
        """Run all passes; True if one of them changed something.

        Raises ModelError where a pass finds a mistake of the user, else :class:`PassFailed`.
        """
        looking = self.context.instrumentations
        analyses = self.context.analyses
        analyses.computed = hooks(looking, "analysis_computed")
        for hook in hooks(looking, "before_pipeline"):
            hook(self.pipeline, module)
        runner = _Runner(self.context, module)
        try:
            for group in self.pipeline.groups:
                runner.group(group, module)
        finally:
            analyses.clear()
        for hook in hooks(looking, "after_pipeline"):
            hook(module)
        return runner.changed


class _Runner:
    """One run of a pipeline, with its hooks looked up once."""

    def __init__(self, context: Context, module: Module) -> None:
        self.context = context
        self.levels = RequiredLevels(module)
        self.before: list[Callable[..., None]] = hooks(context.instrumentations, "before_pass")
        # Reversed: who looks first before a pass looks last after it, as nested brackets do.
        self.after: list[Callable[..., None]] = hooks(context.instrumentations, "after_pass")[::-1]
        self.changed = False

    def group(self, group: PassGroup, module: Module) -> None:
        """Run the passes of a group on everything they run on."""
        shared = self._shared(group)
        self.levels.check(group.passes)
        changed = self.changed
        self.changed = False
        for op in group.anchors(module):
            if shared is not None and shared.copied(op):
                continue
            for i, item in enumerate(group.passes):
                try:
                    self.one(item, op, module)
                except Exception as problem:
                    self.fail(item, op, group.first + i, problem)
            if shared is not None:
                shared.end(op)
        self.levels.ran(group.passes, self.changed)
        self.changed = self.changed or changed

    def _shared(self, group: PassGroup) -> SharedRuns | None:
        """Runs shared by copies: of our own passes, not watched ones.

        None for all others: they run on copies too.
        """
        if group.scope == "module" or self.context.options.watched:
            return None
        if not all(type(item).__module__.startswith(_OURS) for item in group.passes):
            return None
        return SharedRuns(self.context.report)

    def one(self, item: Pass, op: Op, module: Module) -> None:
        """Run one pass on one operation."""
        for hook in self.before:
            hook(item, op)
        version = op.version
        changed = item.run(op, self.context)
        if self.context.diagnostics.found:
            self.context.diagnostics.raise_errors()
        if changed:
            self.changed = True
            if op.version == version:  # changed without a rewriter
                touch(op)
                if op is not module:
                    touch(module)
        for hook in self.after:
            hook(item, op, changed)

    def fail(self, item: Pass, op: Op, place: int, problem: Exception) -> NoReturn:
        """Tell the instrumentations, then raise."""
        failure: Exception
        if isinstance(problem, ModelError):
            failure = problem
            note(problem, _activity(item))
        else:
            failure = PassFailed(item, op, place, problem)
        for hook in hooks(self.context.instrumentations, "pass_failed"):
            hook(item, op, failure)
        if failure is problem:
            raise problem
        raise failure from problem


def _activity(item: Pass) -> str:
    if item.activity:
        return f"found while {item.activity} (pass '{item.name}')"
    return f"while running pass '{item.name}'"


def touch(op: Op) -> None:
    """Count a change of ``op``: analyses of it are computed again."""
    op._version = op.version + 1


def note(problem: ModelError, text: str) -> None:
    """Add a note to the last diagnostic of a raised error."""
    problem.diagnostics[-1].note(text)
    problem.args = ("\n".join(map(str, problem.diagnostics)),)


def _describe(item: Pass, op: Op, cause: Exception) -> Diagnostic:
    """The diagnostic of a failure, at the operation being looked at."""
    at = _operation_of(cause.__traceback__) or op
    said: list[Diagnostic] = list(getattr(cause, "diagnostics", ()))
    what = said[0].text if said else f"{type(cause).__name__}: {cause}"
    loc = (said[0].loc if said else None) or _place_of(at)
    found = error(f"the pass '{item.name}' failed: {what}", loc)
    if said:
        found.notes += said[0].notes
    for more in said[1:MOST]:
        found.note(more.text, more.loc)
    if len(said) > MOST:
        found.note(f"and {len(said) - MOST} more")
    inside = f"'{at.name}' in " if at is not op and not said else ""
    return found.note(f"while running '{item}' on {inside}{_name(op)}", op.loc)


def _name(op: Op) -> str:
    return "the module" if isinstance(op, Module) else f"@{symbol_of(op)}"


def _place_of(op: Op) -> Loc | None:
    return op.loc if op.loc is not UNKNOWN else None


def _operation_of(traceback: TracebackType | None) -> Op | None:
    """The operation at hand in the innermost function that has one."""
    found: Op | None = None
    while traceback is not None:
        values = traceback.tb_frame.f_locals
        held = values.get("op", values.get("loop"))
        if isinstance(held, Op):
            found = held
        traceback = traceback.tb_next
    return found
