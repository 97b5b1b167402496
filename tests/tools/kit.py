"""Scripts and modules of the tools' tests, and the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import frozen

from ranvier import ir_dump

MODEL = '''\
import ranvier as rv

net = rv.Network(dt=0.1, seed=1)
cell = rv.Neuron(
    parameters="El = -60.0 : population\\ntau = 20.0 : population\\ntau_exc = 5.0 : population",
    equations="""
        tau*dv/dt = (El - v) + g_exc
        tau_exc*dg_exc/dt = -g_exc
    """,
    spike="v > -50.0",
    reset="v = El",
    refractory=5.0,
)
cells = net.create(20, cell)
net.connect(cells, cells, "exc").fixed_probability(weights=0.5, probability=0.2)
spikes = net.monitor(cells, "spike")
net.compile()
print("before simulate")
net.simulate(10.0)
print("after simulate")
'''

OLD_STYLE = """\
from ranvier import *

setup(dt=1.0)
leaky = Neuron(parameters="tau = 10.0", equations="tau*dr/dt + r = 1.0")
cells = Population(4, leaky)
compile()
simulate(10.0)
raise RuntimeError("nobody comes here")
"""

MODULE = """\
"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "f"}> ({
^bb0(%x: f64, %y: f64):
  %a = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %b = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %c = "arith.addf"(%a, %b) : (f64, f64) -> f64
  "func.return"(%c) : (f64) -> ()
}) : () -> ()
"""


@frozen
class Answer:
    """The answer of the command."""

    code: int
    out: str
    err: str


@frozen
class Command:
    """Runs ``ir-dump`` in this process.

    Its folder holds the files above.
    """

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Answer:
        code = ir_dump.main(list(words))
        found = self.capture.readouterr()
        return Answer(code, found.out, found.err)

    def write(self, name: str, text: str) -> str:
        """A file in the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


def command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """A command in a folder with ``model.py``, ``old.py`` and ``module.mlir``."""
    monkeypatch.chdir(folder)
    found = Command(folder, capsys)
    for name, text in (("model.py", MODEL), ("old.py", OLD_STYLE), ("module.mlir", MODULE)):
        found.write(name, text)
    return found
