"""Compiling what was compiled before.

Some changes are of the code, others of the data.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from differential.models import NETWORKS
from differential.random_networks import random_network
from samples.mutated import mutated

import ranvier as rv
from ranvier import compile_cache
from ranvier.codegen.cache import Store
from ranvier.frontend.description import describe
from ranvier.frontend.emit import network_module
from ranvier.frontend.language import model as models
from ranvier.frontend.language import syntax
from ranvier.passes.framework.core import Pass, register
from ranvier.passes.framework.settings import Options
from ranvier.passes.pipelines import OPTIMISED
from ranvier.runtime.plan import Plan

STAGES = ("emit", "passes", "llvm")
SOURCES: Any = compile_cache.sources


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing in memory, an empty folder, and copies of the sources.

    Every test starts so; sources may be edited.
    """
    compile_cache.forget()
    monkeypatch.setattr(compile_cache, "sources", lambda: ("as they are", ""))
    with rv.options(cache=True, cache_dir=str(tmp_path / "cache")):
        yield tmp_path / "cache"


def network(
    *,
    size: int = 20,
    equations: str = "tau*dv/dt = I + g_exc - v",
    tau: float = 10.0,
    probability: float = 0.3,
    weight: Any = 0.5,
    delay: float = 0.0,
    seed: int = 3,
    dt: float = 0.5,
    threads: int = 1,
    method: str = "explicit",
    recorded: tuple[str, ...] = ("v",),
    name: str = "cells",
) -> rv.Network:
    """A spiking network of which everything can be changed."""
    net = rv.Network(dt=dt, seed=seed)
    net.config(method=method, num_threads=threads)
    neuron = rv.Neuron(
        parameters=dict(tau=tau, I=1.5), equations=equations, spike="v > 1.0", reset="v = 0.0"
    )
    cells = net.create(size, neuron, name=name)
    cells.v = rv.Uniform(0.0, 1.0)
    onto = net.connect(cells, cells, "exc")
    onto.fixed_probability(probability, weights=weight, delays=delay)
    net.monitor(cells, list(recorded))
    return net


def came_from(compiled: Any) -> str:
    """The origin of a network: "memory", "disk", or "".

    It is "" if passes ran.
    """
    if all(compiled.seconds[stage] > 0 for stage in STAGES):
        return ""
    assert all(compiled.seconds[stage] == 0 for stage in STAGES)
    return str(compiled._request.why.rpartition("the ")[2])


def test_memory_then_disk() -> None:
    assert came_from(network().compile()) == ""
    assert came_from(network().compile()) == "memory"
    compile_cache.forget()
    assert came_from(network().compile()) == "disk"
    assert came_from(network().compile()) == "memory"


@pytest.mark.parametrize(
    "data",
    [
        {"tau": 20.0},
        {"weight": 0.25},
        {"dt": 0.1},
        {"threads": 2},
    ],
    ids=str,
)
def test_values_are_data(data: dict[str, Any]) -> None:
    network().compile()
    assert came_from(network(**data).compile()) == "memory"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"size": 21}, "population 'cells'"),
        ({"equations": "tau*dv/dt = 2.0*I + g_exc - v"}, "population 'cells'"),
        ({"equations": "tau*dv/dt = I + g_exc - v : exponential"}, "population 'cells'"),
        ({"equations": "tau*dv/dt = I + g_exc - v : min=-1.0"}, "population 'cells'"),
        ({"method": "exponential"}, "the settings of the network"),
        ({"recorded": ("v", "spike")}, "monitor 'mon0'"),
        ({"name": "others"}, "population 'others'"),
        ({"delay": 2.0}, "projection 'proj0'"),
        ({"weight": rv.Uniform(0.0, 1.0)}, "projection 'proj0'"),
        ({"probability": 1.0}, "projection 'proj0'"),
    ],
    ids=str,
)
def test_what_changes_code_is_compiled(change: dict[str, Any], what: str) -> None:
    network().compile()
    fresh = network(**change)
    compile_cache._LAST[fresh] = dict(
        compile_cache.Request(network(), None, Options())._key_parts()
    )
    compiled = fresh.compile()
    assert came_from(compiled) == ""
    assert what in str(compiled.explain("cache"))


def test_options_and_passes_are_part_of_the_key() -> None:
    network().compile()
    assert came_from(network().compile(opt=0)) == ""
    assert came_from(network().compile(opt=0)) == "memory"
    fewer = OPTIMISED.replace("@sparsity", "choose-layout")
    assert came_from(network().compile(pipeline=fewer)) == ""
    assert came_from(network().compile(pipeline=fewer)) == "memory"
    assert came_from(network().compile()) == "memory"


def test_passes_of_others_are_run() -> None:
    """Nobody knows whether their sources changed."""

    @register
    class Idle(Pass):
        """Does nothing."""

        name = "idle-in-test"

        def run(self, op: Any, ctx: Any) -> bool:
            return False

    for _ in range(2):
        compiled = network().compile(pipeline=f"idle-in-test,{OPTIMISED}")
        assert came_from(compiled) == ""
    assert "the pass 'idle-in-test' is not Ranvier's own" in str(compiled.explain("cache"))


