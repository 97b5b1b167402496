"""A model may use any name.

Results are those of the same model with plain names.

The names are all that mean something to Ranvier itself: they are collected from its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples.words import FOREIGN, LLVM, PYTHON, everything, of_kernels

import ranvier as rv
from ranvier.compiler import LEVELS
from ranvier.ir.parser import parse
from ranvier.ir.printer import text_of

Name = Callable[[str], str]
STEPS = 12.0


@pytest.fixture(scope="module")
def problems() -> dict[str, str | None]:
    """Reasons why a neuron or synapse cannot declare a name.

    None if both can.
    """
    net, found = rv.Network(), dict[str, str | None]()
    for word in everything():
        try:
            cells = net.create(1, rv.Neuron(parameters=f"{word} = 1.0", equations="r = sum(exc)"))
            net.connect(cells, cells, "exc", rv.Synapse(f"{word} = 1.0", psp="w * pre.r"))
            found[word] = None
        except rv.ModelError as problem:
            found[word] = str(problem)
    return found


@pytest.fixture(scope="module")
def allowed(problems: dict[str, str | None]) -> list[str]:
    """All words that a model may use. The weight is left out: every synapse has it."""
    return [word for word, why in problems.items() if why is None and word != "w"]


@pytest.fixture(scope="module")
def internal() -> set[str]:
    """Words of kernels: buffers, functions, values."""
    net: Any = model(["first", "second"], ["third"], lambda word: word)[0]
    net.compile()
    return of_kernels(net._execution.program._lowered.module)


@pytest.fixture(scope="module")
def buffers(allowed: list[str], internal: set[str]) -> list[str]:
    """Words of kernels that a model may use."""
    return sorted(internal.intersection(allowed))


def test_only_what_the_language_needs_is_refused(problems: dict[str, str | None]) -> None:
    """The language refuses its own words and functions, and no others.

    Only what a Population or Projection has by itself is refused, too.
    """
    said = ("is reserved", "built-in function", "as its own attribute", "expected an expression",
            "a parameter is written", "'r' is a parameter")  # fmt: skip
    others = {word for word, why in problems.items() if why and not any(s in why for s in said)}
    assert not others
    assert sum(why is not None for why in problems.values()) < 110


def terms(words: Sequence[str], name: Name) -> str:
    return " + ".join(map(name, words))


def model(words: Sequence[str], more: Sequence[str], name: Name) -> tuple[rv.Network, list[Any]]:
    """Neurons and synapses of every kind that declare ``words``.

    One declares ``more``.
    """
    numbers = "\n".join(f"{name(w)} = {n} : int, population" for n, w in enumerate(words))
    many = "\n".join(f"{name(w)} = {n}.0 : population" for n, w in enumerate(more))
    pieces = [more[n : n + 40] for n in range(0, len(more), 40)]
    sums = "\n".join(f"piece{n} = {terms(piece, name)}" for n, piece in enumerate(pieces))
    changing = "\n".join(f"{name(w)} = 0.5 * {name(w)} + {n}" for n, w in enumerate(words))
    fixed = "\n".join(f"{name(w)} = {n} : int, projection" for n, w in enumerate(words))
    net = rv.Network(dt=1.0, seed=5)
    counted = rv.Neuron(parameters=numbers, equations=f"r = sum(exc) + {terms(words, name)}")
    rates = net.create(20, rv.Neuron(equations=f"{changing}\nr = sum(exc) + 1.0"), name="rates")
    count = net.create(20, counted, name="count")
    drive = f"vm = vm + 1.0 + 0.001 * g_exc + 1e-6 * ({terms(words, name)})"
    beat = rv.Neuron(numbers, drive, spike="vm > 3.0", reset="vm = 0.0", refractory=2.0)
    spikes = net.create(20, beat, name="spikes")
    net.create(3, rv.Neuron(parameters=many, equations=f"{sums}\nr = piece0"), name="more")
    psp = rv.Synapse(parameters=fixed, psp=f"w * pre.r * ({terms(words, name)})")
    arriving = rv.Synapse(parameters=fixed, pre_spike=f"g_target += w * ({terms(words, name)})")
    weights, delays = rv.Uniform(0.0, 1e-4), rv.Uniform(1.0, 4.0)
    net.connect(rates, count, "exc", psp).fixed_probability(0.5, weights=weights, delays=3.0)
    net.connect(count[2:9], rates[4:11], "exc", psp).one_to_one(weights=0.5)
    net.connect(count, count, "exc", psp).all_to_all(weights=weights)
    net.connect(spikes, spikes, "exc", arriving).fixed_probability(0.5, weights, delays)
    rv.DecodingProjection(spikes, count, "exc", 5.0, network=net).all_to_all(weights=0.1)
    monitors = [
        net.monitor(rates, [name(w) for w in words]),
        net.monitor(count[3:7], ["r", "sum(exc)"], name="count"),
        net.monitor(spikes, ["vm", "spike"], name="spikes"),
    ]
    return net, monitors


def parts(net: rv.Network) -> dict[str, Any]:
    """All values of a network, in order."""
    owners = (*net.populations, *net.projections)
    return {f"{o.name} {n}": getattr(o, a) for o in owners for n, a in enumerate(o.attributes)}


def recorded(monitors: list[Any]) -> list[Any]:
    return [monitor.get(name) for monitor in monitors for name in monitor.variables]


def outcome(net: rv.Network, monitors: list[Any], folder: Path) -> list[Any]:
    """The state after a run, a reset, and a load."""
    net.simulate(STEPS)
    found = [parts(net), recorded(monitors)]
    net.reset()
    net.simulate(STEPS)
    found += [parts(net), recorded(monitors)]
    net.save(folder / "state.npz")
    net.simulate(STEPS)
    found += [parts(net)]
    net.load(folder / "state.npz")
    net.simulate(STEPS)
    found += [parts(net)]
    return found


def same(one: Any, other: Any) -> None:
    """Whether values have the same bits.

    They may stand in lists and dicts.
    """
    if isinstance(one, dict):
        assert [*one] == [*other]
        one, other = [*one.values()], [*other.values()]
    if isinstance(one, list):
        assert len(one) == len(other)
        for each in zip(one, other, strict=True):
            same(*each)
    else:
        np.testing.assert_array_equal(one, other)


def round_trips(net: Any) -> None:
    """Both forms of every level parse back to themselves."""
    for level in LEVELS:
        for form in ("custom", "generic"):
            text = str(net._execution.program.ir(level, form=form))
            assert text_of(parse(text, level), form) == text
        assert net._execution.program.ir(level, pretty=True)


def test_variables(buffers: list[str], allowed: list[str], tmp_path: Path) -> None:
    plain = {word: f"plain_{number}" for number, word in enumerate(allowed)}
    net, monitors = model(buffers, allowed, lambda word: word)
    net.compile()
    round_trips(net)
    found = outcome(net, monitors, tmp_path)
    same(found[:2], found[2:4])  # as new after the reset
    same(found[4], found[5])  # as if there had been no file
    other, monitors = model(buffers, allowed, plain.__getitem__)
    other.compile()
    same(found, outcome(other, monitors, tmp_path))


def objects(names: Sequence[str], targets: Sequence[str], name: Name) -> tuple[rv.Network, Any]:
    """A population, a projection and a monitor of every name.

    Targets have these names, too.
    """
    net = rv.Network(dt=1.0, seed=3)
    sums = " + ".join(f"{2 + n} * sum({name(t)})" for n, t in enumerate(targets))
    rate = rv.Neuron(equations=f"r = 0.5 * r + 1.0 + 1e-3 * ({sums})")
    half = len(names) // 2
    cells = [net.create(3, rate, name=name(each)) for each in names[:half]]
    for number, each in enumerate(names[half:]):
        ends = cells[number % half], cells[(number + 1) % half]
        target = name(targets[number % len(targets)])
        net.connect(*ends, target, name=name(each)).all_to_all(weights=0.1 + number)
    return net, [
        net.monitor(cell, "r", name=name(each))
        for cell, each in zip(cells, names[:half], strict=True)
    ]


def test_populations_projections_monitors_and_targets(buffers: list[str], tmp_path: Path) -> None:
    names = [
        *dict.fromkeys((*buffers, "net", "main", "llvm.exp", "a.b-c", *LLVM, *PYTHON, *FOREIGN))
    ]
    plain = {word: f"plain{number}" for number, word in enumerate(names)}
    found = []
    for name in (lambda word: word), plain.__getitem__:
        net, monitors = objects(names, buffers[:8], name)
        net.compile()
        round_trips(net)
        values = outcome(net, monitors, tmp_path)
        found.append([[*each.values()] if isinstance(each, dict) else each for each in values])
    same(*found)


@pytest.mark.parametrize("opt", [0, 1])
@pytest.mark.parametrize("word", [*FOREIGN, "llvm.exp", "a.b-c", "\u03bb.\u0664-x"])
def test_kernels_of_one_population(word: str, opt: int) -> None:
    """Each population is once the first of its kind.

    Equal parts share kernels, which have the name of the first.
    """
    found = []
    for name in word, "plain":
        net = rv.Network(dt=1.0, seed=3)
        beat = rv.Neuron(equations="vm = vm + 1.0 + g_exc", spike="vm > 3.0", reset="vm = 0.0")
        cells = net.create(5, beat, name=name)
        net.connect(cells, cells, "exc", name=f"{name}.p").all_to_all(weights=0.25)
        net.compile(opt=opt)
        round_trips(net)
        net.simulate(STEPS)
        found.append(parts(net))
    same(*([*each.values()] for each in found))
