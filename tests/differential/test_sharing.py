"""Kernels shared by what is of one kind.

The module is the one that merging equal kernels makes.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed
from differential.models import NETWORKS
from differential.races import races
from differential.random_networks import random_network, random_neuron, random_synapse

import ranvier as rv
from house.files import package_files, read
from ranvier.frontend.description import describe
from ranvier.frontend.emit import network_module
from ranvier.ir.attributes import IntegerAttr, StringAttr
from ranvier.ir.dialects.net import Monitor, Population, Projection
from ranvier.ir.equality import difference
from ranvier.ir.lazy_clone import LazyClone
from ranvier.ir.mutator import Mutator
from ranvier.passes.discretize import Discretize
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.core import Pass, register
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.pipeline_text import as_pipeline
from ranvier.passes.kernels import kernel_calls
from ranvier.passes.pipelines import OPTIMISED
from ranvier.toolchain import lower

ABOVE = "@equations,@sparsity"
TABLES = "{share=true tables=true}"
EQUATIONS = "lower-equations{share=true}"
ALONE = "lower-equations,map-to-threads,merge-kernels"
SHARED = f"{EQUATIONS},map-to-threads{{share=true}},merge-kernels"


OPTIMISED_ALONE = f"{ABOVE},{SHARED},@cpu"
NATIVE = "expand-rng,expand-math,lower-syn"
RACING = f"{ABOVE},{EQUATIONS},map-to-threads{TABLES},merge-kernels,place-barriers"


def twins(seed: int, dotted: bool = False) -> rv.Network:
    """Several populations of two kinds.

    Projections of few kinds run between them.
    """
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
    return [each.replace(TABLES, "") for each in named if each != "merge-kernels"]


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
    """Shared kernels do what the interpreter does without them.

    They are machine code of two threads.
    """
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


def ring(populations: int = 6) -> rv.Network:
    """Populations of one kind and of different sizes.

    Each has a projection to the one before.
    """
    net = rv.Network(dt=0.5, seed=4)
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = sum(exc) + 0.1 - r")
    cells = [net.create(7 + 9 * (i % 3), neuron) for i in range(populations)]
    for place, each in enumerate(cells):
        each.r = rv.Uniform(0.0, 1.0)
        net.connect(each, cells[place - 1], "exc").fixed_probability(0.5, weights=0.5)
    return net


def test_calls_of_one_kernel_are_a_loop() -> None:
    """The program loads buffers from tables.

    Without them it computes the same.
    """
    by_tables, plain = ring(), ring()
    compiled = by_tables.compile()
    text = str(compiled.ir("kernels"))
    assert text.count("call @pop0_update(") == 1
    assert "%pop0.r.rows: memref<?xmemref<?xf64>>" in text
    assert 'owner = ["pop0", "pop1", "pop2", "pop3", "pop4", "pop5"]' in text
    assert str(compiled.llvm()).count("call void @pop0_update(") == 1
    without_tables = str(plain.compile(pipeline=OPTIMISED_ALONE).ir("kernels"))
    assert without_tables.count("call @pop0_update(") == 6 and ".rows" not in without_tables
    for net in (by_tables, plain):
        net.simulate(20.0)
    for one, other in zip(by_tables.populations, plain.populations, strict=True):
        assert np.array_equal(one.r, other.r)
        assert np.ptp(one.r) > 0.0


@pytest.mark.parametrize("seed", range(12))
def test_tables_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops over tables do what interpreted single kernels do.

    They are as small as can be.
    """
    monkeypatch.setattr(kernel_calls, "LEAST", 2)
    unshared = f"{ABOVE},lower-equations,map-to-threads,{NATIVE}"
    plain = executed(Lowered(twins(seed)).run(unshared), 8)
    lowered = Lowered(twins(seed)).run(OPTIMISED)
    assert differences(plain, executed(lowered, 8, threads=2, native=True)) == []
    assert differences(plain, executed(lowered, 8, threads=3)) == []
    assert races(Lowered(twins(seed)).run(RACING), 6, 2) == []


