"""Any sequence of a user's actions equals that of the reference.

The reference does the same in plain NumPy.

All bits are the same, but for what comes from exponentials and logarithms (``SMOOTH``), whose last
bits are those of formulas. A longer search for sequences that fail: ``RANVIER_NIGHTLY=1``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from differential.everything import MONITORS, SPIKING, VIEW, Setting
from differential.sequences import THREADS, Pair
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

import ranvier as rv
from references.everything import LEARNING, SIZES, wires

NIGHTLY = os.environ.get("RANVIER_NIGHTLY", "0") not in ("", "0")
EXAMPLES = 3000 if NIGHTLY else 120

SLOTS = st.integers(0, 2)
MONITOR = st.sampled_from(list(MONITORS))
CLOCKS = st.one_of(
    st.integers(0, 60),
    st.sampled_from([2**31 - 2, 2**32 - 3, 2**40 + 1, 2**53 + 1, 2**63 - 5000]),
)
"""Steps that the clock is set to.

They lie around those that were run, and around numbers that need more bits.
"""

SPREAD = {
    "rates.b": (0.0, 1.0),
    "rates.r": (0.0, 3.0),
    "poisson.rates": (0.0, 400.0),
    "cells.drive": (0.0, 1.2),
    "cells.v": (-1.0, 1.0),
    "cells.g_exc": (0.0, 1.0),
    "others.drive": (0.0, 1.2),
    "others.ref": (0.0, 3.0),
}
"""Attributes of each neuron, with their range.

