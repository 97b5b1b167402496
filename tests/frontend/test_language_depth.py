"""Equations of any length and depth.

Their callers have any depth, their threads any stack.

Each is either right or refused at its own line; what the interpreter of Python or the machine can
stack up plays no part in it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.frontend.language.neuron import analyse_neuron
from ranvier.frontend.language.parser import parse_expression
from ranvier.frontend.language.source import SourceText
from ranvier.frontend.language.syntax import MOST, walk
from ranvier.ir.depth import Step, complete
from ranvier.ir.diagnostics import ModelError

LONG = 10_000
MANY = 1_200
"""More than Python recurses by itself, and quickly compiled."""


FORMS: dict[str, tuple[Callable[[int], str], Callable[[int], float]]] = {
    "sum": (lambda n: "r = 1.0 + " + " + ".join(["0.5"] * n), lambda n: 1 + n / 2),
    "difference": (lambda n: "r = 1.0 - " + " - ".join(["one"] * n), lambda n: 1.0 - n),
    "product": (lambda n: "r = 1.0*" + "*".join(["one"] * n), lambda n: 1.0),
    "and": (
        lambda n: f"r = if {' and '.join(f'one > {-i}.5' for i in range(n))}: 3.0 else: 0.0",
        lambda n: 3.0,
    ),
    "or": (
        lambda n: f"r = if {' or '.join(f'one > {i}.5' for i in range(1, n))}: 3.0 else: 4.0",
        lambda n: 4.0,
    ),
    "else if": (
        lambda n: f"r = {' '.join(f'if one > {i}.5: {i}.0 else:' for i in range(1, n))} 5.0",
        lambda n: 5.0,
    ),
    "ite": (
        lambda n: (
            f"r = {''.join(f'ite(one > {i}.5, 0.0, ' for i in range(1, n))}6.0{')' * (n - 1)}"
        ),
        lambda n: 6.0,
    ),
    "parentheses": (lambda n: f"r = {'(' * n}7.0*one{')' * n}", lambda n: 7.0),
    "to the right": (lambda n: f"r = {'(one + ' * n}one{')' * n}", lambda n: n + 1.0),
    "functions": (lambda n: f"r = {'max(0.5, ' * n}one{')' * n}", lambda n: 1.0),
    "minus": (lambda n: f"r = {'-' * (2 * n + 1)}one", lambda n: -1.0),
    "not": (lambda n: f"r = if {'not ' * (2 * n)}(one > 0.5): 8.0 else: 0.0", lambda n: 8.0),
    "whole numbers": (lambda n: f"r = one*({' + '.join(['1'] * n)})", lambda n: float(n)),
}


def model(equations: str) -> dict[str, Any]:
    return {"parameters": {"one": 1.0}, "equations": equations}


@pytest.mark.parametrize("form", ["difference", "and", "else if", "to the right", "functions"])
def test_ten_thousand_terms_are_understood(form: str) -> None:
    """Parsed, checked and emitted."""
    write, _ = FORMS[form]
    net = rv.Network()
    net.create(1, rv.Neuron(**model(write(LONG))))
    from ranvier.frontend.emit.network import network_module

    assert "net.population" in str(network_module(net))


def test_ten_thousand_terms_compile() -> None:
    """The sum of 1 to 10,000, each exact."""
    net = rv.Network(dt=1.0)
    terms = " + ".join(f"{i}.0*one" for i in range(1, LONG + 1))
    cells = net.create(1, rv.Neuron(**model(f"r = {terms}")))
    net.compile()
    net.simulate(1.0)
    assert cells.r[0] == LONG * (LONG + 1) // 2


@pytest.mark.parametrize("opt", [0, 1])
def test_right_values(opt: int) -> None:
    """Every form in one network."""
    net = rv.Network(dt=1.0)
    made = {
        form: net.create(1, rv.Neuron(**model(write(MANY)))) for form, (write, _) in FORMS.items()
    }
    net.compile(opt=opt)
    net.simulate(1.0)
    for form, cells in made.items():
        assert cells.r[0] == FORMS[form][1](MANY), form


METHODS = ("explicit", "implicit", "semiimplicit", "exponential", "midpoint", "rk4")


def test_all_methods() -> None:
    """A long right side gives what the short one gives.

    The terms are powers of two.
    """
    net = rv.Network(dt=0.5)
    long = " - ".join(["0.0009765625*r"] * 1024)
    pairs = []
    for method in METHODS:
        texts = (f"8.0*dr/dt = 1.0 - {side} : {method}, init=3.0" for side in (long, "r"))
        pairs.append([net.create(1, rv.Neuron(equations=text)) for text in texts])
    terms = " + ".join(["0.0009765625*r"] * 1024)
    left = net.create(1, rv.Neuron(equations=f"{terms} + 8.0*dr/dt = 1.0 : init=3.0, exponential"))
    net.compile()
    net.simulate(4.0)
    for method, (one, other) in zip(METHODS, pairs, strict=True):
        assert one.r[0] == pytest.approx(other.r[0], rel=1e-13), method
    assert left.r[0] == pytest.approx(1 + 2 * np.exp(-0.5), rel=1e-13)


def test_every_text_of_a_model() -> None:
    """Conditions, resets, synapses, initial values, parameters, functions."""
    n, one = MANY, " and ".join(f"v < {i}.5" for i in range(100, 100 + MANY))
    nothing = " + ".join(["0.0*v"] * n)
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(
        parameters="a = " + " + ".join(["0.5"] * n),
        functions=f"long(x) = x + {' + '.join(['0.0*x'] * n)}\ndeep(x) = {'-(' * n}x{')' * n}",
        equations=f"v = deep(long(v)) + 1.0 : init = {' + '.join(['a'] * n)}\nu = g_exc",
        spike=f"v > -1.0 and ({one} or v > 1.0)",
        reset=f"v = {nothing}",
    )
    synapse = rv.Synapse(
        equations=f"x = w + {' + '.join(['0.0*w'] * n)}",
        pre_spike=f"g_target += x + {' + '.join(['0.0*w'] * n)}",
    )
    cells = net.create(2, neuron)
    net.connect(cells, cells, "exc", synapse).all_to_all(weights=2.0, allow_self_connections=True)
    net.compile()
    assert np.all(cells.a == n / 2)
    assert (cells.v == n * n / 2).all()
    net.simulate(3.0)
    assert (cells.v == 0.0).all()
    assert (cells.u == 4.0).all()


def test_functions_that_call_one_another() -> None:
    lines = ["f0(x) = x", *(f"f{i}(x) = f{i - 1}(x) + 1.0" for i in range(1, MANY))]
    net = rv.Network(dt=1.0)
    neuron = rv.Neuron(functions="\n".join(lines), **model(f"r = f{MANY - 1}(one)"))
    cells = net.create(1, neuron)
    net.compile()
    net.simulate(1.0)
    assert cells.r[0] == MANY


BOMBS: dict[str, dict[str, Any]] = {
    "calls": {"functions": "f(x) = x + x", "equations": f"r = {'f(' * 64}1.0{')' * 64}"},
    "bodies": {
        "functions": "\n".join(
            ["f0(x) = x", *(f"f{i}(x) = f{i - 1}(x) + f{i - 1}(x)" for i in range(1, 64))]
        ),
        "equations": "r = f63(1.0)",
    },
    "comparisons": {"equations": f"r = if {'True == (' * 64}True{') == True' * 64}: 1.0 else: 0.0"},
    "formulas": {"equations": f"r = {'tanh(' * LONG}r{')' * LONG}"},
    "terms": {"equations": f"q = 1.0\nr = {' + '.join(['q'] * MOST)}"},
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_too_long_is_refused_at_its_line(name: str) -> None:
    """Equations that are too long are refused at their line.

    A text may be short and stand for a long one.
    """
    with pytest.raises(ModelError, match="this is too long") as refused:
        analyse_neuron(**BOMBS[name])
    place: Any = refused.value.diagnostics[0].loc
    assert place.line == (2 if name == "terms" else 1)


def test_errors_inside() -> None:
    """The place is that of the mistake, however deep it stands."""
    text = f"r = 1.0\nq = {'-(' * LONG}nothing{')' * LONG}"
    with pytest.raises(ModelError, match="unknown name 'nothing'") as refused:
        analyse_neuron(equations=text)
    loc: Any = refused.value.diagnostics[0].loc
    assert (loc.line, loc.col) == (2, len("q = ") + 2 * LONG)  # with its parentheses


def test_trees_of_any_depth_compare_and_print() -> None:
    """Trees of any depth compare and print.

    Their text is part of the key under which networks are kept.
    """
    one, other, third = (
        parse_expression(SourceText(f"{'-(' * LONG}{name} + 1.0{')' * LONG}"))[0]
        for name in ("x", "x", "y")
    )
    assert one == other and hash(one) == hash(other) and repr(one) == repr(other)
    assert one != third and repr(one) != repr(third)
    assert len(walk(one)) == LONG + 3


SCRIPT = """
import sys, threading
import ranvier as rv

