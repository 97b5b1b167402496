"""Connectors: recipes for the synapses of a projection.

A recipe is what a connector method stores: the connection rule, weights and delays. ``build`` turns
it into a :class:`Connectivity` when the network's seed and time step are known. What can be drawn
again is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from ..ir.diagnostics import Diagnostic, Note
from ..ir.location import UNKNOWN, Loc
from .connection_rules import Group as Group
from .connection_rules import Rule
from .connectivity import Connectivity, Pattern
from .distributions import RandomDistribution
from .numbers import finite, real_array
from .patches import Array
from .random_streams import Stream, is_in_order
from .synapse_draws import SameForAll, SynapseDraws
from .synapse_rows import CHUNK, SynapseRows
from .user_errors import WrongValue, reject, shown

Floats = NDArray[np.float64]
Numbers = float | Floats | RandomDistribution

MOST_STEPS = 2**31 - 1
"""The longest delay, in steps."""


@frozen(eq=False)
class Recipe:
    """A recipe for synapses: the rule, and weights and delays (ms).

    ``rule`` makes the rule of about ``expected`` synapses (0 if they are listed). Arrays of weights
    and delays are in dendrite order. With ``many_weights`` there is a weight for each synapse, also
    if all are equal. ``loc`` is where the user connected.
    """

    rule: Callable[[], Rule]
    weights: Numbers
    delays: Numbers
    many_weights: bool = False
    pattern: Pattern = "sparse"
    expected: float = 0.0
    loc: Loc = UNKNOWN

    @property
    def repeatable(self) -> bool:
        """Whether the same synapses come out again.

        They do unless a generator of the user moves on.
        """
        return not (is_in_order(self.weights) or is_in_order(self.delays))

    @property
    def varied(self) -> bool:
        """Whether synapses have weights of their own."""
        return self.many_weights or not isinstance(self.weights, float)


@frozen
class Streams:
    """The streams of the synapses of a projection.

    They depend on the network's seed and the projection's name.
    """

    seed: int
    name: str

    def of(self, what: str) -> Stream:
        """The stream of the ``synapses``, their ``weights`` or their ``delays``."""
        return Stream.of(self.seed, "connections", self.name, what)


def build(recipe: Recipe, streams: Streams, dt: float) -> Connectivity:
    """The synapses of a projection. Delays are in steps of ``dt`` ms."""
    rows = recipe.rule().rows(streams.of("synapses"))
    return Connectivity(
        rows=rows,
        weights=_weights(recipe, rows, streams),
        delays=_delays(recipe, rows, streams, dt),
        pattern=recipe.pattern,
    )


def _weights(
    recipe: Recipe, rows: SynapseRows, streams: Streams
) -> float | Floats | SynapseDraws | SameForAll:
    """One weight, one per synapse, or draws to be made later."""
    given = recipe.weights
    if not isinstance(given, RandomDistribution):
        if recipe.many_weights and isinstance(given, float):
            return SameForAll(given, rows)
        return given
    draws = SynapseDraws(given, rows, streams.of("weights"), checked_weights(recipe, streams.name))
    # The user's own generator moves on with each number.
    return draws() if is_in_order(given) else draws


def checked_weights(recipe: Recipe, name: str) -> Callable[[Floats], Floats]:
    """The check that refuses weights that are not finite. ``name`` is that of the projection."""
    what = f"weights of projection '{name}', which {recipe.weights!r} draws, must be finite"
    return partial(_finite, what, recipe.loc)


def _finite(what: str, loc: Loc, weights: Floats) -> Floats:
    if not np.isfinite(weights).all():
        bad = weights[~np.isfinite(weights)][0]
        raise WrongValue(Diagnostic("error", f"{what}, not {bad}", loc))
    return weights


def _delays(
    recipe: Recipe, rows: SynapseRows, streams: Streams, dt: float
) -> int | NDArray[np.unsignedinteger]:
    """Delays in steps, in draw order. They take as few bytes as they need."""
    given, steps = recipe.delays, checked_steps(recipe, streams.name, dt)
    if isinstance(given, RandomDistribution):
        parts = SynapseDraws(given, rows, streams.of("delays"), steps).parts()
    elif isinstance(given, np.ndarray):
        cuts = [slice(start, start + CHUNK) for start in range(0, len(given), CHUNK)]
        parts = ((cut, steps(given[cut])) for cut in cuts)
    else:
        return int(steps(np.array([given]))[0])
    found = np.empty(rows.size, np.uint8)
    for part, drawn in parts:
        if drawn.itemsize > found.itemsize:
            found = found.astype(drawn.dtype)
        found[part] = drawn
    return found


def checked_steps(recipe: Recipe, name: str, dt: float) -> Callable[[Floats], Array]:
    """The conversion of delays (ms) of projection ``name`` into steps.

    It refuses delays that are negative or too long.
    """
    return partial(_steps, dt, (f"projection '{name}'", recipe.loc))


def _steps(dt: float, where: tuple[str, Loc], delays: Floats) -> Array:
    """Delays in steps: at least one, rounded half to even.

    They are given in ms, and take as few bytes as they need.
    """
    found = np.maximum(1.0, _rounded(delays, dt, where))
    return found.astype(np.min_scalar_type(int(found.max(initial=1.0))))


def _rounded(delays: Floats, dt: float, where: tuple[str, Loc]) -> Floats:
    """Delays in ms as whole numbers of steps.

    Raises WrongValue, at the line that connects, for negative and for too long ones.
    """
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
