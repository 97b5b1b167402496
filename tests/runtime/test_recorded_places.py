"""Places of neurons in a sample of some of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from fakes.masked import CPU_OF_MASKS
from fakes.opaque_device import OpaqueDevice
from hypothesis import given
from hypothesis import strategies as st

from ranvier.ir.buffer_names import PLACES, SAMPLES
from ranvier.ir.buffers import Key
from ranvier.runtime.recorder import Recorder
from ranvier.runtime.thread_pool import ThreadPool


class Sink:
    """The samples that were handed over."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def _control(self) -> tuple[bool, int, int]:
        return True, 1, 0

    def _extend(self, variable: str, samples: Any) -> None:
        self.found += [row.tolist() for row in samples]


@given(
    ranks=st.lists(st.integers(0, 99), unique=True, min_size=1),
    steps=st.integers(1, 5),
)
def test_samples_by_place(ranks: list[int], steps: int) -> None:
    """Samples at their places come in the order of the view."""
    sink: Any = Sink()
    device: Any = OpaqueDevice(CPU_OF_MASKS, ThreadPool())
    recorder = Recorder(
        name="mon",
        sink=sink,
        population=100,
        variables={"v": (np.float64, len(ranks))},
        spikes={},
        running={},
        ranks=np.array(ranks),
        threads=1,
        device=device,
        placed=True,
    )
    recorder.begin(7, steps)
    places = device.download(recorder.buffers[Key("mon", PLACES)], 128)
    assert places.dtype == np.int32
    assert [i for i in range(128) if places[i] >= 0] == sorted(ranks)
    for row in range(steps):
        for i in range(128):
            if places[i] >= 0:
                at = row * len(ranks) + places[i]
                device.upload(recorder.buffers[Key("mon", SAMPLES, "v")], [i + 1000.0 * row], at)
    recorder.collect(7, steps)
    assert sink.found == [[rank + 1000.0 * row for rank in ranks] for row in range(steps)]


def test_only_those_who_ask_get_places() -> None:
    device = OpaqueDevice(CPU_OF_MASKS, ThreadPool())
    given: dict[str, Any] = {"variables": {}, "spikes": {}, "running": {}, "threads": 1}
    sink: Any = Sink()
    found = Recorder("mon", sink, 100, ranks=np.arange(5), device=device, **given).buffers
    assert Key("mon", PLACES) not in found