def deeper(frames, then):
    return then() if frames == 0 else deeper(frames - 1, then)

def network(kind, name):
    texts = {
        "sum": "r = one" + " + 0.0*one" * 1200,
        "or": "r = if " + " or ".join(["one > 2.0"] * 1200) + ": 0.0 else: 1.0",
        "nested": "10.0*dr/dt = " + "(one + " * 1200 + "-r" + ")" * 1200 + " : rk4",
        "wrong": "r = one\\nq = " + "(" * 1200 + "one + tow" + ")" * 1200,
    }
    net = rv.Network(dt=1.0)
    try:
        cells = net.create(1, rv.Neuron(parameters=dict(one=1.0), equations=texts[kind]))
        net.compile(cache=name)
        net.simulate(1.0)
    except rv.ModelError as problem:
        place = problem.diagnostics[0].loc
        return f"refused {place.line}:{place.col}"
    return float(cells.r[0]).hex()

kinds = "sum", "or", "nested", "wrong"
def all_of(cache):
    return [network(kind, cache) for kind in kinds]

expected = all_of(False)
for frames in 100, 300, 900:
    for cache in False, True, True:  # the last is recalled
        found = deeper(frames, lambda: all_of(cache))
        assert found == expected, (frames, found, expected)
threading.stack_size(256 << 10)
found = []
thread = threading.Thread(target=lambda: found.extend(all_of(False)))
thread.start()
thread.join()
assert found == expected, (found, expected)
print(expected)
"""


def test_from_deep_callers_and_small_threads() -> None:
    """A stack of 256 KB is enough for deep equations.

    It is less than any system gives to a thread.
    """
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=600
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "refused 2:" in answer.stdout


def test_steps() -> None:
    """Results come back, and problems reach those that asked, innermost first."""

    def count(n: int) -> Step[int]:
        return 0 if n == 0 else 1 + (yield count(n - 1))

    assert complete(count(20_000)) == 20_000
    met: list[str] = []

    def fails(n: int) -> Step[None]:
        try:
            if n == 0:
                raise ValueError("bottom")
            yield fails(n - 1)
        except ValueError:
            met.append(f"left {n}")
            raise
        finally:
            met.append(f"closed {n}")

    with pytest.raises(ValueError, match="bottom"):
        complete(fails(2))
    assert met == [f"{what} {n}" for n in range(3) for what in ("left", "closed")]

    def mends() -> Step[str]:
        try:
            yield fails(0)
        except ValueError as problem:
            raise KeyError("other") from problem
        return ""

    with pytest.raises(KeyError, match="other"):
        complete(mends())
