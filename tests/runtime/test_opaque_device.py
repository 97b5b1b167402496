"""Networks on an opaque device compute the same bits.

Nobody can look into its buffers.

So everything goes through the device, which is what a device with memory of its own needs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differential.clocks import everything
from differential.everything import MONITORS, Setting, build
from differential.stories import play, run, same, seen
from differential.test_golden_states import BUILDERS, FILE, digest
from fakes.opaque_device import Handle, OpaqueDevice, opaque
from samples.connected_layouts import CONNECTED, PREFERRED

import ranvier as rv
from ranvier.ir.buffers import Key
from ranvier.ir.layouts import LAYOUTS
from ranvier.ir.target import CPU
from ranvier.runtime.bounds_reports import OutOfBounds
from ranvier.runtime.thread_pool import ThreadPool

WIDE = {"block": 32, "line": 16}
"""Lengths of a target that is not the CPU."""

LAZY = "@equations,lazy-post-spikes{smallest=0},choose-layout,@kernels,@cpu"


def test_nobody_can_look_into_a_handle() -> None:
    device = OpaqueDevice(CPU, ThreadPool())
    handle: Any = device.adopt(np.arange(3.0))
    assert (handle.dtype, handle.size) == (np.float64, 16)
    for look in (lambda: handle[0], lambda: len(handle), lambda: memoryview(handle)):
        with pytest.raises(TypeError):
            look()
    assert np.asarray(handle).dtype == object
    with pytest.raises(ValueError, match="read-only"):
        device.view(handle, 2)[0] = 1.0
    with pytest.raises(AssertionError, match="beyond"):
        device.upload(handle, [1.0], 16)


@pytest.mark.parametrize("name", BUILDERS)
def test_golden_states(name: str) -> None:
    with opaque() as devices:
        found = digest(BUILDERS[name], list(BUILDERS).index(name))
    assert json.loads(FILE.read_text())[name] == found
    assert devices and all(device.calls["launch"] for device in devices)


def on_both(make: Any, folder: Path, **lengths: int) -> list[dict[str, Any]]:
    """The story of a network on the CPU.

    It is the same on the other device.
    """
    meant = play(make(), folder)
    with opaque(**lengths) as devices:
        found = play(make(), folder)
    (device,) = devices
    assert {"allocate", "adopt", "upload", "download", "view", "fill"} <= device.calls.keys()
    same(meant, found)
    return found


@pytest.mark.parametrize(
    ("opt", "lengths"), [(1, {}), (1, WIDE), (0, WIDE), (LAZY, {}), ("bounds", {})]
)
def test_all_that_depends_on_the_past(opt: Any, lengths: dict[str, int], tmp_path: Path) -> None:
    """Delays of all kinds, traces, decoded rates, learning.

    Learning is every few steps; there are monitors of each.
    """

    def make() -> Any:
        net = build(Setting(kind="near" if opt else "far"), 3)
        options = {"check": "bounds"} if opt == "bounds" else {"opt": opt}
        compiled = net.compile(**{"pipeline": opt} if opt == LAZY else options)
        assert bool(compiled._program._lazy) == (opt == LAZY)
        return net

    found = on_both(make, tmp_path, **lengths)
    spikes = found[-1]["of_all.spike"]
    assert sum(map(len, spikes.values())) > 10
    assert set(MONITORS) > {name[3:].partition(".")[0] for name in found[-1]}


@pytest.mark.parametrize("opt", [0, 1])
def test_delays_and_clocks(opt: int, tmp_path: Path) -> None:
    on_both(lambda: everything(noise=0.1, threads=3, opt=opt), tmp_path)


def laid_out(layout: str) -> Any:
    """Synapses in a layout, their weights drawn."""
    sums = LAYOUTS[layout].can("sum")
    net = rv.Network(dt=0.1, seed=3)
    net.config(num_threads=3)
    fire: Any = {"spike": "v > 1.0", "reset": "v = 0.0"}
    text = "r = sum(exc) + 0.1*t" if sums else "dv/dt = 0.3 + g_exc"
    neuron = rv.Neuron(equations=text, **{} if sums else fire)
    one, other = net.create(90, neuron), net.create(90, neuron)
    CONNECTED[layout](net.connect(one, other, "exc"))
    net.monitor(other, ["r" if sums else "spike"])
    net.compile(pipeline=PREFERRED.get(layout))
    (storage,) = net._execution.program._program.storages.values()  # type: ignore[union-attr]
    assert storage.layout.name == layout
    return net


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str, tmp_path: Path) -> None:
    on_both(lambda: laid_out(layout), tmp_path)
    with opaque(**WIDE):
        program = laid_out(layout)._execution.program._program
        assert all(isinstance(buffer, Handle) for buffer in program.buffers.values())
        assert program.device.target.block == WIDE["block"]


def test_a_state_goes_to_another_target(tmp_path: Path) -> None:
    """Files of states hold nothing that blocks of neurons decide."""
    net = everything(noise=0.1, threads=2)
    run(net, 30, 2)
    net.save(tmp_path / "state.npz")
    run(net, 30, 2)
    with opaque(**WIDE):
        other = everything(noise=0.1, threads=3)
        other.load(tmp_path / "state.npz")
        run(other, 30, 3)
        same([seen(net)], [seen(other)])


def test_faults_are_found(tmp_path: Path) -> None:
    """Ranks beyond the population are told, as on the CPU."""
    with opaque():
        net = laid_out("by_pre")
        program = net.compile(check="bounds")._program
        program.device.upload(program.buffers[Key("proj0", "post")], [1000])
        with pytest.raises(OutOfBounds, match=r"index 1000 of 'pop1.g_exc', which has 96"):
            net.simulate(20.0)
