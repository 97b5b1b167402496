"""A module of kernels runs without its network.

It says all that the run time must know.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from differential.models import NETWORKS
from fakes.opaque_device import opaque

import ranvier as rv
from ranvier.codegen_llvm.jit import compile_module
from ranvier.frontend.synapse_rows import SynapseRows
from ranvier.ir.declarations import DECLARATIONS, read
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_custom
from ranvier.ir.target import TARGET
from ranvier.programs import program_of
from ranvier.runtime.load import Connections, NetworkData, load
from ranvier.runtime.plan import Plan

LEAKY = rv.Neuron(parameters="tau = 10.0 : population", equations="tau*dr/dt = sum(exc) - r")
STEPS = 20


def module_of(net: Any) -> Any:
    """The kernels of a network, by way of their text."""
    return parse(str(net._execution.program.ir("kernels")), "kernels.mlir")


@pytest.mark.parametrize("name", ["learning_rates", "spike_timing"])
def test_the_text_of_kernels_runs_as_the_network_does(name: str) -> None:
    net, other = NETWORKS[name](), NETWORKS[name]()
    net.compile()
    module = module_of(net)
    program = program_of(other, Plan.of(module), compile_module(module).entry)
    net.simulate(STEPS * net.dt)
    program.simulate(STEPS)
    meant: Any = net._execution.program
    for part, values in meant.state().items():
        np.testing.assert_array_equal(values, program.state()[part], err_msg=part)


def test_kernels_run_without_a_network() -> None:
    """Two neurons that hear of each other and themselves, by Euler."""
    net: Any = rv.Network(dt=0.5)
    net.config(method="explicit")
    cells = net.create(2, LEAKY, name="cells")
    loop = net.connect(cells, cells, "exc", name="loop")
    loop.all_to_all(weights=rv.Uniform(0.0, 1.0), allow_self_connections=True)
    net.compile()
    module = module_of(net)
    plan = Plan.of(module)
    assert [(p.name, p.size) for p in plan.populations] == [("cells", 2)]
    assert [(p.name, p.pre, p.post, p.kind) for p in plan.projections] == [
        ("loop", "cells", "cells", "rate")
    ]
    rows = SynapseRows.all_pairs(2, 2)
    data = NetworkData(dt=0.5, seed=1, connections=lambda projection: Connections(rows=rows))
    program = load(plan, compile_module(module).entry, data)
    program.write("cells", "tau", 4.0)
    program.write("cells", "r", [1.0, 3.0])
    program.write("loop", "w", [0.5, 0.25, 0.0, 1.0])
    r, w = np.array([1.0, 3.0]), np.array([[0.5, 0.25], [0.0, 1.0]])
    program.simulate(3)
    for _ in range(3):
        sums = w @ r
        r = r + 0.5 / 4.0 * (sums - r)
    np.testing.assert_allclose(program.read("cells", "r"), r, rtol=1e-15)
    np.testing.assert_allclose(program.read_sum("cells", "exc"), sums, rtol=1e-15)


def test_plans_are_kept() -> None:
    net: Any = NETWORKS["spike_timing"]()
    with opaque(block=48, line=24):
        net.compile()
        plan = Plan.of(net._execution.program._lowered.module, code="key")
        assert Plan.decode(plan.encode()) == plan
    assert (plan.target.name, plan.target.block, plan.target.line) == ("cpu", 48, 24)
    plan = evolve(plan, target=evolve(plan.target, device="cpu"))
    assert Plan.decode(plan.encode()) == plan
    other = evolve(plan, target=evolve(plan.target, name="cpi"))
    assert Plan.decode(other.encode()) is None
    assert Plan.of(module_of(net), code="key") == plan


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('{name = "cpi", block = 16, line = 8}', "unknown target 'cpi'; did you mean 'cpu'"),
        ('{name = "cpu", block = 16}', "has a name, a block and a line"),
        ('{name = "cpu", block = 0, line = 8}', "from 1 to 4096 elements"),
        ('{name = "cpu", block = "16", line = 8}', "whole numbers"),
        ("1", "does not say its target"),
    ],
)
def test_a_target_that_is_none(said: str, message: str) -> None:
    """An error at the module of the file."""
    net: Any = NETWORKS["learning_rates"]()
    text = "// kernels\n" + str(net.compile().ir("kernels"))
    wrong = re.sub(r"ranvier\.target = \{.*?\}", f"{TARGET} = {said}", text)
    with pytest.raises(ModelError, match=f"kernels.mlir:2:1: error: .*{message}"):
        Plan.of(parse(wrong, "kernels.mlir"))


def test_both_forms_of_the_text_hold_all() -> None:
    net: Any = NETWORKS["learning_rates"]()
    net.compile()
    module = net._execution.program._lowered.module
    custom = parse(print_custom(module), "custom.mlir")
    assert read(custom) == read(module) and read(custom) is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no program"),
        (f"{DECLARATIONS} = 1", "a dictionary of lists"),
        (f"{DECLARATIONS} = {{populations = 1}}", "a dictionary of lists"),
        (f"{DECLARATIONS} = {{populations = [1]}}", "a row .* is a dictionary"),
        (f'{DECLARATIONS} = {{monitors = [{{name = "m", color = "red"}}]}}', "no 'color"),
        (f'{DECLARATIONS} = {{monitors = [{{name = "m", source = 1}}]}}', "no 'source = 1"),
        (f'{DECLARATIONS} = {{monitors = [{{name = "m"}}]}}', "source"),
        (f'{DECLARATIONS} = {{populations = [{{name = "p", size = "3", of = 0}}]}}', "no 'size"),
    ],
)
def test_modules_that_say_less(text: str, message: str) -> None:
    module: Any = parse(f'"builtin.module"() ({{}}) {{{text}}} : () -> ()', "module.mlir")
    with pytest.raises(ModelError, match=message):
        Plan.of(module)


CONTRADICTIONS = {
    "size = 19": ("size = 0", "'source' has the size 0"),
    "size = 19 ": ("size = 1099511627776 ", "'source' has the size 1099511627776"),
    "of = 0": ("of = 7", "declares list 7 of variables"),
    'pre = "source"': ('pre = "none"', "needs the population 'none'"),
    'name = "source"': ('name = "cells"', "needs the population 'source'"),
    "type = f64": ("type = index", "is of type index, which no buffer holds"),
    'owner = "source"': ('owner = "none"', "is one of 'none', which is not declared"),
    "ranvier.buffer": ("ranvier.nothing", "takes a buffer that is not described"),
    "layout = ": ('layout = "none", was = ', "there is no 'was"),
    'layout = "by_pre"': ('layout = "none"', "has the unknown layout 'none'"),
    'layout = "by_pre" ': ('layout = "by_delay" ', "which no such network has"),
}
"""Changes of a file of kernels, and the fault of each."""


@pytest.mark.parametrize("place", CONTRADICTIONS)
def test_kernels_that_contradict_their_declarations_are_refused(place: str) -> None:
    """Machine code would find other buffers than it was made for."""
    new, message = CONTRADICTIONS[place]
    net = NETWORKS["delayed_spikes"]()
    net.compile()
    text = str(net._execution.program.ir("kernels"))  # type: ignore[union-attr]
    assert place.rstrip() in text
    module = parse(text.replace(place.rstrip(), new.rstrip()))
    with pytest.raises(ModelError, match=message):
        program_of(NETWORKS["delayed_spikes"](), Plan.of(module), lambda *_: None)
