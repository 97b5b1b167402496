"""Tasks that do the same again, exactly or about."""

from __future__ import annotations

from functools import partial

import numpy as np

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

from .bit_tasks import same_bits
from .compare import bits, checksum, on_the_cpu
from .here import Here
from .networks import SIZED, build
from .tasks import Differs, Facts, NotThere

ENOUGH = 1e-3
"""Part of a firing rate that other sums may change."""


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


def fast(here: Here, size: int, steps: int = 1000) -> Facts:
    """COBA with sums in any order. Its rate is that of the exact network, about."""
    rates = {}
    for atomics in ("exact", "fast"):
        net = SIZED["coba"](size)
        try:
            net.config(atomics=atomics)
        except (ModelError, TypeError) as problem:
            raise NotThere("there is no setting atomics='fast' yet") from problem
        here.compiled(net)
        net.simulate(steps * net.dt)
        rates[atomics] = _rate(net, steps)
    exact, other = rates["exact"], rates["fast"]
    # Chaos makes of other last bits other spikes; the number of them varies by its square root.
    bound = max(ENOUGH, 5.0 / np.sqrt(max(1.0, exact * size * steps * net.dt * 1e-3)))
    if abs(exact - other) > bound * max(exact, 1e-9):
        raise Differs(f"rates of {exact} and {other} Hz", {"rates": rates, "bound": bound})
    return {"rates": rates, "bound": bound}


def _rate(net: rv.Network, steps: int) -> float:
    """Spikes of a neuron in a second, since the start."""
    recording = net.get_monitor("recording")
    spikes = sum(map(len, recording.get("spike").values()))
    return float(spikes / (recording.population.size * steps * net.dt * 1e-3))
