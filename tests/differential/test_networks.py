"""Every network does the same at every level.

In the interpreter and as machine code.

Bit for bit, but for three things. Where spikes are decoded to rates, kernels keep a running total
of the window, which rounds in another order than the sum of the window that defines it. And
``expand-math`` computes elementary functions by its own formulas, one or two units in the last
place away from those of the C library: everything else is compared without this pass. The same
holds for the logarithms in what ``expand-rng`` draws.
"""

from __future__ import annotations

import differential.event_models
import differential.exact_models  # noqa: F401
import pytest
from differential.levels import Lowered, Trace, differences, executed, interpreted, without
from differential.models import NETWORKS

from ranvier.passes.pipelines import LOWERING, OPTIMISED

STEPS = 20
FEW = 4
"""Steps for which kernels run in the interpreter, which is slow."""

TOLERANCE = {"hybrid": 1e-12, "random_draws": 1e-12}
FORMULAS = 1e-9
"""A few units in the last place, for ``STEPS`` steps."""

TO_KERNELS = "@sparsity,lower-equations,map-to-threads"
REST = without("@kernels,@cpu", "lower-equations", "map-to-threads", "expand-math")
EXACT = f"@equations,{TO_KERNELS},{REST}"


def _first(trace: Trace) -> Trace:
    return {name: values[:FEW] for name, values in trace.items()}


@pytest.mark.parametrize("name", NETWORKS)
def test_interpreted_levels_agree(name: str) -> None:
    """Three levels agree: net, eq, and kernels. Kernels are run before and after optimisation."""
    lowered = Lowered(NETWORKS[name]())
    net = interpreted(lowered, STEPS)
    eq = interpreted(lowered.run("@equations"), STEPS)
    assert not differences(net, eq)
    kernels = executed(lowered.run(TO_KERNELS), FEW)
    assert not differences(_first(eq), kernels, TOLERANCE.get(name, 0.0))
    assert not differences(kernels, executed(lowered, FEW, threads=2))
    rest = executed(lowered.run(REST), FEW)
    assert not differences(kernels, rest, TOLERANCE.get(name, 0.0))


@pytest.mark.parametrize("name", NETWORKS)
def test_machine_code_agrees(name: str) -> None:
    """Machine code does what the network means. It is optimised or not, on one thread or two."""
    lowered = Lowered(NETWORKS[name]())
    meant = interpreted(lowered, STEPS)
    native = executed(lowered.run(EXACT), STEPS, native=True)
    assert not differences(meant, native, TOLERANCE.get(name, 0.0))
    assert not differences(native, executed(lowered, STEPS, threads=2, native=True))
    plain = Lowered(lowered.network).run(without(LOWERING, "expand-math"))
    assert not differences(native, executed(plain, STEPS, native=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_what_compile_makes(name: str) -> None:
    """Formulas for elementary functions stay close to the definition.

    They give the same bits everywhere.
    """
    lowered = Lowered(NETWORKS[name]())
    meant = interpreted(lowered, STEPS)
    native = executed(lowered.run(OPTIMISED), STEPS, native=True)
    assert not differences(meant, native, FORMULAS)
    assert not differences(native, executed(lowered, STEPS, threads=2, native=True))
    assert not differences(_first(native), executed(lowered, FEW))
    plain = Lowered(lowered.network).run(LOWERING)
    assert not differences(native, executed(plain, STEPS, native=True))


def test_networks_do_something() -> None:
    """A network in which nothing happens would agree with everything."""
    for name, build in NETWORKS.items():
        trace = interpreted(Lowered(build()), FEW)
        values = [v for key, v in trace.items() if not key.endswith("spikes")]
        changes = sum(bool((v[0] != v[-1]).any()) for v in values if v[0].shape == v[-1].shape)
        assert changes > 0, name
