"""``rng``: counter-based random numbers (Philox 4x32-10); ``expand-rng`` makes them arithmetic.

Key = (seed, stream), counter = (step, id): no state, the same numbers on any number of threads.
"""

from __future__ import annotations

from ..attributes import IntegerAttr
from ..constraints import FixedInteger, Float
from ..core import Op, Value
from ..declare import op, operand, prop, result


@op("rng.uniform", pure=True)
class Uniform(Op):
    """A number in [0, 1) with 53 (f64) or 24 (f32) random bits.

    ``stream`` and ``draw`` tell draws with the same operands apart; draws 2n and 2n + 1 are the two
    halves of one block of random words.
    """

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    result: Value = result(Float)
    stream: int = prop(IntegerAttr)
    draw: int = prop(IntegerAttr, default=0)
