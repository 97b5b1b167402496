"""Steps towards a steady state have the same bits.

That holds at every level, for decays of every size.
"""

from __future__ import annotations

import numpy as np
import pytest
from differential.levels import Lowered, differences, executed, interpreted, without

import ranvier as rv
from ranvier.passes.pipelines import LOWERING, OPTIMISED

STEPS = 3
DECAYS = [0.0, -0.0, 1e-300, -1e-30, 1e-17, 1e-7, -1e-3, 0.3, 1.0, -1.0, 9.0, 11.0, 40.0, 8000.0,
          -7.5e3, 1e30]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_levels_agree(method: str, dtype: str) -> None:
    """All levels agree, for scalars and for vectors.

    There are cases with and without a drive, of variable and constant decays.
    """
    neuron = rv.Neuron(
        parameters="A = 2.0; B = 1.0; C = 1.0; shared = 3.0 : population",
        equations=f"""
            shared * dp/dt = 0.5 - p : population, {method}
            A * dx/dt = C - B * x : init=-0.0, {method}
            A * dy/dt = -B * y : init=1.0, {method}
            A * dz/dt = -z : init=-0.0, {method}
            9.0 * dk/dt + k = 0.0 : init=1.0, {method}
            shared * dq/dt = C - 3.0 * q : {method}
            r = x
        """,
    )
    net = rv.Network(dt=0.1, dtype=dtype)
    cells = net.create(len(DECAYS), neuron, name="cells")
    cells.B = DECAYS
    cells.C = np.linspace(-1.0, 1.0, len(DECAYS))
    lowered = Lowered(net)
    meant = interpreted(lowered, STEPS)
    optimised = lowered.run(without(OPTIMISED, "expand-math"))
    assert not differences(meant, executed(optimised, STEPS, native=True))
    plain = Lowered(net).run(without(LOWERING, "expand-math"))
    assert not differences(meant, executed(plain, STEPS, native=True))
