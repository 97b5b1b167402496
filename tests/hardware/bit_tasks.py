"""Tasks about bits, of GPU, CPU and emulator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import define, field

import ranvier as rv

from .compare import Bits, bits, differences, on_the_cpu
from .here import Here, Setting, emulated_driver, surroundings
from .networks import build
from .shapes import shaped, shapes
from .tasks import Differs, Facts

RUNS = (1, 6, 993)
"""Steps of the stretches in which networks run."""


@define(eq=False)
class Reference:
    """The bits that the CPU computes.

    Double precision keeps denormal numbers on GPUs, single precision has none. Where both are,
    either answer of the CPU is right.
    """

    make: Callable[[], rv.Network]
    runs: Sequence[int]
    known: dict[bool, Bits] = field(factory=dict)

    def bits(self, keep: bool) -> Bits:
        """The bits, with denormal numbers kept or not."""
        if keep not in self.known:
            self.known[keep] = on_the_cpu(self.make, self.runs, keep)[2]
        return self.known[keep]

    def differences(self, found: Bits) -> list[str]:
        """The differences between the CPU and the GPU."""
        said = differences(self.bits(True), found)
        single = any(each.dtype == np.float32 for each in found.values())
        return differences(self.bits(False), found) if said and single else said


def same_bits(
    here: Here, network: str, size: int = 0, runs: Sequence[int] = RUNS, opt: int = 1,
    **settings: Any,
) -> Facts:  # fmt: skip
    """A network from one state, in several stretches and all shapes."""
    reference = Reference(partial(build, network, size, **settings), runs)
    net = reference.make()
    compiled = here.compiled(net, opt=opt)
    start = compiled.state()
    done: list[str] = []
    for shape in shapes(compiled, here.emulated):
        compiled.restore(start)
        with shaped(compiled, shape):
            for steps in runs:
                net.simulate(steps * net.dt)
        said = reference.differences(bits(net, compiled))
        if said:
            facts = {"shape": str(shape), "differences": said[:40], "same in": done}
            raise Differs(f"{shape}: {'; '.join(said[:4])}", facts)
        done.append(str(shape))
    return {"steps": sum(runs), "shapes": done, **rooms(compiled)}


def rooms(compiled: Any) -> Facts:
    """The room of buckets, and how often they overflowed, by projection."""
    found = compiled._program.buckets
    return {"rooms": found.rooms, "overflows": found.overflows}


def same_as_emulated(here: Here, network: str, steps: int = 6) -> Facts:
    """A network of the family on the GPU and the emulator.

    Both run the same PTX.
    """
    found = _after(here, build(network), steps)
    capability = here.gpu.facts.capability
    setting = Setting("cuda-bindings", emulated=True, folder=here.setting.folder)
    with surroundings(setting, emulated_driver(capability)) as there:
        meant = _after(there, build(network), steps)
    said = differences(meant, found)
    if said:
        raise Differs("; ".join(said[:4]), {"differences": said[:40]})
    return {"steps": steps}


def _after(here: Here, net: rv.Network, steps: int) -> Bits:
    compiled = here.compiled(net)
    net.simulate(steps * net.dt)
    return bits(net, compiled)
