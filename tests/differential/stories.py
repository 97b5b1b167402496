"""Stories: a user's actions between runs, with the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from differential.harness import assert_same_bits
from differential.sequences import Chosen


def seen(net: Any) -> dict[str, Any]:
    """All attributes, spikes, sums, and the whole state.

    Attributes are also those of single dendrites.
    """
    found = dict(net._execution.program.state())
    for owner in (*net.populations, *net.projections):
        found |= {f"{owner.name}.{a}": getattr(owner, a) for a in owner.attributes}
    for population in net.populations:
        found |= {f"{population.name}.sum({t})": population.sum(t) for t in population.targets}
    for projection in net.projections:
        dendrite = projection.dendrite(projection.post_ranks[-1])
        found |= {f"{projection.name}[-1].{a}": getattr(dendrite, a) for a in dendrite.attributes}
    return {name: np.concatenate(v) if isinstance(v, list) else v for name, v in found.items()}


def run(net: Any, steps: int, threads: int) -> None:
    """Run some steps in short stretches.

    They run on so many threads, if there are as many.
    """
    program = net._execution.ready()._program
    most = program.tuner.most
    program.tuner = Chosen(most, 0.0, now=min(threads, most))
    net.simulate(steps * net.dt)


def recorded(net: Any) -> dict[str, Any]:
    """The recordings of monitors."""
    return {
        f"{monitor.name}.{variable}": monitor.get(variable)
        for monitor in net.monitors
        for variable in monitor.variables
    }


def play(net: Any, folder: Path) -> list[dict[str, Any]]:
    """The actions of a user between runs, with their results."""
    story = []

    def look() -> None:
        story.append(seen(net))

    run(net, 23, 1)
    look()
    for owner in net.populations:
        for name in set(owner.attributes) & {"v", "r", "drive"}:
            setattr(owner, name, np.linspace(0.25, 0.75, owner.size))
            setattr(owner[2:7], name, 0.5)
    for projection in net.projections:
        if isinstance(projection.w, list):
            projection.w = [np.linspace(0.0, 0.125, len(row)) for row in projection.w]
            projection.dendrite(projection.post_ranks[0]).w = 0.0625
        else:
            projection.w = 0.0625
        for name in set(projection.attributes) & {"x", "z", "tau"}:
            setattr(projection, name, 2.0)
    run(net, 17, 3)
    look()
    net.current_step = 10**9 + 7
    run(net, 9, 2)
    look()
    net.save(folder / "state.npz")
    run(net, 11, 3)
    look()
    net.load(folder / "state.npz")
    look()
    run(net, 11, 1)
    look()
    story.append(recorded(net))
    net.reset(projections=True, synapses=True)
    look()
    run(net, 19, 2)
    look()
    story.append(recorded(net))
    return story


def same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    assert len(one) == len(other)
    for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        assert mine.keys() == theirs.keys()
        for name, values in mine.items():
            if isinstance(values, dict):
                assert values == theirs[name], f"{number}: {name}"
            else:
                assert_same_bits(np.asarray(values), np.asarray(theirs[name]), f"{number}: {name}")
