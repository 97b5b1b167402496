"""A small network of everything that has a past, in plain NumPy, step by step as it is defined.

Five populations; the projections are listed in ``wires``::

    rates    tau*dr/dt = b - r + sum(far) + 0.5*Uniform(0, 1) : max=4    now = t
    poisson  spikes with the probability rates*dt/1000
    cells    tau*dv/dt = drive - v + g_exc - g_inh + Uniform(0, 1)       spike v > 1, reset v = 0
             5*dg_exc/dt = -g_exc;  g_inh, g_fast, g_plast last one step; only v is refractory
             seen = seen + g_fast;  felt = felt + g_plast;  noise = Normal(0, 1)
    others   tau*dv/dt = drive - v + g_exc;  4*dg_exc/dt = -g_exc;  n = n + 1
             spike v > 1, reset v = 0; refractory by the attribute ref, with v and n frozen
    decoded  r = sum(dec)

What delays need of the past is kept by age: it knows of no clock. The clock is a number of its own,
which only ``t``, random numbers, learning that is not in every step, and monitors see. A trace is
kept with the number of steps since its synapse had an event.

Everything is computed in the order of the definition, and products that are added are rounded once,
so all bits are the same; but for ``SMOOTH``, which come from exponentials and logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from references.draws import normal, stream_of, uniform
from references.fused import fused_quickly as fused

Array = NDArray[Any]

DT = 0.5
SIZES = {"rates": 13, "poisson": 9, "cells": 18, "others": 11, "decoded": 5}
REFRACTORY_STEPS = 3
WINDOW_STEPS = 4
LONGEST = 32
"""Steps of the past that are remembered; no delay is longer."""

SMOOTH = {"cells.noise", "cells.felt", "cells.g_plast", "stp.x", "stp.u"}
SMOOTH |= {f"{p}.{name}" for p in ("stdp", "stdp_many") for name in ("w", "x", "y")}
"""What is right but for the last bits."""


@frozen(eq=False)
class Wires:
    """The synapses of a projection by post rank, then pre rank; ``delays`` in steps."""

    pre: str
    post: str
    target: str
    pres: Array
    posts: Array
    delays: Array
    weights: Array


@cache
def wires(kind: str) -> dict[str, Wires]:
    """All synapses, projections in the order of their creation.

    ``kind`` is "near", where some spikes arrive in the next step, or "far", where nothing does, so
    that threads need not meet in each step.
    """
    more = {"near": 0, "far": 3}[kind]
    random = np.random.default_rng(17)
    found = {}
    for name, pre, post, target, density, delays, weights in (
        ("late", "rates", "rates", "far", 1.0, (4, 4), (-0.1, 0.2)),
        ("hebb", "rates", "rates", "far", 0.4, (1, 6), (0.0, 0.2)),
        ("kick", "poisson", "cells", "exc", 0.5, (2, 2), (0.3, 0.8)),
        ("inh", "cells", "cells", "inh", 0.3, (1, 5), (0.0, 0.3)),
        ("wide", "cells", "cells", "exc", 0.4, (1, 24), (0.0, 0.2)),
        ("fast", "poisson", "cells", "fast", 1.0, (1, 1), (0.3, 0.3)),
        ("fade", "cells", "others", "exc", 0.5, (1, 3), (0.2, 0.6)),
        ("stdp", "poisson", "cells", "plast", 0.4, (3, 3), (0.2, 0.8)),
        ("stdp_many", "cells", "cells", "plast", 0.4, (1, 9), (0.2, 0.8)),
        ("stp", "poisson", "cells", "plast", 0.4, (1, 1), (0.0, 1.0)),
        ("dec", "cells", "decoded", "dec", 0.6, (1, 1), (1.0, 1.0)),
    ):
        posts, pres = np.nonzero(random.random((SIZES[post], SIZES[pre])) < density)
        steps = more + random.integers(delays[0], delays[1] + 1, pres.size)
        values = random.uniform(*weights, pres.size)
        found[name] = Wires(pre, post, target, pres, posts, steps, values)
    return found


def initial_values() -> dict[str, Any]:
    """What attributes start from: one number, or one per neuron. Those not listed are 0."""
    spread = {name: np.linspace(0.0, 1.0, size) for name, size in SIZES.items()}
    return {
        **{"rates.tau": 6.0, "rates.b": 0.3 + spread["rates"], "rates.r": 2.0 * spread["rates"]},
        "poisson.rates": 40.0 + 200.0 * spread["poisson"],
        **{"cells.tau": 10.0, "cells.drive": 0.2 + 0.6 * spread["cells"]},
        "cells.v": spread["cells"][::-1].copy(),
        **{"others.tau": 7.0, "others.drive": 0.7 * spread["others"]},
        "others.ref": 0.5 + 2.0 * spread["others"],
        "hebb.eta": 0.01,
        **{"fade.loss": 0.0625, "fade.gain": 0.03},
        **{"stdp.A_plus": 0.05, "stdp.A_minus": 0.06},
        **{"stdp_many.A_plus": 0.05, "stdp_many.A_minus": 0.06},
        **{"stp.U": 0.3, "stp.u": 0.3, "stp.x": 1.0},
    }


TAU_PLUS, TAU_MINUS, TAU_REC, TAU_FACIL = 12.0, 16.0, 30.0, 20.0
LEARNING = {"hebb", "fade", "stdp", "stdp_many"}
"""Projections whose weights learn."""


@define
class Learning:
    """How a projection learns."""

    updating: bool = True
    plastic: bool = True
    period: int = 1
    offset: int = 0


@define(eq=False)
class State:
    """All that the next step depends on; lists of the past begin with the last step.

    ``ages``: steps since the event at which a trace was kept; ``done``: steps that were made, whatever
    the clock says.
    """

    values: dict[str, Array]
    ages: dict[str, Array]
    clock: int = 0
    done: int = 0
    rates: list[Array] = field(factory=list)
    fired: dict[str, list[Array]] = field(factory=dict)
    arrived: list[Array] = field(factory=list)
    left: dict[str, Array] = field(factory=dict)
    sums: dict[str, Array] = field(factory=dict)
    learning: dict[str, Learning] = field(factory=dict)


class Everything:
    """The network in one precision. ``watch`` is told what monitors see, twice in a step."""

    def __init__(self, kind: str, dtype: str, seed: int) -> None:
        self.wires = wires(kind)
        self.number = np.dtype(dtype).type
        self.seed = seed
        self.watch: Callable[[bool], None] = lambda inputs: None
        names = {
            "rates": ("tau", "b", "r", "now"),
            "poisson": ("rates", "p"),
            "cells": ("tau", "drive", "v", "seen", "felt", "noise")
            + ("g_exc", "g_inh", "g_fast", "g_plast"),
            "others": ("tau", "drive", "ref", "v", "g_exc", "n"),
            "decoded": ("r",),
            "hebb": ("eta",),
            "fade": ("loss", "gain"),
            "stdp": ("A_plus", "A_minus", "x", "y"),
            "stdp_many": ("A_plus", "A_minus", "x", "y"),
            "stp": ("U", "x", "u"),
        }
        self.common = {"rates.tau", "cells.tau", "others.tau", "hebb.eta", "fade.loss", "fade.gain"}
        self.common |= {f"{p}.A_{sign}" for p in ("stdp", "stdp_many") for sign in ("plus", "minus")}
        given = initial_values()
        self.initial: dict[str, Array] = {}
        for owner, attributes in names.items():
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
        shape = (1,) if key in self.common else (size,)
        return np.array(np.broadcast_to(np.asarray(value), shape), kind)

    def _forget(self) -> None:
        """Nothing is under way, and the past is that of a network that was never run."""
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
        """The clock at 0, nothing under way, attributes as they were at first where asked."""
        for key, value in self.initial.items():
            owner, _, name = key.partition(".")
            if name == "w":
                chosen = synapses
            else:
                chosen = populations if owner in SIZES else projections
            if chosen:
                self.state.values[key][:] = value
                if key in self.state.ages:
                    self.state.ages[key][:] = 0
        self._forget()

    def spikes(self, population: str) -> Array:
        """Who fired in the last step."""
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
        """dt/tau"""
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
        """Each dendrite adds up by pre rank; then dendrites of several projections add."""
        s = self.state
        total = np.zeros(SIZES[w.post], self.number)
        rates = np.array(s.rates)[w.delays - 1, w.pres]
        np.add.at(total, w.posts, s.values[f"{name}.w"] * rates)
        s.sums[w.post] = s.sums[w.post] + total

    def _arrivals(self, w: Wires, earlier_first: bool = False) -> Array:
        """Synapses that spikes reach now: by delay, then pre rank, then post rank."""
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
        if name in ("stdp", "stdp_many", "stp", "fade"):
            for i in self._arrivals(w):
                getattr(self, f"_arrive_{name.partition('_')[0]}")(name, int(i), g, w.posts[i])
        elif np.unique(w.delays).size > 16:
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

    # ------------------------------------------------------------------ events of synapses

    def _now(self, key: str, i: int, tau: float, rest: Any = 0.0) -> Any:
        """A trace that relaxes to ``rest`` since it was kept."""
        s = self.state
        passed = DT * float(s.ages[key][i])
        value = s.values[key][i]
        return value + self.number(-np.expm1(-passed / tau)) * (self.number(rest) - value)

    def _keep(self, key: str, i: int, value: Any) -> None:
        self.state.values[key][i] = value
        self.state.ages[key][i] = 0

    def _set_weight(self, name: str, i: int, value: Any) -> None:
        if self.state.learning[name].plastic:
            self.state.values[f"{name}.w"][i] = value

    def _arrive_stdp(self, name: str, i: int, g: Array, post: int) -> None:
        v = self.state.values
        w, y = v[f"{name}.w"][i], self._now(f"{name}.y", i, TAU_MINUS)
        g[post] += w
        self._keep(f"{name}.x", i, self._now(f"{name}.x", i, TAU_PLUS) + v[f"{name}.A_plus"][0])
        self._set_weight(name, i, np.clip(w + y, 0.0, 1.0))

    def _fire_stdp(self, name: str, i: int) -> None:
        v = self.state.values
        w, x = v[f"{name}.w"][i], self._now(f"{name}.x", i, TAU_PLUS)
        self._keep(f"{name}.y", i, self._now(f"{name}.y", i, TAU_MINUS) - v[f"{name}.A_minus"][0])
        self._set_weight(name, i, np.clip(w + x, 0.0, 1.0))

    def _arrive_stp(self, name: str, i: int, g: Array, post: int) -> None:
        v = self.state.values
        most = v["stp.U"][i]
        x, u = self._now("stp.x", i, TAU_REC, 1.0), self._now("stp.u", i, TAU_FACIL, most)
        g[post] += v["stp.w"][i] * u * x
        self._keep("stp.x", i, x * (1 - u))
        self._keep("stp.u", i, u + most * (1 - u))

    def _arrive_fade(self, name: str, i: int, g: Array, post: int) -> None:
        """g_target += w;  w = w - loss*w"""
        v = self.state.values
        w = v["fade.w"][i : i + 1]
        g[post] += w[0]
        self._set_weight(name, i, fused(-v["fade.loss"], w, w)[0])

    def _fire_fade(self, name: str, i: int) -> None:
        """w = w + gain : max=1"""
        v = self.state.values
        self._set_weight(name, i, min(v["fade.w"][i] + v["fade.gain"][0], self.number(1.0)))

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
        """Equations of synapses, then what spikes of this step do to those that they reach."""
        s = self.state
        self._update_hebb()
        for age in s.ages.values():
            age += 1
        for name, w in self.wires.items():
            event = getattr(self, f"_fire_{name.partition('_')[0]}", None)
            if event is not None:
                for i in np.flatnonzero(np.isin(w.posts, s.fired[w.post][0])):
                    event(name, int(i))

    def _update_hebb(self) -> None:
        """dw/dt = eta*pre.r*post.r : min=0; what it sees of ``pre`` is one step newer."""
        s, w, how = self.state, self.wires["hebb"], self.state.learning["hebb"]
        if not how.updating or (s.done - how.offset) % how.period or not how.plastic:
            return
        pre = np.array(s.rates)[w.delays - 1, w.pres]
        rate = s.values["hebb.eta"] * pre * s.rates[0][w.posts]
        new = fused(rate, self.number(DT * how.period), s.values["hebb.w"])
        s.values["hebb.w"] = np.maximum(new, self.number(0.0))
