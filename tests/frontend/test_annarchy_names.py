"""Names of ANNarchy that are missing.

The error says what there is instead.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import ranvier as rv
from ranvier.frontend import annarchy_names as names
from ranvier.frontend.annarchy_arguments import foreign_argument
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot

SPIKE = rv.Neuron(equations="v = g_exc", spike="v > 1.0")


def owners() -> dict[str, tuple[Any, Mapping[str, str]]]:
    net = rv.Network(seed=1)
    population = net.create(3, SPIKE)
    projection = net.connect(population, population, "exc").all_to_all(1.0)
    return {
        "Network": (net, names.NETWORK),
        "Population": (population, names.POPULATION),
        "PopulationView": (population[0:2], names.VIEW),
        "Projection": (projection, names.PROJECTION),
        "Dendrite": (projection.dendrite(0), names.DENDRITE),
        "Monitor": (net.monitor(population, "spike"), names.MONITOR),
        "Uniform": (rv.Uniform(0.0, 1.0), names.DISTRIBUTION),
        "LILConnectivity": (rv.LILConnectivity(), names.CONNECTIVITY),
        "the package": (rv, names.MODULE),
    }


@pytest.mark.parametrize("kind", owners())
def test_every_name_of_the_tables_is_missing_and_says_so(kind: str) -> None:
    owner, table = owners()[kind]
    for name in table:
        assert not hasattr(owner, name), f"{kind}.{name} exists: take it out of the table"
        with pytest.raises(AttributeError, match=f"'{name}' of .* part of ANNarchy") as caught:
            getattr(owner, name)
        problem: Any = caught.value
        assert isinstance(problem, ModelError)
        loc = problem.diagnostics[0].loc
        assert loc is not None
        place = spot(loc)
        assert place is not None
        assert place.file == __file__


@pytest.mark.parametrize("kind", owners())
def test_other_names_are_wrong_and_private_ones_are_pythons(kind: str) -> None:
    owner, _ = owners()[kind]
    with pytest.raises(ModelError, match=r"has no .*'nonsense'"):
        _ = owner.nonsense
    for private in ("_repr_html_", "__array_interface__", "_ipython_display_", "__wrapped__"):
        assert not hasattr(owner, private)
        with pytest.raises(AttributeError) as caught:
            getattr(owner, private)
        assert not isinstance(caught.value, ModelError)


def test_names_are_suggested() -> None:
    net = rv.Network()
    with pytest.raises(ModelError, match="did you mean 'Population'"):
        _ = rv.Popluation  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="did you mean 'simulate_until'"):
        net.simulat_until(1.0)  # type: ignore[attr-defined]


def test_imports_say_so_too() -> None:
    with pytest.raises(ImportError, match="'Izhikevich' of 'ranvier' is part of ANNarchy"):
        from ranvier import Izhikevich  # type: ignore[attr-defined]  # noqa: F401
    with pytest.raises(ModelError, match="did you mean 'Normal'"):
        from ranvier import Norml  # type: ignore[attr-defined]  # noqa: F401
    from ranvier import (
        compile_cache,  # a module that is not imported by the package itself
    )

    assert compile_cache.__name__ == "ranvier.compile_cache"


def test_star_import_takes_what_there_is() -> None:
    space: dict[str, Any] = {}
    exec("from ranvier import *", space)
    assert set(space) - {"__builtins__"} == set(rv.__all__)


def test_submodules_can_be_imported_from_the_package() -> None:
    code = "from ranvier import compiler, toolchain; import ranvier.frontend.network"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_copies_and_pickles_of_distributions() -> None:
    def pickled(thing: Any) -> Any:
        return pickle.loads(pickle.dumps(thing))

    makers: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, pickled]
    for made in makers:
        found = made(rv.Normal(1.0, 2.0, max=3.0))
        assert (found.mu, found.sigma, found.max) == (1.0, 2.0, 3.0)


def test_misspelt_settings_are_errors() -> None:
    net = rv.Network()
    monitor: Any = net.monitor(net.create(2, SPIKE), "v")
    with pytest.raises(ModelError, match="did you mean 'period'"):
        monitor.perriod = 2.0
    with pytest.raises(ModelError, match="'get' of a Monitor cannot be set"):
        monitor.get = 3
    with pytest.raises(ModelError, match="did you mean 'dt'"):
        net.Dt = 0.1  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="a Uniform cannot be changed"):
        rv.Uniform(0.0, 1.0).max = 3.0
    net.mine = 3  # type: ignore[attr-defined]
    monitor.period = 3.0
    assert (net.mine, monitor.period) == (3, 3.0)  # type: ignore[attr-defined]


def test_arguments_of_annarchy() -> None:
    net = rv.Network(seed=1)
    population = net.create(2, SPIKE)
    with pytest.warns(UserWarning, match=r"connect\(disable_omp") as caught:
        net.connect(population, population, "exc", disable_omp=False).all_to_all(1.0)  # type: ignore[call-arg]
    assert caught[0].filename == __file__
    assert net.get_projections(suppress_error=True) == net.projections  # type: ignore[call-arg]
    refused: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
        (net.reset, {"reseed_rng": False}, "depend on the seed and the step"),
        (net.save, {"file": "x.npz", "projections": False}, "files hold the whole state"),
        (rv.simulate, {"duration": 1.0, "net_id": 3}, "use the methods of a Network"),
        (net.compile, {"projections": [1]}, "compile all parts"),
    ]
    for function, arguments, message in refused:
        with pytest.raises(TypeError, match=message):
            function(**arguments)
    assert foreign_argument("connect", "nonsense") is None
