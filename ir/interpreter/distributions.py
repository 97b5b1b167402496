"""The distributions of ``eq.random``, from the standard ones of :mod:`.standard`.

======================  ==========================================  ====================
distribution            formula, u uniform in [0, 1)                arguments
======================  ==========================================  ====================
``Uniform``             low + (high - low) u                        low, high
``Normal``              mean + sd * a standard normal number        mean, sd
``LogNormal``           exp of a normal number                      mu, sigma
``Exponential``         a standard exponential number / rate        rate
``DiscreteUniform``     low + floor((high - low + 1) u)             low, high (included)
``Gamma``               scale * a standard gamma number             shape, scale
``Binomial``            successes of floor(n) trials                n, p
======================  ==========================================  ====================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import standard
from .standard import Draw


def _uniform(d: Draw, low: Any, high: Any) -> Any:
    return low + (high - low) * d.uniform()


def _normal(d: Draw, mean: Any, deviation: Any) -> Any:
    return mean + deviation * standard.normal(d)


def _lognormal(d: Draw, mu: Any, sigma: Any) -> Any:
    return d.call("exp", _normal(d, mu, sigma))


def _exponential(d: Draw, rate: Any) -> Any:
    return standard.exponential(d) / rate


def _integers(d: Draw, low: Any, high: Any) -> Any:
    return low + np.floor((high - low + d.number(1.0)) * d.uniform())


def _gamma(d: Draw, shape: Any, scale: Any) -> Any:
    return scale * standard.gamma(d, shape)


DISTRIBUTIONS: dict[str, Callable[..., Any]] = {
    "Uniform": _uniform,
    "Normal": _normal,
    "LogNormal": _lognormal,
    "Exponential": _exponential,
    "DiscreteUniform": _integers,
    "Gamma": _gamma,
    "Binomial": standard.binomial,
}
