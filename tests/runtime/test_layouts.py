"""The records of layouts agree with memory at run time."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from samples.connected_layouts import CONNECTED, PREFERRED

import ranvier as rv
from ranvier.ir.buffers import Key
from ranvier.ir.layouts import LAYOUTS, Layout
from ranvier.ir.target import CPU
from ranvier.runtime.layouts import Storage

SIZE, THREADS = 90, 2
BEAT = rv.Neuron(parameters="p = 3.0", equations="c = c + 1.0", spike="c > p", reset="c = 0.0")
RATE = rv.Neuron(equations="r = sum(exc)")
LISTEN = rv.Neuron(equations="v = g_exc", spike="v > 1e9")
CHANGING = rv.Neuron(equations="r = sum(exc) + t")

ELEMENTS = {
    "pre_rank": np.uint16, "post_rank": np.uint16, "row_count": np.uint16, "offset": np.int32,
    "i64": np.int64, "i32": np.int32, "u16": np.uint16, "u8": np.int8,
}  # fmt: skip


def storage_of(name: str) -> tuple[dict[str, Any], Storage]:
    """Synapses in that layout, and the buffers of their structure. The network is compiled."""
    handed: dict[str, Any] = {}
    hand_over = Storage.hand_over

    def noted(storage: Storage) -> Any:
        handed.update(found := hand_over(storage))
        return found

    net = rv.Network(dt=0.1, seed=3)
    net.config(num_threads=THREADS)
    sums = LAYOUTS[name].can("sum")
    pre = net.create(SIZE, CHANGING if sums else BEAT)
    post = net.create(SIZE, RATE if sums else LISTEN)
    CONNECTED[name](net.connect(pre, post, "exc"))
    with rv.options(exact_threads=True), mock.patch.object(Storage, "hand_over", noted):
        net.compile(pipeline=PREFERRED.get(name))
        net.simulate(0.2)
    program: Any = net._execution.program._program  # type: ignore[union-attr]
    ((owner, storage),) = program.storages.items()
    names = [*handed, *storage.split(THREADS)]
    return {each: program.buffers[Key(owner, each)] for each in names}, storage


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_the_structure_is_what_the_record_says(layout: Layout) -> None:
    structure, storage = storage_of(layout.name)
    assert storage.layout is layout
    found = {name: array.dtype for name, array in structure.items()}
    said = {e.name: np.dtype(ELEMENTS[e.element]) for e in layout.structure if e.per != "column"}
    assert found == said
    lengths = {name: len(structure[name]) for name in said}
    assert all(lengths[name] >= storage.size for name in layout.names("synapse"))
    bytes_ = sum(structure[name].itemsize for name in layout.names("synapse"))
    assert layout.bytes_per_synapse(rank_bits=16) == bytes_


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_values_are_kept_as_the_record_says(layout: Layout) -> None:
    _, storage = storage_of(layout.name)
    one, stride = storage.place(np.full(1, 0.25))
    assert (stride == 0) == layout.shares_values
    given = np.arange(1.0, storage.size + 1.0)
    many, stride = storage.place(given)
    assert not np.shares_memory(many, given)  # a device may take it over
    assert stride == 1
    np.testing.assert_array_equal(storage.values(many, 1), np.arange(1.0, storage.size + 1.0))
    assert set(np.unique(storage.values(one, 0 if layout.shares_values else 1))) == {0.25}
    # What is left of a padded layout is room for synapses that are not there.
    places = np.count_nonzero(many)
    assert places == storage.size
    assert layout.padded or len(many) <= CPU.padded(storage.size) + CPU.padded(1)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_sums_take_time(layout: Layout) -> None:
    """The expected time of a step chooses its threads.

    It decides on how many it starts.
    """
    assert (layout.sum_seconds > 0.0) == layout.can("sum")


def test_names_that_there_are_not() -> None:
    net = rv.Network(dt=0.1)
    net.connect(net.create(3, BEAT), net.create(3, LISTEN), "exc").one_to_one(1.0)
    with pytest.raises(rv.ModelError, match="there is no layout 'by_per'"):
        net.compile(pipeline="@equations,choose-layout{prefer=by_per},@kernels,@cpu")
