"""The rate-coded network in plain NumPy.

Leaky rectified neurons, an all-to-all projection.

One step k of ``tau*dr/dt + r = sum(exc) : min=0`` with explicit Euler::

    sum(k) = w @ r_pre(k-1)
    r(k)   = max(0, r(k-1) + (dt/tau) * (sum(k) - r(k-1)))

Input neurons have a constant drive in the place of the sum.
"""

from __future__ import annotations

import numpy as np
from attrs import define

from references.connectivity import Floats


@define(eq=False)
class RateReference:
    """Rates of an input population and of its output population.

    The first projects to the second.

    ``weights`` has the shape (outputs, inputs), ``drive`` is what each input neuron tends to.
    """

    weights: Floats
    drive: Floats
    inputs: Floats
    outputs: Floats
    tau: float = 10.0
    dt: float = 1.0

    def step(self) -> None:
        """Compute one step."""
        sums = self.weights @ self.inputs
        self.inputs = self._leak(self.inputs, self.drive)
        self.outputs = self._leak(self.outputs, sums)

    def _leak(self, rates: Floats, sums: Floats) -> Floats:
        moved = rates + (self.dt / self.tau) * (sums - rates)
        return np.maximum(moved, 0.0)

    def run(self, steps: int) -> None:
        """Compute steps."""
        for _ in range(steps):
            self.step()
