"""Values of attributes: the user's assignments, and initial values from them.

An attribute has its default from the model, and over it the user's assignments in order, each to
all elements or (through a view) to some of them. Distributions are drawn when the numbers are
needed: always for all elements, so that views of one population never share their draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define, frozen
from .distributions import RandomDistribution, distribution
from .language.evaluate import evaluate
from .language.model import DistributionCall, InitExpression, ParameterDecl, ParamRef, VariableDecl
from .numbers import durations, finite, real_array, whole_numbers
from .user_errors import WrongValue, reject

Array = NDArray[Any]
Declaration = ParameterDecl | VariableDecl
DTYPES: dict[str, type[np.generic]] = {"float": np.float64, "int": np.int64, "bool": np.bool_}


@frozen
class Assignment:
    """``value`` given to the elements ``ranks`` (None: to all)."""

    ranks: NDArray[np.int64] | None
    value: Array | RandomDistribution


_LIMITS = {"any": lambda values, what: None, "finite": finite, "duration": durations}


def checked(
    value: object,
    size: int,
    kind: str,
    what: str,
    *,
    shape: tuple[int, ...] | None = None,
    limits: str = "any",
) -> Array | RandomDistribution:
    """``value`` as a checked array or a distribution.

    The array is 0-d or has ``size`` elements. ``shape`` is that of all elements, which arrays of
    two or more dimensions must have too; ``limits`` what they must be: "any" number, "finite", or a
    "duration". Raises :class:`WrongValue` for other sizes and for what is no number of type
    ``kind``.
    """
    if isinstance(value, DistributionCall):
        value = distribution(value.name, *value.args)
    if not isinstance(value, type) and hasattr(value, "get_values"):
        return value  # type: ignore[return-value]
    array = numbers(real_array(value, what), kind, what, value)
    _LIMITS[limits](array, what)
    if array.ndim == 0:
        return array
    if array.size != size:
        reject(f"{what} takes {size} values or one number, not {array.size}", kind=WrongValue)
    if array.ndim > 1 and shape is not None and _long(array.shape) not in (_long(shape), (size,)):
        reject(
            f"{what} takes an array of shape {shape}, or one row of {size} values, but this one "
            f"has the shape {array.shape}",
            kind=WrongValue,
        )
    return array.reshape(-1)


def _long(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without dimensions of one element."""
    return tuple(n for n in shape if n != 1)


def numbers(array: Array, kind: str, what: str, given: object) -> Array:
    """``array`` converted to the type ``kind``, if nothing is lost.

    The type is "float", "int" or "bool".
    """
    named = f"{what} is of type {kind}: it"
    if kind == "int":
        return whole_numbers(given, named)
    if kind == "bool" and not np.isin(array, (0, 1)).all():
        reject(f"{named} takes True or False, not {given!r:.60}", kind=WrongValue)
    return array.astype(DTYPES[kind])


def draw(
    value: Array | RandomDistribution,
    kind: str,
    numbers: Callable[[RandomDistribution], Array],
    *,
    what: str = "a drawn value",
    limits: str = "any",
) -> Array:
    """``value`` as an array: unchanged, or ``numbers`` of a distribution."""
    if isinstance(value, np.ndarray):
        return value
    drawn = real_array(numbers(value), what)
    _LIMITS[limits](drawn, what)
    rounded = drawn if kind == "float" else np.rint(drawn)
    return whole_numbers(rounded, what) if kind == "int" else rounded.astype(DTYPES[kind])


def merge(target: Array, assignment: Assignment, source: Array) -> Array:
    """``target`` after an assignment of ``source``. The source holds all elements or is 0-d."""
    if assignment.ranks is None:
        return np.array(source)
    merged = np.array(target)
    # A user's array holds the chosen elements, a draw always holds all of them.
    given = isinstance(assignment.value, np.ndarray)
    merged[assignment.ranks] = source if given else source[assignment.ranks]
    return merged


