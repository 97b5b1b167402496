"""``rng``: counter-based random numbers (Philox 4x32-10).

Key = (seed, stream), counter = (step, id, block): no state, the same numbers on any number of
threads. ``expand-rng`` turns the operations into arithmetic. All but ``rng.uniform`` draw from
standard distributions, and begin with the numbers of block 0; those that may reject a number go on
with the blocks after it.
"""

from __future__ import annotations

from ..attributes import IntegerAttr
from ..constraints import FixedInteger, Float
from ..core import Op, Value
from ..declare import op, operand, prop, result

IDS = "$seed `,` $step `,` $id"
TYPES = "attr-dict `:` functional-type(operands, results)"


@op("rng.uniform", format=f"{IDS} `stream` $stream (`draw` $draw^)? {TYPES}", pure=True)
class Uniform(Op):
    """A number of the uniform distribution on [0, 1).

    It has 53 random bits in double precision (f64), 24 in single precision (f32).
    ``stream`` and ``draw`` tell draws with the same operands apart; draws 2n and 2n + 1 are the two
    halves of one block of random words.
    """

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    result: Value = result(Float)
    stream: int = prop(IntegerAttr)
    draw: int = prop(IntegerAttr, default=0)


@op(
    "rng.normal",
    format=f"{IDS} `stream` $stream (`consecutive` $consecutive^)? {TYPES}",
    pure=True,
)
class Normal(Op):
    """A number of the normal distribution.

    Its mean is 0, its standard deviation 1.
    The ids k and k + 8 (k without the bit of 8) share a block, which gives two such numbers.
    ``consecutive`` says that lanes have consecutive ids, the first a multiple of 16.
    """

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    result: Value = result(Float)
    stream: int = prop(IntegerAttr)
    consecutive: int = prop(IntegerAttr, default=False)


@op("rng.exponential", format=f"{IDS} `stream` $stream {TYPES}", pure=True)
class Exponential(Op):
    """A number of the exponential distribution of mean 1."""

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    result: Value = result(Float)
    stream: int = prop(IntegerAttr)


@op("rng.gamma", format=f"{IDS} `,` $shape `stream` $stream {TYPES}", pure=True)
class Gamma(Op):
    """A number of the gamma distribution of scale 1.

    It is NaN unless ``shape`` > 0.
    """

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    shape: Value = operand(Float)
    result: Value = result(same_type_as="shape")
    stream: int = prop(IntegerAttr)


@op(
    "rng.binomial",
    format=f"{IDS} `,` $trials `,` $probability `stream` $stream {TYPES}",
    pure=True,
)
class Binomial(Op):
    """The number of successes in floor(``trials``) trials.

    It is NaN unless ``trials`` >= 0 and 0 <= ``probability`` <= 1. ``trials`` may be up to 2**30
    (the error of the distribution grows with it).
    """

    seed: Value = operand(FixedInteger)
    step: Value = operand(FixedInteger)
    id: Value = operand(FixedInteger)
    trials: Value = operand(Float)
    probability: Value = operand(Float, same_type_as="trials")
    result: Value = result(same_type_as="trials")
    stream: int = prop(IntegerAttr)


PAIRED = 8
"""The bit in which the ids of one ``rng.normal`` block differ."""