def test_other_processors_and_sources_are_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    network().compile()
    with monkeypatch.context() as patch:
        patch.setattr(compile_cache, "sources", lambda: ("others", ""))
        assert came_from(network().compile()) == ""
    with monkeypatch.context() as patch:
        patch.setattr("ranvier.codegen_llvm.backend.described_target", lambda: "another cpu")
        assert came_from(network().compile()) == ""
    assert came_from(network().compile()) == "memory"


def test_sources_that_changed_later_are_not_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "LOADED", 0.0)
    monkeypatch.setattr(compile_cache, "sources", SOURCES.__wrapped__)
    for _ in range(2):
        compiled = network().compile()
        assert came_from(compiled) == ""
    assert "changed after it was loaded" in str(compiled.explain("cache"))


def test_equal_kernels_share_machine_code() -> None:
    """Another size is another network, but sizes stand in buffers."""
    network().compile()
    compiled = network(size=40).compile()
    assert came_from(compiled) == ""
    assert "machine code from the memory" in str(compiled.explain("cache"))


def test_the_switch(own_cache: Path) -> None:
    network().compile()
    before = {path.name: path.stat().st_mtime_ns for path in own_cache.glob("*.ranvier")}
    assert before
    compiled = network().compile(cache=False)
    assert came_from(compiled) == ""
    assert "the cache is switched off" in str(compiled.explain("cache"))
    assert {path.name: path.stat().st_mtime_ns for path in own_cache.glob("*.ranvier")} == before
    with rv.options(cache=False):
        assert came_from(network().compile()) == ""
        assert came_from(network().compile(cache=True)) == "memory"


def test_memory_alone() -> None:
    with rv.options(cache_size=0):
        network().compile()
        assert came_from(network().compile()) == "memory"
        compile_cache.forget()
        assert came_from(network().compile()) == ""


def test_watched_passes_run(capsys: pytest.CaptureFixture[str]) -> None:
    network().compile()
    with rv.options(stats=True):
        compiled = network().compile()
    assert came_from(compiled) == ""
    assert "somebody watches the passes" in str(compiled.explain("cache"))
    assert capsys.readouterr().err


def test_damaged_files_are_compiled_anew(own_cache: Path) -> None:
    expected = run(network())
    for damage in (lambda d: d[:-9], lambda d: d[:100] + b"x" + d[101:], lambda d: b""):
        for path in own_cache.glob("*.ranvier"):
            path.write_bytes(damage(path.read_bytes()))
        compile_cache.forget()
        net = network()
        assert came_from(net.compile()) == ""
        compile_cache.forget()
        assert came_from(network().compile()) == "disk"
        assert np.array_equal(run(network()), expected)


def test_mutated_entries(own_cache: Path) -> None:
    """None of 500 mutated entries is read.

    Each of plan and machine code; none is loaded or run, either.
    """
    network().compile()
    entries = sorted(own_cache.glob("*.ranvier"))
    contents = [path.read_bytes() for path in entries]
    store, rng = Store(own_cache), np.random.default_rng(0)
    for number in range(500):
        path, content = entries[number % 2], contents[number % 2]
        other = mutated(content, rng, telling=[0], within=60)  # what it says it is
        path.write_bytes(other)
        found = store.get(path.stem)
        assert found is None or other == content
        if number % 100 < 2:  # the whole way: it is compiled, and written anew
            compile_cache.forget()
            assert came_from(network().compile()) == ""
            assert path.read_bytes() == content
        path.write_bytes(content)
    compile_cache.forget()
    assert came_from(network().compile()) == "disk"


class Planted:
    """A pickle that does something."""

    folder = ""

    def __reduce__(self) -> Any:
        return (os.mkdir, (Planted.folder,))


def test_nothing_is_unpickled(own_cache: Path, tmp_path: Path) -> None:
    """Nothing is unpickled, even if the checksum is right."""
    Planted.folder = str(tmp_path / "executed")
    network().compile()
    for path in sorted(own_cache.glob("*.ranvier")):
        content = path.read_bytes()
        if content.endswith(b"}"):  # the plan; as machine code it would be no plan
            assert Store(own_cache).put(path.stem, pickle.dumps(Planted()))
    compile_cache.forget()
    assert came_from(network().compile()) == ""
    assert not os.path.exists(Planted.folder)


def test_a_plan_without_its_machine_code_is_compiled(own_cache: Path) -> None:
    plan = network().compile()
    (own_cache / f"{plan._request.find()[0].code}.ranvier").unlink()
    compile_cache.forget()
    assert came_from(network().compile()) == ""


