"""Buffers between guard pages, and programs that run on them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.target import CPU
from ranvier.runtime import guard_pages
from ranvier.runtime.device.cpu import Cpu
from ranvier.runtime.host_memory import ALIGNMENT

TESTS = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(
    guard_pages._protect() is None, reason="no memory of this kind on this system"
)


@pytest.mark.parametrize("kind", ["f8", "f4", "i8", "i4", "u2", "i1"])
@pytest.mark.parametrize("count", [0, 1, 16, 17, 1000, 70_000])
def test_the_same_buffers(count: int, kind: str) -> None:
    """Zeros of the same length and alignment.

    They can be written to the last element.
    """
    device = Cpu(CPU, guarded=True)
    for buffer in (device.allocate(count, kind), device.adopt(np.zeros(count, kind))):
        assert buffer.shape == (CPU.padded(count),) and buffer.dtype == np.dtype(kind)
        assert buffer.ctypes.data % ALIGNMENT == 0 and not buffer.any()
        buffer[:] = 1
        assert buffer.all()


def test_memory_comes_back() -> None:
    """Mappings go with their buffers."""

    def mappings() -> int:
        gc.collect()
        return len(Path("/proc/self/maps").read_text().splitlines())

    if not Path("/proc/self/maps").exists():
        pytest.skip("no list of mappings on this system")
    before = mappings()
    device = Cpu(CPU, guarded=True)
    buffers = [device.allocate(10, float) for _ in range(100)]
    assert mappings() >= before + 200
    del buffers
    assert mappings() < before + 20


def test_ordinary_memory_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_pages, "_protect", lambda: None)
    assert Cpu(CPU, guarded=True).allocate(10, float).tolist() == [0.0] * 16


TOUCH = """
from ranvier.runtime import guard_pages
from ranvier.ir.target import CPU
from ranvier.runtime.device.cpu import Cpu
import ctypes
with guard_pages.around({on}):
    buffer = Cpu(CPU).allocate(100, float)
ctypes.c_double.from_address(buffer.ctypes.data + {at}).value = 7.0
print("alive")
"""

OVERRUN = """
import numpy as np
import ranvier as rv
from fakes.planted import PlantFaults, prepare
from ranvier.runtime import guard_pages

PlantFaults.shift = 16
net = rv.Network(dt=1.0, seed=1)
cells = net.create(16, rv.Neuron(equations="r = r + 1"))
with guard_pages.around({on}):
    compiled = net.compile(pipeline=["@lowering", PlantFaults()])
stores = [a.operation == "memref.store" and a.buffer.endswith(".r") for a in PlantFaults.found]
program = compiled._program
planted = prepare(program, len(stores))
planted[0] = 1 + stores.index(True)
net.simulate(3.0)
print("alive")
"""


def _run(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)


@pytest.mark.parametrize("at", [8 * 112, -8 * 512])
def test_what_is_touched_beside_a_buffer_ends_the_process(at: int, tmp_path: Path) -> None:
    assert _run(TOUCH.format(on=True, at=8 * 99), tmp_path).stdout == "alive\n"
    done = _run(TOUCH.format(on=True, at=at), tmp_path)
    assert done.returncode < 0 and not done.stdout


def test_kernels_that_write_beyond_the_end_end_the_process(tmp_path: Path) -> None:
    """One element too far ends the process.

    There is no test of the index: in ordinary memory nobody notices.
    """
    done = _run(OVERRUN.format(on=False), tmp_path)
    assert done.returncode == 0 and done.stdout == "alive\n", done.stderr
    done = _run(OVERRUN.format(on=True), tmp_path)
    assert done.returncode < 0 and not done.stdout, done.stderr


def test_every_buffer_of_a_checked_network_is_guarded() -> None:
    """Every buffer of a checked network is guarded.

    Those of populations, synapses, recordings; also those made when a run begins.
    """
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(equations="dv/dt = g_exc - v", spike="v > 1.0", reset="v = 0.0")
    cells = net.create(20, neuron)
    cells.v = 2.0
    net.connect(cells, cells, "exc").fixed_probability(0.4, rv.Uniform(0, 1), delays=2.0)
    net.monitor(cells, ["v", "spike"])
    program = net.compile(check="bounds")._program
    net.simulate(5.0)
    buffers = dict(zip(program._arguments.keys, program.arguments(), strict=True))
    page = os.sysconf("SC_PAGESIZE")
    ends = {n: b.ctypes.data + -(-b.nbytes // ALIGNMENT) * ALIGNMENT for n, b in buffers.items()}
    assert len(ends) > 20
    assert not [name for name, end in ends.items() if end % page]
