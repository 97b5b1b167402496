"""The ground of numerical methods: equations as ``A dx/dt = R``.

With them arithmetic, dt and values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...ir.attrs_classes import frozen
from ...ir.builder import Builder
from ...ir.core import Op, Value
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import eq
from ...ir.types import Type
from ..analysis.linear import Algebra, Decomposer, Linear, NotLinearError
from .dependencies import Dependencies


@frozen
class Ode:
    """An equation ``factor * dx/dt = rate``, made of ``op``."""

    variable: str
    factor: Value
    rate: Value
    method: str
    op: Op


class Scheme:
    """Arithmetic of a system, its time step and its current values.

    ``frozen`` are the variables that may keep their values (those of a refractory neuron, weights
    that are fixed).
    """

    def __init__(
        self,
        build: Builder,
        type_: Type,
        frozen: Iterable[str] = (),
        variable: str | None = None,
    ) -> None:
        """Start with the values before the step.

        ``variable``: the step is the time since this event-driven variable was kept.
        """
        self.algebra = Algebra(build, type_)
        self.build = build
        self.type = type_
        self.frozen = frozenset(frozen)
        self.by_event = variable is not None
        self.dt: Value = (
            build(eq.TimeStep(result_type=type_), "dt")
            if variable is None
            else build(eq.Elapsed(variable=variable, result_type=type_), "elapsed")
        )
        self.odes: Sequence[Ode] = ()
        self._current: dict[str, Value] = {}

    def look_at(self, system: Op, odes: Sequence[Ode]) -> None:
        """Take the equations of the system to which the method's belong."""
        self.odes, self.dependencies = odes, Dependencies(system, odes)

    def since_event(self, ode: Ode) -> Scheme:
        """The scheme over the time since the last event of ``ode``.

        At that event its variable was last kept.
        """
        return Scheme(self.build, self.type, self.frozen, ode.variable)

    def current(self, variable: str) -> Value:
        """The value before the step."""
        if variable not in self._current:
            self._current[variable] = self.build(eq.read(variable, self.type), variable)
        return self._current[variable]

    def step_over(self, factor: Value) -> Value:
        """The step over a factor, dt / factor.

        Since the last event it is dt * (1 / factor), as factors seldom change.
        """
        if self.by_event:
            inverse = self.algebra.div(self.algebra.number(1.0), factor)
            return (inverse and self.algebra.mul(self.dt, inverse)) or self.dt
        return self.algebra.div(self.dt, factor) or self.dt

    def euler(self, ode: Ode, step: Value, rate: Value) -> Value:
        """An Euler step: x + (step/A) rate."""
        length = self.algebra.div(step, ode.factor) or step
        x = self.current(ode.variable)
        return self.algebra.fma(rate, length, x) or x

    def linear(self, ode: Ode) -> tuple[Value | None, Value | None]:
        """The terms (B, C) of ``rate = C - B x``.

        ModelError where the equation is not linear in x.
        """
        split = Decomposer(self.algebra, lambda v: is_read_of(v, ode.variable))
        try:
            found: Linear = split(ode.rate)
            if split.depends(ode.factor):
                raise NotLinearError(ode.op)
        except NotLinearError as problem:
            raise _not_linear(ode, problem.op) from None
        return self.algebra.neg(found.coefficient), found.rest


def alone(advance: Callable[[Scheme, Ode], Value]) -> Callable[..., list[Value]]:
    """A method that advances each equation by itself. All others are at their values before."""

    def each(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
        values = []
        for ode in odes:
            with scheme.build.at(ode.op.loc):
                values.append(advance(scheme, ode))
        return values

    return each


def is_read_of(value: Value, variable: str) -> bool:
    """Whether a value reads a variable inside the system.

    At such a read a method may look elsewhere.
    """
    op = value.op
    return isinstance(op, eq.Read) and op.variable == variable and is_inside(op)


def is_inside(op: Op) -> bool:
    """Whether an operation belongs to the system.

    A method may look at it at other values; what comes from outside stays.
    """
    return isinstance(op.parent_op, eq.System)


def _not_linear(ode: Ode, where: Op) -> ModelError:
    what = error(
        f"method '{ode.method}' needs an equation that is linear in '{ode.variable}'", ode.op.loc
    )
    what.note(f"'{ode.variable}' occurs here in a term that is not linear", where.loc)
    return ModelError(what.note("the methods 'explicit', 'midpoint' and 'rk4' take any equation"))
