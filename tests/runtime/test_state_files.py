"""Files of states: whole or not at all, and nothing but a state of this network is taken over."""

from __future__ import annotations

import io
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

HERE = Path(__file__).name
POSIX = pytest.mark.skipif(os.name != "posix", reason="other systems have other files")
State = dict[str, np.ndarray[Any, Any]]

SPIKING = rv.Neuron(
    parameters="tau = 10.0 : population\ndrive = 1.2\nflag = True : bool\nn = 3 : int",
    equations="""
        tau*dv/dt = drive - v + g_exc + 0.3*Normal(0.0, 1.0)
        tau*dg_exc/dt = -g_exc
        up = v > 0.5 : bool
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
RATE = rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt + r = sum(exc) : min=0.0, max=9.0")


def network(threads: int = 1) -> rv.Network:
    """Everything that a state can have: traces, delays, spikes in flight, windows, learning."""
    net = rv.Network(dt=0.5, seed=42)
    net.config(num_threads=threads)
    spiking = net.create(20, SPIKING, name="spiking")
    reading, last = net.create(7, RATE, name="reading"), net.create(5, RATE, name="last")
    learning = net.connect(spiking, spiking, "exc", rv.STDP(), name="learning")
    learning.fixed_probability(0.3, weights=rv.Uniform(0.0, 0.2), delays=rv.Uniform(0.5, 4.0))
    tired = net.connect(spiking, spiking, "exc", rv.STP(), name="tired")
    tired.fixed_probability(0.3, weights=0.1)
    rv.DecodingProjection(spiking, reading, "exc", 10.0, network=net).all_to_all(weights=0.01)
    rates = net.connect(reading, last, "exc", rv.Oja(), name="rates")
    rates.all_to_all(weights=rv.Uniform(0.0, 0.1), delays=3.0)
    net.compile()
    return net


def state(net: Any) -> State:
    found: State = net._compiled.state()
    return found


def same(one: State, other: State) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.fixture(scope="module")
def net() -> rv.Network:
    """One for all tests: they leave it as it is, or load something whole."""
    found = network()
    found.simulate(50.0)
    return found


@contextmanager
def refused(net: rv.Network, words: str, kind: type[Exception] = ModelError) -> Iterator[None]:
    """An error that points here, and a network that is what it was."""
    before = state(net)
    with pytest.raises(kind, match=words) as caught:
        yield
    assert isinstance(caught.value, ModelError)
    assert re.match(rf"\S*{HERE}:\d+:\d+: error: ", str(caught.value)), caught.value
    same(state(net), before)


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
        content, _ = reader.communicate(timeout=30)
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
    """Something goes wrong while a file is written."""


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


# ---------------------------------------------------------------------- foreign files


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """A file with a few bits, bytes or pieces that are not as they were."""
    data = bytearray(content)
    kind = rng.integers(6)
    place = int(rng.integers(len(data)))
    if rng.integers(2):  # names, headers and the directory are more telling than numbers
        starts = [m.start() for m in re.finditer(rb"PK\x03\x04|PK\x01\x02|PK\x05\x06", content)]
        place = min(int(rng.choice(starts)) + int(rng.integers(150)), len(data) - 1)
    length = int(rng.integers(1, 40))
    if kind <= 1:
        for _ in range(int(rng.integers(1, 4))):
            data[min(place + int(rng.integers(4)), len(data) - 1)] ^= 1 << int(rng.integers(8))
    elif kind == 2:
        data[place : place + length] = rng.bytes(length)
    elif kind == 3:
        del data[place : place + length]
    elif kind == 4:
        data[place:place] = rng.bytes(length)
    else:
        del data[place:]
    return bytes(data)


def test_mutated_files(net: rv.Network) -> None:
    """300 of them, bit by bit: refused, or nothing that counts has changed."""
    file = io.BytesIO()
    net.save(file)
    before, rng = state(net), np.random.default_rng(0)
    taken = 0
    for _ in range(300):
        try:
            net.load(io.BytesIO(mutated(file.getvalue(), rng)))
            taken += 1
        except ModelError as problem:
            assert HERE in str(problem)
        same(state(net), before)
    assert taken < 150
    net.simulate(10.0)
    net.load(file)


def strange(values: np.ndarray[Any, Any], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """An array like another one that a program did not write."""
    kind = rng.integers(7)
    extreme = [-(2**63), -1, 0, 1, 7, 2**31, 2**63 - 1]
    numbers = [np.nan, np.inf, -1e300, 5.0, -1.0] if values.dtype.kind == "f" else extreme
    out = values.copy().reshape(-1)
    if kind == 0 and out.size:
        out[rng.integers(out.size)] = np.array(rng.choice(numbers)).astype(out.dtype)
    elif kind == 1:
        return np.full(values.shape, rng.choice(extreme))
    elif kind == 2:
        return out[: rng.integers(out.size + 1)]
    elif kind == 3:
        return np.concatenate([out, out])
    elif kind == 4:
        return values.astype(rng.choice(["f4", "c16", "U9", "i1", "?", "u8", "M8[s]", "f2"]))
    elif kind == 5:
        return rng.permutation(out).reshape(values.shape)
    else:
        return values.reshape(*values.shape, 1)
    return out.reshape(values.shape)


@pytest.mark.filterwarnings("ignore")  # of conversions that make no sense
def test_arrays_that_nobody_wrote(net: rv.Network) -> None:
    """200 whole archives with strange contents: refused, or the network runs on with them."""
    original, rng = state(net), np.random.default_rng(1)
    names = sorted(original)
    taken = 0
    for _ in range(200):
        arrays: dict[str, Any] = dict(original)
        for name in rng.choice(names, int(rng.integers(1, 3))):
            arrays[name] = strange(arrays[name], rng)
        file = io.BytesIO()
        np.savez(file, **arrays)
        before = state(net)
        try:
            net.load(file)
        except ModelError as problem:
            assert HERE in str(problem)
            same(state(net), before)
            continue
        taken += 1
        net.current_step = 100  # there is a last step, and the file may say that this is it
        net.simulate(20.0)
    assert 10 < taken < 150
    file = io.BytesIO()
    np.savez(file, **original)  # type: ignore[arg-type]
    net.load(file)
    same(state(net), original)


def changed(net: rv.Network, **arrays: Any) -> io.BytesIO:
    """The file of a state in which some arrays are others; None: it is missing."""
    found: dict[str, Any] = state(net) | {name.replace("__", "."): a for name, a in arrays.items()}
    file = io.BytesIO()
    np.savez(file, **{name: a for name, a in found.items() if a is not None})
    return file


FORGED: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "a step before the start": ("net.step", lambda a: a - 1000, "negative"),
    "a period of zero": ("learning.learning", lambda a: a * [1, 0, 1, 1], "settings of learning"),
    "a negative period": ("rates.learning", lambda a: a * [1, -1, 1, 1], "settings of learning"),
    "a flag of seven": ("tired.learning", lambda a: a * [7, 1, 1, 1], "settings of learning"),
    "ranks too large": ("spiking.spikes", lambda a: a + 20, "ranks outside"),
    "negative ranks": ("spiking.spikes", lambda a: a - 20, "ranks outside"),
    "ranks in disorder": ("spiking.spikes", lambda a: a[::-1].copy(), "not in order"),
    "ranks too many": ("spiking.spikes", lambda a: np.tile(a, 2), "other lengths"),
    "more ranks than fit": ("spiking.spikes", lambda a: np.zeros(10_000, int), "has 10000 values"),
    "lengths too large": ("spiking.spikes_per_step", lambda a: a + 2**61, "other lengths"),
    "negative lengths": ("spiking.spikes_per_step", lambda a: a - 1, "other lengths"),
    "a shorter ring": ("spiking.spikes_per_step", lambda a: a[:-1], "values in the file"),
    "refractory for ever": ("spiking.refractory_left", lambda a: a - 5, "negative"),
    "a shorter past": ("reading.r.past", lambda a: a[:-1], "values in the file"),
    "another window": ("proj2.ring", lambda a: a[:-8], "values in the file"),
    "weights for others": ("learning.w", lambda a: a[:-1], "values in the file"),
    "complex weights": ("learning.w", lambda a: a * 1j, "complex128 in the file"),
    "words": ("spiking.v", lambda a: a.astype(str), "in the file, float64 in this network"),
    "too large": ("spiking.n", lambda a: a.astype("u8") + np.uint64(2**63), "no file that save"),
    "half": ("spiking.v", lambda a: a.astype("f4"), "float32 in the file, float64"),
    "neither": ("spiking.up", lambda a: np.full(20, 7, "i1").view("?"), "neither True nor False"),
    "a scalar": ("spiking.tau", lambda a: a[0], "values in the file"),
    "something missing": ("spiking.v", lambda a: None, "'spiking.v' is only in one of them"),
    "something more": ("spiking.more", lambda a: np.zeros(3), "'spiking.more' is only in one"),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_files(case: str) -> None:
    """Whole archives; what native code would stumble over is found before."""
    net = _forged()
    name, change, words = FORGED[case]
    file = changed(net, **{name.replace(".", "__"): change(state(net).get(name))})
    with refused(net, words):
        net.load(file)
    net.simulate(1.0)


_KEPT: list[rv.Network] = []


def _forged() -> rv.Network:
    """A network in which neurons have just fired, in several steps."""
    if not _KEPT:
        _KEPT.append(network())
        _KEPT[0].simulate(50.0)
    net = _KEPT[0]
    while (state(net)["spiking.spikes_per_step"] > 1).sum() < 1:
        net.simulate(0.5)
    return net


def test_what_a_program_may_have_written(net: rv.Network) -> None:
    """Other integers, another byte order, columns first, compressed: the same state."""
    before = state(net)
    changes: dict[str, Any] = {
        "spiking.n": before["spiking.n"].astype("i4"),
        "net.seed": before["net.seed"].astype("i8"),
        "spiking.v": before["spiking.v"].astype(">f8"),
        "reading.r.past": np.asfortranarray(before["reading.r.past"]),
    }
    file = io.BytesIO()
    np.savez_compressed(file, **(before | changes))
    net.simulate(5.0)
    net.load(file)
    same(state(net), before)


def test_one_value_or_one_each() -> None:
    """Parameters of synapses that were set one by one, and those that were not."""
    one, other = network(), network()
    n = one.get_projection("rates").nb_synapses
    one.get_projection("rates").eta = 0.5
    file = io.BytesIO()
    for weights in (0.25, np.linspace(0.0, 1.0, n)):
        one.get_projection("rates").w = weights
        one.save(file)
        other.load(file)
        same(state(other), state(one))
    file = io.BytesIO()
    other.save(file)
    one.load(file)
    same(state(one), state(other))


def test_what_fails_while_it_is_taken_over(
    net: rv.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state goes back to what it was."""
    file = io.BytesIO()
    net.save(file)
    net.simulate(20.0)
    program = net._compiled._program  # type: ignore[union-attr]
    kind = type(program)
    original, calls = kind.write, []

    def write(self: Any, owner: str, *rest: Any) -> None:
        calls.append(owner)
        if owner == "tired" and calls.count(owner) == 1:
            raise Broken
        original(self, owner, *rest)

    before = state(net)
    monkeypatch.setattr(kind, "write", write)
    with pytest.raises(Broken):
        net.load(file)
    same(state(net), before)
    monkeypatch.undo()
    net.load(file)


class Planted:
    """A pickle that does something."""

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(Planted.folder),))

    folder = Path()


