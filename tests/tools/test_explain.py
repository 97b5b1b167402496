"""``explain()`` and the texts of levels, as Python users see them."""

from __future__ import annotations

from typing import Any

import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.passes.tools.display import Text


@pytest.fixture(scope="module")
def network() -> Any:
    """A compiled spiking network."""
    net = rv.Network(dt=0.1, seed=1)
    cell = rv.Neuron(
        parameters="tau = 20.0 : population",
        equations="tau*dv/dt = g_exc - v\ntau*dg_exc/dt = -g_exc",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    cells = net.create(20, cell)
    net.connect(cells, cells, "exc").fixed_probability(weights=0.5, probability=0.2)
    net.compile()
    return net


def test_every_part_is_explained(network: Any) -> None:
    text = str(network.explain())
    assert "population pop0: 20 spiking neurons" in text
    assert "projection proj0: pop0 -> pop0, exc" in text
    assert "+ discretize" in text and "v: explicit" in text
    assert "= @pop0_update" in text and "8 lanes" in text
    assert "test_explain.py:" in text


def test_one_part(network: Any) -> None:
    about = network.explain("proj0")
    assert [s.name for s in about.subjects] == ["proj0"]
    assert str(network.explain("v")).count("discretize") == 1
    with pytest.raises(ModelError, match="did you mean 'proj0'"):
        network.explain("prj0")


def test_a_population_called_like_a_kernel() -> None:
    """Remarks and kernels of ``a`` stay apart from those of ``a_update``."""

    def explained(name: str) -> list[Any]:
        net = rv.Network(dt=1.0, seed=1)
        one = rv.Neuron(parameters="tau = 10.0", equations="tau*dr/dt = 1.0 - r")
        other = rv.Neuron(parameters="tau = 10.0", equations="dr/dt = exp(-r)/tau + Uniform(0, 1)")
        net.create(20, one, name="a")
        net.create(20, other, name=name)
        net.compile()
        parts = {part.name: part for part in net.explain().subjects}
        told = parts["a"], parts[name]
        remarks = [[(each.pass_name, each.text) for each in part.remarks] for part in told]
        return remarks + [[kernel.operations for kernel in part.kernels] for part in told]

    assert all(map(len, explained("plain")))
    assert explained("a_update") == explained("plain")


def test_before_compile(network: Any) -> None:
    with pytest.raises(ModelError, match="compile"):
        rv.Network().explain()


def test_notebooks(network: Any) -> None:
    about = network.explain()
    assert repr(about) == str(about)
    assert "<table>" in about._repr_html_() and "pop0 -&gt; pop0" in about._repr_html_()
    assert set(about._repr_mimebundle_()) == {"text/plain", "text/html"}


@pytest.mark.parametrize("level", ["net", "eq", "kernels"])
def test_levels(network: Any, level: str) -> None:
    text = network._execution.program.ir(level)
    assert isinstance(text, Text) and text.startswith("module ")
    assert repr(text) == text
    assert ">module</span> " in text._repr_html_() and "<script" not in text._repr_html_()


def test_machine_code(network: Any) -> None:
    compiled = network._execution.program
    assert "define" in compiled.llvm() and "define" in compiled.llvm(optimized=True)
    assert "pop0_update:" in compiled.asm()
    assert compiled.asm()._repr_mimebundle_()["text/plain"] == compiled.asm()


def test_pretty(network: Any) -> None:
    pytest.importorskip("ranvier.ir.pretty")
    text = network._execution.program.ir("eq", pretty=True)
    assert '"arith.' not in text and "tau" in text
