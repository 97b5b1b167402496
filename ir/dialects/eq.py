"""``eq``: equations of one neuron or synapse.

They stand in the regions of ``net`` operations. Arithmetic between them is ``arith`` and ``math``
on scalars. Reads see the values that earlier writes of the same step left. ``discretize`` replaces
``eq.system`` by update arithmetic; after it only reads, writes and inputs remain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..attributes import IntegerAttr, StringAttr, SymbolRefAttr, TypeAttr
from ..constraints import Float, Number
from ..core import Op, Region, Value
from ..declare import op, operand, prop, region, result
from ..suggest import unknown
from ..types import FloatType, Type, i1, i64

READ = "$variable attr-dict `:` type($result)"
WRITE = "$variable `,` $value attr-dict `:` type($value)"

CONSTANT = "constant"
"""The role of values that stay the same throughout a run."""

LOCALITIES = ("local", "global", "presynaptic", "postsynaptic")
"""Localities of variables.

There is one value for each neuron or synapse, for all, for each pre or for each post neuron.
"""


@op(
    "eq.variable",
    format="$sym_name `:` $type word($locality) word($role) (`frozen` $frozen^)? attr-dict",
    symbol=True,
)
class Variable(Op):
    """Declares a parameter, a variable or a constant.

    ``role`` is ``parameter``, ``variable`` or ``constant``; a constant is computed once for all
    steps of a run. ``locality`` is ``local`` (one value per neuron or synapse), ``presynaptic`` or
    ``postsynaptic`` (one per pre or post neuron of a projection) or ``global`` (one for all).
    ``frozen``: a refractory neuron keeps its value. ``clock`` is for event-driven variables: the
    variable that counts the updates done when the value was last written (see ``net.projection``).
    ``differs``: synapses start with values of their own. ``declared`` is the locality in the model,
    where passes keep fewer values. ``stored`` is the float type in memory, where it is another than
    that of equations: reads convert from it, writes round to it.
    """

    sym_name: str = prop(StringAttr)
    type: Type = prop(TypeAttr)
    role: str = prop(StringAttr)
    locality: str = prop(StringAttr)
    frozen: int = prop(IntegerAttr, default=False)
    stored: Any = prop(TypeAttr, optional=True)
    clock: str | None = prop(SymbolRefAttr, optional=True)
    differs: int = prop(IntegerAttr, default=False)
    declared: str | None = prop(StringAttr, optional=True)

    @property
    def stored_type(self) -> Type:
        """The type of its values in memory."""
        return self.stored or self.type

    def check(self) -> Iterator[str]:
        """Check locality, role and stored type.

        Only floats are stored as another type.
        """
        yield from unknown("locality", self.locality, LOCALITIES)
        yield from unknown("role", self.role, ("parameter", "variable", CONSTANT))
        floats = isinstance(self.type, FloatType) and isinstance(self.stored_type, FloatType)
        if self.stored is not None and not floats:
            yield f"is {self.type}, which cannot be stored as {self.stored}"


@op("eq.read", format=READ)
class Read(Op):
    """The current value of a variable."""

    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads=True)


@op("eq.write", format=WRITE)
class Write(Op):
    """Sets a variable.

    A frozen variable of a refractory neuron keeps its value.
    """

    value: Value = operand(Number)
    variable: str = prop(SymbolRefAttr, writes=True)


@op("eq.pre", format=READ)
class Pre(Op):
    """The value of a variable of the pre-synaptic neuron."""

    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="pre")


@op("eq.post", format=READ)
class Post(Op):
    """The value of a variable of the post-synaptic neuron."""

    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="post")


@op("eq.accumulate", format=WRITE)
class Accumulate(Op):
    """Adds to a conductance of the post neuron as spikes arrive."""

    value: Value = operand(Float)
    variable: str = prop(SymbolRefAttr, reads="post", writes="post")


@op("eq.sum", format="word($target) attr-dict `:` type($result)")
class Sum(Op):
    """The weighted sum from all projections of ``target`` in this step."""

    result: Value = result(Float)
    target: str = prop(StringAttr, reads="sum")


@op("eq.time", format="attr-dict `:` type($result)", pure=True)
class Time(Op):
    """The time of this step in ms."""

    result: Value = result(Float)


@op("eq.dt", format="attr-dict `:` type($result)", pure=True)
class TimeStep(Op):
    """The length of a step in ms."""

    result: Value = result(Float)


@op("eq.held", format="attr-dict", pure=True)
class Held(Op):
    """Whether frozen variables keep their values.

    Those of a neuron do while it is refractory, those of a synapse while weights are fixed.
    """

    result: Value = result(type=i1)


@op("eq.elapsed", format=READ, pure=True)
class Elapsed(Op):
    """The time in ms since the last event that wrote ``variable``.

    It stands in ``events`` of a projection; ``variable`` is event-driven.
    """

    result: Value = result(Float)
    variable: str = prop(SymbolRefAttr)


DISTRIBUTIONS = {
    "Uniform": 2, "Normal": 2, "LogNormal": 2, "Exponential": 1, "DiscreteUniform": 2,
    "Gamma": 2, "Binomial": 2,
}  # fmt: skip
"""The distributions of ``eq.random`` and their numbers of arguments."""


@op(
    "eq.random",
    format="word($distribution) `(` $arguments `)` `stream` $stream attr-dict `:` "
    "functional-type(operands, results)",
    reads=True,
)
class Random(Op):
    """A random number that is drawn in this step.

    ``stream`` tells the draws of one population or projection apart; the number depends on it, on
    the seed of the network, on the name of the population or projection, on the step, and on the
    neuron's rank (of a synapse: post rank times size of pre plus pre rank).

    ``Uniform`` takes (low, high), ``Normal`` (mean, sd), ``LogNormal`` (mu, sigma),
    ``Exponential`` (rate), ``DiscreteUniform`` (low, high; high is included), ``Gamma`` (shape,
    scale), ``Binomial`` (n, p).
    """

    arguments: Sequence[Value] = operand(Float, variadic=True)
    result: Value = result(Float)
    distribution: str = prop(StringAttr)
    stream: int = prop(IntegerAttr)

    def check(self) -> Iterator[str]:
        """Check that the distribution is known and has all its arguments."""
        wanted = DISTRIBUTIONS.get(self.distribution)
        if wanted is None:
            yield from unknown("distribution", self.distribution, tuple(DISTRIBUTIONS))
        elif len(self.arguments) != wanted:
            yield f"takes {wanted} arguments, got {len(self.arguments)}"


@op("eq.system", format="$body attr-dict", writes=True, reads=True, recursive=True)
class System(Op):
    """Differential equations that are advanced together.

    All start from the values before the system.
    """

    body: Region = region()


@op("eq.ddt", format=READ, reads=True)
class Ddt(Op):
    """The unknown derivative dx/dt of a variable inside an ``eq.system``."""

    result: Value = result(Float)
    variable: str = prop(SymbolRefAttr)


@op(
    "eq.equation",
    format="$variable `by` word($method) `:` $lhs `=` $rhs attr-dict `:` type($lhs)",
)
class Equation(Op):
    """An equation ``lhs = rhs`` and its numerical ``method``.

    It is linear in the derivative of ``variable``.
    """

    lhs: Value = operand(Float)
    rhs: Value = operand(Float, same_type_as="lhs")
    variable: str = prop(SymbolRefAttr, writes=True)
    method: str = prop(StringAttr)


@op("eq.yield", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Yield(Op):
    """Ends a region; yields a condition, a potential, or nothing.

    The condition is that of a spike, the potential that of a synapse at its post neuron.
    """

    values: Sequence[Value] = operand(variadic=True)


def constant_name(number: int) -> str:
    """The name of a variable of the role ``constant``.

    No variable of a user has such a name.
    """
    return f"${CONSTANT}{number}"


def read(variable: str, type_: Type) -> Any:
    """A read of ``variable``."""
    return Read(variable=variable, result_type=type_)


def write(variable: str, value: Value) -> Any:
    """A write of ``variable``."""
    return Write(value, variable=variable)


def stream(number: int) -> IntegerAttr:
    """The attribute of a stream number."""
    return IntegerAttr(number, i64)
