"""Threads of the user compile at once.

Their process has compiled nothing yet: passes, dialects, text forms and rules load when they are
first met, by whichever thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, threading
sys.setswitchinterval(1e-5)
import ranvier as rv

def network(k):
    net = rv.Network(dt=0.5, seed=3)
    net.config(num_threads=1)
    cells = net.create(10 + k, rv.Neuron(
        equations="10.0*dv/dt = -v + g_exc + Uniform(1.0, 3.0)", spike="v > 1", reset="v = 0"))
    synapse = rv.Synapse(
        parameters="tau = 20.0 : projection",
        equations="tau*dx/dt = -x : exact, init=1.0\\n5.0*dy/dt = x - y : exact",
        pre_spike="g_target += w")
    net.connect(cells, cells, "exc", synapse).all_to_all(rv.Uniform(0.0, 1.0))
    return net, cells

def work(k):
    net, cells = network(k % 2)
    together.wait()
    try:
        compiled = net.compile(**OPTIONS)
        if k % 3 == 1:
            rv.ir.parser.parse(str(compiled.ir("loops")))
        if k % 3 == 2:
            rv.ir.interpreter.all_rules()
        net.simulate(20.0)
        found[k] = cells.v.tobytes()
    except BaseException as problem:
        failed.append(repr(problem))

import ranvier.ir.interpreter, ranvier.ir.parser
found, failed, together = {}, [], threading.Barrier(6)
threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, failed[0]
for k in range(2):  # what one thread finds in peace
    net, cells = network(k)
    net.compile(**OPTIONS)
    net.simulate(20.0)
    assert {found[i] for i in (k, k + 2, k + 4)} == {cells.v.tobytes()}
"""


@pytest.mark.parametrize("options", ["{}", "{'opt': 0}"])
def test_threads_compile_at_once(options: str, tmp_path: Path) -> None:
    """None of them meets what another has loaded in part only."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("OPTIONS", options)],
        env={**os.environ, "RANVIER_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
