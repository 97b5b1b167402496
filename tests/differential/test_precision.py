"""Networks in single precision.

Some of them only store their synapses in it.

The interpreter defines what they compute, bit for bit, as it does in double precision. With the
formulas of ``expand-math`` results stay within a few units in the last place of each step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.levels import Lowered, Trace, differences, executed, interpreted, without
from differential.models import NETWORKS
from differential.random_networks import random_network

import ranvier as rv
from ranvier.passes.framework.pipeline_text import as_pipeline
from ranvier.passes.pipelines import LOWERING, OPTIMISED

STEPS = 12
FEW = 2
"""Steps for which kernels run in the interpreter, which is slow."""

KERNELS = without("@equations,@sparsity,@kernels", "expand-math")
EXACT = without(OPTIMISED, "expand-math")
SETTINGS = {
    "single": {"dtype": "float32"},
    "stored": {"synapse_dtype": "float32"},
    "wider": {"dtype": "float32", "synapse_dtype": "float64"},
}
ROUNDING = {"hybrid": {"single": 1e-5, "stored": 1e-12}, "random_draws": {"single": 1e-5}}
"""Networks that are exact but for rounding.

Decoded spikes have a running total of their window, normal numbers a formula of their own.
"""

FORMULAS = {"single": 1e-5, "stored": 1e-9, "wider": 1e-5}
"""A few units in the last place, for ``STEPS`` steps."""

STORED = (
    "coba", "delayed_rates", "hybrid", "learning_rates", "operations_of_sums", "rate_coded",
    "spike_timing", "synapses_with_state",
)  # fmt: skip
"""Networks with synapses of every kind and storage."""

CASES = [
    *((name, "single") for name in NETWORKS),
    *((name, "stored") for name in STORED),
    ("spike_timing", "wider"),
]


def _lowered(name: str, setting: str) -> Lowered:
    net = NETWORKS[name]()
    net.config(**SETTINGS[setting])
    return Lowered(net)


def _first(trace: Trace) -> Trace:
    return {name: values[:FEW] for name, values in trace.items()}


@pytest.mark.parametrize(("name", "setting"), CASES)
def test_machine_code_does_what_the_interpreter_says(name: str, setting: str) -> None:
    """Machine code has the bits of the interpreter.

    It is optimised on one thread and two, and only lowered; the kernels are interpreted.
    """
    lowered = _lowered(name, setting)
    meant = interpreted(lowered, STEPS)
    tolerance = ROUNDING.get(name, {}).get(setting, 0.0)
    native = executed(lowered.run(EXACT), STEPS, native=True)
    assert not differences(meant, native, tolerance)
    assert not differences(native, executed(lowered, STEPS, threads=2, native=True))
    plain = Lowered(lowered.network).run(without(LOWERING, "expand-math"))
    assert not differences(native, executed(plain, STEPS, native=True))
    kernels = Lowered(lowered.network).run(KERNELS)
    assert not differences(_first(native), executed(kernels, FEW, threads=2), tolerance)


@pytest.mark.parametrize("setting", ["single", "stored"])
@pytest.mark.parametrize("name", ["coba", "methods", "random_draws", "rate_coded", "spike_timing"])
def test_what_compile_makes(name: str, setting: str) -> None:
    """Formulas for elementary functions stay close to the definition.

    They give the same bits without passes.
    """
    lowered = _lowered(name, setting)
    meant = interpreted(lowered, STEPS)
    native = executed(lowered.run(OPTIMISED), STEPS, native=True)
    assert not differences(meant, native, FORMULAS[setting])
    plain = Lowered(lowered.network).run(LOWERING)
    assert not differences(native, executed(plain, STEPS, native=True))


@pytest.mark.parametrize(("setting", "seed"), [("single", 4), ("single", 7), ("stored", 7)])
def test_random_networks(setting: str, seed: int) -> None:
    network = random_network(seed)
    network.config(**SETTINGS[setting])
    lowered = Lowered(network)
    meant = interpreted(lowered, FEW)
    native = executed(lowered.run(EXACT), FEW, native=True)
    assert not differences(meant, native)
    assert not differences(native, executed(lowered, FEW, threads=2, native=True))
    plain = Lowered(network).run(without(LOWERING, "expand-math"))
    assert not differences(meant, executed(plain, FEW, native=True))


@pytest.mark.parametrize("width", [16, 32])
@pytest.mark.parametrize("setting", ["single", "stored"])
def test_narrower_vectors(setting: str, width: int) -> None:
    """The same bits with 4 or 8 lanes of single precision."""
    lowered = _lowered("coba", setting)
    wide = executed(lowered.run(OPTIMISED), STEPS, native=True)
    pipeline = str(as_pipeline(OPTIMISED)).replace("{bytes=0}", f"{{bytes={width}}}")
    narrow = Lowered(lowered.network).run(pipeline)
    lanes = width // (4 if setting == "single" else 8)
    assert f"vector<{lanes}x" in str(narrow.module)
    assert not differences(wide, executed(narrow, STEPS, native=True))


@pytest.mark.parametrize("setting", ["single", "stored"])
def test_tiles_change_no_bit(setting: str) -> None:
    """Sums of several steps at once add in the same order.

    The width of a number changes nothing.
    """

    def rates(pipeline: str) -> Any:
        net = rv.Network(dt=1.0, seed=3)
        net.config(**SETTINGS[setting])
        wave = rv.Neuron(parameters="p = 0.0", equations="r = sin(0.1 * t + p)")
        source = net.create(90, wave)
        source.p = np.linspace(0.0, 6.0, 90)
        leaky = rv.Neuron(equations="5.0 * dr/dt + r = sum(exc)")
        cells = net.create(75, leaky)
        net.connect(source, cells, "exc").all_to_all(weights=rv.Uniform(-0.1, 0.2))
        monitor = net.monitor(cells, "r")
        compiled = net.compile(pipeline=pipeline)
        steps = 24 if setting == "single" else 12
        told = f"{steps} steps at once" in str(compiled.explain())
        assert told == ("tile-time" in pipeline)
        net.simulate(67.0)
        return monitor.get("r")

    tiled = rates("@equations,choose-layout,tile-time,@kernels,@cpu")
    assert np.ptp(tiled[-1]) > 0.1
    np.testing.assert_array_equal(tiled, rates("@equations,choose-layout,@kernels,@cpu"))