def test_kernels_look_at_no_identity_but_names() -> None:
    """Values that sharing does not compare decide no kernel."""
    kinds = (Population, Projection, Monitor)
    counts = {
        n for kind in kinds for n, d in kind.defn.props if d.identity and d.kind is IntegerAttr
    }
    assert {"size", "synapses", "span"} <= counts
    for file in package_files():
        # Declarations are of the module, and demands are compared: no kernel is made by them.
        others = ("declarations.py", "network.py")
        if (
            file.parts[:2] in (("passes", "kernels"), ("passes", "grid"))
            and file.name not in others
        ):
            found = re.findall(r"\bop\.(\w+)\b", read(file))
            assert not set(found) & counts, file


@pytest.mark.parametrize("name", sorted(makers()))
def test_passes_on_copies_do_what_passes_do(name: str) -> None:
    """Passes on one of each kind do as on all.

    Modules, locations and remarks are the same.
    """
    network = makers()[name]()
    quick = lower(describe(network), None, Context())
    module, context = network_module(network), Context()
    PassManager(OPTIMISED, context).run(module)
    assert difference(module, quick.module, names=True, locations=True) is None
    found = Counter(map(str, quick.context.report.remarks))
    assert found == Counter(map(str, context.report.remarks))


def three_alike() -> list[Any]:
    """The operations of three populations of one kind."""
    net = rv.Network()
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = 1.0 - r")
    for _ in range(3):
        net.create(4, neuron)
    return list(network_module(describe(net)).ops)


def test_passes_run_on_one_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passes run once for five populations of a kind."""
    runs: list[Any] = []

    def run(self: Discretize, op: Any, ctx: Context) -> bool:
        runs.append(op)
        return original(self, op, ctx)

    original = Discretize.run
    monkeypatch.setattr(Discretize, "run", run)
    net = rv.Network()
    neuron = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = 1.0 - r")
    for _ in range(5):
        net.create(4, neuron)
    lower(describe(net), None, Context())
    assert len(runs) == 1


def test_copies_have_regions_when_somebody_looks() -> None:
    first, second, third = three_alike()
    assert isinstance(second, LazyClone) and (first.opened, second.opened) == (True, False)
    assert (
        first.shared_original
        is second.shared_original
        is third.shared_original
        is second.original
        is not None
    )
    assert difference(second, three_alike()[1]) is None  # which opens it
    assert (
        second.opened
        and second.shared_original is first.shared_original
        and second.original is second
    )
    assert second.equations.block.ops[0] is not first.equations.block.ops[0]
    assert second.equations.parent is second


def test_copies_do_not_change_with_what_they_are_copies_of() -> None:
    first, second, third = three_alike()
    Mutator().set_prop(next(iter(first.variables.values())), "role", StringAttr("variable"))
    assert (
        first.shared_original is None
        and second.shared_original is third.shared_original is not None
    )
    assert difference(second, three_alike()[1]) is None
    Mutator().set_prop(third, "size", IntegerAttr(5))
    assert third.shared_original is second.shared_original  # what is inside is the same
    third.share_regions_of(first)
    assert third.shared_original is first.shared_original is not None and third.size == 5
    assert next(iter(third.variables.values())).role == "variable"


def test_copies_of_what_gathers_gather_too() -> None:
    """Findings on the first of a kind hold for all."""
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(equations="dv/dt = g_exc - v", spike="v > 1.0", reset="v = 0.0")
    cells = [net.create(50, neuron) for _ in range(3)]
    delays = rv.Uniform(1.0, 60.0)
    for pre, post in pairwise(cells):
        net.connect(pre, post, "exc").all_to_all(weights=0.1, delays=delays)
    one, other = (op for op in network_module(describe(net)).ops if isinstance(op, Projection))
    assert one.distinct_delays == other.distinct_delays and one.gathers and other.gathers


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
