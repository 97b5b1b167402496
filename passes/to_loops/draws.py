"""Random numbers of equations: standard distributions and arithmetic on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...ir.core import Value
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, loops, math, rng
from ...ir.types import Type
from .task import TaskBuilder


def draw(op: Any, build: TaskBuilder, id_: Value, arguments: Sequence[Value]) -> Any:
    """The value of an ``eq.random`` for the neuron or synapse ``id_``."""
    distribution = DISTRIBUTIONS.get(op.distribution)
    if distribution is None:
        raise ModelError(error(f"the distribution {op.distribution} is not supported yet", op.loc))
    return distribution(RandomDraws(op, build, id_), *arguments)


class RandomDraws:
    """Uniform numbers of one textual draw, and arithmetic on them."""

    def __init__(self, op: Any, build: TaskBuilder, id_: Value) -> None:
        self.build = build
        self.type: Type = op.results[0].type
        self.stream: int = op.stream
        self.id = build.to_i64(id_)
        own = build(loops.Stream())
        self.key, self.count = own.key.named("key"), own.count.named("count")

    def uniform(self) -> Any:
        """A number in [0, 1)."""
        return self.standard(rng.Uniform, draw=0, result_type=self.type)

    def standard(self, cls: Any, *parameters: Value, **properties: Any) -> Any:
        """A number of a standard distribution."""
        where = (self.key, self.count, self.id)
        return self.build(cls(*where, *parameters, stream=self.stream, **properties))

    def constant(self, number: float) -> Any:
        """A constant of the type of the draw."""
        return self.build.constant(number, self.type)

    def call(self, name: str, x: Value) -> Any:
        """A function of ``math``."""
        return self.build(math.OPERATIONS[name](x))


def _uniform(d: RandomDraws, low: Value, high: Value) -> Any:
    width = d.build(arith.SubF(high, low))
    return d.build(arith.AddF(low, d.build(arith.MulF(width, d.uniform()))))


def _normal(d: RandomDraws, mean: Value, deviation: Value) -> Any:
    standard = d.standard(rng.Normal, result_type=d.type)
    return d.build(arith.AddF(mean, d.build(arith.MulF(deviation, standard))))


def _lognormal(d: RandomDraws, mu: Value, sigma: Value) -> Any:
    return d.call("exp", _normal(d, mu, sigma))


def _exponential(d: RandomDraws, rate: Value) -> Any:
    return d.build(arith.DivF(d.standard(rng.Exponential, result_type=d.type), rate))


def _gamma(d: RandomDraws, shape: Value, scale: Value) -> Any:
    return d.build(arith.MulF(scale, d.standard(rng.Gamma, shape)))


def _binomial(d: RandomDraws, trials: Value, probability: Value) -> Any:
    return d.standard(rng.Binomial, trials, probability)


def _integers(d: RandomDraws, low: Value, high: Value) -> Any:
    """An integer from low to high, both included."""
    build = d.build
    count = build(arith.AddF(build(arith.SubF(high, low)), d.constant(1.0)))
    return build(arith.AddF(low, d.call("floor", build(arith.MulF(count, d.uniform())))))


DISTRIBUTIONS: Mapping[str, Callable[..., Any]] = {
    "Uniform": _uniform,
    "Normal": _normal,
    "LogNormal": _lognormal,
    "Exponential": _exponential,
    "DiscreteUniform": _integers,
    "Gamma": _gamma,
    "Binomial": _binomial,
}
