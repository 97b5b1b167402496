"""Networks, and the functions over the default one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fakes.compiled import fake_compiler

import ranvier as rv
from ranvier.frontend.options import threads_from_command_line
from ranvier.ir.diagnostics import ModelError

RATE = rv.Neuron(parameters="b = 1.0", equations="r = sum(exc) + b")


@pytest.fixture(autouse=True)
def fresh_default_network() -> Iterator[None]:
    rv.clear()
    yield
    rv.clear()


def test_simulate_rounds_to_steps() -> None:
    net = rv.Network(dt=0.1)
    net.create(2, RATE)
    with fake_compiler():
        compiled = net.compile()
    for duration in (1.0, 0.3, 3 * 0.1, 0.25, 0.75, 0.0):
        net.simulate(duration)
    net.step()
    net.simulate(1.0, progress=True)
    assert [steps for steps, _ in compiled.runs] == [10, 3, 3, 2, 8, 0, 1, 10]
    assert [progress for _, progress in compiled.runs] == [False] * 7 + [True]
    assert net.current_step == 37
    assert net.time == pytest.approx(3.7)
    net.time = 1.0
    assert net.current_step == compiled.step == 10


def test_simulate_errors() -> None:
    net = rv.Network()
    net.create(2, RATE)
    with pytest.raises(ModelError, match=r"call compile\(\) first"):
        net.simulate(10.0)
    with fake_compiler():
        net.compile()
    for duration in (-1.0, float("nan"), float("inf"), "x"):
        with pytest.raises(ModelError, match="duration of a simulation"):
            net.simulate(duration)  # type: ignore[arg-type]


def test_settings() -> None:
    net = rv.Network(dt=0.5, seed=4)
    assert (net.dt, net.seed, net.options.num_threads) == (0.5, 4, None)
    net.config(dt=0.25, num_threads=3, method="exponential")
    assert (net.dt, net.options.num_threads, net.options.method) == (0.25, 3, "exponential")
    unseeded = rv.Network()
    assert unseeded.seed == unseeded.seed
    assert unseeded.seed != rv.Network().seed
    assert net.default_rng.random() == np.random.default_rng(4).random()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dt": 0.0}, "more than 0 ms"),
        ({"dt": float("nan")}, "more than 0 ms"),
        ({"dt": "1"}, "more than 0 ms"),
        ({"seed": -1}, "whole number >= 0"),
        ({"seed": 1.5}, "whole number >= 0"),
        ({"num_threads": 0}, "whole number >= 1"),
        ({"method": "exponental"}, "did you mean 'exponential'"),
        ({"paradigm": "CUDA"}, "did you mean 'cuda'"),
        ({"paradigm": "opencl"}, "'openmp' .the CPU. or 'cuda' .a GPU."),
        ({"device": -1}, "the number of a GPU"),
        ({"device": True}, "the number of a GPU"),
        ({"device": "1"}, "the number of a GPU"),
        ({"device": 10**9}, "no such GPU"),
        ({"devise": 1}, "did you mean 'device'"),
        ({"precision": "half"}, "a precision is .double. or .float."),
        ({"structural_plasticity": True}, "not supported yet"),
        ({"num_thread": 2}, "did you mean 'num_threads'"),
    ],
)
def test_wrong_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        rv.setup(**settings)


def test_settings_without_effect_warn() -> None:
    rv.setup(paradigm="openmp", precision="double", structural_plasticity=False)
    with pytest.warns(UserWarning, match="no effect") as caught:
        rv.setup(visible_cores=[0])
    assert caught[0].filename == __file__
    rv.Population(2, RATE)
    with fake_compiler() as calls, pytest.warns(UserWarning, match=r"compile\(silent"):
        rv.compile(silent=True)
    assert calls == [{"previous": None, "target": "cpu"}]


def test_settings_are_fixed_by_compile() -> None:
    net = rv.Network()
    net.create(2, RATE)
    with fake_compiler():
        net.compile()
    with pytest.raises(ModelError, match="fixed by compile"):
        net.dt = 0.1
    with pytest.raises(ModelError, match="comes after compile"):
        net.create(2, RATE)


def test_compile() -> None:
    net = rv.Network()
    with pytest.raises(ModelError, match="no populations"):
        net.compile()
    net.create(2, RATE)
    with fake_compiler() as calls:
        compiled = rv.compile(net, num_threads=3)
        assert compiled.network is net
        assert net.options.num_threads == 3
        net.compile(extra=1)
    assert calls == [{"previous": None}, {"previous": None, "extra": 1}]


def test_reset() -> None:
    net = rv.Network()
    population: Any = net.create(2, RATE)
    projection: Any = net.connect(population, population, "exc").all_to_all(1.0)
    monitor = net.monitor(population, "r")
    with fake_compiler():
        compiled = net.compile()
    net.simulate(5.0)
    monitor._extend("r", np.ones((5, 2)))
    population.b = 3.0
    projection.w = 2.0
    net.reset()
    assert (compiled.resets, net.current_step) == (1, 0)
    assert population.b.tolist() == [1.0, 1.0]
    assert projection.w == 2.0
    assert monitor.get("r").size == 0
    net.reset(populations=False, synapses=True)
    assert projection.w == 1.0


def test_names_and_parts() -> None:
    net = rv.Network()
    a, b = net.create(2, RATE, name="pop1"), net.create(3, RATE)
    assert b.name == "pop2"
    projection = net.connect(a, b, "exc", name="forward").all_to_all(1.0)
    monitor = net.monitor(a, "r")
    assert (monitor.name, net.get_monitor("mon0")) == ("mon0", monitor)
    assert net.get_projection("forward") is projection
    assert net.populations == net.get_populations() == [a, b]
    assert net.projections == [projection]
    assert net.monitors == [monitor]
    with pytest.raises(ModelError, match="no population called 'pop3'; did you mean"):
        net.get_population("pop3")
    with pytest.raises(ModelError, match="already has a part called 'pop1'"):
        net.connect(a, b, "exc", name="pop1")


def test_subclasses_need_not_call_super() -> None:
    class Mine(rv.Network):
        def __init__(self, size: int) -> None:
            self.cells = self.create(size, RATE)

    net = Mine(3, dt=0.5, seed=2)  # type: ignore[call-arg]
    assert (net.dt, net.seed, net.cells.size) == (0.5, 2, 3)


def test_default_network() -> None:
    rv.setup(dt=0.5, seed=3)
    population = rv.Population(2, RATE)
    projection = rv.Projection(population, population, "exc").connect_all_to_all(weights=1.0)
    monitor = rv.Monitor(population, "r")
    assert rv.populations() == [population]
    assert rv.projections() == [projection]
    assert rv.monitors() == [monitor]
    assert rv.get_population("pop0") is population
    with fake_compiler():
        rv.compile()
    rv.simulate(2.0)
    rv.step()
    assert (rv.dt(), rv.get_current_step(), rv.get_time()) == (0.5, 5, 2.5)
    rv.set_time(1.0)
    assert rv.get_current_step() == 2
    rv.reset()
    assert rv.get_time() == 0.0
    rv.clear()
    assert rv.populations() == []
    assert rv.dt() == 1.0


def test_new_networks_inherit_settings() -> None:
    rv.setup(dt=0.25, seed=3, num_threads=2)
    net = rv.Network()
    assert (net.dt, net.options.num_threads) == (0.25, 2)
    assert net.seed != 3
    assert rv.Network(dt=0.5).dt == 0.5


def test_networks_take_over_populations_of_the_default_one() -> None:
    net = rv.Network(seed=1)
    poisson = net.create(rv.PoissonPopulation(3, rates=1.0, name="input"))
    assert (poisson.network, poisson.name, rv.populations()) == (net, "input", [])
    other = rv.Network()
    with pytest.raises(ModelError, match="already belongs to another network"):
        other.create(poisson)


@pytest.mark.parametrize(
    ("arguments", "threads"),
    [
        (["-j4"], 4),
        (["-j", "8"], 8),
        (["--num-threads", "2"], 2),
        (["--num-threads=3", "-j4"], 3),
        (["-jx", "-j"], None),
        ([], None),
    ],
)
def test_command_line(arguments: list[str], threads: int | None) -> None:
    assert threads_from_command_line(arguments) == threads


@pytest.mark.parametrize("arguments", [["-j0"], ["-j", "0"], ["--num-threads=0"]])
def test_no_thread_at_all_on_the_command_line(arguments: list[str]) -> None:
    with pytest.raises(ModelError, match=r"one thread at least(.|\n)*Ranvier chooses"):
        threads_from_command_line(arguments)


def test_the_command_line_is_read_on_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["script", "-j3"])
    rv.setup(dt=0.1)
    assert rv.Population(2, RATE).network.options.num_threads == 3


def test_star_import() -> None:
    script = (
        "from ranvier import *\n"
        "setup(dt=0.1)\n"
        "assert dt() == 0.1 and np.pi > 3\n"
        "for name in ('Neuron', 'Synapse', 'Population', 'Projection', 'PoissonPopulation',\n"
        "             'DecodingProjection', 'Monitor', 'CSR', 'Uniform', 'compile', 'simulate'):\n"
        "    assert name in globals(), name\n"
        "import sys\n"
        "heavy = {'scipy', 'sympy', 'matplotlib', 'tqdm', 'llvmlite'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
