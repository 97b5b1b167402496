"""The seam between a network and its program.

A compiler of the test stands in for the real one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ranvier as rv
from house.files import package_files, read
from ranvier.frontend.execution import compiler, compiling_with


class Recorded:
    """A program that notes what it is asked.

    It answers with sevens.
    """

    step = 11
    running = False

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def read(self, owner: str, name: str, dendrite: int | None = None) -> Any:
        self.asked.append(("read", owner, name, dendrite))
        return np.full(1 if name == "tau" else 3, 7.0)

    def read_spikes(self, population: str) -> Any:
        self.asked.append(("read_spikes", population))
        return np.array([2])

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **settings: self.asked.append((name, *given, *settings.items()))


def network() -> Any:
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(
        parameters="tau = 2.0 : population", equations="tau*dv/dt = g_exc - v", spike="v > 1"
    )
    cells = net.create(3, neuron, name="cells")
    net.connect(cells, cells, "exc", rv.Synapse(), name="loop").all_to_all(1.0)
    return net


def test_every_part_talks_to_the_program_that_the_compiler_gave() -> None:
    net, made = network(), Recorded()
    compiled: list[Any] = []

    def compile_network(given: Any, **options: Any) -> Any:
        compiled.append((given, options))
        return made

    with compiling_with(compile_network):
        assert net.compile(opt=0) is made
    assert compiled == [(net, {"opt": 0})]
    cells, loop = net.populations[0], net.projections[0]
    assert net.compiled and net.current_step == 11 and net.time == 11.0
    assert cells.tau == 7.0 and cells.v.tolist() == [7.0] * 3 and cells.spike.tolist() == [2]
    loop.dendrite(1).w  # noqa: B018
    loop.disable_learning()
    cells[1:].v = 3.0
    net.stop()
    net.simulate(4.0)
    assert made.asked[:-3] == [
        ("read", "cells", "tau", None),
        ("read", "cells", "v", None),
        ("read_spikes", "cells"),
        ("read", "loop", "w", 1),
        ("set_learning", "loop", ("plastic", False)),
        ("read", "cells", "v", None),
    ]
    what, owner, name, values = made.asked[-3]
    assert (what, owner, name, values.tolist()) == ("write", "cells", "v", [7.0, 3.0, 3.0])
    assert made.asked[-2:] == [("stop",), ("simulate", 4, False)]


def test_without_a_program_parts_answer_for_themselves() -> None:
    net = network()
    cells, loop = net.populations[0], net.projections[0]
    cells.v = 0.5
    net.stop()
    assert not net.compiled and net.current_step == 0
    assert cells.v.tolist() == [0.5] * 3 and cells.spike.tolist() == []
    assert list(loop.dendrite(1).w) == [1.0, 1.0]
    with pytest.raises(rv.ModelError, match="not compiled; call compile"):
        net.simulate(1.0)


def test_a_monitor_after_compile_makes_a_program_that_goes_on() -> None:
    net, made = network(), [Recorded(), Recorded()]
    given: list[dict[str, Any]] = []

    def compile_network(_: Any, **options: Any) -> Any:
        given.append(options)
        return made[len(given) - 1]

    with compiling_with(compile_network):
        net.compile(opt=0)
        net.monitor(net.populations[0], "v")
        net.simulate(2.0)
    assert given == [{"opt": 0}, {"opt": 0, "previous": made[0]}]
    assert made[0].asked == [] and made[1].asked == [("simulate", 2, False)]


def test_a_compiler_in_place_of_the_real_one_goes_whatever_happens() -> None:
    def broken(*given: Any, **options: Any) -> Any:
        return 1 / 0

    before = compiler()
    with pytest.raises(ZeroDivisionError), compiling_with(broken):
        network().compile()
    assert compiler() is before


def test_only_the_execution_holds_a_program() -> None:
    """No other file of the front end reaches past it."""
    for file in package_files():
        if file.parts[0] == "frontend" and file.name != "execution.py":
            assert "_execution.program" not in read(file), file
