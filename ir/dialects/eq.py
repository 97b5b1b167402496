"""``eq``: equations of one neuron or synapse, in the regions of ``net`` operations.

Arithmetic between these operations is ``arith`` and ``math`` on scalars. Reads see what earlier
writes of the same step left. ``discretize`` replaces ``eq.system`` by update arithmetic; after it
only reads, writes and inputs remain.
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
"""The role of variables that hold what is the same in all steps of a run."""

LOCALITIES = ("local", "global", "presynaptic", "postsynaptic")
"""Localities, what there is one value for: each neuron or synapse, all, each pre or post neuron."""


@op(
    "eq.variable",
    format="$sym_name `:` $type word($locality) word($role) (`frozen` $frozen^)? attr-dict",
    symbol=True,
)
class Variable(Op):
    """Declares a parameter or variable, or (``constant``) what is the same in all steps of a run.

    ``locality`` is ``local`` (one per neuron or synapse), ``presynaptic`` or ``postsynaptic`` (one
    per pre or post neuron of a projection) or ``global`` (one for all). ``frozen``: a refractory
    neuron keeps its value. ``clock`` is for event-driven variables: the variable that counts the
    updates done when the value was last kept (see ``net.projection``). ``differs``: synapses start
    with values of their own. ``declared`` is the locality in the model, where passes keep fewer
    values.
    ``stored`` is the float type in memory, where it is another than that of equations: reads
    convert from it, writes round to it.
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
        """Locality and role are known words; only floats are stored as another type."""
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
    """Sets a variable; a frozen variable of a refractory neuron keeps its value."""

    value: Value = operand(Number)
    variable: str = prop(SymbolRefAttr, writes=True)


@op("eq.pre", format=READ)
class Pre(Op):
    """A variable of the pre-synaptic neuron (in a projection)."""

    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="pre")


@op("eq.post", format=READ)
class Post(Op):
    """A variable of the post-synaptic neuron (in a projection)."""

    result: Value = result(Number)
    variable: str = prop(SymbolRefAttr, reads="post")


@op("eq.accumulate", format=WRITE)
class Accumulate(Op):
    """Adds to a conductance of the post-synaptic neuron when a spike arrives."""

    value: Value = operand(Float)
    variable: str = prop(SymbolRefAttr, reads="post", writes="post")


@op("eq.sum", format="word($target) attr-dict `:` type($result)")
class Sum(Op):
    """The weighted sum that the projections of ``target`` computed in this step."""

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
    """Whether frozen variables keep their values: of a refractory neuron, of fixed weights."""

    result: Value = result(type=i1)


@op("eq.elapsed", format=READ, pure=True)
class Elapsed(Op):
    """The time in ms since ``variable`` was last kept (in ``events`` of a projection)."""

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
    """A number drawn in this step.

    ``stream`` tells the draws of one population or projection apart; what is drawn depends on it,
    on the seed of the network, on the name of the population or projection, on the step, and on the
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
        """The distribution is known and has all its arguments."""
        wanted = DISTRIBUTIONS.get(self.distribution)
        if wanted is None:
            yield from unknown("distribution", self.distribution, tuple(DISTRIBUTIONS))
        elif len(self.arguments) != wanted:
            yield f"takes {wanted} arguments, got {len(self.arguments)}"


@op("eq.system", format="$body attr-dict", writes=True, reads=True, recursive=True)
class System(Op):
    """Neighbouring differential equations, advanced together from the values before them."""

    body: Region = region()


@op("eq.ddt", format=READ, reads=True)
class Ddt(Op):
    """The unknown dx/dt inside an ``eq.system``."""

    result: Value = result(Float)
    variable: str = prop(SymbolRefAttr)


@op(
    "eq.equation",
    format="$variable `by` word($method) `:` $lhs `=` $rhs attr-dict `:` type($lhs)",
)
class Equation(Op):
    """``lhs = rhs``, which is linear in the derivative of ``variable``, and how to solve it."""

    lhs: Value = operand(Float)
    rhs: Value = operand(Float, same_type_as="lhs")
    variable: str = prop(SymbolRefAttr, writes=True)
    method: str = prop(StringAttr)


@op("eq.yield", format="attr-dict ($values^ `:` type($values))?", terminator=True)
class Yield(Op):
    """Ends a region: with a condition, with a post-synaptic potential, or with nothing."""

    values: Sequence[Value] = operand(variadic=True)


def constant_name(number: int) -> str:
    """The name of a variable of the role ``constant``; no variable of a user has such a name."""
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
