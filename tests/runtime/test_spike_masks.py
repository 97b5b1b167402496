"""Spikes as masks: users see, save and record those of lists."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from differential.clocks import everything
from differential.everything import Setting, build
from differential.stories import play, run, same, seen
from differential.test_golden_states import BUILDERS, FILE, digest
from differential.test_sequences import Sequences
from fakes import grid
from fakes.masked import CPU_OF_MASKS, masked
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

import ranvier as rv
from ranvier.ir.buffers import Extent
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.parser import parse
from ranvier.ir.target import CPU
from ranvier.kernel_runs import ran_steps, run_both_ways
from ranvier.runtime.extents import Extents

SPIKING = ["coba", "hybrid", "several_spiking_populations", "delayed_spikes", "spike_timing"]
SPIKING += ["counted_spikes", "brunel", "random_114"]
"""Networks of the golden states, in which neurons spike."""


@pytest.mark.parametrize("name", SPIKING)
def test_golden_states(name: str) -> None:
    with masked() as made:
        found = digest(BUILDERS[name], list(BUILDERS).index(name))
    assert json.loads(FILE.read_text())[name] == found
    assert made and all(each.launches for each in made)


@pytest.mark.parametrize(("kind", "opt"), [("near", 1), ("far", 0), ("clocks", 1)])
def test_all_that_a_user_does(kind: str, opt: int, tmp_path: Path) -> None:
    """Attributes, states, recordings and spikes are the same after each action."""

    def make() -> Any:
        if kind == "clocks":
            return everything(noise=0.1, opt=opt)
        net = build(Setting(kind=kind), 3)
        net.compile(opt=opt)
        return net

    meant = play(make(), tmp_path)
    with masked() as made:
        found = play(make(), tmp_path)
    assert sum(each.launches for each in made) > 5
    same(meant, found)
    assert any(name.endswith("$spikes") and len(v) for each in found for name, v in each.items())


@pytest.mark.parametrize("forms", [(True, False), (False, True), (True, True)])
def test_a_state_goes_on_in_either_form(forms: tuple[bool, bool], tmp_path: Path) -> None:
    """A state of masks goes on with lists, and vice versa."""
    whole = everything(noise=0.1)
    run(whole, 60, 1)
    wanted = iter(forms)
    with masked(lambda: next(wanted)) as made:
        one, other = everything(noise=0.1), everything(noise=0.1)
        run(one, 41, 1)
        one.save(tmp_path / "state.npz")
        other.load(tmp_path / "state.npz")
        assert seen(other).keys() == seen(one).keys()
        run(other, 19, 1)
        assert len(made) == sum(forms)
    same([seen(whole)], [seen(other)])


class InBothForms(Sequences):
    """Every other network that is made has lists."""

    def __init__(self) -> None:
        self.forms = cycle([True, False])
        self.masked = masked(lambda: next(self.forms))
        self.masked.__enter__()
        super().__init__()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.masked.__exit__(None, None, None)


class OnAGrid(Sequences):
    """All networks are mapped to a grid."""

    def __init__(self) -> None:
        self.grid = grid.on_cpu()
        self.grid.__enter__()
        super().__init__()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.grid.__exit__(None, None, None)


@pytest.mark.parametrize("machine", [InBothForms, OnAGrid])
def test_any_sequence(machine: type[Sequences], tmp_path: Path) -> None:
    """Copies, files and further monitors take turns with the forms."""
    chosen = settings(
        max_examples=20,
        stateful_step_count=25,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    with rv.options(cache_dir=str(tmp_path)):
        run_state_machine_as_test(machine, settings=chosen)


# ---------------------------------------------------------------------- kernels that write masks

ARGUMENTS = """
    %mask: memref<?xi32> {ranvier.buffer = {
        owner = "a", name = "spike_mask", role = "ring", extent = "words"}},
    %log: memref<?xi32> {ranvier.buffer = {
        owner = "all", name = "spike_mask", role = "record", extent = "record"}},
    %control: memref<?xi64> {ranvier.buffer = {
        owner = "all", name = "control", role = "record", extent = "record"}},
    %some: memref<?xi32> {ranvier.buffer = {
        owner = "some", name = "spike_mask", role = "record", extent = "record"}},
    %ranks: memref<?xi32> {ranvier.buffer = {
        owner = "some", name = "ranks", role = "record", extent = "record"}}"""

MODULE = f"""
module attributes {{
    ranvier.target = {{name = "cpu", block = 32 : i64, line = 16 : i64}},
    ranvier.declarations = {{
        populations = [{{name = "a", size = 40 : i64, of = 0 : i64}}],
        projections = [],
        monitors = [{{name = "all", source = "a"}}, {{name = "some", source = "a"}}],
        variables = [[]]}}}} {{
  func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index, {ARGUMENTS}) {{
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %two = arith.constant 2 : index
    %last = arith.constant -128 : i32
    scf.for %step = %t0 to %t1 step %one {{
      %wide = arith.index_cast %step : index to i64
      %bits = arith.trunci %wide : i64 to i32
      memref.store %last, %mask[%zero] : memref<?xi32>
      memref.store %bits, %mask[%one] : memref<?xi32>
      %0 = memref.load %control[%two] : memref<?xi64>
      %begin = arith.index_cast %0 : i64 to index
      %1 = arith.subi %step, %begin : index
      %row = arith.muli %1, %two : index
      %next = arith.addi %row, %one : index
      memref.store %last, %log[%row] : memref<?xi32>
      memref.store %bits, %log[%next] : memref<?xi32>
      memref.store %bits, %some[%row] : memref<?xi32>
      memref.store %last, %some[%next] : memref<?xi32>
    }}
    return
  }}
}}
"""
"""Kernels that write masks.

Neurons 7 to 31 fire in every step, and of the next 32 those that are bits of its number. The other
monitor has it the other way round.
"""


def test_kernels_that_write_masks() -> None:
    """The interpreter and machine code."""
    module: Any = parse(MODULE, "masks.mlir")
    found, differing = run_both_ways(module, 200, {})
    assert differing == [] and found.keys() == {"all.spike", "some.spike"}
    bits = [[b for b in range(8) if step >> b & 1] for step in range(200)]
    every = range(7, 32)
    whole = [(k, r) for k, b in enumerate(bits) for r in (*every, *(32 + i for i in b))]
    assert found["all.spike"].tolist() == [list(pair) for pair in whole]
    some = [(k, r) for k, b in enumerate(bits) for r in b]  # the view has neurons 0 to 39
    some = sorted(some + [(k, r + 32) for k in range(200) for r in every if r + 32 < 40])
    assert found["some.spike"].tolist() == [list(pair) for pair in some]
    assert ran_steps(module, 3, [])[1] == 0


@pytest.mark.parametrize(("size", "row"), [(1, 1), (32, 1), (33, 2), (1000, 32)])
def test_lengths(size: int, row: int) -> None:
    def elements(kind: str, target: Any) -> int:
        return Extents({"a": size}, {"a": 7}, {}, 1, target).elements(Extent(kind, "a"))

    assert elements("words", CPU_OF_MASKS) == row
    assert elements("past_words", CPU_OF_MASKS) == 7 * row
    with pytest.raises(ModelError, match="blocks of a multiple of 32 neurons, not of 16"):
        elements("words", CPU)