They are set in that range.
"""

NUMBERS = {
    "rates.tau": (1.0, 10.0),
    "cells.tau": (2.0, 20.0),
    "others.tau": (2.0, 20.0),
    "hebb.eta": (0.0, 0.05),
    "fade.loss": (0.0, 0.2),
    "fade.gain": (0.0, 0.1),
    "stdp.A_plus": (0.0, 0.1),
    "stdp_many.A_minus": (0.0, 0.1),
    "stp.U": (0.1, 0.9),
    "stdp.x": (0.0, 0.5),
    "stp.u": (0.1, 0.9),
}
"""Attributes that are set to one number for all."""

WEIGHTS = [name for name in wires("near") if name != "dec"]
PART = st.floats(0.0, 1.0, width=16)


def spread(seed: int, count: int, low: float, high: float) -> Any:
    """Numbers in a range."""
    return np.random.default_rng(seed).uniform(low, high, count)


class Sequences(RuleBasedStateMachine):
    """Hypothesis chooses what is done next."""

    pair: Pair

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()

    @initialize(
        setting=st.builds(
            Setting,
            st.sampled_from(["near", "far"]),
            st.sampled_from(["float64", "float32"]),
            st.sampled_from([1, 1, 1, 0]),
        ),
        threads=st.sampled_from([3, 3, 2, 1]),
    )
    def begin(self, setting: Setting, threads: int) -> None:
        """One of several networks."""
        self.pair = Pair(setting, threads, Path(self.folder.name))

    def teardown(self) -> None:
        """Compare the states at the end, unless something failed before."""
        try:
            if hasattr(self, "pair") and sys.exc_info()[0] is None:
                self.pair.simulate(3)
                self.pair.compare()
                for name in MONITORS:
                    self.pair.get(name, False)
        finally:
            self.folder.cleanup()

    # ------------------------------------------------------------------ running

    @rule(steps=st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21]))
    def simulate(self, steps: int) -> None:
        self.pair.simulate(steps)

    @rule(steps=st.integers(10, 30), threads=st.sampled_from(THREADS))
    def simulate_on(self, steps: int, threads: int) -> None:
        self.pair.threads = threads
        self.pair.simulate(steps)

    @rule(one=st.sampled_from(THREADS), other=st.sampled_from(THREADS))
    def change_threads_between_runs(self, one: int, other: int) -> None:
        self.simulate_on(20, one)
        self.simulate_on(7, other)

    @rule()
    def step(self) -> None:
        self.pair.step()

    @rule()
    def look(self) -> None:
        self.pair.compare()

    @rule(which=st.one_of(st.just([True] * 4), st.lists(st.booleans(), min_size=4, max_size=4)))
    def reset(self, which: list[bool]) -> None:
        self.pair.reset(*which)

    @rule(owner=st.sampled_from(sorted({*SIZES, *wires("near")} - {"dec"})), synapses=st.booleans())
    def reset_part(self, owner: str, synapses: bool) -> None:
        self.pair.reset_part(owner, synapses)

    @precondition(lambda self: self.pair.reference.state.learning["hebb"].period == 1)
    @rule(opt=st.integers(0, 1), threads=st.sampled_from(THREADS))
    def compile_again(self, opt: int, threads: int) -> None:
        self.pair.compile_again(opt, threads)

    @rule(step=CLOCKS, in_ms=st.booleans())
    def set_clock(self, step: int, in_ms: bool) -> None:
        self.pair.set_clock(step, in_ms and step < 2**40)

    # ------------------------------------------------------------------ files

    @rule(slot=SLOTS)
    def save(self, slot: int) -> None:
        self.pair.save(slot)

    @precondition(lambda self: self.pair.files)
    @rule(data=st.data())
    def load(self, data: st.DataObject) -> None:
        self.pair.load(data.draw(st.sampled_from(sorted(self.pair.files))))

    @precondition(lambda self: self.pair.files)
    @rule(data=st.data(), threads=st.sampled_from(THREADS))
    def load_into_another(self, data: st.DataObject, threads: int) -> None:
        slot = data.draw(st.sampled_from(sorted(self.pair.files)))
        self.pair.load_into_another(slot, threads)

    @rule(pickled=st.booleans())
    def copy(self, pickled: bool) -> None:
        self.pair.copy(pickled)

    # ------------------------------------------------------------------ attributes

    @rule(key=st.sampled_from(sorted(NUMBERS | SPREAD)), part=PART)
    def write_number(self, key: str, part: float) -> None:
        low, high = (NUMBERS | SPREAD)[key]
        self.pair.write(key, low + part * (high - low))

    @rule(key=st.sampled_from(sorted(SPREAD)), seed=st.integers(0, 99), view=st.booleans())
    def write_array(self, key: str, seed: int, view: bool) -> None:
        size = SIZES[key.partition(".")[0]]
        if view:
            self.pair.write_view(key, spread(seed, len(range(size)[VIEW]), *SPREAD[key]))
        else:
            self.pair.write(key, spread(seed, size, *SPREAD[key]))

    @rule(
        name=st.sampled_from(WEIGHTS),
        value=st.one_of(PART, st.integers(0, 99)),
        post=st.one_of(st.none(), st.integers(0, 10)),
    )
    def write_weights(self, name: str, value: float, post: int | None) -> None:
        """Write one number, or one for each synapse.

        The synapses are those of a dendrite, or all.
        """
        if post is not None:
            self.pair.write_dendrite(f"{name}.w", post, 0.5 * value % 1.0)
        elif isinstance(value, int):
            self.pair.write(f"{name}.w", spread(value, self.pair.synapses(name), 0.0, 0.5))
        else:
            self.pair.write(f"{name}.w", 0.5 * value)

    # ------------------------------------------------------------------ learning

    @rule(
        name=st.sampled_from(sorted(LEARNING)),
        how=st.one_of(
            st.tuples(st.just("enable"), st.integers(1, 5), st.integers(0, 5)),
            st.sampled_from([("disable",), ("plasticity", False), ("plasticity", True)]),
        ),
    )
    def learn(self, name: str, how: tuple[Any, ...]) -> None:
        if how[0] == "enable":
            self.pair.enable_learning("hebb", *how[1:])
        elif how[0] == "disable":
            self.pair.disable_learning(name)
        else:
            self.pair.set_plasticity(name, how[1])

    # ------------------------------------------------------------------ monitors

    @rule()
    def add_monitor(self) -> None:
        self.pair.add_monitor()

    @rule(
        name=MONITOR,
        what=st.sampled_from(["pause", "resume", "start", "stop", "reset", 1, 2, 3]),
    )
    def steer(self, name: str, what: str | int) -> None:
        """A number is another period to start with."""
        if isinstance(what, int):
            self.pair.set_period(name, what)
        else:
            self.pair.steer(name, what)

    @rule(name=MONITOR, keep=st.booleans())
    def get(self, name: str, keep: bool) -> None:
        self.pair.get(name, keep)


def test_any_sequence(tmp_path: Path) -> None:
    """Networks of the same kind are compiled once."""
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=60 if NIGHTLY else 25,
        derandomize=not NIGHTLY,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    with rv.options(cache_dir=str(tmp_path)):
        run_state_machine_as_test(Sequences, settings=chosen)


@pytest.mark.parametrize("kind", ["near", "far"])
def test_networks_do_something(kind: str, tmp_path: Path) -> None:
    """Every population fires, all weights learn, and neurons are refractory."""
    with rv.options(cache_dir=str(tmp_path)):
        pair = Pair(Setting(kind), 1, tmp_path)
    pair.simulate(100)
    state, initial = pair.reference.state, pair.reference.initial
    for name in SPIKING:
        assert sum(ranks.size for ranks in state.fired[name]) > 10
    for name in LEARNING:
        assert np.abs(state.values[f"{name}.w"] - initial[f"{name}.w"]).max() > 0.01
    assert all((left > 0).any() for left in state.left.values())
