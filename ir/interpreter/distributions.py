"""The distributions of ``eq.random``, from the uniform numbers of :mod:`.philox`.

======================  ==========================================  ====================
distribution            formula, u and v uniform in [0, 1)          arguments
======================  ==========================================  ====================
``Uniform``             low + (high - low) u                        low, high
``Normal``              mean + sd sqrt(-2 log(1 - u)) cos(2 pi v)   mean, sd
``LogNormal``           exp of a normal number                      mu, sigma
``Exponential``         -log(1 - u) / rate                          rate
``DiscreteUniform``     low + floor((high - low + 1) u)             low, high (included)
======================  ==========================================  ====================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from ..types import FloatType, Type
from .libm import library_function
from .philox import uniform
from .values import dtype_of


@frozen
class Draw:
    """One textual draw of one neuron in one step."""

    seed: int
    stream: int
    step: int
    rank: int
    type: Type

    @property
    def bits(self) -> int:
        """Width of the numbers."""
        assert isinstance(self.type, FloatType)
        return self.type.bits

    def number(self, value: float) -> Any:
        """A number of the type of the draw."""
        return dtype_of(self.type).type(value)

    def uniform(self, draw: int = 0) -> Any:
        """A number in [0, 1); ``draw`` tells the numbers of one draw apart."""
        return self.number(uniform(self.seed, self.stream, self.step, self.rank, draw, self.bits))

    def call(self, name: str, x: Any) -> Any:
        """A function of the C library."""
        return self.number(library_function(name, 1, self.bits)(x))

    def log_uniform(self, draw: int = 0) -> Any:
        """log(1 - u), finite because u < 1."""
        return self.call("log", self.number(1.0) - self.uniform(draw))


def _uniform(d: Draw, low: Any, high: Any) -> Any:
    return low + (high - low) * d.uniform()


def _normal(d: Draw, mean: Any, deviation: Any) -> Any:
    radius = np.sqrt(d.number(-2.0) * d.log_uniform(0))
    angle = d.number(6.283185307179586) * d.uniform(1)
    return mean + deviation * (radius * d.call("cos", angle))


def _lognormal(d: Draw, mu: Any, sigma: Any) -> Any:
    return d.call("exp", _normal(d, mu, sigma))


def _exponential(d: Draw, rate: Any) -> Any:
    return -d.log_uniform() / rate


def _integers(d: Draw, low: Any, high: Any) -> Any:
    return low + np.floor((high - low + d.number(1.0)) * d.uniform())


DISTRIBUTIONS: dict[str, Callable[..., Any]] = {
    "Uniform": _uniform,
    "Normal": _normal,
    "LogNormal": _lognormal,
    "Exponential": _exponential,
    "DiscreteUniform": _integers,
}
