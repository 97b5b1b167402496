"""Measured times of a step beside calculated ones. Nothing is asserted."""

from __future__ import annotations

import time
from typing import Any

import ranvier as rv
from ranvier.passes.analysis.gpu_bounds import (
    LAUNCH,
    DenseStep,
    SparseStep,
    bandwidth_of,
    occupancy,
)

from .device_tasks import clocks
from .here import Here
from .microcircuit import microcircuit
from .networks import build, coba_of
from .tasks import Facts, NotThere

ROOM = 1.5
"""Memory that a network takes, in parts of its synapses."""


def bandwidth(here: Here) -> float:
    """Bytes that the device's memory moves in a second. Unknown ones count as an H200."""
    return bandwidth_of(here.gpu.facts.name)


def sparse(
    here: Here, size: int, synapses: int, warm: int = 500, seconds: float = 1.0, most: int = 20_000,
    **settings: Any,
) -> Facts:  # fmt: skip
    """The time of a step of COBA, and its bounds."""
    _room(here, size * synapses * 13)
    start = time.monotonic()
    net = coba_of(size, synapses, recorded=("spike",))
    return _spiking(here, net, start, warm, seconds, most, settings)


def cortex(
    here: Here, scale: float, populations: int = 8, warm: int = 500, seconds: float = 1.0,
    most: int = 20_000, **settings: Any,
) -> Facts:  # fmt: skip
    """The time of a step of the microcircuit, and its bounds."""
    _room(here, round(3e8 * scale**2) * 17)
    start = time.monotonic()
    return _spiking(here, microcircuit(scale, populations), start, warm, seconds, most, settings)


def _spiking(
    here: Here, net: rv.Network, start: float, warm: int, seconds: float, most: int,
    settings: Facts,
) -> Facts:  # fmt: skip
    """The time of a step of a network begun at ``start``."""
    facts = _compiled(here, net, settings) | {"seconds to build": time.monotonic() - start}
    size = sum(each.size for each in net.populations)
    synapses = sum(each.nb_synapses for each in net.projections)
    done = _run_for(net, warm, 2 * seconds)
    spikes = 0
    for recording in net.monitors:
        spikes += sum(map(len, recording.get("spike").values()))
        recording.pause()
    rate = spikes / (size * done * net.dt * 1e-3)
    facts |= _timed(here, net, seconds, most)
    launches = facts["launches of a step"]
    bound = SparseStep(size, synapses / size, rate, net.dt, launches=max(1, round(launches)))
    low, high = bound.seconds(bandwidth(here))
    moved = (bound.state_bytes + bound.packed, bound.state_bytes + bound.scattered)
    return facts | _beside(facts, low, high, moved, net.dt) | {
        "neurons": size, "synapses": synapses, "rate": rate, "arrivals of a step": bound.arrivals,
        "bytes of a gather": bound.gathered,
    }  # fmt: skip


def dense(
    here: Here, size: int, seconds: float = 1.0, most: int = 20_000, **settings: Any
) -> Facts:
    """The time of a step of dense sums, and its bound."""
    _room(here, size * size * 8)
    net = build("rates", size)
    start = time.monotonic()
    facts = _compiled(here, net, settings) | {"seconds to build": time.monotonic() - start}
    _run_for(net, 3 if here.emulated else 20, seconds)
    facts |= _timed(here, net, seconds, most)
    bound = DenseStep(size, size)
    low, high = bound.seconds(bandwidth(here), LAUNCH)
    moved = bound.weights + bound.state * size
    return facts | _beside(facts, low, high, (moved, moved), net.dt)


def other(
    here: Here, network: str, size: int, seconds: float = 1.0, most: int = 20_000, **settings: Any
) -> Facts:
    """A network without a bound of its own."""
    net = build(network, size)
    facts = _compiled(here, net, settings)
    _run_for(net, 3 if here.emulated else 50, seconds)
    return facts | _timed(here, net, seconds, most) | {"dt": net.dt}


def _room(here: Here, size: int) -> None:
    """Refuse what does not fit."""
    needed, free = int(ROOM * size) + (64 << 20), here.context.free_memory()
    if needed > free and not here.emulated:
        raise NotThere(f"it takes {needed} bytes, and {free} are free")


def _compiled(here: Here, net: rv.Network, settings: Facts) -> Facts:
    """A network on the GPU. ``graphs`` False: launches follow one another; ``opt`` as elsewhere."""
    given = dict(settings)
    graphs = given.pop("graphs", None)
    if graphs is not None and not here.context.has_graphs:
        raise NotThere(f"{here.setting.package} has no graphs")
    compiling = {"opt": given.pop("opt")} if "opt" in given else {}
    net.config(**given)
    start = time.monotonic()
    compiled = here.compiled(net, **compiling)
    if graphs is False:
        compiled._program.device.lengths = ()
    return {"seconds to compile": time.monotonic() - start, "settings": settings}


def _run_for(net: rv.Network, steps: int, seconds: float) -> int:
    """Run about so many steps, or fewer in so many seconds. The number of steps."""
    start, done, part = time.monotonic(), 0, 5
    while done < steps and time.monotonic() < start + seconds:
        now = min(part, steps - done)
        net.simulate(now * net.dt)
        done, part = done + now, 2 * part
    return done


def _timed(here: Here, net: rv.Network, seconds: float, most: int) -> Facts:
    """The time of a step by events, its launches, the clock."""
    context = here.context
    seen = _launches(here, net)
    steps, elapsed = 4, 0.0
    while True:
        start, end = context.event(), context.event()
        begun = time.monotonic()
        start.record()
        net.simulate(steps * net.dt)
        end.record()
        end.synchronise()
        elapsed, host = end.seconds_since(start), time.monotonic() - begun
        if steps >= most or elapsed > seconds / 4:
            break
        steps = min(most, max(2 * steps, int(steps * seconds / 2 / max(elapsed, 1e-6))))
    clock = clocks(here)
    return {
        "seconds of a step": elapsed / steps, "seconds of a step, host": host / steps,
        "steps": steps, **seen, "clock": clock.get("clocks.sm", ""),
    }  # fmt: skip


def _launches(here: Here, net: rv.Network) -> Facts:
    """The launches of a step, and how they fill the device."""
    watch, gpu, steps = here.context, here.gpu, 4 if here.emulated else 24
    with watch.kept():
        net.simulate(steps * net.dt)
    kernels: dict[str, Facts] = {}
    for each in watch.launches:
        threads = each.block[0] * each.block[1] * each.block[2]
        blocks = each.grid[0] * each.grid[1] * each.grid[2]
        if each.kernel.name not in kernels:
            facts = each.kernel.facts
            share = occupancy(gpu.facts.capability, threads, facts.registers)
            kernels[each.kernel.name] = {
                "blocks": blocks, "threads": threads, "registers": facts.registers,
                "local": facts.local, "occupancy": share, "launches": 0,
                "multiprocessors": min(1.0, blocks / gpu.facts.multiprocessors),
            }  # fmt: skip
        kernels[each.kernel.name]["launches"] += 1
    return {
        "launches of a step": len(watch.launches) / steps,
        "graphs": watch.graphs,
        "kernels": kernels,
    }


def _beside(facts: Facts, low: float, high: float, moved: Any, dt: float) -> Facts:
    """Measured and calculated, side by side."""
    seconds = facts["seconds of a step"]
    return {
        "bound": [low, high],
        "times the bound": [seconds / high, seconds / low],
        "calculated bytes of a step": list(moved),
        "bytes per second": moved[0] / seconds,
        "real time": seconds / (dt * 1e-3),
        "dt": dt,
    }
