"""Ranges of whole numbers hold in every run, whatever the network.

The interpreter looks at each value of kernels for a GPU, with its indices in 64 bits and in 32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from differential.levels import Lowered, executed, without
from differential.test_golden_states import BUILDERS

from ranvier.frontend.emit.network import network_module
from ranvier.ir import target as targets
from ranvier.ir.core import Block
from ranvier.ir.dialects.func import Func
from ranvier.ir.interpreter.core import Interpreter
from ranvier.ir.target import CUDA
from ranvier.passes.analysis.ranges import Ranges, bits_of, largest_population
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.settings import Options
from ranvier.passes.pipelines import ONE_BLOCK, usual

STEPS = 3
SOME = [*BUILDERS][::4]


class Watched(Interpreter):
    """An interpreter that compares each whole number with its range."""

    ranges: dict[Block, Ranges]
    compared: set[Any]
    wrong: list[str]

    def block(self, block: Block, env: Any, arguments: Any = ()) -> tuple[Any, ...]:
        """Run a block, then look at all that it has computed."""
        found = super().block(block, env, arguments)
        ranges = self.ranges[block]
        for value in (*block.args, *(v for op in block.ops for v in op.results)):
            if bits_of(value.type) > 1 and value in env and np.ndim(env[value]) == 0:
                least, greatest = ranges[value]
                if not least <= int(env[value]) <= greatest:
                    self.wrong.append(f"{least} <= {env[value]} <= {greatest}: {value.owner}")
                self.compared.add(value)
        return found


def watch(monkeypatch: pytest.MonkeyPatch, module: Any) -> set[Any]:
    """Let the interpreter compare; the values that it has compared."""
    most = largest_population(module)
    assert most > 0
    ranges, compared = {}, set[Any]()
    for func in module.ops:
        if isinstance(func, Func) and not func.is_declaration:
            known = Ranges(func, most)
            blocks = [b for op in (func, *func.walk()) for r in op.regions for b in r.blocks]
            ranges.update(dict.fromkeys(blocks, known))
    monkeypatch.setattr(Watched, "ranges", ranges, raising=False)
    monkeypatch.setattr(Watched, "compared", compared, raising=False)
    monkeypatch.setattr(Watched, "wrong", [], raising=False)
    monkeypatch.setattr("ranvier.ir.interpreter.core.Interpreter", Watched)
    return compared


FORMS = {
    "grid": usual(1, CUDA),
    "wide": without(usual(1, CUDA), "narrow-index"),
    "block": ONE_BLOCK,
}


@pytest.mark.parametrize(
    ("name", "form"),
    [*((name, "grid") for name in BUILDERS), *((n, f) for n in SOME for f in ("wide", "block"))],
)
def test_every_value(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alike = evolve(CUDA, name="alike", code_generator="llvm", device="cpu", machine="", workers=3)
    monkeypatch.setitem(targets._KNOWN, alike.name, alike)
    net = BUILDERS[name]()
    lowered = Lowered(net, contracted=False)
    lowered.module = network_module(net)
    PassManager(FORMS[form], Context(Options(target=alike.name))).run(lowered.module)
    compared = watch(monkeypatch, lowered.module)
    executed(lowered, STEPS, threads=alike.workers)
    assert Watched.wrong == [] and len(compared) > 10
