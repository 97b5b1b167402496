"""A small network of everything that has a past.

What it is, and its state.

``everything_runs`` computes it step by step in plain NumPy, as it is defined.

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
which only ``t``, random numbers and monitors see. A trace is kept with the steps since its event.

Everything is computed in the order of the definition, and products that are added are rounded once,
so all bits are the same; but for ``SMOOTH``, which come from exponentials and logarithms.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

Array = NDArray[Any]

DT = 0.5
SIZES = {"rates": 13, "poisson": 9, "cells": 18, "others": 11, "decoded": 5}
REFRACTORY_STEPS = 3
WINDOW_STEPS = 4
LONGEST = 32
"""Steps of the past that are remembered; no delay is longer."""

TAU_PLUS, TAU_MINUS, TAU_REC, TAU_FACIL = 12.0, 16.0, 30.0, 20.0
"""Time constants of traces, in ms."""

LEARNING = {"hebb", "fade", "stdp", "stdp_many"}
"""Projections whose weights learn."""

ATTRIBUTES = {
    "rates": ("tau", "b", "r", "now"),
    "poisson": ("rates", "p"),
    "cells": ("tau", "drive", "v", "seen", "felt", "noise", "g_exc", "g_inh", "g_fast", "g_plast"),
    "others": ("tau", "drive", "ref", "v", "g_exc", "n"),
    "decoded": ("r",),
    "hebb": ("eta",),
    "fade": ("loss", "gain"),
    "stdp": ("A_plus", "A_minus", "x", "y"),
    "stdp_many": ("A_plus", "A_minus", "x", "y"),
    "stp": ("U", "x", "u"),
}
"""Parameters and variables of populations and projections, but for weights."""

COMMON = {"rates.tau", "cells.tau", "others.tau", "hebb.eta", "fade.loss", "fade.gain"}
COMMON |= {f"{name}.A_{sign}" for name in ("stdp", "stdp_many") for sign in ("plus", "minus")}
"""Attributes that are one number for a population or projection."""

SMOOTH = {"cells.noise", "cells.felt", "cells.g_plast", "stp.x", "stp.u"}
SMOOTH |= {f"{p}.{name}" for p in ("stdp", "stdp_many") for name in ("w", "x", "y")}
"""What is right but for the last bits."""


@frozen(eq=False)
class Wires:
    """The synapses of a projection, by post rank, then pre rank. ``delays`` are in steps."""

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
    """Initial values of attributes: one number, or one per neuron.

    Those not listed are 0.
    """
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


@define
class Learning:
    """The steps in which a projection learns.

    In every ``period`` steps that are made, from ``offset`` on.
    """

    updating: bool = True
    plastic: bool = True
    period: int = 1
    offset: int = 0


@define(eq=False)
class State:
    """All that the next step depends on.

    Lists of the past begin with the last step.

    ``ages``: steps since the event at which a trace was kept; ``done``: steps that were made since
    the start, whatever the clock says.
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
