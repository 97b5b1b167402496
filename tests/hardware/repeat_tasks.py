"""Tasks that do the same again, exactly or about."""

from __future__ import annotations

from functools import partial

import numpy as np

import ranvier as rv

from .bit_tasks import same_bits
from .compare import bits, checksum, on_the_cpu
from .here import Here
from .networks import build
from .tasks import Differs, Facts, NotThere

ARRIVALS = 500
"""Spikes that each neuron gets where sums are compared."""


def repeated(here: Here, network: str, size: int, steps: int = 300, times: int = 20) -> Facts:
    """A network from the same state, many times. All checksums are one, that of the CPU."""
    net = build(network, size)
    compiled = here.compiled(net)
    start, sums = compiled.state(), []
    for _ in range(times):
        compiled.restore(start)
        net.simulate(steps * net.dt)
        sums.append(checksum(bits(net, compiled)))
    facts: Facts = {"steps": steps, "times": times, "checksums": sorted(set(sums))}
    if len(set(sums)) > 1:
        raise Differs(f"{len(set(sums))} checksums in {times} runs", facts)
    make = partial(build, network, size)
    meant = checksum(on_the_cpu(make, (steps,), keep=True)[2])
    if sums[0] != meant:
        raise Differs(f"the checksum is {sums[0]}, that of the CPU {meant}", facts)
    return facts


def overflowing(here: Here, size: int, steps: int = 100) -> Facts:
    """More spikes in a step than buckets have room for."""
    facts = same_bits(here, "bursts", size, runs=(steps // 2, steps - steps // 2))
    if not facts.get("rooms"):
        raise NotThere("no spikes go through buckets")
    if not facts["overflows"]:
        raise Differs("no bucket overflowed", facts)
    return facts


def sums(size: int) -> rv.Network:
    """Sums of weights, all of which arrive in each step."""
    net = rv.Network(dt=1.0, seed=5)
    always = rv.Neuron(equations="v = 1.0", spike="v > 0.5", reset="v = 0.0")
    source = net.create(size, always, name="source")
    neuron = rv.Neuron(equations="v = g_exc", spike="v > 1e9", reset="")
    cells = net.create(size, neuron, name="cells")
    chance = min(0.9, ARRIVALS / size)
    net.connect(source, cells, "exc").fixed_probability(chance, weights=rv.Uniform(0.1, 3.0))
    return net


def fast(here: Here, size: int, steps: int = 50) -> Facts:
    """Sums in any order, within their bound."""
    meant = on_the_cpu(partial(sums, size), (steps,), keep=True)[0].get_population("cells").v
    found, facts = {}, {}
    for atomics in ("ordered", "fast"):
        net = sums(size)
        net.config(atomics=atomics)
        here.compiled(net)
        net.simulate(steps * net.dt)
        found[atomics] = np.asarray(net.get_population("cells").v)
        facts[f"other sums, {atomics}"] = int(np.count_nonzero(found[atomics] != meant))
    most = max(net.projections[0].nb_synapses_per_dendrite)
    # Two orders of n terms differ by at most 2 (n - 1) u sum |w|, u = 2^-53 (Higham 2002, 4.4).
    bound = 2.0 * (most - 1) * 2.0**-53 * np.asarray(meant)
    wrong = np.abs(found["fast"] - meant) > bound
    if wrong.any() or facts["other sums, ordered"]:
        raise Differs(f"{np.count_nonzero(wrong)} sums are beyond their bound", facts)
    return facts