def test_nothing_is_unpickled(net: rv.Network, tmp_path: Path) -> None:
    Planted.folder = tmp_path / "executed"
    for content in (Planted(), [Planted()]):
        (tmp_path / "pickle").write_bytes(pickle.dumps(content))
        with refused(net, "no file that save"):
            net.load(tmp_path / "pickle")
    planted = np.array([Planted()] * 20, object)
    with refused(net, "no file that save"):
        net.load(changed(net, spiking__v=planted))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for name in state(net):
            files.writestr(f"{name}.npy", pickle.dumps(Planted()))
    with refused(net, "no file that save"):
        net.load(archive)
    assert not Planted.folder.exists()


@pytest.mark.parametrize("claimed", ["(10**15,)", "(2**70, 2**70)", "(20, -1)", "(20,)", "'x'"])
def test_bombs(net: rv.Network, claimed: str) -> None:
    """Gigabytes of zeros behind a small header, whatever it claims, are not unpacked."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {claimed}, }}"
    header = header.replace("10**15", str(10**15)).replace("2**70", str(2**70))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as files:
        for name, values in state(net).items():
            with files.open(f"{name}.npy", "w") as stream:
                if name != "spiking.v":
                    np.lib.format.write_array(stream, values)
                    continue
                text = header.ljust(117) + "\n"
                stream.write(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little"))
                stream.write(text.encode())
                for _ in range(20):
                    stream.write(bytes(1 << 20))
    with refused(net, "no file that save|values in the file"):
        net.load(archive)
