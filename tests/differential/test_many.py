"""Many populations of one kind have the bits of each alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.buffers import variable
from ranvier.ir.interpreter.core import InterpreterError
from ranvier.ir.interpreter.core import run as interpret
from ranvier.ir.parser import parse
from ranvier.ir.target import CPU
from ranvier.passes.analysis.races import Buffers
from ranvier.passes.kernels.kernel_calls import Calls, Shared, joined
from ranvier.runtime.device.cpu import Cpu, pointer_table
from ranvier.runtime.host_memory import ALIGNMENT

COUNT = 9


def noisy() -> rv.Neuron:
    """A neuron that draws random numbers and spikes now and then."""
    return rv.Neuron(
        parameters="tau = 10.0",
        equations="tau*dv/dt = 1.1 - v + g_exc + 0.5*Normal(0.0, 1.0)",
        spike="v > 1.0",
        reset="v = 0.0",
        refractory=2.0,
    )


def network(names: list[str], threads: int = 1) -> tuple[rv.Network, dict[str, rv.Monitor]]:
    """Populations of one kind and of several sizes.

    They have synapses to themselves, and are recorded.
    """
    net = rv.Network(dt=0.5, seed=3)
    net.options.num_threads = threads
    neuron, monitors = noisy(), {}
    for name in names:
        cells = net.create(5 + 20 * (int(name[1:]) % 3), neuron, name=name)
        cells.v = rv.Uniform(0.0, 1.0)
        onto = net.connect(cells, cells, "exc", name=f"onto_{name}")
        onto.fixed_probability(0.4, weights=0.1, delays=1.0)
        monitors[name] = net.monitor(cells, ["v", "spike"], name=f"of_{name}")
    return net, monitors


def results(names: list[str], threads: int = 1) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The recordings of every population in 30 ms.

    They are taken in three parts.
    """
    net, monitors = network(names, threads)
    net.compile()
    for _ in range(3):
        net.simulate(10.0)
    found = {}
    for name, monitor in monitors.items():
        spikes = monitor.get("spike")
        flat = [[rank, step] for rank, steps in sorted(spikes.items()) for step in steps]
        found[name] = monitor.get("v"), np.array(flat)
    return found


def test_many_are_as_one_by_one() -> None:
    names = [f"p{i}" for i in range(COUNT)]
    together, on_threads = results(names), results(names, 3)
    for name in names:
        (alone,) = results([name]).values()
        for one, other, third in zip(alone, together[name], on_threads[name], strict=True):
            assert one.size and np.array_equal(one, other) and np.array_equal(one, third)


def test_states_of_many_are_kept(tmp_path: Path) -> None:
    names = [f"p{i}" for i in range(COUNT)]
    first, second = network(names)[0], network(names, 2)[0]
    compiled = first.compile()
    compiled.simulate(20)
    compiled.save(tmp_path / "state.npz")
    second.compile().load(tmp_path / "state.npz")
    first.simulate(10.0)
    second.simulate(10.0)
    for one, other in zip(first.populations, second.populations, strict=True):
        assert np.array_equal(one.v, other.v)


def test_what_is_said_of_many() -> None:
    net, _ = network([f"p{i}" for i in range(COUNT)])
    compiled = net.compile()
    assert "runs the kernels of p0" in str(compiled.explain("p4"))
    text = str(compiled.ir("net"))
    assert all(text.count(f"net.population @p{i} size") == 1 for i in range(COUNT))
    assert (
        text.count("eq.ddt") == str(network(["p0"])[0].compile().ir("net")).count("eq.ddt") * COUNT
    )
    assert str(compiled.ir("kernels")).count("call @p0_update(") == 1


def crossed() -> rv.Network:
    """Projections of two kinds in turns.

    Eight onto one population, then one onto each of eight.
    """
    net = rv.Network(dt=1.0, seed=2)
    neuron = rv.Neuron(equations="r = 0.1 + 0.1 * sum(exc)")
    synapses = (None, rv.Synapse(psp="2.0 * w * pre.r"))
    pre, post = net.create(8, neuron), net.create(8, neuron)
    pre.r = rv.Uniform(0.0, 1.0)
    for i, onto in enumerate([post] * 8 + [net.create(8, neuron) for _ in range(8)]):
        projection = net.connect(pre, onto, "exc", synapses[i % 2])
        projection.all_to_all(weights=rv.Uniform(0.0, 1.0))
    return net