def test_a_plan_of_another_shape_is_none() -> None:
    for content in (b"", b"[]", b"{}", b'{"buffers": 1}', b"\xff", b"null"):
        assert Plan.decode(content) is None


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with rv.options(cache_dir=str(tmp_path / "file" / "folder")):
        compiled = network().compile()
        assert "cannot write to" in str(compiled.explain("cache"))
        compile_cache.forget()
        assert came_from(network().compile()) == ""


def test_without_a_home_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "default_folder", lambda: None)
    with rv.options(cache_dir=""):
        assert "has no home" in str(network().compile().explain("cache"))
    with rv.options(cache_dir="", cache_size=0):
        assert "has no home" not in str(network().compile().explain("cache"))


def run(net: rv.Network) -> Any:
    """Everything that a network ends with, as one array."""
    if not net.compiled:
        net.compile()
    net.simulate(20.0)
    state = net._execution.program.state()  # type: ignore[union-attr]
    parts = [np.asarray(state[name], np.float64).reshape(-1) for name in sorted(state)]
    return np.concatenate(parts)


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_same_bits(name: str) -> None:
    expected = run(NETWORKS[name]())
    compile_cache.forget()
    again = NETWORKS[name]()
    assert came_from(again.compile()) == "disk"
    assert np.array_equal(run(again), expected, equal_nan=True)
    assert np.array_equal(run(NETWORKS[name]()), expected, equal_nan=True)


def test_everything_can_be_shown_of_what_came_from_the_disk() -> None:
    first = network().compile()
    compile_cache.forget()
    second = network().compile()
    assert came_from(second) == "disk"
    for level in ("net", "eq", "kernels"):
        assert first.ir(level) == second.ir(level)
    assert first.llvm() == second.llvm()
    assert first.llvm(optimized=True) == second.llvm(optimized=True)
    assert first.asm() == second.asm()
    assert str(first.pipeline) == str(second.pipeline)
    told, shown = str(first.explain()), str(second.explain())
    assert "nothing like it was compiled before" in told
    assert "it was compiled before: machine code from the disk" in shown
    assert len(shown.splitlines()) == len(told.splitlines())


def test_what_came_from_memory_is_shown_as_it_was_compiled() -> None:
    """A monitor that is added later belongs to the next compilation."""
    network().compile()
    net = network()
    compiled: Any = net.compile()
    net.monitor(net.populations[0], "spike")
    assert "spike" not in compiled.ir("net").rpartition("net.monitor")[2]
    net.simulate(1.0)


def test_a_network_that_changes_keeps_its_state() -> None:
    net = network()
    net.compile()
    net.simulate(10.0)
    before = net.populations[0].v.copy()
    added = net.monitor(net.populations[0], "spike")
    assert np.array_equal(net.populations[0].v, before)
    net.simulate(10.0)
    added.get("spike")


def test_another_process_finds_it(own_cache: Path) -> None:
    script = """
import ranvier as rv
net = rv.Network(dt=0.5, seed=1)
cells = net.create(10, rv.Neuron(equations="dv/dt = 1.0 - v", spike="v > 0.5", reset="v = 0.0"))
compiled = net.compile()
net.simulate(5.0)
import sys
made, loaded = compiled.seconds["llvm"] > 0, "ranvier.passes.framework.manager" in sys.modules
print(made, loaded, cells.v.tobytes().hex())
"""
    environment = {**os.environ, "RANVIER_CACHE": "1", "RANVIER_CACHE_DIR": str(own_cache)}
    told = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]
    assert told[0][:2] == ["True", "True"]
    assert told[1][:2] == ["False", "False"]
    assert told[0][2] == told[1][2]


def keyed(net: rv.Network) -> tuple[str, str]:
    """The parts that decide a network's code, and its module. The module has no locations."""
    parts = repr(describe(net).parts())
    return parts, str(network_module(net))


@pytest.mark.parametrize("group", range(4))
def test_equal_keys_mean_equal_modules(group: int) -> None:
    """Networks of one description have one ``net`` module. There are many networks."""
    makers: list[Callable[[], rv.Network]] = [NETWORKS[name] for name in sorted(NETWORKS)]
    makers += [partial(random_network, seed) for seed in range(10 * group, 10 * group + 10)]
    found: dict[str, str] = {}
    for make in [*makers, *makers]:
        parts, module = keyed(make())
        assert found.setdefault(parts, module) == module
    assert len(set(found.values())) == len(found)


def test_what_is_compared_is_printed() -> None:
    """The text of a model holds every field that counts.

    These are the fields of its tree that make a difference.

    Fields of models and declarations are taken one by one; what is unsupported is not emitted.
    """
    taken_apart = ("NeuronModel", "SynapseModel", "ParameterDecl", "VariableDecl", "Unsupported")
    for module in (models, syntax):
        for cls in vars(module).values():
            if isinstance(cls, type) and attrs.has(cls) and cls.__module__ == module.__name__:
                for each in attrs.fields(cls) if cls.__name__ not in taken_apart else ():
                    assert bool(each.repr) == bool(each.eq), f"{cls.__name__}.{each.name}"
