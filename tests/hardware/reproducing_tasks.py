"""Files of launches that compute other bits or fail.

A network runs step by step on GPU and CPU, until a step differs or fails; if none does, all steps
run at once. Each buffer is memory of its own here, so that the emulator sees their ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import define

import ranvier as rv
from ranvier.ir.diagnostics import ModelError
from ranvier.runtime.guard_pages import around

from .bit_tasks import RUNS
from .compare import Bits, bits, differences, on_the_cpu
from .here import Here
from .networks import build
from .reproducer import Memory, Reproducer
from .shapes import shaped, shapes
from .tasks import Facts, NotThere

STEPS = 300
"""Steps that are made one by one at most."""


class Found(Exception):  # noqa: N818
    """A file was written. The text is its folder."""


@define(eq=False)
class OnTheCpu:
    """A network on the CPU that follows one on the GPU."""

    net: rv.Network
    compiled: Any

    def differences(self, steps: int, found: Bits) -> list[str]:
        """The differences after so many more steps."""
        self.net.simulate(steps * self.net.dt)
        return differences(bits(self.net, self.compiled), found)


def reproduce(here: Here, task: Facts, steps: int = STEPS) -> Facts:
    """Leave a file of a task's first launches that go wrong."""
    given = dict(task)
    runs: Sequence[int] = given.pop("runs", RUNS)
    opt = given.pop("opt", 1)
    make = partial(build, **given)
    try:
        for single in (True, False):
            stretches = [1] * min(steps, sum(runs)) if single else runs
            _search(here, make, stretches, opt, given)
    except Found as found:
        return {"folder": str(found), "replay": f"python -m hardware.replay {found}"}
    raise NotThere("it does not happen again")


def _search(here: Here, make: Any, runs: Sequence[int], opt: int, given: Facts) -> None:
    """Run stretches, and compare after each. Raises Found."""
    net = make()
    with around():
        compiled = here.compiled(net, opt=opt)
    start = compiled.state()
    single = any(np.asarray(each).dtype == np.float32 for each in start.values())
    for shape in shapes(compiled, here.emulated):
        compiled.restore(start)
        followers = [
            OnTheCpu(*on_the_cpu(make, (), keep)[:2]) for keep in (True, False)[: 1 + single]
        ]
        done = 0
        for steps in runs:
            with shaped(compiled, shape):
                failure = _run(here, net, steps)
            about = {
                **given, "opt": opt, "shape": str(shape), "first step": done, "steps": steps,
                "gpu": str(here.gpu.facts),
            }  # fmt: skip
            done += steps
            if failure:
                _keep(here, compiled, {}, about | {"failure": failure})
            after = here.context.contents()  # before anybody looks at the network
            found = bits(net, compiled)
            said = min((each.differences(steps, found) for each in followers), key=len)
            if said:
                _keep(here, compiled, after, about | {"differences": said[:40]})


def _run(here: Here, net: rv.Network, steps: int) -> str:
    """Run steps, and keep their launches. Why they failed; empty where they did not."""
    with here.context.kept(memory=True):
        try:
            net.simulate(steps * net.dt)
        except ModelError as problem:
            return str(problem)
    return ""


def _keep(here: Here, compiled: Any, after: Memory, about: Facts) -> None:
    """Write the file. Raises Found."""
    names = {}
    for key, buffer in compiled._program.buffers.items():
        address = getattr(buffer, "address", 0)
        if address:
            names[address] = str(key)
    found = Reproducer.of(here.context, after, names, about)
    name = re.sub(r"\W+", "-", f"{about['network']}-step-{about['first step']}")
    raise Found(found.write(here.folder / "gpu-reproducers" / name))
