"""Files of states, whole or not at all. They have the name that is given."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.states import network, refused, same, state

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

HERE = Path(__file__).name
POSIX = pytest.mark.skipif(os.name != "posix", reason="other systems have other files")


@pytest.fixture(scope="module")
def net() -> rv.Network:
    """One network for all tests.

    They leave it as it is, or load something whole.
    """
    found = network()
    found.simulate(50.0)
    return found


# ---------------------------------------------------------------------- names and files


def test_the_name_is_the_one_that_is_given(net: rv.Network, tmp_path: Path) -> None:
    before = state(net)
    for name in ("state.npz", "state", "run.0.5", "run.state", "ü ñ.npz", "." * 3 + "x"):
        for kind in (tmp_path / name, str(tmp_path / name), os.fsencode(tmp_path / name)):
            net.save(kind)
            assert name in os.listdir(tmp_path)
            net.simulate(5.0)
            net.load(kind)
            same(state(net), before)
    assert len(os.listdir(tmp_path)) == 6


def test_global_functions(tmp_path: Path) -> None:
    rv.clear()
    rv.setup(dt=1.0, seed=1)
    cells = rv.Population(3, rv.Neuron(equations="r = t"))
    rv.compile()
    rv.simulate(5.0)
    rv.save(tmp_path / "state")
    rv.simulate(5.0)
    rv.load(tmp_path / "state")
    assert rv.get_time() == 5.0 and cells.r[0] == 4.0
    with pytest.raises(ModelError, match=rf"{HERE}:\d+:\d+: error: save\(\) cannot write"):
        rv.save("state.mat")
    rv.clear()


@pytest.mark.parametrize("extension", [".mat", ".gz", ".h5", ".hdf5", ".npy", ".pickle", ".MAT"])
def test_other_formats(net: rv.Network, tmp_path: Path, extension: str) -> None:
    with refused(net, rf"(?s)cannot write '{extension}' files.*format is NumPy's '\.npz'"):
        net.save(tmp_path / f"state{extension}")
    assert os.listdir(tmp_path) == []
    with refused(net, "no such file", FileNotFoundError):
        net.load(tmp_path / f"state{extension}")


def test_names_that_earlier_versions_made(net: rv.Network, tmp_path: Path) -> None:
    """NumPy added its extension to other names."""
    before = state(net)
    for name in ("old", "old.mat"):
        np.savez(tmp_path / f"{name}.npz", **before)  # type: ignore[arg-type]
        net.simulate(5.0)
        net.load(tmp_path / name)
        same(state(net), before)


def test_names_within_files_of_earlier_versions(net: rv.Network, tmp_path: Path) -> None:
    """Earlier files had no mark on Ranvier's own parts.

    It is one that variables cannot have.
    """
    before = state(net)
    names = {
        "$step": "net.step",
        "$steps_done": "net.steps_done",
        "$seed": "net.seed",
        "reading.$past(r)": "reading.r.past",
    }
    old = {names.get(name, name.replace("$", "")): values for name, values in before.items()}
    assert {"spiking.refractory_left", "reading.sum(exc)", "rates.learning"} <= old.keys()
    np.savez(tmp_path / "old.npz", **old)  # type: ignore[arg-type]
    net.simulate(5.0)
    net.load(tmp_path / "old.npz")
    same(state(net), before)


def test_padding_in_files_of_earlier_versions(net: rv.Network, tmp_path: Path) -> None:
    """Earlier files kept what pads neurons to blocks of 16."""
    before = state(net)
    old = dict(before)
    for name, size in (("spiking.$refractory_left", 20), ("reading.$sum(exc)", 7)):
        assert before[name].shape == (size,)
        old[name] = np.pad(before[name], (0, -size % 16), constant_values=3)
    np.savez(tmp_path / "old.npz", **old)  # type: ignore[arg-type]
    net.simulate(5.0)
    net.load(tmp_path / "old.npz")
    same(state(net), before)


def test_files_that_are_open(net: rv.Network, tmp_path: Path) -> None:
    before = state(net)
    memory = io.BytesIO()
    net.save(memory)
    memory.seek(0)
    net.simulate(5.0)
    net.load(memory)
    same(state(net), before)
    with open(tmp_path / "open", "w+b") as file:
        net.save(file)
        file.seek(0)
        net.simulate(5.0)
        net.load(file)
    same(state(net), before)
    with open(tmp_path / "text", "w") as text, refused(net, "open it in binary mode"):
        net.save(text)
    with open(tmp_path / "text") as text, refused(net, "no file that save"):
        net.load(text)
    memory.close()
    for call in (net.save, net.load):
        with refused(net, "closed file|no file that save"):
            call(memory)


WRONG: dict[str, tuple[Any, str]] = {
    "folder with a slash": ("{}/", "takes the name of a file, not '.*/'"),
    "nothing": ("", "takes the name of a file, not ''"),
    "null": ("{}/a\0b", "takes the name of a file"),
    "number": (7, "takes the name of a file or a file opened"),
    "none": (None, "takes the name of a file or a file opened"),
    "list": (["a"], "takes the name of a file or a file opened"),
    "folder": ("{}", "it is a folder; name a file in it"),
    "missing folder": ("{}/no/such/state.npz", "there is no folder '.*/no/such'"),
    "too long": ("{}/" + "x" * 300, "File name too long"),
    "below a file": ("{}/file/state.npz", "(?i)not a directory|there is no folder"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_names(net: rv.Network, tmp_path: Path, case: str) -> None:
    given, words = WRONG[case]
    (tmp_path / "file").write_text("a file")
    name = given.format(tmp_path) if isinstance(given, str) else given
    for call in (net.save, net.load):
        with refused(net, words):
            call(name)
    assert os.listdir(tmp_path) == ["file"]


def test_a_missing_file(net: rv.Network, tmp_path: Path) -> None:
    net.save(tmp_path / "trained.npz")
    with refused(net, r"no such file; did you mean 'trained\.npz'\?", FileNotFoundError):
        net.load(tmp_path / "trainde.npz")
    with refused(net, "there is no folder", FileNotFoundError):
        net.save(tmp_path / "missing" / "trained.npz")


@POSIX
def test_links_and_modes_stay(net: rv.Network, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    target, link = tmp_path / "deep" / "state.npz", tmp_path / "link.npz"
    link.symlink_to(target)
    net.save(link)  # a link to nothing yet
    assert link.is_symlink() and target.is_file()
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()
    target.chmod(0o640)
    net.save(link)
    assert link.is_symlink() and target.stat().st_mode & 0o777 == 0o640
    net.load(link)
    assert os.listdir(tmp_path / "deep") == ["state.npz"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@POSIX
def test_a_device_stays_one(net: rv.Network, tmp_path: Path) -> None:
    net.save("/dev/null")
    assert not Path("/dev/null").is_file()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        net.save(pipe)
        content, _ = reader.communicate(timeout=60)
    assert pipe.is_fifo()
    net.load(io.BytesIO(content))


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_what_is_read_only(net: rv.Network, tmp_path: Path) -> None:
    net.save(tmp_path / "state.npz")
    (tmp_path / "state.npz").chmod(0o400)
    with refused(net, "it is read-only", OSError):
        net.save(tmp_path / "state.npz")
    (tmp_path / "state.npz").chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        with refused(net, "Permission denied", OSError):
            net.save(tmp_path / "state.npz")
        net.load(tmp_path / "state.npz")
    finally:
        tmp_path.chmod(0o700)


# ---------------------------------------------------------------------- whole or not at all


class Broken(Exception):  # noqa: N818 - reads as what happened
    """A failure while a file is written."""


@pytest.mark.parametrize("failure", [Broken, KeyboardInterrupt, MemoryError, OSError(28, "full")])
def test_what_fails_half_way(
    net: rv.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Any
) -> None:
    def savez(file: Any, **arrays: Any) -> None:
        file.write(b"half of it")
        raise failure

    path = tmp_path / "state.npz"
    path.write_bytes(b"the old one")
    monkeypatch.setattr(np, "savez", savez)
    words: dict[Any, str] = {MemoryError: "no memory to write", OSError: "cannot write '.*': full"}
    kind = failure if isinstance(failure, type) else OSError
    with pytest.raises(kind, match=words.get(kind)):
        net.save(path)
    assert path.read_bytes() == b"the old one"
    assert os.listdir(tmp_path) == ["state.npz"]


def test_what_others_left_behind_goes_away(net: rv.Network, tmp_path: Path) -> None:
    old, new = tmp_path / ".ranvier-1-a.tmp", tmp_path / ".ranvier-2-b.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    net.save(tmp_path / "state.npz")
    assert sorted(os.listdir(tmp_path)) == [new.name, "state.npz"]


KILLED = """
import os, random, signal, sys, time
import numpy as np
import ranvier as rv
net = rv.Network(dt=1.0, seed=1)
net.config(num_threads=1)
cells = net.create(30_000, rv.Neuron(parameters="a = 1.0\\nb = 1.0", equations="r = a"))
net.compile()
path = sys.argv[1]
net.save(path)
start = time.perf_counter()
net.save(path)
taken = time.perf_counter() - start
random.seed(1)
complete, seen = 0, set()
for _ in range(50):
    child = os.fork()
    if child == 0:
        while True:
            cells.a = cells.b = cells.a[0] + 1.0
            net.save(path)
    time.sleep(random.uniform(0.0, 4*taken))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with np.load(path) as data:
        a, b = data["pop0.a"], data["pop0.b"]
    assert (a == a[0]).all() and (a == b).all()
    taken *= 1.0 if a[0] not in seen else 1.5  # a busy machine takes longer
    seen.add(a[0])
    complete += 1
    cells.a = 1000.0*complete
print(complete, len(seen) > 5)
"""


@POSIX
def test_a_process_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "state.npz")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.stdout == "50 True\n", run.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for 200 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except OSError as problem:
        pytest.skip(f"nothing can be mounted here: {problem}")
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_file(net: rv.Network, small_disk: Path) -> None:
    path = small_disk / "state.npz"
    net.save(path)
    old = path.read_bytes()
    large = rv.Network(dt=1.0, seed=1)
    large.create(30_000, rv.Neuron(equations="r = 1.0"))
    large.compile()
    for _ in range(2):
        with refused(large, "cannot write '.*state.npz': No space left on device", OSError):
            large.save(path)
        assert path.read_bytes() == old
        assert os.listdir(small_disk) == ["state.npz"]
    net.load(path)
