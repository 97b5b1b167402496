"""The network of :mod:`references.everything` as a user of Ranvier writes it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

import ranvier as rv
from references.everything import (
    DT,
    REFRACTORY_STEPS,
    SIZES,
    TAU_FACIL,
    TAU_MINUS,
    TAU_PLUS,
    TAU_REC,
    WINDOW_STEPS,
    initial_values,
    wires,
)

SEED = 20261130 << 20
STDP = rv.Synapse(
    parameters="A_plus = 0.05 : projection\nA_minus = 0.06 : projection",
    equations=f"""
        {TAU_PLUS} * dx/dt = -x : event-driven
        {TAU_MINUS} * dy/dt = -y : event-driven
    """,
    pre_spike="g_target += w; x += A_plus; w = clip(w + y, 0.0, 1.0)",
    post_spike="y -= A_minus; w = clip(w + x, 0.0, 1.0)",
)
FADE = rv.Synapse(
    parameters="loss = 0.0625 : projection\ngain = 0.03 : projection",
    pre_spike="g_target += w; w = w - loss*w",
    post_spike="w = w + gain : max=1.0",
)
HEBB = rv.Synapse(
    parameters="eta = 0.01 : projection", equations="dw/dt = eta*pre.r*post.r : min=0.0, explicit"
)
SYNAPSES: dict[str, rv.Synapse] = {
    "hebb": HEBB,
    "fade": FADE,
    "stdp": STDP,
    "stdp_many": STDP,
    "stp": rv.STP(tau_rec=TAU_REC, tau_facil=TAU_FACIL, U=0.3),
}

RATES = rv.Neuron(
    parameters="tau = 6.0 : population\nb = 0.0",
    equations="""
        tau*dr/dt = b - r + sum(far) + 0.5*Uniform(0.0, 1.0) : max=4.0
        now = t
    """,
)
CELLS = rv.Neuron(
    parameters="tau = 10.0 : population\ndrive = 0.0",
    equations="""
        tau*dv/dt = drive - v + g_exc - g_inh + Uniform(0.0, 1.0) : unless_refractory
        5.0*dg_exc/dt = -g_exc
        seen = seen + g_fast
        felt = felt + g_plast
        noise = Normal(0.0, 1.0)
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=REFRACTORY_STEPS * DT,
)
OTHERS = rv.Neuron(
    parameters="tau = 7.0 : population\ndrive = 0.0\nref = 0.0",
    equations="""
        tau*dv/dt = drive - v + g_exc
        4.0*dg_exc/dt = -g_exc
        n = n + 1 : int
    """,
    spike="v > 1.0",
    reset="v = 0.0",
    refractory="ref",
)
DECODED = rv.Neuron(equations="r = sum(dec)")

SPIKING = ("poisson", "cells", "others")
VIEW = slice(3, 12)
MONITORS: dict[str, tuple[str, list[str], slice, int, int]] = {
    "all": ("cells", ["v", "g_exc", "spike"], slice(None), 1, 0),
    "view": ("cells", ["seen", "felt", "g_fast", "spike"], VIEW, 3, 0),
    "rates": ("rates", ["r", "now", "sum(far)"], slice(None), 4, 1),
    "poisson": ("poisson", ["spike"], slice(None), 1, 0),
    "late": ("others", ["n", "spike"], slice(None), 2, 0),
}
"""Population, variables, part, period and offset in steps.

The last one is made in between.
"""


@frozen
class Setting:
    """One of many ways to compute the same."""

    kind: str = "near"
    dtype: str = "float64"
    opt: int = 1


def build(setting: Setting, threads: int | None) -> rv.Network:
    """The network by Ranvier, compiled, with all monitors but the last."""
    net = rv.Network(dt=DT, seed=SEED, dtype=setting.dtype)
    net.config(num_threads=threads)
    neurons = {"rates": RATES, "cells": CELLS, "others": OTHERS, "decoded": DECODED}
    for name, size in SIZES.items():
        if name == "poisson":
            net.create(rv.PoissonPopulation(size, name=name, rates=np.ones(size)))
        else:
            net.create(size, neurons[name], name=name)
    for name in wires(setting.kind):
        _connect(net, name, setting.kind)
    owners = {each.name: each for each in (*net.populations, *net.projections)}
    for key, value in initial_values().items():
        owner, _, name = key.partition(".")
        if owner in SIZES or name in owners[owner].parameters:
            setattr(owners[owner], name, value)
    for name in list(MONITORS)[:-1]:
        monitor(net, name)
    return net


def _connect(net: rv.Network, name: str, kind: str) -> None:
    w = wires(kind)[name]
    pre, post = net.get_population(w.pre), net.get_population(w.post)
    if name == "dec":
        projection: Any = rv.DecodingProjection(
            pre, post, w.target, window=WINDOW_STEPS * DT, name=name, network=net
        )
    else:
        projection = net.connect(pre, post, w.target, SYNAPSES.get(name), name=name)
    if name == "fast":
        projection.all_to_all(weights=float(w.weights[0]), delays=float(w.delays[0] * DT))
        return
    weights: Any = np.full((post.size, pre.size), None, dtype=object)
    delays = np.zeros((post.size, pre.size))
    weights[w.posts, w.pres] = w.weights
    delays[w.posts, w.pres] = w.delays * DT
    same = np.unique(w.delays).size == 1
    projection.from_matrix(weights.tolist(), delays=float(w.delays[0] * DT) if same else delays)


def monitor(net: rv.Network, name: str) -> rv.Monitor:
    """A monitor of the table."""
    population, variables, part, period, offset = MONITORS[name]
    whole = net.get_population(population)
    return net.monitor(
        whole if part == slice(None) else whole[part],
        variables,
        period=period * DT,
        period_offset=offset * DT,
        name=f"of_{name}",
    )
