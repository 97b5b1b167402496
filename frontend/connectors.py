"""Connectors: functions that say which neurons a projection connects, as recipes.

A recipe is what a connector method stores: rows that are already known, or a function that draws
them. ``build`` turns it into a :class:`Connectivity` when the network's seed and time step are
known. What can be drawn again is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ..ir.diagnostics import Diagnostic, Note
from ..ir.location import UNKNOWN, Loc
from .caller import WrongValue, reject, shown
from .connectivity import Connectivity, Pattern
from .distributions import RandomDistribution, generator
from .numbers import finite, real_array
from .population import Population
from .synapse_rows import CHUNK, SynapseRows
from .views import PopulationView

Group = Population | PopulationView
Floats = NDArray[np.float64]
Numbers = float | Floats | RandomDistribution

MOST_STEPS = 2**31 - 1
"""The longest delay."""


@frozen(eq=False)
class Recipe:
    """How to connect: the synapses, and their weights and delays (ms).

    ``rows`` makes about ``expected`` synapses from a generator, or has them already (0). Arrays of
    weights and delays are in dendrite order. With ``many_weights`` there is a weight for each
    synapse, also if all are equal. ``loc`` is where the user connected.
    """

    rows: Callable[[np.random.Generator], SynapseRows]
    weights: Numbers
    delays: Numbers
    many_weights: bool = False
    pattern: Pattern = "sparse"
    expected: float = 0.0
    loc: Loc = UNKNOWN

    @property
    def repeatable(self) -> bool:
        """Whether the same synapses come out again: no generator of the user moves on."""
        drawn = [d for d in (self.weights, self.delays) if isinstance(d, RandomDistribution)]
        return all(distribution.rng is None for distribution in drawn)

    @property
    def varied(self) -> bool:
        """Whether synapses have weights of their own."""
        return self.many_weights or not isinstance(self.weights, float)


def build(
    recipe: Recipe, pre: Population, post: Population, name: str, seed: int, dt: float
) -> Connectivity:
    """The synapses of projection ``name`` in a network of this seed and time step."""
    rows = recipe.rows(generator(seed, name, "connectivity"))
    where = f"projection '{name}'", recipe.loc
    return Connectivity(
        rows=rows,
        weights=_weights(recipe, rows, seed, name),
        delays=_steps(recipe.delays, rows.size, generator(seed, name, "delay"), dt, where),
        pattern=recipe.pattern,
    )


def _weights(
    recipe: Recipe, rows: SynapseRows, seed: int, name: str
) -> float | Floats | Callable[[], Floats]:
    """One weight, one per synapse, or what draws them whenever they are needed."""
    given, size = recipe.weights, rows.size
    if not isinstance(given, RandomDistribution):
        many = recipe.many_weights and isinstance(given, float)
        return partial(np.full, size, given) if many else given
    if given.rng is not None:  # the user's own generator moves on with each number
        return _drawn(given, size, given.rng, name)
    return partial(_drawn_again, given, size, seed, name)


def _drawn_again(given: RandomDistribution, size: int, seed: int, name: str) -> Floats:
    """The weights of projection ``name``, whenever they are needed."""
    return _drawn(given, size, generator(seed, name, "w"), name)


def _drawn(given: RandomDistribution, size: int, rng: np.random.Generator, name: str) -> Floats:
    weights = given.get_values(size, rng)
    finite(weights, f"weights of projection '{name}', which {given!r} draws,")
    return weights


def _steps(
    delays: Numbers, size: int, rng: np.random.Generator, dt: float, where: tuple[str, Loc]
) -> int | NDArray[np.unsignedinteger]:
    """Delays in ms as steps: at least one, rounded half to even, in as few bytes as they need."""
    if not isinstance(delays, (np.ndarray, RandomDistribution)):
        return int(max(1, _rounded(np.array([delays]), dt, where)[0]))
    steps = np.empty(size, np.uint8)
    source = delays.source(rng) if isinstance(delays, RandomDistribution) else rng
    for start in range(0, size, CHUNK):
        stop = min(start + CHUNK, size)
        if isinstance(delays, RandomDistribution):
            part = delays.numbers(stop - start, source)
        else:
            part = delays[start:stop]
        found = np.maximum(1.0, _rounded(part, dt, where))
        kind = np.min_scalar_type(int(found.max()))
        if kind.itemsize > steps.itemsize:
            steps = steps.astype(kind)
        steps[start:stop] = found
    return steps


def _rounded(delays: Floats, dt: float, where: tuple[str, Loc]) -> Floats:
    """Delays in ms as whole numbers; an error at the line that connects if they are none."""
    label, loc = where
    if not (delays >= 0).all():
        text = f"{label} has negative delays; give the distribution min=0.0"
        raise WrongValue(Diagnostic("error", text, loc))
    with np.errstate(over="ignore"):
        steps: Floats = np.rint(delays / dt)
    longest = float(steps.max(initial=0.0))
    if not longest <= MOST_STEPS:
        text = f"the delays of {label} are too long: {delays.max():g} ms at dt = {dt:g} ms"
        note = f"a delay has at most {MOST_STEPS:,} steps; distributions can be given max=..."
        raise WrongValue(Diagnostic("error", text, loc, [Note(note)]))
    return steps


# ---------------------------------------------------------------------- arguments


def checked_numbers(values: object, what: str) -> float | RandomDistribution:
    """Weights or delays given as one finite number or a distribution."""
    if isinstance(values, RandomDistribution):
        return values
    number = isinstance(values, (int, float, np.generic)) or getattr(values, "ndim", None) == 0
    if not number:
        reject(
            f"{what} must be a number or a random distribution, not {shown(values)}; "
            "single values are given with from_matrix() or from_sparse()",
            kind=WrongValue,
        )
    array = real_array(values, what)
    finite(array, what)
    return float(array)


def checked_delays(values: object) -> float | RandomDistribution:
    """Delays in ms: not negative."""
    delays = checked_numbers(values, "delays")
    if isinstance(delays, float) and delays < 0:
        reject(f"delays must be at least 0 ms, not {delays:g}", kind=WrongValue)
    return delays


def checked_count(number: object, available: int, what: str) -> int:
    """The number of partners of each neuron."""
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or number < 0:
        reject(f"'number' must be a whole number >= 0, not {shown(number)}", kind=WrongValue)
    if number > available:
        reject(
            f"each neuron was to get {shown(number)} {what} neurons, but there are only "
            f"{available} to choose from",
            kind=WrongValue,
        )
    return int(number)