@define
class AttributeValues:
    """An attribute of a population or projection, and the user's assignments.

    ``what`` is how error messages call it. The number of elements is passed in, for that of a
    projection is known only when its connectivity is built.
    """

    declaration: Declaration
    what: str
    limits: str = "any"
    assignments: list[Assignment] = field(factory=list)
    _drawn: tuple[int, Array] | None = None

    @property
    def name(self) -> str:
        return self.declaration.name

    @property
    def is_local(self) -> bool:
        """Whether it has one value per neuron, synapse or dendrite.

        Otherwise it has one for all.
        """
        return self.declaration.locality != "global"

    @property
    def locality(self) -> str:
        """``local``, ``postsynaptic`` or ``global``."""
        return self.declaration.locality

    @property
    def kind(self) -> str:
        """``float``, ``int`` or ``bool``."""
        return self.declaration.type

    def checked(
        self, value: object, count: int, shape: tuple[int, ...] | None = None, what: str = ""
    ) -> Array | RandomDistribution:
        """``value`` as an array or a distribution. See the function of this name."""
        return checked(value, count, self.kind, what or self.what, shape=shape, limits=self.limits)

    def draw(
        self, value: Array | RandomDistribution, numbers: Callable[[RandomDistribution], Array]
    ) -> Array:
        """``value``, or the ``numbers`` of a distribution, which are checked too."""
        return draw(value, self.kind, numbers, what=self.what, limits=self.limits)

    def assign(
        self,
        value: object,
        size: int,
        ranks: NDArray[np.int64] | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        """Add an assignment. One to all elements makes the earlier ones void."""
        count = size if ranks is None else ranks.size
        count = count if self.is_local else 1
        assignment = Assignment(ranks, self.checked(value, count, shape))
        if ranks is None:
            self.assignments.clear()
        self.assignments.append(assignment)
        self._drawn = None

    def initial(
        self,
        size: int,
        seed: int,
        numbers: Callable[[RandomDistribution], Array],
        lookup: Callable[[str], Any],
    ) -> Array:
        """Initial values: 0-d (the same for all) or ``size`` elements.

        ``numbers`` draws for all elements, ``lookup(name)`` is the initial value of another
        attribute (for ``init=parameter``).
        """
        if self._drawn is not None and self._drawn[0] == seed:
            return self._drawn[1]
        declared = self.declared
        if declared is not None:
            return declared
        count = size if self.is_local else 1
        value = np.asarray(0)
        if not self.assignments or self.assignments[0].ranks is not None:
            value = self._default(count, numbers, lookup)
        for assignment in self.assignments:
            source = self.draw(assignment.value, numbers)
            if assignment.ranks is not None and value.ndim == 0:
                value = np.full(size, value)
            value = merge(value, assignment, source)
        if not self.is_local:
            value = value.reshape(())
        if value.ndim and value.size != count:
            reject(
                f"{self.what} was set to {value.size} values, but there are {count} now, drawn "
                "anew for another seed or dt; set it again",
                kind=WrongValue,
            )
        # Values that follow from other attributes stay live; drawn ones must not change again.
        if self._is_random():
            self._drawn = (seed, value)
        return value

    @property
    def declared(self) -> Array | None:
        """The number that the declaration alone gives. None: the value has to be computed."""
        given = self._given()
        plain = type(given) is float and self.kind == "float" and self.limits == "any"
        return np.asarray(given) if plain and not self.assignments else None

    def _is_random(self) -> bool:
        return any(not isinstance(entry.value, np.ndarray) for entry in self.assignments) or (
            not self.assignments and hasattr(self._given(), "get_values")
        )

    def _given(self) -> object:
        declaration = self.declaration
        return declaration.value if isinstance(declaration, ParameterDecl) else declaration.init

    def _default(
        self,
        count: int,
        numbers: Callable[[RandomDistribution], Array],
        lookup: Callable[[str], Any],
    ) -> Array:
        given = self._given()
        if isinstance(given, ParamRef):
            given = lookup(given.name)
        elif isinstance(given, InitExpression):
            given = evaluate(given.value, {name: lookup(name) for name in given.names})
        return self.draw(self.checked(given, count), numbers)
