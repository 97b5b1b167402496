"""The network of :mod:`references.everything` twice: by Ranvier, and in NumPy.

Both do the same.

:class:`Pair` has a method for whatever a user does between two runs; each does it to both.
``compare`` holds the state of one against the other, ``get`` what monitors recorded.
"""

from __future__ import annotations

import pickle
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define
from differential.everything import MONITORS, SEED, SPIKING, VIEW, Setting, build, monitor
from differential.harness import assert_same_bits
from differential.shifting import Shifting

from references.everything import DT, SIZES, SMOOTH, State
from references.everything_runs import Everything
from references.recording import MonitorReference

CLOSE = {"float64": 1e-11, "float32": 1e-4}
"""Tolerances of ``SMOOTH``: some units in the last place an event. Exponentials are within one."""

THREADS = (3, 2, 1)
"""Numbers of threads that networks are made for.

They run on these if they are no more than that.
"""


SUMS = (("rates", "far"), ("decoded", "dec"))
"""Populations with a weighted sum, and its target."""


@define
class Chosen(Shifting):
    """Pieces as short, on as many threads as somebody says."""

    def ran(self, steps: int, seconds: float) -> None:
        """Stay with that number."""


class Pair:
    """One network by Ranvier and by the reference.

    Files of ``save`` go to ``folder``.
    """

    def __init__(self, setting: Setting, threads: int, folder: Path) -> None:
        self.setting = setting
        self.folder = folder
        self.files: dict[int, State] = {}
        self._begin(threads)

    def _begin(self, threads: int) -> None:
        """Both anew, never run."""
        setting = self.setting
        self.threads = threads
        self.net = build(setting, threads)
        self.net.compile(opt=setting.opt, cache=True)
        self.monitors = {name: self.net.get_monitor(f"of_{name}") for name in list(MONITORS)[:-1]}
        self._refer_anew()
        self.references: dict[str, MonitorReference] = {}
        for name in self.monitors:
            self._refer(name)

    def _refer_anew(self) -> None:
        self.reference = Everything(self.setting.kind, self.setting.dtype, SEED)
        self.reference.watch = self._sample

    def _refer(self, name: str) -> None:
        population, variables, part, period, offset = MONITORS[name]
        ranks = np.arange(SIZES[population])[part]
        found = MonitorReference(population, variables, ranks, period, offset)
        found.start(self.clock)
        self.references[name] = found

    def _sample(self, inputs: bool) -> None:
        s = self.reference.state
        for each in self.references.values():
            owner = each.population
            values: dict[str, Any] = {n: s.values.get(f"{owner}.{n}") for n in each.variables} | {
                f"sum({target})": s.sums[name] for name, target in SUMS if name == owner
            }
            fired = self.reference.spikes(owner) if owner in SPIKING else np.empty(0, np.int64)
            each.sample(s.clock, inputs, values, fired)

    @property
    def clock(self) -> int:
        """The step that comes next, by the reference."""
        return self.reference.state.clock

    def owner(self, name: str) -> Any:
        """A population or projection of Ranvier's network."""
        if name in SIZES:
            return self.net.get_population(name)
        return self.net.get_projection(name)

    def synapses(self, projection: str) -> int:
        """The number of synapses."""
        return int(self.reference.wires[projection].pres.size)

    # ------------------------------------------------------------------ running

    def simulate(self, steps: int) -> None:
        """Run some steps, on the threads that were last asked for."""
        program = self.net._execution.ready()._program  # type: ignore[attr-defined]
        program.tuner = Chosen(program.tuner.most, 0.0, now=min(self.threads, program.tuner.most))
        self.net.simulate(steps * DT)
        for _ in range(steps):
            self.reference.step()

    def step(self) -> None:
        """Run one step in the other way of saying so."""
        self.net.step()
        self.reference.step()

    def reset(self, populations: bool, projections: bool, synapses: bool, monitors: bool) -> None:
        """Run ``Network.reset``."""
        self.net.reset(populations, projections, synapses, monitors)
        before = self.clock
        self.reference.reset(populations, projections, synapses)
        for each in self.references.values():
            each.jump(before, 0)
            if monitors:
                each.reset(0)

    def reset_part(self, owner: str, synapses: bool) -> None:
        """``Population.reset`` or ``Projection.reset``, with or without the weights."""
        if owner in SIZES:
            self.owner(owner).reset()
        else:
            self.owner(owner).reset(synapses=synapses)
        self.reference.reset_part(owner, attributes=True, weights=synapses)

    def compile_again(self, opt: int, threads: int) -> None:
        """A new start with what was set before ``compile``.

        Monitors keep what they have.
        """
        self.net.compile(opt=opt, num_threads=threads, cache=True)
        self.threads = threads
        before = self.clock
        learning = self.reference.state.learning
        self._refer_anew()
        self.reference.state.learning = learning
        self._jump(before)

    def set_clock(self, step: int, in_ms: bool) -> None:
        """Set the clock, as a step or in ms."""
        if in_ms:
            self.net.time = step * DT
        else:
            self.net.current_step = step
        before, self.reference.state.clock = self.clock, step
        if step != before:
            self._jump(before)

    def _jump(self, before: int) -> None:
        for each in self.references.values():
            each.jump(before, self.clock)

    # ------------------------------------------------------------------ files

    def save(self, slot: int) -> None:
        """``Network.save`` to one of a few files."""
        self.net.save(self.folder / f"{slot}.npz")
        self.files[slot] = deepcopy(self.reference.state)

    def load(self, slot: int) -> None:
        """Run ``Network.load``."""
        self.net.load(self.folder / f"{slot}.npz")
        before = self.clock
        self.reference.state = deepcopy(self.files[slot])
        self._jump(before)

    def load_into_another(self, slot: int, threads: int) -> None:
        """Go on with a new network of the same kind.

        It has another number of threads.
        """
        self._begin(threads)
        self.load(slot)

    def copy(self, pickled: bool) -> None:
        """Go on with a copy, which holds what was recorded too."""
        self.net = pickle.loads(pickle.dumps(self.net)) if pickled else self.net.copy()
        self.monitors = {name: self.net.get_monitor(f"of_{name}") for name in self.monitors}

    # ------------------------------------------------------------------ attributes

    def write(self, key: str, value: Any) -> None:
        """Set an attribute of all neurons or synapses.

        One number, or one for each.
        """
        owner, _, name = key.partition(".")
        setattr(self.owner(owner), name, value)
        self.reference.write(key, value)

    def write_view(self, key: str, value: Any) -> None:
        """Set an attribute of some neurons."""
        owner, _, name = key.partition(".")
        setattr(self.owner(owner)[VIEW], name, value)
        self.reference.write(key, value, VIEW)

    def write_dendrite(self, key: str, post: int, value: float) -> None:
        """Set an attribute of the synapses of one neuron.

        Nothing happens if it has none.
        """
        owner, _, name = key.partition(".")
        where = self.reference.wires[owner].posts == post
        if where.any():
            setattr(self.owner(owner).dendrite(post), name, value)
            self.reference.write(key, value, where)

    # ------------------------------------------------------------------ learning

    def enable_learning(self, projection: str, period: int, offset: int) -> None:
        """Learn every few steps.

        The first time comes after a few steps.
        """
        self.owner(projection).enable_learning(period * DT, offset * DT)
        how, done = self.reference.state.learning[projection], self.reference.state.done
        how.updating = how.plastic = True
        how.period, how.offset = period, done + offset

    def disable_learning(self, projection: str) -> None:
        """Learn no more."""
        self.owner(projection).disable_learning()
        how = self.reference.state.learning[projection]
        if projection == "hebb":
            how.updating = False
        else:
            how.plastic = False

    def set_plasticity(self, projection: str, plastic: bool) -> None:
        """Set whether weights change, and nothing else."""
        self.owner(projection).plasticity = plastic
        self.reference.state.learning[projection].plastic = plastic

    # ------------------------------------------------------------------ monitors

    def add_monitor(self) -> None:
        """One more monitor, once.

        The network is compiled again and goes on.
        """
        name = list(MONITORS)[-1]
        if name not in self.monitors:
            self.monitors[name] = monitor(self.net, name)
            self._refer(name)

    def steer(self, name: str, what: str) -> None:
        """``start``, ``stop``, ``pause``, ``resume`` or ``reset`` a monitor."""
        if name in self.monitors:
            getattr(self.monitors[name], what)()
            getattr(self.references[name], what)(self.clock)

    def set_period(self, name: str, period: int) -> None:
        """Start a monitor with another period."""
        if name in self.monitors:
            self.monitors[name].start(period=period * DT)
            self.references[name].period, self.references[name].offset = period, 0
            self.references[name].start(self.clock)

    def get(self, name: str, keep: bool) -> None:
        """Compare what a monitor recorded, and when."""
        if name not in self.monitors:
            return
        ours = self.references[name]
        for variable in ours.variables:
            found = self.monitors[name].get(variable, keep=keep)
            expected, times = ours.get(variable, self.clock, keep)
            what = f"monitor '{name}': {variable}"
            assert self.monitors[name].times()[variable] == times, what
            if variable == "spike":
                assert found == expected, what
            else:
                assert found.shape == expected.shape, what
                self._same(f"{ours.population}.{variable}", expected.ravel(), found.ravel(), what)

    # ------------------------------------------------------------------ comparison

    def compare(self) -> None:
        """All that can be read between two runs."""
        state = self.reference.state
        assert self.net.current_step == state.clock
        assert self.net.time == state.clock * DT
        for key, expected in state.values.items():
            self._same(key, expected, self._read(key), key)
        for name in SPIKING:
            found = self.owner(name).spike
            assert np.array_equal(found, self.reference.spikes(name)), f"spikes of {name}"
        for name, target in SUMS:
            found = self.owner(name).sum(target)
            self._same(f"{name}.sum", state.sums[name], found, f"sum of {name}")
        for name, how in state.learning.items():
            projection = self.owner(name)
            assert (projection.update, projection.plasticity) == (how.updating, how.plastic), name

    def _read(self, key: str) -> Any:
        owner, _, name = key.partition(".")
        found = getattr(self.owner(owner), name)
        if isinstance(found, list):
            found = np.concatenate(found)
        like = self.reference.state.values[key]
        return np.array(np.broadcast_to(found, like.shape), like.dtype)

    def _same(self, key: str, expected: Any, found: Any, what: str) -> None:
        if key in SMOOTH:
            close = CLOSE[self.setting.dtype]
            np.testing.assert_allclose(found, expected, rtol=close, atol=close, err_msg=what)
        else:
            assert_same_bits(expected, found.astype(expected.dtype), what)
