"""States that this program did not write are refused.

They are so before anything of them is taken over.
"""

from __future__ import annotations

import io
import os
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.mutated import mutated
from samples.states import network, refused, same, state

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

HERE = Path(__file__).name


class Broken(Exception):  # noqa: N818 - reads as what happened
    """A failure while a state is taken over."""


@pytest.fixture(scope="module")
def net() -> rv.Network:
    """One network for all tests.

    They leave it as it is, or load something whole.
    """
    found = network()
    found.simulate(50.0)
    return found


def test_mutated_files(net: rv.Network) -> None:
    """Each of 300 mutated files is refused or harmless.

    The state is the same, bit by bit: nothing that counts has changed.
    """
    file = io.BytesIO()
    net.save(file)
    content = file.getvalue()
    heads = [m.start() for m in re.finditer(rb"PK\x03\x04|PK\x01\x02|PK\x05\x06", content)]
    before, rng = state(net), np.random.default_rng(0)
    taken = 0
    for _ in range(300):
        try:
            net.load(io.BytesIO(mutated(content, rng, heads, within=150)))
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
    """Strange contents are refused, or the network runs on.

    200 whole archives have them.
    """
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
    """The file of a state with other arrays.

    Some of its arrays are others; None: it is missing.
    """
    found: dict[str, Any] = state(net) | {name.replace("__", "."): a for name, a in arrays.items()}
    file = io.BytesIO()
    np.savez(file, **{name: a for name, a in found.items() if a is not None})
    return file


FORGED: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "a step before the start": ("$step", lambda a: a - 1000, "negative"),
    "a period of zero": ("learning.$learning", lambda a: a * [1, 0, 1, 1], "settings of learning"),
    "a negative period": ("rates.$learning", lambda a: a * [1, -1, 1, 1], "settings of learning"),
    "a flag of seven": ("tired.$learning", lambda a: a * [7, 1, 1, 1], "settings of learning"),
    "ranks too large": ("spiking.$spikes", lambda a: a + 20, "ranks outside"),
    "negative ranks": ("spiking.$spikes", lambda a: a - 20, "ranks outside"),
    "ranks in disorder": ("spiking.$spikes", lambda a: a[::-1].copy(), "not in order"),
    "ranks too many": ("spiking.$spikes", lambda a: np.tile(a, 2), "other lengths"),
    "more ranks than fit": ("spiking.$spikes", lambda a: np.zeros(10_000, int), "has 10000 values"),
    "lengths too large": ("spiking.$spikes_per_step", lambda a: a + 2**61, "other lengths"),
    "negative lengths": ("spiking.$spikes_per_step", lambda a: a - 1, "other lengths"),
    "a shorter ring": ("spiking.$spikes_per_step", lambda a: a[:-1], "values in the file"),
    "refractory for ever": ("spiking.$refractory_left", lambda a: a - 5, "negative"),
    "a shorter past": ("reading.$past(r)", lambda a: a[:-1], "values in the file"),
    "another window": ("proj2.$ring", lambda a: a[:-8], "values in the file"),
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
    while (state(net)["spiking.$spikes_per_step"] > 1).sum() < 1:
        net.simulate(0.5)
    return net


def test_what_a_program_may_have_written(net: rv.Network) -> None:
    """Other integers, another byte order, columns first, compressed: the same state."""
    before = state(net)
    changes: dict[str, Any] = {
        "spiking.n": before["spiking.n"].astype("i4"),
        "$seed": before["$seed"].astype("i8"),
        "spiking.v": before["spiking.v"].astype(">f8"),
        "reading.$past(r)": np.asfortranarray(before["reading.$past(r)"]),
    }
    file = io.BytesIO()
    np.savez_compressed(file, **(before | changes))
    net.simulate(5.0)
    net.load(file)
    same(state(net), before)


def test_one_value_or_one_each() -> None:
    """Parameters of synapses, some of which were set one by one."""
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
    program = net._execution.program._program  # type: ignore[union-attr]
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
    """Gigabytes of zeros are not unpacked.

    They come behind a small header, whatever it claims.
    """
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
