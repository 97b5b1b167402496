"""The network of :mod:`references.everything` in plain NumPy, step by step.

It is computed as it is defined.

One step: sums are cleared; projections transmit, in the order of their creation; neurons are
updated; synapses learn; spikes of this step act on the synapses of those who fired.

Everything is computed in the order of the definition, and products that are added are rounded once.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from references.draws import normal, stream_of, uniform
from references.everything import (
    ATTRIBUTES,
    COMMON,
    DT,
    LEARNING,
    LONGEST,
    REFRACTORY_STEPS,
    SIZES,
    WINDOW_STEPS,
    Learning,
    State,
    Wires,
    initial_values,
    wires,
)
from references.everything_events import Events
from references.fused import fused_quickly as fused

Array = NDArray[Any]

ACTIVE = ("fade", "stdp", "stdp_many", "stp")
"""Projections whose synapses do something with each spike that arrives."""

REACTING = ("fade", "stdp", "stdp_many")
"""Projections whose synapses do something when their post neuron fires."""

GATHERED = 16
"""The most different delays without a sum of arrivals.

With more than that, what arrives in a step is summed before it is added.
"""


class Everything(Events):
    """The network in one precision. ``watch`` is told what monitors see, twice in a step."""

    def __init__(self, kind: str, dtype: str, seed: int) -> None:
        self.wires = wires(kind)
        self.number = np.dtype(dtype).type
        self.seed = seed
        self.watch: Callable[[bool], None] = lambda inputs: None
        given = initial_values()
        self.initial: dict[str, Array] = {}
        for owner, attributes in ATTRIBUTES.items():
            for name in attributes:
                self.initial[f"{owner}.{name}"] = self._whole(
                    f"{owner}.{name}", given.get(f"{owner}.{name}", 0.0)
                )
        self.initial |= {f"{n}.w": self._whole(f"{n}.w", w.weights) for n, w in self.wires.items()}
        values = deepcopy(self.initial)
        traces = [n for n in values if n.partition(".")[2] in ("x", "y", "u")]
        ages = {n: np.zeros(values[n].size, np.int64) for n in traces}
        self.state = State(values, ages, learning={n: Learning() for n in LEARNING})
        self._forget()

    def _whole(self, key: str, value: Any) -> Array:
        """All values of an attribute, in its type."""
        owner = key.partition(".")[0]
        size = SIZES[owner] if owner in SIZES else self.wires[owner].pres.size
        kind = np.int64 if key == "others.n" else self.number
        shape = (1,) if key in COMMON else (size,)
        return np.array(np.broadcast_to(np.asarray(value), shape), kind)

    def _forget(self) -> None:
        """Nothing is under way.

        The past is that of a network that was never run.
        """
        s = self.state
        s.clock, s.done, s.rates = 0, 0, []
        s.fired = {name: [] for name in ("poisson", "cells", "others")}
        s.arrived = []
        s.left = {name: np.zeros(SIZES[name], np.int64) for name in ("cells", "others")}
        s.sums = {n: np.zeros(SIZES[n], self.number) for n in ("rates", "decoded")}

    # ------------------------------------------------------------------ from outside

    def write(self, key: str, value: Any, where: Any = slice(None)) -> None:
        """Set an attribute; the past ends with what is set."""
        self.state.values[key][where] = value
        if key == "rates.r" and self.state.done:
            self.state.rates[0] = self.state.values[key].copy()

    def reset(self, populations: bool, projections: bool, synapses: bool) -> None:
        """The clock at 0, nothing under way.

        If asked, attributes are as they were at first.
        """
        for owner in ATTRIBUTES.keys() | self.wires.keys():
            asked = populations if owner in SIZES else projections
            self.reset_part(owner, attributes=asked, weights=synapses)
        self._forget()

    def reset_part(self, owner: str, *, attributes: bool, weights: bool) -> None:
        """Attributes of a population or projection as they were at first."""
        for key, value in self.initial.items():
            if key.startswith(f"{owner}.") and (weights if key.endswith(".w") else attributes):
                self.write(key, value)
                if key in self.state.ages:
                    self.state.ages[key][:] = 0

    def spikes(self, population: str) -> Array:
        """Neurons that fired in the last step."""
        past = self.state.fired[population]
        return past[0] if past else np.empty(0, np.int64)

    # ------------------------------------------------------------------ one step

    def step(self) -> None:
        """Compute one step."""
        s = self.state
        if not s.done:
            s.rates = [s.values["rates.r"].copy() for _ in range(LONGEST)]
        self._transmit()
        self.watch(True)
        s.rates.insert(0, self._update_rates())
        for name, update in (
            ("poisson", self._update_poisson),
            ("cells", self._update_cells),
            ("others", self._update_others),
        ):
            s.fired[name].insert(0, update())
        s.values["decoded.r"] = s.sums["decoded"].copy()
        self._learn()
        for past in (s.rates, s.arrived, *s.fired.values()):
            del past[LONGEST:]
        self.watch(False)
        s.clock += 1
        s.done += 1

    def _fraction(self, length: float, tau: Any) -> Any:
        """The fraction dt/tau."""
        return self.number(length) / self.number(tau)

    # ------------------------------------------------------------------ transmission

    def _transmit(self) -> None:
        s = self.state
        s.sums = {name: np.zeros_like(old) for name, old in s.sums.items()}
        for name, w in self.wires.items():
            if w.target == "far":
                self._sum_rates(name, w)
            elif w.target == "dec":
                self._decode(name, w)
            else:
                self._deliver(name, w)

    def _sum_rates(self, name: str, w: Wires) -> None:
        """Each dendrite adds up by pre rank.

        Then dendrites of several projections add.
        """
        s = self.state
        total = np.zeros(SIZES[w.post], self.number)
        rates = np.array(s.rates)[w.delays - 1, w.pres]
        np.add.at(total, w.posts, s.values[f"{name}.w"] * rates)
        s.sums[w.post] = s.sums[w.post] + total

    def _arrivals(self, w: Wires, earlier_first: bool = False) -> Array:
        """Synapses that spikes reach now, in order.

        The order is by delay, then pre rank, then post rank.
        """
        past = self.state.fired[w.pre]
        fires = np.zeros((LONGEST, SIZES[w.pre]), bool)
        for age, ranks in enumerate(past):
            fires[age, ranks] = True
        there = np.flatnonzero(fires[w.delays - 1, w.pres])
        sign = -1 if earlier_first else 1
        order = np.lexsort((w.posts[there], w.pres[there], sign * w.delays[there]))
        return there[order]

    def _deliver(self, name: str, w: Wires) -> None:
        s = self.state
        g = s.values[f"{w.post}.g_{w.target}"]
        weights = s.values[f"{name}.w"]
        if name in ACTIVE:
            for i in self._arrivals(w):
                self.arrive(name, int(i), g, int(w.posts[i]))
        elif np.unique(w.delays).size > GATHERED:
            arriving = self._arrivals(w, earlier_first=True)
            total = np.zeros_like(g)
            np.add.at(total, w.posts[arriving], weights[arriving])
            g[:] = np.where(total == 0.0, g, g + total)
        else:
            arriving = self._arrivals(w)
            np.add.at(g, w.posts[arriving], weights[arriving])

    def _decode(self, name: str, w: Wires) -> None:
        """Spikes of the window, in Hz per synapse."""
        s = self.state
        arrived = np.zeros(SIZES[w.post], self.number)
        np.add.at(arrived, w.posts[self._arrivals(w)], self.number(1.0))
        s.arrived.insert(0, arrived)
        total = np.sum(s.arrived[:WINDOW_STEPS], axis=0, dtype=self.number)  # whole numbers
        fan_in = np.maximum(np.bincount(w.posts, minlength=SIZES[w.post]), 1)
        scale = 1000.0 / (WINDOW_STEPS * DT) / fan_in
        s.sums[w.post] = s.sums[w.post] + total * scale.astype(self.number)

    # ------------------------------------------------------------------ neurons

    def _draw(self, kind: Callable[..., Array], owner: str, number: int = 0) -> Array:
        stream = stream_of(self.seed, owner, number)
        return kind(stream, self.state.clock, SIZES[owner], self.number)

    def _update_rates(self) -> Array:
        v, sums = self.state.values, self.state.sums["rates"]
        r = v["rates.r"]
        noise = self._draw(uniform, "rates")
        rate = fused(self.number(0.5), noise, (v["rates.b"] - r) + sums)
        moved = fused(rate, self._fraction(DT, v["rates.tau"][0]), r)
        v["rates.r"] = np.minimum(moved, self.number(4.0))
        v["rates.now"][:] = self.number(float(self.state.clock) * DT)
        return v["rates.r"].copy()

    def _update_poisson(self) -> Array:
        v = self.state.values
        noise = self._draw(uniform, "poisson")
        v["poisson.p"] = noise * self.number(1000.0) / self.number(DT)
        return np.flatnonzero(v["poisson.p"] < v["poisson.rates"])

    def _update_cells(self) -> Array:
        v, left = self.state.values, self.state.left["cells"]
        active = left == 0
        g_exc, old = v["cells.g_exc"], v["cells.v"]
        slope = ((v["cells.drive"] - old) + g_exc) - v["cells.g_inh"] + self._draw(uniform, "cells")
        moved = fused(slope, self._fraction(DT, v["cells.tau"][0]), old)
        v["cells.v"] = np.where(active, moved, old)
        v["cells.g_exc"] = fused(-g_exc, self._fraction(DT, 5.0), g_exc)
        v["cells.seen"] = v["cells.seen"] + v["cells.g_fast"]
        v["cells.felt"] = v["cells.felt"] + v["cells.g_plast"]
        v["cells.noise"] = self._draw(normal, "cells", 1).astype(self.number)
        left[~active] -= 1
        fires = active & (v["cells.v"] > 1.0)
        v["cells.v"][fires] = 0.0
        left[fires] = REFRACTORY_STEPS
        for name in ("g_inh", "g_fast", "g_plast"):
            v[f"cells.{name}"][:] = 0.0
        return np.flatnonzero(fires)

    def _update_others(self) -> Array:
        v, left = self.state.values, self.state.left["others"]
        active = left == 0
        g_exc, old = v["others.g_exc"], v["others.v"]
        slope = (v["others.drive"] - old) + g_exc
        moved = fused(slope, self._fraction(DT, v["others.tau"][0]), old)
        v["others.v"] = np.where(active, moved, old)
        v["others.g_exc"] = fused(-g_exc, self._fraction(DT, 4.0), g_exc)
        v["others.n"] += active
        left[~active] -= 1
        fires = active & (v["others.v"] > 1.0)
        v["others.v"][fires] = 0.0
        left[fires] = np.rint(v["others.ref"][fires].astype(np.float64) / DT)
        return np.flatnonzero(fires)

    # ------------------------------------------------------------------ learning

    def _learn(self) -> None:
        """Equations of synapses, then post-spikes.

        That is, what spikes of this step do to the synapses that they reach.
        """
        s = self.state
        self._update_hebb()
        for age in s.ages.values():
            age += 1
        for name in REACTING:
            w = self.wires[name]
            for i in np.flatnonzero(np.isin(w.posts, s.fired[w.post][0])):
                self.fire(name, int(i))

    def _update_hebb(self) -> None:
        """Compute dw/dt = eta*pre.r*post.r : min=0.

        The ``pre`` that it sees is one step newer.
        """
        s, w, how = self.state, self.wires["hebb"], self.state.learning["hebb"]
        if not how.updating or (s.done - how.offset) % how.period or not how.plastic:
            return
        pre = np.array(s.rates)[w.delays - 1, w.pres]
        rate = s.values["hebb.eta"] * pre * s.rates[0][w.posts]
        new = fused(rate, self.number(DT * how.period), s.values["hebb.w"])
        s.values["hebb.w"] = np.maximum(new, self.number(0.0))
