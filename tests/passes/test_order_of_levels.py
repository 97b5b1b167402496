"""Pipelines that leave a level out, or make one twice.

The error says which pass is missing.
"""

from __future__ import annotations

import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.parser import parse
from ranvier.ir.spec import SPECS
from ranvier.passes.framework.manager import PassManager


def network() -> str:
    """Neurons and synapses with derivatives, at the level of ``net``."""
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(equations="dv/dt = g_exc - v", spike="v > 1", reset="v = 0")
    synapse = rv.Synapse(equations="10*dx/dt = -x", pre_spike="g_target += w * x")
    cells = net.create(3, neuron)
    net.connect(cells, cells, "exc", synapse).all_to_all(0.5)
    return str(net.compile().ir("net"))


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("choose-layout,lower-equations", "'discretize' comes before 'lower-equations'"),
        ("discretize,choose-layout,map-to-threads", "'lower-equations' comes before"),
        (
            "discretize,choose-layout,lower-equations,lower-equations",
            "a step as loops already",
        ),
        ("@lowering,map-to-threads", "'lower-equations' comes before 'map-to-threads'"),
    ],
)
def test_a_level_is_missing(pipeline: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        PassManager(pipeline).run(parse(network()))


def test_later_passes_are_not_to_blame() -> None:
    """Operations of a level still to come need no remover.

    Nobody should have removed anything of it.
    """
    module = parse(network())
    PassManager("discretize,choose-layout,lower-equations").run(module)
    texts = [found.text for found in SPECS["eq"].check(module)]
    assert any("'loops.step' does not belong to the level 'eq'" in text for text in texts)
    assert not any("should have removed" in text for text in texts)
