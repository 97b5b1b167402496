"""One small simulation under every way of running Python.

Every kind of installation runs it, too.
"""

from __future__ import annotations

import compileall
import json
import marshal
import math
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from house.files import ROOT, package_files

pytestmark = pytest.mark.long

MODEL = """
import json, os, tempfile
import ranvier as rv
from ranvier.ir.parser import parse

net = rv.Network(dt=0.5, seed=3)
lif = rv.Neuron(
    parameters=dict(tau=20.0, v_rest=-60.0),
    equations='''
        tau*dv/dt = v_rest - v + g_exc : init=-60.0, exponential
        5.0*dg_exc/dt = -g_exc
    ''',
    spike="v > -50.0",
    reset="v = v_rest",
    refractory=2.0,
)
noise = net.create(rv.PoissonPopulation(geometry=20, rates=200.0))
cells = net.create(30, lif)
leak = net.create(1, rv.Neuron(equations="10.0*dr/dt = 1.0 - r : exponential"))
net.connect(noise, cells, "exc", rv.STDP()).all_to_all(weights=1.5)
monitor = net.monitor(cells, "spike")
compiled = net.compile()
net.simulate(50.0)
u = float(leak.r[0])
v = [float(x).hex() for x in cells.v]
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "state.npz")
    net.save(file)
    net.simulate(5.0)
    net.load(file)
spikes = sum(map(len, monitor.get("spike").values()))
try:
    rv.Neuron(equations="tau*dv/dt = -v")
except rv.ModelError as problem:
    refused = str(problem)
try:
    net.compile(pipeline="@equations,fuse-lops")
except rv.ModelError as problem:
    unknown = str(problem)
text = str(compiled.ir(form="generic"))
known = str(parse(text)) == text
print(json.dumps(dict(
    place=str(getattr(rv, "__file__", None)),
    documented=rv.__doc__ is not None,
    checked=__debug__,
    u=u,
    v=v,
    spikes=spikes,
    refused=refused,
    unknown=unknown,
    known=known,
    cache=str(compiled.explain("cache")),
)))
"""

FROZEN = """
import marshal, sys
from importlib.machinery import ModuleSpec

class Frozen:
    def __init__(self, file):
        with open(file, "rb") as stream:
            self.modules = marshal.load(stream)
    def find_spec(self, name, path=None, target=None):
        found = self.modules.get(name)
        return found and ModuleSpec(name, self, is_package=found[0])
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        exec(self.modules[module.__name__][1], module.__dict__)

sys.meta_path.insert(0, Frozen(sys.argv[1]))
"""
"""Modules that lie in the program itself.

So none of them has a file.
"""


def run(cache: Path, *flags: str, path: Path | None = None, start: str = "") -> dict[str, Any]:
    """The model's answer under ``python *flags``.

    The package comes from ``path``.
    """
    file = cache.parent / "model.py"
    where = "" if path is None or start else f"import sys\nsys.path.insert(0, {str(path)!r})\n"
    file.write_text(start + where + MODEL)
    told = {"RANVIER_CACHE": "1", "RANVIER_CACHE_DIR": str(cache)}
    answer = subprocess.run(
        [sys.executable, *flags, str(file), *([str(path)] if path else [])],
        capture_output=True,
        text=True,
        env=os.environ | told,
        timeout=300,
        cwd=cache.parent,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""  # warnings of destructors do not end a program
    said: dict[str, Any] = json.loads(answer.stdout)
    return said


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The model's answer in an ordinary run."""
    return run(tmp_path_factory.mktemp("plain") / "cache")


def test_the_model_is_right(plain: dict[str, Any]) -> None:
    """100 steps towards 1, exact for this method.

    The time constant is 10 ms.
    """
    assert plain["u"] == pytest.approx(1.0 - math.exp(-5.0), rel=1e-13)
    assert plain["spikes"] > 30
    assert "tau" in plain["refused"] and "model.py:" in plain["refused"]
    assert "did you mean 'fuse-loops'" in plain["unknown"]


def same(found: dict[str, Any], plain: dict[str, Any]) -> None:
    """A run elsewhere has the same bits and the same errors."""
    for name in ("u", "v", "spikes"):
        assert found[name] == plain[name], name
    assert found["known"]
    assert "tau" in found["refused"] and "model.py:" in found["refused"]
    assert "unknown pass 'fuse-lops'" in found["unknown"]


@pytest.mark.parametrize(
    "flags",
    ["-O", "-OO", "-I", "-X dev", "-W error", "-I -W error -X dev -bb -OO"],
)
def test_flags_of_python(flags: str, plain: dict[str, Any], tmp_path: Path) -> None:
    found = run(tmp_path / "cache", *flags.split())
    same(found, plain)
    assert found["documented"] == ("-OO" not in flags)
    assert found["checked"] == ("-O" not in flags)
    assert Path(found["place"]).parent.resolve() == ROOT


@pytest.fixture(scope="module", params=[0, 2], ids=["documented", "without-docstrings"])
def compiled_package(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with the compiled package and no source."""
    folder = tmp_path_factory.mktemp("compiled")
    for name in package_files():
        target = folder / "ranvier" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    assert compileall.compile_dir(folder, quiet=1, legacy=True, optimize=request.param)
    for source in folder.rglob("*.py"):
        source.unlink()
    return folder


def archive_of(folder: Path, file: Path) -> Path:
    """All files of a folder in an archive.

    Compiled modules lie so in one.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for each in sorted(folder.rglob("*.pyc")):
            archive.write(each, each.relative_to(folder))
    return file


def frozen_of(folder: Path, file: Path) -> Path:
    """The code of all modules by name.

    Each with whether it is a package.
    """
    modules = {}
    for each in folder.rglob("*.pyc"):
        package = each.stem == "__init__"
        parts = each.relative_to(folder).with_suffix("").parts
        code = marshal.loads(each.read_bytes()[16:])
        modules[".".join(parts[:-1] if package else parts)] = (package, code)
    file.write_bytes(marshal.dumps(modules))
    return file


def test_without_sources(compiled_package: Path, plain: dict[str, Any], tmp_path: Path) -> None:
    """Compiled files run without sources.

    Then again with what was kept of the first run.
    """
    found = run(tmp_path / "cache", path=compiled_package)
    same(found, plain)
    assert found["place"] == str(compiled_package / "ranvier" / "__init__.pyc")
    found = run(tmp_path / "cache", path=compiled_package)
    same(found, plain)
    assert "it was compiled before: machine code from the disk" in found["cache"]


def test_from_an_archive(compiled_package: Path, plain: dict[str, Any], tmp_path: Path) -> None:
    """The archive stands for its modules.

    It does so in the key of what is kept.
    """
    archive = archive_of(compiled_package, tmp_path / "ranvier.zip")
    same(run(tmp_path / "cache", path=archive), plain)
    found = run(tmp_path / "cache", path=archive)
    same(found, plain)
    assert found["place"].startswith(str(archive))
    assert "it was compiled before: machine code from the disk" in found["cache"]
    os.utime(archive, (1.0e9, 1.0e9))
    assert "nothing like it" in run(tmp_path / "cache", path=archive)["cache"]


def test_frozen_into_a_program(
    compiled_package: Path, plain: dict[str, Any], tmp_path: Path
) -> None:
    """Without files of modules nothing is kept.

    Nobody could say which Ranvier made it.
    """
    frozen = frozen_of(compiled_package, tmp_path / "modules")
    found = run(tmp_path / "cache", path=frozen, start=FROZEN)
    same(found, plain)
    assert found["place"] == "None"
    assert "Ranvier's sources cannot be looked at" in found["cache"]
