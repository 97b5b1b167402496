"""Networks on emulated GPUs, beside the same ones on the CPU."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from differential.test_golden_states import _plain, _seen
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver
from ptx_emulator.gpu import EmulatedGpu

import ranvier as rv
from ranvier.runtime.device.cuda import graphs, grid

NIGHTLY = os.environ.get("RANVIER_NIGHTLY", "0") not in ("", "0")

Shape = tuple[int, int]
"""Blocks of a grid, and threads of a block."""

SHAPES: tuple[Shape, ...] = ((1, 32), (4, 64), (33, 32), (1, 256), (4, 128), (33, 96))

Seen = dict[str, Any]


def emulated(seed: int = 0) -> SimulatedDriver:
    """A driver with an emulated GPU.

    Blocks and atomic operations are in an order of the seed.
    """
    return SimulatedDriver([SimulatedDevice(engine=EmulatedGpu(seed=seed))])


@contextmanager
def on_gpu(number: int, shape: Shape = (1, 32)) -> Iterator[SimulatedDriver]:
    """A GPU for networks that are compiled meanwhile.

    The number decides the package, whether steps are in graphs, and in which order threads run.
    """
    lengths = ((), (4, 2), (3,))[number % 3]
    with (
        grid.fixed(*shape),
        graphs.fixed(*lengths),
        simulated(emulated(number), [PACKAGES[number % 2]]) as driver,
    ):
        yield driver
    assert any(name == "cuLaunchKernel" or "Graph" in name for name, _ in driver.calls)
    assert_nothing_left(driver)


def seen(net: rv.Network) -> Seen:
    """All that a user sees of a network."""
    return {name: _plain(value) for name, value in _seen(net).items()}


def after(build: Callable[[], rv.Network], runs: Sequence[int], target: str, **how: Any) -> Seen:
    """All that a user sees after runs of so many steps."""
    net = build()
    net.config(num_threads=None)
    net.compile(target=target, **how)
    for steps in runs:
        net.simulate(steps * net.dt)
    return seen(net)


def runs_of(steps: int, number: int) -> tuple[int, ...]:
    """So many steps in several runs. One of them may have none."""
    first = number % steps
    second = (7 * number) % (steps - first)
    return first, second, steps - first - second


def differences(meant: Seen, found: Seen) -> list[str]:
    """The names of what is not the same."""
    assert meant.keys() == found.keys()
    return [name for name in meant if meant[name] != found[name]]
