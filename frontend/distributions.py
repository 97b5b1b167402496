"""Random distributions for initial values, parameters, weights and delays.

A distribution holds its arguments only. Numbers are drawn when a value is needed, from a stream
(see ``random_streams.py``) that depends on the network's seed and on the names of the object and of
the attribute, never on the order in which things were created.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .annarchy_names import DISTRIBUTION, KnownNames, refuse_attribute
from .numbers import real_array
from .options import checked_seed
from .user_errors import UnknownAttribute, WrongValue, did_you_mean, reject, shown

Shape = int | tuple[int, ...]
Array = NDArray[np.float64]


class RandomDistribution(KnownNames):
    """Base class of distributions, clipped to ``[min, max]`` where given.

    ``get_values(shape)`` draws numbers. ``seed`` (a number) or ``rng`` (a NumPy generator) make the
    distribution independent of the network's seed; leave both out for reproducible networks.
    """

    _not_yet = DISTRIBUTION

    def __init__(
        self,
        arguments: dict[str, float],
        min: float | None = None,
        max: float | None = None,
        seed: int | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.arguments = {key: self._number(key, value) for key, value in arguments.items()}
        self.min = None if min is None else self._number("min", min)
        self.max = None if max is None else self._number("max", max)
        if self.min is not None and self.max is not None and self.min > self.max:
            self._refuse(f"min = {self.min:g} is larger than max = {self.max:g}")
        # ANNarchy 4 passed a seed where version 5 passes a generator.
        if rng is not None and not isinstance(rng, np.random.Generator):
            if not isinstance(rng, (int, np.integer)):
                self._refuse(f"'rng' must be a generator of NumPy or a seed, not {shown(rng)}")
            seed, rng = rng, None
        self.seed = checked_seed(seed)
        self.rng = rng

    def __setattr__(self, name: str, value: object) -> None:
        if "rng" in self.__dict__ and not name.startswith("_"):
            reject(
                f"a {type(self).__name__} cannot be changed; make a new one",
                kind=UnknownAttribute,
            )
        object.__setattr__(self, name, value)

    def get_values(self, shape: Shape, rng: np.random.Generator | None = None) -> Array:
        """An array of ``shape``. ``rng`` is used unless the distribution has its own."""
        if rng is not None and not isinstance(rng, np.random.Generator):
            self._refuse(f"'rng' must be a generator of NumPy, not {shown(rng)}")
        return self.numbers(self._shape(shape), self.source(rng))

    def _shape(self, shape: object) -> Shape:
        numbers = shape if isinstance(shape, (tuple, list)) else (shape,)
        if not all(isinstance(n, (int, np.integer)) and n >= 0 for n in numbers):
            self._refuse(f"a shape is a whole number >= 0 or a tuple of them, not {shape!r:.60}")
        return tuple(int(n) for n in numbers)

    def source(self, rng: np.random.Generator | None = None) -> np.random.Generator:
        """The generator to draw from.

        It is that of the distribution, else ``rng``, else a new one.
        """
        if self.seed is not None:
            return np.random.default_rng(self.seed)
        return self.rng or rng or np.random.default_rng()

    def numbers(self, shape: Shape, source: np.random.Generator) -> Array:
        """An array of ``shape`` from ``source``. Parts drawn in turn are those of the whole."""
        values = np.asarray(self.draw(source, shape), dtype=np.float64)
        self._clip(values)
        return values

    def _fill(self, out: Array, source: np.random.Generator) -> None:
        """Fill an array with the ``numbers`` from ``source``."""
        out[...] = self.numbers(out.shape, source)

    def _clip(self, values: Array) -> None:
        if self.min is not None or self.max is not None:
            np.clip(values, self.min, self.max, out=values)

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        """Unclipped numbers from ``rng``."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        arguments = self.__dict__.get("arguments", {})
        if name in arguments:
            return float(arguments[name])
        refuse_attribute(self, name)

    def __repr__(self) -> str:
        shown = [f"{value:g}" for value in self.arguments.values()]
        if type(self) not in (Uniform, DiscreteUniform):
            shown += [f"{k}={v:g}" for k in ("min", "max") if (v := getattr(self, k)) is not None]
        return f"{type(self).__name__}({', '.join(shown)})"

    def _number(self, name: str, value: object) -> float:
        if isinstance(value, (bool, str)):
            self._refuse(f"'{name}' must be a number, not {value!r}")
        found = real_array(value, f"{type(self).__name__}: '{name}'")
        if found.ndim:
            self._refuse(f"'{name}' must be a number, not {value!r:.60}")
        if not np.isfinite(found):
            self._refuse(f"'{name}' must be finite, not {found}")
        return float(found)

    def _refuse(self, text: str) -> NoReturn:
        reject(f"{type(self).__name__}: {text}", kind=WrongValue)


