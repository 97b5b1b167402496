"""Too many synapses are refused before they are drawn.

The error is at the line that connects.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import ranvier as rv
from ranvier.frontend import memory
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(equations="r = sum(exc)")
SPIKING = rv.Neuron(equations="v = g_exc", spike="v > 1", reset="v = 0")
HERE = Path(__file__).name


def limited(monkeypatch: pytest.MonkeyPatch, count: float | None) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: count)


def network(neuron: rv.Neuron, size: int = 100_000) -> tuple[rv.Network, rv.Projection]:
    net = rv.Network(dt=0.1, seed=1)
    return net, net.connect(net.create(size, neuron), net.create(size, neuron), "exc")


CONNECTORS = {
    "probability": lambda p: p.fixed_probability(0.1, 1.0),
    "weights": lambda p: p.fixed_probability(0.1, rv.Uniform(0.0, 1.0)),
    "pre": lambda p: p.fixed_number_pre(10_000, 1.0),
    "post": lambda p: p.fixed_number_post(10_000, 1.0),
    "all": lambda p: p.all_to_all(rv.Uniform(0.0, 1.0)),
}


@pytest.mark.parametrize("connect", CONNECTORS.values(), ids=CONNECTORS)
@pytest.mark.parametrize("neuron", [RATE, SPIKING], ids=["rate", "spiking"])
def test_what_does_not_fit(
    connect: Any, neuron: rv.Neuron, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, 1.5e9)
    net, projection = network(neuron)
    connect(projection)
    with pytest.raises(memory.NoMemory) as caught:
        net.compile()
    text = str(caught.value)
    line = connect.__code__.co_firstlineno
    assert re.search(rf"{HERE}:{line}:\d+: error: projection 'proj0' does not fit", text)
    assert re.search(r"about 1e\+(09|10) synapses need [\d,.]+ GB, 1.5 GB are available", text)
    assert "connect fewer neurons" in text
    assert isinstance(caught.value, ModelError)
    assert isinstance(caught.value, MemoryError)


def test_one_weight_is_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 10e6)
    net, projection = network(SPIKING, 1000)
    projection.fixed_probability(1.0, rv.Uniform(0.0, 1.0))
    with pytest.raises(memory.NoMemory, match="one weight for all takes no memory"):
        net.compile()
    net, projection = network(SPIKING, 1000)
    projection.fixed_probability(1.0, 0.5)
    net.compile()
    assert projection.nb_synapses == 1_000_000


def test_dense_storage_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums over all pairs keep a weight for each. They do even if all are equal."""
    limited(monkeypatch, 5e6)
    net, projection = network(RATE, 1000)
    projection.all_to_all(1.0)
    with pytest.raises(memory.NoMemory, match=r"about 1e\+06 synapses need 0.008"):
        net.compile(opt=0)


def test_no_limit_known(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, None)
    net, projection = network(SPIKING, 100)
    projection.fixed_probability(0.1, 1.0)
    net.compile()


def test_what_the_system_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    system, group = tmp_path / "meminfo", tmp_path / "group"
    monkeypatch.setattr(memory, "_SYSTEM", system)
    monkeypatch.setattr(memory, "_GROUP", group)
    system.write_text("MemTotal: 32 kB\nMemAvailable:   16 kB\n")
    assert memory.available_memory() == 16 * 1024
    group.mkdir()
    for name, text in (("max", "9000"), ("current", "5000"), ("stat", "anon 1\ninactive_file 8")):
        (group / f"memory.{name}").write_text(text)
    assert memory.available_memory() == 4008
    (group / "memory.max").write_text("max\n")
    assert memory.available_memory() == 16 * 1024
    system.unlink()
    found = memory.available_memory()
    assert found is None or found > 1e8
