"""Names are normalised as Python normalises identifiers (NFKC).

They are, wherever they are given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

MICRO, MU = "\u00b5", "\u03bc"  # the micro sign, and the letter that Python makes of it
WIDE = "\uff56"  # a v of full width
LIGATURE = "\ufb01"  # one character for fi
HERE = Path(__file__).name


def ran(net: Any) -> Any:
    net.compile()
    net.simulate(2.0)
    return net


@pytest.mark.parametrize("declared", [MICRO, MU])
@pytest.mark.parametrize("used", [MICRO, MU])
@pytest.mark.parametrize("form", ["text", "dict", "keyword"])
def test_parameters(declared: str, used: str, form: str) -> None:
    parameters: Any = {
        "text": f"{declared} = 3.0",
        "dict": {declared: 3.0},
        "keyword": dict(µ=3.0),
    }[form]
    net = rv.Network(dt=1.0)
    cells: Any = net.create(2, rv.Neuron(parameters=parameters, equations=f"r = 2*{used}"))
    assert cells.parameters == [MU]
    for name in (MICRO, MU):
        assert np.all(np.ravel(cells.get(name)) == 3.0)
        assert np.all(np.ravel(getattr(cells, name)) == 3.0)
        assert np.all(cells.initial_value(name) == 3.0)
    assert np.all(np.ravel(cells.µ) == 3.0) and np.all(np.ravel(cells.μ) == 3.0)
    cells.µ = 5.0
    ran(net)
    assert cells.r.tolist() == [10.0, 10.0]
    cells.set({used: 7.0})
    setattr(cells, declared, 8.0)
    net.simulate(1.0)
    assert cells.r.tolist() == [16.0, 16.0]
    cells.reset([MICRO])
    assert np.all(np.ravel(cells.μ) == 5.0)


@pytest.mark.parametrize("opt", [0, 1])
def test_variables_derivatives_and_flags(opt: int) -> None:
    """An equation in one spelling, read in others.

    Bounds, initial values and functions, too.
    """
    neuron = rv.Neuron(
        parameters=f"τ{MICRO} = 10.0\ntop = 2.5",
        equations=f"""
            τ{MU} * d{MICRO}/dt = -{MU} + f{MICRO}(1.0) : init = τ{MICRO}, max = top, explicit
            r = {MU} + {LIGATURE}
            {WIDE} = {MICRO}
            fi = 1.0
        """,
        functions=f"f{MU}({MICRO}) = 2*{MU}",
    )
    net = rv.Network(dt=1.0)
    cells: Any = net.create(3, neuron)
    monitor = net.monitor(cells, [MICRO, "v"])
    assert cells.variables == [MU, "r", "fi", "v"] or set(cells.variables) == {MU, "r", "fi", "v"}
    net.compile(opt=opt)
    net.simulate(2.0)
    # 10 + (2 - 10)/10 is cut off at 2.5, then 2.5 + (2 - 2.5)/10
    assert cells.µ.tolist() == [2.45] * 3 and cells.v.tolist() == [2.45] * 3
    assert cells.r.tolist() == [3.45] * 3
    assert monitor.variables == [MU, "v"]
    assert monitor.get(MICRO, keep=True).tolist() == [[2.5] * 3, [2.45] * 3]
    assert monitor.get(MU, keep=True).tolist() == monitor[MICRO].tolist()
    assert cells[1].µ == 2.45 and cells[:2].get(MICRO).tolist() == [2.45] * 2


def test_spiking_neurons_and_synapses(tmp_path: Path) -> None:
    """Targets, conductances, refractory periods, synapses, files."""
    neuron = rv.Neuron(
        parameters={f"p{MICRO}": 1.0},
        equations=f"v = v + g_{MICRO} + 1.0 : init=0.0",
        spike="v > 1.5", reset="v = 0.0", refractory=f" p{MICRO}",
    )  # fmt: skip
    synapse = rv.Synapse(
        parameters=f"a{MICRO} = 0.25",
        equations=f"{MICRO} = a{MU} : init=0.0",
        pre_spike=f"g_target += w * a{MICRO} + pre.p{MICRO} - post.p{MU}",
    )
    net = rv.Network(dt=1.0)
    cells: Any = net.create(2, neuron)
    projection: Any = net.connect(cells, cells, MICRO, synapse)
    projection.all_to_all(2.0)
    assert projection.target == MU and cells.targets == [MU]
    monitor = net.monitor(cells, [f"g_{MICRO}", "spike"])
    ran(net)
    assert cells.sum(MICRO).tolist() == cells.sum(MU).tolist()
    assert projection.get(MICRO) == projection.µ == 0.25 or np.all(projection.µ[0] == 0.25)
    projection.set({f"a{MICRO}": 1.0})
    projection.reset([f"a{MICRO}"])
    assert np.all(projection.initial_value(f"a{MICRO}") == 0.25)
    dendrite = projection.dendrite(0)
    assert np.all(dendrite.get(MICRO) == 0.25)
    assert dendrite.receptive_field(f"a{MICRO}").shape == (2,)
    net.save(tmp_path / "state.npz")
    net.load(tmp_path / "state.npz")
    assert monitor.get(f"g_{MU}").shape[0] == 2


def test_sums() -> None:
    net = rv.Network(dt=1.0)
    pre = net.create(2, rv.Neuron(equations="r = 1.0"))
    post: Any = net.create(2, rv.Neuron(equations=f"r = sum({MICRO})"))
    net.connect(pre, post, MU).one_to_one(3.0)
    monitor = net.monitor(post, f"sum({MICRO})")
    ran(net)
    assert post.r.tolist() == [3.0, 3.0] and post.sum(MICRO).tolist() == [3.0, 3.0]
    assert monitor.get(f"sum({MU})").shape == (2, 2)


ACCENT, COMPOSED = "re\u0301", "r\u00e9"
HINDI = "\u0915\u094d\u0937\u0947"  # its vowel is a mark, which never joins the letter


@pytest.mark.parametrize(("written", "name"), [(ACCENT, COMPOSED), (HINDI, HINDI)])
def test_marks_belong_to_names(written: str, name: str) -> None:
    """Letters and marks may stand in any name.

    It may be one in equations, of targets, of monitors or of other objects.
    """
    neuron = rv.Neuron(
        parameters=f"p{written} = 10.0",
        equations=f"""
            p{written} * d{written}/dt = -{written} + sum({written}) : init = 5.0, explicit
            r = {name}
        """,
    )
    net = rv.Network(dt=1.0)
    cells: Any = net.create(2, neuron, name=written)
    net.connect(cells, cells, written, name=f"{written}.x").one_to_one(0.0)
    monitor = net.monitor(cells, [written, "r"], name=f"{written}-m")
    ran(net)
    assert set(cells.attributes) >= {name, f"p{name}"}
    assert getattr(cells, written).tolist() == [4.05, 4.05] == getattr(cells, name).tolist()
    for each in (written, name):
        assert net.get_population(each) is cells and net.get_monitor(f"{each}-m") is monitor
        assert net.get_projections(target=each) == [net.get_projection(f"{each}.x")]
        assert monitor.get(each, keep=True)[:, 0].tolist() == [4.5, 4.05]
    with pytest.raises(ModelError, match="already has a part called"):
        net.create(1, neuron, name=name)


def test_recordings_are_found_in_every_spelling() -> None:
    net = rv.Network(dt=1.0)
    cells = net.create(1, rv.Neuron(equations=f"{MICRO} = 2.0\nr = 1.0"))
    monitor = net.monitor(cells, [MICRO])
    ran(net)
    times, found = monitor.times(), monitor.get()
    assert found == {MU: found[MU]} and list(found) == [MU]
    for name in (MICRO, MU):
        assert found[name].tolist() == [[2.0], [2.0]]
        assert name in found and name in times and found.get(name) is found[MU]
    assert "x" not in found and found.get("x", 3) == 3 and found.get(None) is None
    for wrong in ("x", None):
        with pytest.raises(KeyError):
            found[wrong]


def test_explanations_are_found_in_every_spelling() -> None:
    net = rv.Network(dt=1.0)
    net.create(1, rv.Neuron(equations=f"d{MICRO}/dt = 1.0\nr = 1.0"), name=f"p{MU}")
    net.compile()
    for name in (f"p{MICRO}", f"p{MU}"):
        assert f"population p{MU}" in str(net.explain(name))
        assert str(net.explain().about(name)) == str(net.explain(name))


# ---------------------------------------------------------------------- errors

CLASHES: dict[str, tuple[Any, int]] = {
    "text": (lambda: rv.Neuron(parameters=f"{MICRO} = 1.0\n{MU} = 2.0", equations="r = 1"), 1),
    "dict": (lambda: rv.Neuron(parameters={MICRO: 1.0, MU: 2.0}, equations="r = 1"), 1),
    "variables": (lambda: rv.Neuron(equations=f"d{MICRO}/dt = 1\nd{MU}/dt = 2"), 1),
    "functions": (
        lambda: rv.Neuron(equations="r = 1", functions=f"f{MICRO}(x) = x\nf{MU}(x) = x"), 1,
    ),
    "both": (lambda: rv.Neuron(parameters={"v": 1.0}, equations=f"d{WIDE}/dt = 1"), 1),
    "arguments": (
        lambda: rv.Neuron(equations="r = 1", functions=f"f({MICRO}, {MU}) = {MU}"), 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASHES)
def test_two_names_that_become_one(case: str) -> None:
    with pytest.raises(ModelError) as caught:
        CLASHES[case][0]()
    text = str(caught.value)
    assert any(word in text for word in ("twice", "already", "'v' is a parameter")), text
    assert "error: " in text and ":" in text.partition("error")[0]


def test_carets_stay_where_the_text_is() -> None:
    """A ligature is one character in the text.

    It is two in the name.
    """
    for text, column in (
        (f"r = {LIGATURE} + oops", 9),
        (f"r = {LIGATURE}{LIGATURE}{LIGATURE} + 1", 5),
        (f"dr{LIGATURE}/dt = {LIGATURE} + {WIDE}\nr = 1", 14),
        (f"r = ({LIGATURE} + 1", 5),
        (f"r = {LIGATURE} : {LIGATURE}", 9),
        (f"r = {ACCENT} + oops", 5),
        (f"{ACCENT} = 1; r = oops", 14),
        (f"r = 1; d{HINDI}/dt = {HINDI} + oops", 26),
        (f"r = 1 + {ACCENT[-1]}", 9),
        (f"r = 2{ACCENT[-1]}", 6),
    ):
        with pytest.raises(ModelError) as caught:
            rv.Neuron(parameters=f"{LIGATURE} = 1", equations=text)
        first = str(caught.value).splitlines()[0]
        assert f":1:{column}: error: " in first, first
    with pytest.raises(ModelError) as caught:
        rv.Neuron(parameters="a = 1", equations=f"r = {LIGATURE}{MICRO} + 1")
    assert f"unknown name 'fi{MU}'" in str(caught.value)


def test_a_key_is_found_in_the_users_line() -> None:
    with pytest.raises(ModelError) as caught:
        rv.Neuron(parameters=dict(µ="no number"), equations="r = 1")
    line = test_a_key_is_found_in_the_users_line.__code__.co_firstlineno + 2
    assert f"{HERE}:{line}:35: error: " in str(caught.value)


@pytest.mark.parametrize(
    ("equations", "message", "column"),
    [
        ("r = x² + 1", "'²' cannot be part of a name, as in 'x²'; a power is written", 6),
        ("r² = 1", "'²' cannot be part of a name", 2),
        ("r = ½", "'½' ", 5),
        ("r = 1 \uff4f\uff52 0", "cannot be a name: Python reads it as 'or'", 7),
        ("r = \u2460 + 1", "'\u2460' ", 5),
        ("r = \u0664 + 1", "", 5),
    ],
)
def test_what_is_no_name(equations: str, message: str, column: int) -> None:
    with pytest.raises(ModelError) as caught:
        rv.Neuron(parameters="x = 1.0", equations=f"{equations}\n")
    first = str(caught.value).splitlines()[0]
    assert message in first and f":1:{column}: error: " in first, first


def test_names_of_attributes_that_do_not_exist() -> None:
    net = rv.Network()
    cells: Any = net.create(2, rv.Neuron(equations="r = 1.0"))
    for name in (MICRO, MU):
        with pytest.raises(AttributeError, match=f"no attribute '{MU}'"):
            cells.get(name)
        with pytest.raises(ModelError, match=f"no attribute '{MU}'"):
            setattr(cells, name, 1.0)
        with pytest.raises(ModelError, match="nothing to record"):
            net.monitor(cells, name)
