"""The operations of kernels, counted by kind.

A change of kernels shows in review.

``golden_kernels.txt`` has a line for each kernel of each network, after the passes on loops; with
``RANVIER_BLESS=1`` it is written anew. Loads and arithmetic that come to a kernel, leave it or
change places with others of their loop are seen; names of values are not.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from differential.levels import Lowered
from differential.test_golden_states import brunel
from samples.seed_levels import NETWORKS

import ranvier as rv
from ranvier.ir.core import Block
from ranvier.ir.dialects.func import Func

FILE = Path(__file__).with_name("golden_kernels.txt")
PIPELINE = "@equations,@sparsity,@kernels"


def _rates(net: rv.Network, **options: Any) -> None:
    cells = net.create(500, rv.Neuron(equations="r = 0.5 * r + 0.1 * sum(exc) + Uniform(0.0, 0.1)"))
    readers = net.create(500, rv.Neuron(equations="r = tanh(sum(exc))"))
    projection = net.connect(cells, readers, "exc", rv.Synapse(**options))
    projection.all_to_all(weights=rv.Uniform(0.0, 0.1))


def tiled() -> rv.Network:
    """Dense sums of several steps at once.

    A threshold leaves few active sources.
    """
    net = rv.Network(dt=1.0, seed=1)
    _rates(net)
    return net


def learning() -> rv.Network:
    """Dense rate-coded synapses that learn in every step."""
    net = rv.Network(dt=1.0, seed=1)
    _rates(net, psp="w * pre.r", equations="4.0 * dw/dt = pre.r * post.r - w")
    return net


def delayed() -> rv.Network:
    """Spikes that many different delays bring."""
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(equations="dv/dt = 0.2 + g_exc", spike="v > 1.0", reset="v = 0.0")
    cells = net.create(600, neuron)
    options: dict[str, Any] = {"weights": rv.Uniform(0.0, 0.1), "delays": rv.Uniform(1.0, 5.0)}
    net.connect(cells, cells, "exc").fixed_probability(0.2, **options)
    return net


BUILDERS: dict[str, Callable[[], rv.Network]] = {
    "coba": NETWORKS["coba"],
    "decoding": NETWORKS["hybrid"],
    "stdp": brunel,
    "tiled": tiled,
    "learning": learning,
    "delayed": delayed,
}


def _by_loop(block: Block) -> Iterator[str]:
    """The operations of a block, counted.

    Those of each region in it follow in parentheses.
    """
    plain = Counter(op.name for op in block.ops if not op.regions and not op.terminator)
    yield " ".join(f"{name}*{count}" for name, count in sorted(plain.items()))
    for op in block.ops:
        for region in op.regions:
            for inner in region.blocks:
                yield f"{op.name}({' '.join(text for text in _by_loop(inner) if text)})"


def kernels(name: str) -> list[str]:
    """A line for each kernel of a network."""
    module = Lowered(BUILDERS[name](), contracted=False).run(PIPELINE).module
    functions = [op for op in module.ops if isinstance(op, Func) and not op.is_declaration]
    return [f"{name} @{f.sym_name}: {' '.join(_by_loop(f.body.block))}" for f in functions]


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_golden_kernels(name: str) -> None:
    known = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    found = kernels(name)
    if os.environ.get("RANVIER_BLESS"):
        others = [line for line in known if not line.startswith(f"{name} @")]
        FILE.write_text("\n".join(sorted([*others, *found])) + "\n", encoding="utf-8")
        return
    meant = [line for line in known if line.startswith(f"{name} @")]
    assert sorted(found) == meant, f"the kernels of '{name}' are others"
