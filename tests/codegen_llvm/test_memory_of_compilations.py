"""Compiled and dropped networks leave next to nothing in memory.

LLVM's own memory is counted by the C library, Python's by its objects, so that neither the order
in which memory is given back nor other programs play a part.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ranvier.codegen.llvm_ir.optimise import optimised, parsed
from ranvier.codegen_llvm.target import target_machine

NETWORKS = """
import ctypes, gc, os, sys
import ranvier as rv

class Counted(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]

library = ctypes.CDLL(None)
if not hasattr(library, "mallinfo2"):
    print("no mallinfo2")
    sys.exit()
library.mallinfo2.restype = Counted

def allocated():
    gc.collect()
    found = library.mallinfo2()
    return found.uordblks + found.hblkhd

def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def neuron(number):
    return rv.Neuron(
        parameters=dict(tau=20.0, v_rest=-60.0),
        equations=f'''
            tau*dv/dt = v_rest - v + g_exc + {number}.5 : init = -60.0
            5.0*dg_exc/dt = -g_exc
        ''',
        spike="v > -50.0",
        reset="v = v_rest",
        refractory=2.0,
    )

def network(number):
    net = rv.Network(dt=0.1, seed=42)
    noise = net.create(rv.PoissonPopulation(geometry=20, rates=200.0))
    cells = net.create(30, neuron(number))
    net.connect(noise, cells, "exc", rv.STDP()).all_to_all(weights=1.5)
    monitor = net.monitor(cells, ["v", "spike"])
    net.compile()
    net.simulate(2.0)
    assert len(monitor.get("v")) == 20
"""

FEW = (
    NETWORKS
    + """
from ranvier.frontend.emit.network import network_module

for number in range(300):  # models that were analysed are remembered, up to a number
    net = rv.Network()
    net.create(1, neuron(number))
    network_module(net)
for number in range(20):
    network(1000 + number)
bytes_before, objects_before = allocated(), len(gc.get_objects())
for number in range(60):
    network(2000 + number)
print((allocated() - bytes_before) / 60, (len(gc.get_objects()) - objects_before) / 60)
"""
)

THOUSAND = (
    NETWORKS
    + """
for number in range(400):  # all caches are full after 256
    network(number)
before = resident()
for number in range(1000):
    network(1000 + number)
print(resident() - before)
"""
)


def said(script: str, **environment: str) -> list[float]:
    """The numbers that a script prints in a fresh process."""
    answer = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=3600,
        env=os.environ | environment,
    )
    assert answer.returncode == 0, answer.stderr
    if answer.stdout.startswith("no"):
        pytest.skip("the C library does not tell what is allocated")
    return [float(word) for word in answer.stdout.split()]


def test_networks_leave_nothing() -> None:
    """Each pass builder leaves 2 KB in LLVM's instrumentation.

    llvmlite has no name for it.

    It was 169 KB: 30 in the global context, the rest in pass managers.
    """
    allocated, objects = said(FEW, RANVIER_CACHE="0")
    assert allocated < 8000
    assert objects < 2


@pytest.mark.skipif(
    os.environ.get("RANVIER_NIGHTLY", "0") in ("", "0"),
    reason="takes minutes; RANVIER_NIGHTLY=1 asks for it",
)
@pytest.mark.parametrize("cache", ["0", "1"])
def test_a_thousand_networks(cache: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The process grows by no more than 20 MB.

    This holds with and without a cache.
    """
    folder = tmp_path_factory.mktemp("cache")
    (grown,) = said(THOUSAND, RANVIER_CACHE=cache, RANVIER_CACHE_DIR=str(folder))
    assert grown < 20e6


def test_modules_share_nothing() -> None:
    """Each module has a context of its own.

    One may declare otherwise what another declares.
    """
    texts = [
        f"%pair = type {{ {kind}, i64 }}\n"
        f"define {kind} @first(ptr %p) {{\n  %x = load %pair, ptr %p\n"
        f"  %y = extractvalue %pair %x, 0\n  ret {kind} %y\n}}\n"
        for kind in ("i32", "double")
    ]
    with parsed(texts[0]) as one, parsed(texts[1]) as other:
        assert "%pair = type { i32, i64 }" in str(one)
        assert "%pair = type { double, i64 }" in str(other)
    with optimised(texts[1], target_machine()) as module:
        assert "ret double" in str(module)
