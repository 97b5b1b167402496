"""A tree of the time that stages, passes and analyses take.

Groups of passes have a line, too; the tree goes to stderr.

    ----- time -----
      8.412 ms  100.0%  compile
      6.210 ms   73.8%    passes
      2.114 ms   25.1%      canonicalize (x 9)

An analysis in parentheses was computed, not found in the cache; its time is that of the pass.
"""

from __future__ import annotations

import time

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Op
from ...ir.dialects.builtin import Module
from ..framework.context import Context
from ..framework.core import Pass
from ..framework.pipeline import Pipeline
from . import Instrumentation
from .common import say


@define(eq=False)
class Node:
    """A line of the tree: seconds over ``count`` runs.

    Below it are the lines of what ran inside.
    """

    name: str
    seconds: float = 0.0
    count: int = 0
    children: dict[str, Node] = field(factory=dict)

    def child(self, name: str) -> Node:
        """The child of this name."""
        return self.children.setdefault(name, Node(name))

    def add(self, seconds: float) -> None:
        """One more run."""
        self.seconds += seconds
        self.count += 1

    def lines(self, total: float, depth: int = 0) -> list[str]:
        """The tree as text; each line has its part of ``total``."""
        percent = 100 * self.seconds / total if total else 0.0
        times = f" (x {self.count})" if self.count > 1 else ""
        clock = f"{self.seconds * 1e3:10.3f} ms {percent:5.1f}%" if self.seconds else " " * 20
        out = [f"{clock}  {'  ' * depth}{self.name}{times}"]
        for child in self.children.values():
            out += child.lines(total, depth + 1)
        return out


class Timing(Instrumentation):
    """Prints the tree when the outermost stage or pipeline ends."""

    def __init__(self, context: Context | None = None) -> None:
        self.root = Node("all")
        self._open: list[tuple[Node, float]] = []
        self._start = 0.0
        self._analyses: list[str] = []

    @property
    def _here(self) -> Node:
        return self._open[-1][0] if self._open else self.root

    def before_stage(self, name: str) -> None:
        """Open a node."""
        self._open.append((self._here.child(name), time.perf_counter()))

    def after_stage(self, name: str, seconds: float) -> None:
        """Close it; print the tree if it was the outermost."""
        node, _ = self._open.pop()
        node.add(seconds)
        if not self._open:
            say("----- time -----\n" + "\n".join(node.lines(node.seconds)))
            self.root = Node("all")

    def before_pipeline(self, pipeline: Pipeline, module: Module) -> None:
        """Open a pipeline: a stage, unless its stage does nothing else."""
        self.before_stage("pipeline")

    def after_pipeline(self, module: Module) -> None:
        """Close the pipeline."""
        self.after_stage("pipeline", time.perf_counter() - self._open[-1][1])

    def before_pass(self, item: Pass, op: Op) -> None:
        """Start the clock."""
        self._analyses.clear()
        self._start = time.perf_counter()

    def after_pass(self, item: Pass, op: Op, changed: bool) -> None:
        """Stop it."""
        node = self._here.child(item.name)
        node.add(time.perf_counter() - self._start)
        for name in self._analyses:
            node.child(f"({name})").count += 1

    def pass_failed(self, item: Pass, op: Op, error: Exception) -> None:
        """Drop all open nodes: nothing will close them."""
        self._open.clear()
        self.root = Node("all")

    def analysis_computed(self, name: str, op: Op) -> None:
        """Count it under the running pass."""
        self._analyses.append(name)
