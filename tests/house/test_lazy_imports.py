"""Heavy libraries load only when they are used.

`import ranvier` and `compile()` need none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LAZY = ("cuda", "matplotlib", "pycuda", "scipy", "sympy", "tqdm")

LATER = (
    "ranvier.ir.core",
    "ranvier.ir.declare",
    "ranvier.codegen.llvm_ir.emit",
    "ranvier.toolchain",
)
"""Modules loaded when a network is compiled: operations and compiler."""

NEVER = (
    "concurrent.futures",
    "ranvier.ir.assembly",
    "ranvier.ir.interpreter.equations",
    "ranvier.ir.interpreter.methods",
    "ranvier.ir.interpreter.steps",
    "ranvier.ir.parser",
    "ranvier.ir.pretty",
    "ranvier.ir.trace",
    "ranvier.runtime.bounds_reports",
)
"""Modules that the compilation of a small network needs not.

They are about text of the IR, its meaning and other threads.
"""

COBA = """
import ranvier as rv

net = rv.Network(dt=0.1, seed=1)
neuron = rv.Neuron(
    parameters=dict(El=-60.0, Vr=-60.0, Erev_exc=0.0, Erev_inh=-80.0, Vt=-50.0, tau=20.0,
                    tau_exc=5.0, tau_inh=10.0, I=20.0),
    equations='''
        tau*dv/dt = (El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I
        tau_exc*dg_exc/dt = - g_exc
        tau_inh*dg_inh/dt = - g_inh
    ''',
    spike="v > Vt", reset="v = Vr", refractory=5.0,
)
population = net.create(100, neuron)
population.v = rv.Normal(-55.0, 5.0)
net.connect(population[:80], population, "exc").fixed_probability(weights=0.6, probability=0.1)
net.connect(population[80:], population, "inh").fixed_probability(weights=6.7, probability=0.1)
monitor = net.monitor(population, "spike")
net.compile()
net.simulate(20.0)
monitor.get("spike")
"""


def loaded_by(script: str, names: tuple[str, ...] = LAZY, cache: Path | None = None) -> list[str]:
    """The named modules that a fresh interpreter loads for a script."""
    report = f"\nimport sys\nprint(*[name for name in {names!r} if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", script + report],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | ({"RANVIER_CACHE_DIR": str(cache), "RANVIER_CACHE": "1"} if cache else {}),
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


def test_import_is_light() -> None:
    assert loaded_by("import ranvier") == []


def test_import_loads_no_operations() -> None:
    assert loaded_by("import ranvier", LATER) == []


def test_star_import_is_light() -> None:
    assert loaded_by("from ranvier import *") == []


def test_compile_and_simulate_are_light() -> None:
    assert loaded_by(COBA) == []


def test_compile_loads_no_text_and_no_meaning(tmp_path: Path) -> None:
    assert loaded_by(COBA, (*LATER, *NEVER), tmp_path) == [*LATER]


def test_known_networks_load_no_operations(tmp_path: Path) -> None:
    assert loaded_by(COBA, LATER, tmp_path) == [*LATER]
    assert loaded_by(COBA, LATER, tmp_path) == []
