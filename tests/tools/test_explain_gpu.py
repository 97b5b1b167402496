"""``explain("cuda")``: launches, delivery, bytes and times of a step."""

from __future__ import annotations

import re
from typing import Any

from fakes.cuda_driver.installed import simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver
from ptx_emulator.gpu import EmulatedGpu

import ranvier as rv
from tools.kit import Command

MODEL = """\
import ranvier as rv

net = rv.Network(dt=0.1, seed=1)
cell = rv.Neuron(
    parameters="tau = 20.0 : population",
    equations="tau*dv/dt = g_exc - v\\n5.0*dg_exc/dt = -g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
)
cells = net.create(4000, cell, name="cells")
net.connect(cells, cells, "exc", name="one").fixed_number_pre(40, weights=0.5)
net.connect(cells, cells, "exc", name="own").fixed_number_pre(40, weights=rv.Uniform(0, 1))
net.compile()
"""


def small(**weights: Any) -> rv.Network:
    """Neurons that all spike in their first step."""
    net = rv.Network(dt=1.0, seed=1)
    cell = rv.Neuron(equations="v = v + g_exc : init=2.0", spike="v > 1.0", reset="v = 0.0")
    cells = net.create(40, cell, name="cells")
    net.connect(cells, cells, "exc", name="all").fixed_number_pre(20, **weights)
    return net


def explained(net: rv.Network, *, steps: int = 0) -> Any:
    """The explanation of a network after some steps."""
    with simulated(SimulatedDriver([SimulatedDevice(engine=EmulatedGpu())]), ["cuda-bindings"]):
        net.compile(target="cuda")
        for _ in range(steps):
            net.simulate(net.dt)
        return net.explain("cuda")


def row(text: str, part: str, name: str) -> str:
    """The text of a row of a part."""
    (block,) = [each for each in text.split("\n\n") if each.startswith(part)]
    found = re.search(rf"^  = {name} +(.*)$", block, re.MULTILINE)
    assert found is not None, block
    return found[1]


def test_without_a_gpu(dump: Command) -> None:
    """Bytes are those of a calculation by hand.

    A step loads and stores v and g_exc of all neurons, and two counts of arrivals, in 4 bytes each;
    a mask of a bit for each neuron is stored. 4000 neurons at 10 Hz spike 4 times in 0.1 ms, and
    reach 160 neurons through 40 synapses each of either projection. A scatter loads the mask, two
    places for each spike and projection, and a rank of 2 bytes for each arrival, which it counts; a
    weight, and a key and a value that are stored and loaded again, have 8 bytes each.
    """
    dump.write("large.py", MODEL)
    text = dump("large.py", "--explain=cuda", "--arch", "sm_90").out
    assert text.startswith("GPU H200 (none is there): a grid on 132 multiprocessors\n")
    assert row(text, "GPU", "launches") == "2 in each step, 1 before the first"
    update = 4000 * 2 * (8 + 8 + 4 + 4) + 160 * 16 + 500
    scatter = 500 + 2 * 4 * 2 * 4 + 160 * (2 * (2 + 8) + 8 + 16)
    assert row(text, "launch launch2", "bytes").startswith(f"{update / 1e3:.0f} kB to ")
    assert row(text, "launch launch1", "bytes").startswith(f"{scatter / 1e3:.3g} kB to ")
    least = 4 + (update + scatter) / 4.8e6
    assert row(text, "GPU", "time").startswith(f"{least:.3g} to ")
    assert "0.04 of real time (calculated: 2 us a launch, 4.8 TB/s)" in row(text, "GPU", "time")
    assert row(text, "GPU", "CPU").endswith("faster than the GPU")
    assert "launch launch2: in each step, 16 blocks of 256 threads" in text
    assert row(text, "launch launch1", "scatter").startswith("one, own: ")
    assert row(text, "projection one", "delivery").startswith("counts: all its synapses have one")
    assert row(text, "projection own", "delivery").startswith("buckets: weights differ")


def test_registers_and_room_on_a_device() -> None:
    text = str(explained(small(weights=rv.Uniform(0.1, 0.2))))
    assert re.search(r"\d+ registers.*occupancy [\d.]+, blocks for 1 of \d+", text)
    assert "room for 8 in a step (0.2 arrive at 10 Hz), never too small" in text


def test_a_bucket_that_was_too_small() -> None:
    """All neurons spike at once, and each is reached by 20."""
    text = str(explained(small(weights=rv.Uniform(0.1, 0.2)), steps=3))
    assert re.search(r"room for (32|64) in a step .*, too small in \d runs?, and larger", text)


def test_weights_that_became_different() -> None:
    """They are counted while they are equal."""
    net = small(weights=0.1)
    with simulated(SimulatedDriver([SimulatedDevice(engine=EmulatedGpu())]), ["cuda-bindings"]):
        net.compile(target="cuda")
        assert "counts: all its synapses" in str(net.explain("cuda"))
        projection = net.get_projection("all")
        projection.w = [[0.1 * (i + 1) for i in range(20)] for _ in range(40)]
        assert "buckets: weights differ" in str(net.explain("cuda"))


def test_one_block_and_why() -> None:
    """Spikes that add what others decide have no form there."""
    net = small(weights=0.1)
    cells = net.get_population("cells")
    net.connect(cells, cells, "exc", rv.Synapse(pre_spike="g_target += w * (1.0 - post.g_exc)"))
    net.projections[-1].all_to_all(0.1)
    text = str(explained(net))
    assert "one block of 256 threads, on one of " in text
    assert "map-to-grid" in text and "depends on what others add" in text
    assert row(text, "GPU", "CPU").startswith("faster")


def test_atomics_in_any_order() -> None:
    net = small(weights=rv.Uniform(0.1, 0.2))
    net.config(atomics="fast")
    text = str(explained(net))
    assert row(text, "projection all", "delivery").startswith("atomics: added in any order")


def test_steps_that_go_together(dump: Command) -> None:
    """Dense sums of 12 steps take one pass over the weights."""
    dump.write(
        "rates.py",
        """\
import ranvier as rv

net = rv.Network(dt=1.0, seed=1)
leaky = rv.Neuron(equations="10.0*dr/dt + r = sum(exc) + 0.1")
source, cells = net.create(1000, leaky, name="source"), net.create(1000, leaky, name="cells")
net.connect(source, cells, "exc", name="dense").all_to_all(rv.Uniform(0.0, 1.0))
net.compile()
""",
    )
    text = dump("rates.py", "--explain=cuda").out
    assert row(text, "GPU", "launches").startswith("2 in 12 steps")
    assert "in one pass" in row(text, "projection dense", "delivery")
    number, unit, *_ = row(text, "launch launch2", "bytes").split()
    assert 8.0 <= float(number) <= 8.5 and unit == "MB"


def test_a_network_on_the_cpu() -> None:
    net = small(weights=0.1)
    net.compile()
    assert "since it was compiled for the CPU" in str(net.explain("cuda"))
    assert 'paradigm="cuda"' in str(net.explain("cuda"))