def test_calls_keep_their_order_where_it_matters() -> None:
    """Sums are taken in the order of projections.

    Only what is independent moves.
    """
    quick, plain = crossed(), crossed()
    text = str(quick.compile(pipeline="@equations,choose-layout,@kernels,@cpu").ir("kernels"))
    assert len(re.findall(r"call @proj\d+_transmit\(", text)) == 6 + 2
    plain.compile(opt=0)
    for net in (quick, plain):
        net.simulate(5.0)
    for one, other in zip(quick.populations, plain.populations, strict=True):
        assert np.array_equal(one.r, other.r)
    assert all(np.ptp(each.r) > 0.0 for each in quick.populations[1:])


def test_a_group_waits_for_what_it_needs() -> None:
    calls = {name: Calls(Shared(_kernel(name), ("a",)), [("a",)]) for name in "xy"}
    order = [calls["x"], calls["y"], Calls(calls["x"].shared, [("b",)])]
    assert [each.rows for each in joined(order)] == [[("a",)], [("b",)], [("a",)]]
    order[2] = Calls(calls["x"].shared, [("a",)])
    assert [each.shared.kernel.sym_name for each in joined(order)] == ["x", "y", "x"]


def _kernel(name: str) -> Any:
    module = parse(
        f'''
        "func.func"() <{{arg_attrs = [{{ranvier.buffer =
            {{owner = "a", name = "v", role = "attribute", extent = "one"}}}}],
            function_type = (memref<?xf64>) -> (), sym_name = "{name}"}}> ({{
        ^bb0(%v: memref<?xf64>):
          %0 = "arith.constant"() <{{value = 0 : index}}> : () -> index
          %1 = "arith.constant"() <{{value = 1.0 : f64}}> : () -> f64
          "memref.store"(%1, %v, %0) : (f64, memref<?xf64>, index) -> ()
          "func.return"() : () -> ()
        }}) : () -> ()
        ''',
        "kernel.mlir",
    )
    return module.ops[0]


TABLE = """
"func.func"() <{function_type = (memref<?xmemref<?xf64>>, index, f64) -> (), sym_name = "put"}> ({
^bb0(%table: memref<?xmemref<?xf64>>, %row: index, %x: f64):
  %buffer = "memref.load"(%table, %row) : (memref<?xmemref<?xf64>>, index) -> memref<?xf64>
  "memref.store"(%x, %buffer, %row) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"""


def test_interpreter_loads_buffers_from_tables() -> None:
    module = parse(TABLE, "table.mlir")
    buffers = [np.zeros(3), np.zeros(3)]
    interpret(module, "put", buffers, 1, 2.5)
    assert buffers[0].tolist() == [0.0, 0.0, 0.0] and buffers[1].tolist() == [0.0, 2.5, 0.0]
    with pytest.raises(InterpreterError, match="row 2 beyond 2"):
        interpret(module, "put", buffers, 2, 2.5)
    with pytest.raises(TypeError, match="expects an array"):
        interpret(module, "put", [np.zeros(3, np.int64)], 0, 2.5)


def test_buffers_meet_where_a_name_is_in_both() -> None:
    some, others = (
        Buffers(variable("", "v"), frozenset("abc")),
        Buffers(variable("", "v"), frozenset("cd")),
    )
    assert some.meets(others) and others.meets(some)
    assert not some.meets(Buffers(variable("", "w"), frozenset("abc")))
    assert not others.meets(Buffers(variable("", "v"), frozenset("ab")))


def test_slabs_hold_small_buffers() -> None:
    device = Cpu(CPU)
    kinds = np.int8, np.float64
    made = [device.allocate(count, kind) for count in (1, 17, 100) for kind in kinds]
    for number, each in enumerate(made):
        assert each.ctypes.data % ALIGNMENT == 0 and each.size % 16 == 0 and not each.any()
        each[:] = number + 1
    assert all((each == number + 1).all() for number, each in enumerate(made))
    assert device.allocate(0, float).size == 0
    large = device.allocate(1 << 20, float)
    assert large.size == 1 << 20 and large.base is not made[0].base
    assert device.adopt(np.array([7]))[:2].tolist() == [7, 0]
    many = [device.allocate(500, float) for _ in range(200)]  # more than one array
    assert len({each.ctypes.data for each in many}) == 200


def test_tables_of_addresses() -> None:
    one, other = np.zeros(2), np.zeros(3)
    table = pointer_table([one, other])
    assert pointer_table([table, one])[1] == one.ctypes.data
    assert (table[0], table[1]) == (one.ctypes.data, other.ctypes.data)
    with pytest.raises(ValueError, match="buffer 1"):
        pointer_table([table, None])
