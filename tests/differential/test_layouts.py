"""Layouts of synapses change no bit, whichever is preferred."""

from __future__ import annotations

import pytest
from differential.levels import Lowered, differences, executed, without
from differential.models import NETWORKS
from differential.random_networks import random_network

from ranvier.ir.dialects import net
from ranvier.ir.layouts import LAYOUTS
from ranvier.passes.pipelines import LOWERING, OPTIMISED, lowering

PREFERABLE = [name for name, layout in LAYOUTS.items() if layout.general]
SEEDS = range(5)
STEPS = 25
BUILDS = {f"random_{seed}": lambda seed=seed: random_network(seed) for seed in SEEDS} | {
    name: NETWORKS[name]
    for name in ("delayed_spikes", "whole_rows", "counted_spikes", "hybrid", "spike_timing")
}


def preferring(name: str) -> list[str]:
    """Pipelines with and without optimisation that prefer a layout."""
    optimised = OPTIMISED.replace("@sparsity", f"choose-layout{{prefer={name}}}")
    plain = LOWERING.replace("@lowering", ",".join(lowering()))
    plain = plain.replace("choose-layout{queues=false}", f"choose-layout{{prefer={name}}}")
    assert name in optimised and name in plain
    return [without(each, "expand-math") for each in (optimised, plain)]


@pytest.mark.parametrize("build", BUILDS)
def test_any_layout_does_the_same(build: str) -> None:
    lowered = Lowered(BUILDS[build]())
    usual = Lowered(lowered.network).run(without(OPTIMISED, "expand-math"))
    meant = executed(usual, STEPS, threads=2, native=True)
    for name in PREFERABLE:
        for threads, pipeline in enumerate(preferring(name), 1):
            other = Lowered(lowered.network).run(pipeline)
            found = executed(other, STEPS, threads=threads, native=True)
            assert not differences(meant, found), name


def test_preferred_layouts_are_taken() -> None:
    """Each of them by some projection, in a network or another."""
    taken = set[str]()
    for build in BUILDS.values():
        network = build()
        for name in PREFERABLE:
            lowered = Lowered(network).run(f"discretize,choose-layout{{prefer={name}}}")
            found = {op.layout for op in lowered.module.ops if isinstance(op, net.Projection)}
            taken |= found & {name}
    assert taken == set(PREFERABLE)
