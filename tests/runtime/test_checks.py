"""``compile(check="bounds")`` as users see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier import compile_cache
from ranvier.ir.buffers import Key
from ranvier.ir.diagnostics import ModelError
from ranvier.passes.framework.settings import options_from
from ranvier.runtime.bounds_reports import OutOfBounds

HERE = Path(__file__).name


def network() -> Any:
    net = rv.Network(dt=1.0, seed=1)
    neuron = rv.Neuron(
        parameters="tau = 5.0",
        equations="tau*dv/dt = 3.0 + g_exc - v",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    cells = net.create(20, neuron, name="cells")
    cells.v = rv.Uniform(0.0, 1.0)
    net.connect(cells, cells, "exc").fixed_probability(0.4, rv.Uniform(0.0, 0.1), delays=2.0)
    net.monitor(cells, "spike")
    return net


def test_four_ways_to_ask() -> None:
    """All of them test; and not to ask costs nothing."""
    plain = network().compile()
    assert "ranvier_out_of_bounds" not in plain.ir()
    asked = [network().compile(check="bounds")]
    with rv.options(check="bounds"):
        asked.append(network().compile())
        assert network().compile(check="none").ir() == plain.ir()
    asked.append(network().compile(pipeline="@equations,@sparsity,@kernels,@cpu,check-bounds"))
    for compiled in asked:
        assert "ranvier_out_of_bounds" in compiled.ir()
        assert compiled.ir() == asked[0].ir()
    assert options_from({"RANVIER_CHECK": "bounds"}).check == "bounds"


def test_another_check_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(ModelError, match="'check' expects none or bounds, got 'bound'") as caught:
        network().compile(check="bound")
    assert f"{HERE}:" in str(caught.value)


def test_machine_code_is_kept_apart(tmp_path: Path) -> None:
    compile_cache.forget()
    with rv.options(cache=True, cache_dir=str(tmp_path)):
        for check in ("none", "bounds"):
            for time in range(2):
                compiled = network().compile(check=check)
                assert compiled._request.from_cache == (time == 1)
                assert (compiled._program.checks is not None) == (check == "bounds")
    compile_cache.forget()


def test_what_an_error_says() -> None:
    """An error names the fault in what kernels were told.

    What they were told of a ring is wrong, as a mistake of ours could make it.
    """
    net = network()
    compiled = net.compile(check="bounds")
    net.simulate(10.0)
    program = compiled._program
    program.buffers[Key("proj0", "post")][:] += 1000
    with pytest.raises(OutOfBounds) as caught:
        net.simulate(100.0)
    fault = caught.value.faults[0]
    assert fault.buffer == "cells.g_exc" and fault.size == 32 and 1000 <= fault.index < 1020
    lines = str(caught.value).splitlines()
    assert "error: kernel 'proj0_transmit': 'memref.load'" in lines[0]
    assert f"takes index {fault.index} of 'cells.g_exc', which has 32 elements" in lines[0]
    assert "note: on thread 0, in a step from 10 on" in lines
    assert any("not of the model" in line for line in lines)
    program.buffers[Key("proj0", "post")][:] -= 1000
    before = net.compile(check="bounds")
    net.simulate(5.0)
    assert before.step == 5


def test_the_same_with_and_without() -> None:
    found = []
    for check in ("none", "bounds"):
        net = network()
        compiled = net.compile(check=check)
        net.simulate(50.0)
        net.reset()
        net.simulate(50.0)
        found.append(compiled.state())
    for name, values in found[0].items():
        np.testing.assert_array_equal(values, found[1][name], name)