class _InPlace(RandomDistribution):
    """A distribution that draws into an array, without another one.

    Classes that users derive from it may have a ``draw`` or ``numbers`` of their own: those count.
    """

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        values = np.empty(shape)
        self._draw_into(values, rng)
        return values

    def _fill(self, out: Array, source: np.random.Generator) -> None:
        if type(self) not in (Uniform, Normal):
            super()._fill(out, source)
            return
        self._draw_into(out, source)
        self._clip(out)

    def _draw_into(self, out: Array, source: np.random.Generator) -> None:
        """Fill an array with unclipped numbers."""
        raise NotImplementedError


class Uniform(_InPlace):
    """Real numbers, all equally likely, in ``[min, max)``."""

    def __init__(
        self,
        min: float,
        max: float,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"min": min, "max": max}, min, max, seed, rng)
        if not isfinite(self.arguments["max"] - self.arguments["min"]):
            self._refuse("the bounds are further apart than the largest number")

    def _draw_into(self, out: Array, source: np.random.Generator) -> None:
        source.random(out=out)
        out *= self.arguments["max"] - self.arguments["min"]
        out += self.arguments["min"]


class DiscreteUniform(RandomDistribution):
    """Whole numbers, all equally likely, from ``min`` to ``max``, both included."""

    def __init__(
        self,
        min: int,
        max: int,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"min": min, "max": max}, min, max, seed, rng)
        if any(value != int(value) for value in self.arguments.values()):
            self._refuse("both bounds must be whole numbers")
        if any(abs(value) >= 2**63 for value in self.arguments.values()):
            self._refuse("both bounds must be whole numbers of 64 bits")

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        low, high = (int(self.arguments[key]) for key in ("min", "max"))
        return rng.integers(low, high, shape, endpoint=True)


class Normal(_InPlace):
    """The normal distribution of mean ``mu`` and standard deviation ``sigma``."""

    def __init__(
        self,
        mu: float,
        sigma: float,
        min: float | None = None,
        max: float | None = None,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"mu": mu, "sigma": sigma}, min, max, seed, rng)
        if sigma < 0:
            self._refuse(f"sigma must not be negative, but is {sigma:g}")

    def _draw_into(self, out: Array, source: np.random.Generator) -> None:
        source.standard_normal(out=out)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused later
            out *= self.arguments["sigma"]
            out += self.arguments["mu"]


class LogNormal(RandomDistribution):
    """``exp`` of a normal distribution. Its mean is ``mu``, its standard deviation ``sigma``."""

    def __init__(
        self,
        mu: float,
        sigma: float,
        min: float | None = None,
        max: float | None = None,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"mu": mu, "sigma": sigma}, min, max, seed, rng)
        if sigma < 0:
            self._refuse(f"sigma must not be negative, but is {sigma:g}")

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        return rng.lognormal(self.arguments["mu"], self.arguments["sigma"], shape)


class Exponential(RandomDistribution):
    """The exponential distribution of rate ``Lambda``: density ``L exp(-L x)``, mean ``1/L``."""

    def __init__(
        self,
        Lambda: float,  # noqa: N803 - the name that ANNarchy's users know
        min: float | None = None,
        max: float | None = None,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"Lambda": Lambda}, min, max, seed, rng)
        if Lambda <= 0:
            self._refuse(f"Lambda must be positive, but is {Lambda:g}")

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        return rng.exponential(1.0 / self.arguments["Lambda"], shape)


class Gamma(RandomDistribution):
    """The gamma distribution of shape ``alpha`` and scale ``beta``: mean ``alpha beta``."""

    def __init__(
        self,
        alpha: float,
        beta: float = 1.0,
        min: float | None = None,
        max: float | None = None,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"alpha": alpha, "beta": beta}, min, max, seed, rng)
        if alpha <= 0 or beta <= 0:
            self._refuse(f"alpha and beta must be positive, but are {alpha:g} and {beta:g}")

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        return rng.gamma(self.arguments["alpha"], self.arguments["beta"], shape)


class Binomial(RandomDistribution):
    """The number of successes in ``n`` trials of probability ``p``."""

    def __init__(
        self,
        n: int,
        p: float,
        rng: np.random.Generator | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        super().__init__({"n": n, "p": p}, None, None, seed, rng)
        if n < 0 or n != int(n) or not 0 <= p <= 1:
            self._refuse(f"n must be a whole number >= 0 and 0 <= p <= 1, but n = {n}, p = {p:g}")
        if n >= 2**63:
            self._refuse(f"n must be a whole number of 64 bits, not {n:g}")

    def draw(self, rng: np.random.Generator, shape: Shape) -> NDArray[np.generic]:
        return rng.binomial(int(self.arguments["n"]), self.arguments["p"], shape)


DISTRIBUTIONS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Uniform, DiscreteUniform, Normal, LogNormal, Exponential, Gamma, Binomial)
}


def distribution(name: str, *arguments: float | None) -> RandomDistribution:
    """The distribution that an equation calls ``name``, with numbers as arguments."""
    kind = DISTRIBUTIONS.get(name)
    if kind is None:
        reject(f"unknown distribution '{name}'{did_you_mean(name, DISTRIBUTIONS)}")
    made: RandomDistribution = kind(*arguments)
    return made
