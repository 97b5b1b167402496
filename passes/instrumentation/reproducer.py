"""A reproducer of a failing pass: the IR before it.

The rest of the pipeline stands in the same file.

    // Reproducer of Ranvier: the pass 'fuse-loops' failed on @pop0_update.
    // error: the pass 'fuse-loops' failed: IndexError: list index out of range
    // Run again with: ir-dump FILE --run-reproducer
    // pipeline: fuse-loops,forward-stores,canonicalize
    // verify: 0
    module {

Passes are deterministic: the IR before the failing pass is made by running those before it once
more on a copy of what came in. So nothing has to be written down while all is well.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...ir.attrs_classes import frozen
from ...ir.core import Op, symbol_name
from ...ir.diagnostics import fail
from ...ir.dialects.builtin import Module
from ...ir.printer import print_custom
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.manager import PassFailed, PassManager
from ..framework.pipeline import Pipeline
from ..framework.pipeline_text import parse_pipeline
from ..framework.settings import Options, changed_options
from . import Instrumentation

_HEAD = "// Reproducer of Ranvier: "


class Reproducer(Instrumentation):
    """Keeps a copy of the input; writes it after a failure."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.folder = context.options.reproducer_dir
        self._pipeline = Pipeline()
        self._origin: Callable[[], Op] | None = None

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Copy the module, unless it can be made again."""
        self._pipeline = pipeline
        if self.context.again is None:
            copy = module.clone({})
            self._origin = lambda: copy
        else:
            self._origin = self.context.again

    def after_pipeline(self, module: Module) -> None:
        """Drop the copy: nothing failed."""
        self._origin = None

    def pass_failed(self, item: Pass, op: Op, error: Exception) -> None:
        """Write the file and tell its place. A mistake of the user needs none."""
        make, self._origin = self._origin, None
        if not isinstance(error, PassFailed) or make is None:
            return
        origin = make()
        if not isinstance(origin, Module):
            return
        module, rest = self._before(error, origin)
        path = self._path(item)
        text = reproducer(error, module, rest, self.context.options.verify)
        path.write_text(text, encoding="utf-8")
        error.reproducer = str(path)
        error.diagnostics[-1].note(f"ir-dump {path} --run-reproducer shows it again")

    def _before(self, error: PassFailed, origin: Module) -> tuple[Module, Pipeline]:
        """The IR before the failing pass, and the remaining passes.

        These begin with the failing one.
        """
        again = origin.clone({})
        assert isinstance(again, Module)
        try:
            replay(self._pipeline, error.place, symbol_name(error.op), again)
        except Exception:  # not deterministic after all: the whole pipeline shows it
            return origin, self._pipeline
        return again, self._pipeline.after(error.place)

    def _path(self, item: Pass) -> Path:
        folder = Path(self.folder or tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".mlir", f"reproducer-{item.name}-", folder)
        os.close(handle)
        return Path(name)


def replay(pipeline: Pipeline, place: int, symbol: str | None, module: Module) -> None:
    """Run the passes before ``place``.

    In its own group they run only up to the function that failed.
    """
    context = Context()
    for group in pipeline.groups:
        inside = group.first <= place < group.first + len(group.passes)
        if not inside:
            PassManager(group.pipeline, context).run(module)
            continue
        for op in group.anchors(module):
            for item in group.passes[: place - group.first]:
                item.run(op, context)
            if symbol_name(op) == symbol:
                break
        return


def reproducer(error: PassFailed, module: Module, rest: Pipeline, verify: int) -> str:
    """The text of the file."""
    name = symbol_name(error.op)
    where = f"@{name}" if name else "the module"
    said = str(error.diagnostics[0]).splitlines()
    head = [f"{_HEAD}the pass '{error.item.name}' failed on {where}."]
    head += [f"// {line}" for line in said]
    head.append("// Run again with: ir-dump FILE --run-reproducer")
    head += [f"// pipeline: {rest}", f"// verify: {verify}"]
    return "\n".join([*head, print_custom(module, locations=True), ""])


@frozen
class Reproduction:
    """The content of a reproducer file."""

    module: Module
    pipeline: Pipeline
    verify: int

    def run(self) -> None:
        """Run the passes. They raise what the reproducer was written for, if it still happens."""
        context = Context(changed_options(Options(), {"verify": self.verify}))
        if self.verify:
            from .verify_each import VerifyEach

            context.instrumentations.append(VerifyEach(context))
        PassManager(self.pipeline, context).run(self.module)


def read_reproducer(path: str | Path) -> Reproduction:
    """The module and pipeline of a reproducer file."""
    text = Path(path).read_text(encoding="utf-8")
    said: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        key, _, value = line[2:].strip().partition(": ")
        said[key] = value
    if "pipeline" not in said:
        fail(f"'{path}' is no reproducer: it has no line '// pipeline: ...'")
    from ...ir.parser import parse

    return Reproduction(
        parse(text, str(path)), parse_pipeline(said["pipeline"]), int(said.get("verify", "0"))
    )
