"""Kernels shared by what is of one kind: the module is the one that merging equal kernels makes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed
from differential.models import NETWORKS
from differential.random_networks import random_network, random_neuron, random_synapse

import ranvier as rv
from house.files import package_files, read
from ranvier.codegen_llvm import rows
from ranvier.frontend.description import describe
from ranvier.frontend.emit import network_module
from ranvier.ir.attributes import IntegerAttr
from ranvier.ir.equality import difference
from ranvier.ir.mutator import Mutator
from ranvier.passes.context import Context
from ranvier.passes.copies import Copies
from ranvier.passes.core import Pass, register
from ranvier.passes.kernels.share import COUNTS
from ranvier.passes.manager import PassManager
from ranvier.passes.pipeline_text import as_pipeline
from ranvier.passes.pipelines import OPTIMISED
from ranvier.toolchain import lower

ABOVE = "@equations,@sparsity"
ALONE, SHARED = "lower-to-kernels,merge-kernels", "lower-to-kernels{share=true},merge-kernels"


def twins(seed: int, dotted: bool = False) -> rv.Network:
    """Several populations of two kinds, with projections of few kinds between them."""
    rng = random.Random(seed)
    net = rv.Network(dt=0.5, seed=seed)
    spiking = rng.random() < 0.5
    kinds = [random_neuron(rng, spiking) for _ in range(2)]
    synapses = [None, random_synapse(rng, spiking)]
    stem = "a.b" if dotted else "p"
    cells = [
        net.create(rng.choice((6, 6, 9)), rng.choice(kinds), name=f"{stem}{i}") for i in range(5)
    ]
    for _ in range(7):
        pre, post = rng.choice(cells), rng.choice(cells)
        onto = net.connect(pre, post, rng.choice(("exc", "inh")), rng.choice(synapses))
        delays = rng.choice((0.0, 0.0, 1.0))
        if rng.random() < 0.5:
            onto.fixed_probability(0.5, weights=0.3, delays=delays)
        else:
            onto.all_to_all(weights=0.2, delays=delays)
    for each in rng.sample(cells, 3):
        net.monitor(each, rng.choice((["spike" if spiking else "r"], ["x", "n"])))
    return net


def kernels_of_their_own() -> list[str]:
    """The passes of ``@kernels`` but for those that share."""
    named = [str(item) for item in as_pipeline("@kernels").passes]
    return [each.replace("{share=true}", "") for each in named if each != "merge-kernels"]


def makers() -> dict[str, Callable[[], rv.Network]]:
    """Networks by name."""
    found: dict[str, Any] = dict(NETWORKS)
    found |= {f"random-{seed}": partial(random_network, seed) for seed in range(12)}
    found |= {f"twins-{seed}": partial(twins, seed) for seed in range(16)}
    return found


@pytest.mark.parametrize("name", sorted(makers()))
def test_sharing_makes_what_merging_makes(name: str) -> None:
    alone = Lowered(makers()[name]()).run(f"{ABOVE},{ALONE}")
    shared = Lowered(makers()[name]()).run(f"{ABOVE},{SHARED}")
    assert difference(alone.module, shared.module) is None


@pytest.mark.parametrize("seed", range(6))
def test_twins_run_alike(seed: int) -> None:
    """Shared kernels as machine code of two threads do what the interpreter does without them."""
    kernels = ",".join(kernels_of_their_own())
    plain = executed(Lowered(twins(seed)).run(OPTIMISED.replace("@kernels", kernels)), 12)
    native = executed(Lowered(twins(seed)).run(OPTIMISED), 12, threads=2, native=True)
    assert differences(plain, native) == []


def test_names_with_dots_are_not_taken_apart() -> None:
    alone = Lowered(twins(3, dotted=True)).run(f"{ABOVE},{ALONE}")
    shared = Lowered(twins(3, dotted=True)).run(f"{ABOVE},{SHARED}")
    assert difference(alone.module, shared.module) is None


def test_it_is_told() -> None:
    net = rv.Network()
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = sum(exc) - r")
    first, second = net.create(4, neuron, name="first"), net.create(4, neuron, name="second")
    net.connect(first, second, "exc").one_to_one()
    net.connect(second, first, "exc").one_to_one()
    compiled = net.compile()
    told = str(compiled.explain())
    assert "runs the kernels of first" in told
    names = [kernel.name for subject in compiled.explain().subjects for kernel in subject.kernels]
    assert "first_update" in names and "second_update" not in names


def test_calls_of_one_kernel_go_by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program names rows of a table; without them it computes the same."""

    def ring() -> rv.Network:
        net = rv.Network(dt=0.5, seed=4)
        neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = sum(exc) + 0.1 - r")
        cells = [net.create(7, neuron) for _ in range(6)]
        for place, each in enumerate(cells):
            each.r = rv.Uniform(0.0, 1.0)
            net.connect(each, cells[place - 1], "exc").one_to_one(weights=0.5)
        return net

    by_rows, plain = ring(), ring()
    text = str(by_rows.compile().llvm())
    assert "@pop0_update.rows = internal constant [6 x [" in text
    assert text.count("call void @pop0_update(") == 1
    monkeypatch.setattr(rows, "LEAST", 1000)
    assert ".rows" not in str(plain.compile().llvm())
    for net in (by_rows, plain):
        net.simulate(20.0)
    for one, other in zip(by_rows.populations, plain.populations, strict=True):
        assert np.array_equal(one.r, other.r)
        assert np.ptp(one.r) > 0.0


def test_kernels_look_at_no_counts() -> None:
    """What sharing leaves out of comparisons must not decide what a kernel is."""
    for file in package_files():
        if file.parts[:2] == ("passes", "kernels"):
            found = re.findall(r"\bop\.(\w+)\b", read(file))
            assert not set(found) & set(COUNTS), file


@pytest.mark.parametrize("name", sorted(makers()))
def test_passes_on_copies_do_what_passes_do(name: str) -> None:
    """Modules, locations and remarks are the same whether passes run on one of each kind or all."""
    network = makers()[name]()
    quick = lower(describe(network), None, Context())
    module, context = network_module(network), Context()
    PassManager(OPTIMISED, context).run(module)
    assert difference(module, quick.module, names=True, locations=True) is None
    found = Counter(map(str, quick.context.report.remarks))
    assert found == Counter(map(str, context.report.remarks))


def test_copies_that_changed_are_no_copies() -> None:
    net = rv.Network()
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = 1.0 - r")
    for _ in range(3):
        net.create(4, neuron)
    copies = Copies()
    first, second, third = network_module(describe(net), copies.add).ops
    assert (copies.first_of(second), copies.first_of(third)) == (first, first)
    Mutator().set_prop(third, "size", IntegerAttr(5))
    assert copies.first_of(third) is None
    assert copies.among([first, second, third]) == {second: first}
    assert copies.among([second, first]) == {}
    Mutator().set_prop(first, "size", IntegerAttr(5))
    assert copies.first_of(second) is None


def test_passes_of_others_see_every_population() -> None:
    seen: list[str] = []

    @register
    class Look(Pass):
        """Notes what it runs on."""

        name = "look-in-test"
        scope = "function"

        def run(self, op: Any, ctx: Context) -> bool:
            seen.append(op.sym_name)
            return False

    net = rv.Network()
    neuron = rv.Neuron(equations="r = 1.0")
    for name in ("a", "b", "c"):
        net.create(4, neuron, name=name)
    net.compile(pipeline=f"look-in-test,{OPTIMISED}")
    assert seen == ["a", "b", "c"]
