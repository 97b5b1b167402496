"""discretize: replace derivatives by the update of their numerical method.

    "eq.system"() ({
      %d = "eq.ddt"() <{variable = @v}>            %v = "eq.read"() <{variable = @v}>
      ...                                     ->   %rate = "arith.divf"(%dt, %tau)
      "eq.equation"(%tau_d, %minus_v)              %new = "math.fma"(%minus_v, %rate, %v)
          <{method = "explicit", variable = @v}>   "eq.write"(%new) <{variable = @v}>
    })

An equation is first brought to ``A dx/dt = R`` (A and R keep the user's own terms). Equations of
one system are advanced together: all new values are computed from the values before. What is added
to a value is rounded together with it, by a fused multiply-add (see ``contract``).

=============  ================================================================
explicit       x + (dt/A) R
exponential    x + (C - B x) (1 - exp(-s))/B    with R = C - B x and s = dt B/A;
               x exp(-s) where C is zero
implicit       (x + (dt/A) C) / (1 + (dt/A) B)
semiimplicit   x + (C - B x) dt/(A + dt B);
               x A/(A + dt B) where C is zero
midpoint       R is evaluated again half a step ahead
rk4            the classical four stages
event-driven   as exponential, over the time since the last event of the synapse
=============  ================================================================

B may be anything, also zero or so small that s vanishes beside 1: see ``relaxation``.

All equations of a system with ``midpoint`` or ``rk4`` go through the stages jointly. Where there
are both, they share the stages of ``rk4``, the second of which is that of ``midpoint``: what
depends on one another is then of order 2. Variables of other methods, and what comes from outside
of the system, keep their values during the stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import evolve, frozen

from ..ir.builder import Builder
from ..ir.core import Op, Value
from ..ir.depth import Step, complete
from ..ir.diagnostics import ModelError, error
from ..ir.dialects import eq
from ..ir.rewriter import Rewriter
from ..ir.types import Type
from . import relaxation
from .core import Context, Pass, Report, const_value, register
from .linear import Algebra, Decomposer, Linear, NotLinearError


@frozen
class Ode:
    """``factor * dx/dt = rate``; ``op`` is the equation it came from."""

    variable: str
    factor: Value
    rate: Value
    method: str
    op: Op


class Scheme:
    """What a numerical method needs: arithmetic, dt, and the current values of variables."""

    def __init__(self, build: Builder, type_: Type, variable: str | None = None) -> None:
        """``variable``: the step is the time since this event-driven variable was kept."""
        self.algebra = Algebra(build, type_)
        self.build = build
        self.type = type_
        self.by_event = variable is not None
        self.dt: Value = (
            build(eq.TimeStep(result_type=type_), "dt")
            if variable is None
            else build(eq.Elapsed(variable=variable, result_type=type_), "elapsed")
        )
        self._current: dict[str, Value] = {}

    def current(self, variable: str) -> Value:
        """The value before the step."""
        if variable not in self._current:
            self._current[variable] = self.build(eq.read(variable, self.type), variable)
        return self._current[variable]

    def step_over(self, factor: Value) -> Value:
        """dt / factor; since the last event: dt * (1 / factor), as factors seldom change"""
        if self.by_event:
            inverse = self.algebra.div(self.algebra.number(1.0), factor)
            return (inverse and self.algebra.mul(self.dt, inverse)) or self.dt
        return self.algebra.div(self.dt, factor) or self.dt

    def euler(self, ode: Ode, step: Value, rate: Value) -> Value:
        """x + (step/A) rate"""
        length = self.algebra.div(step, ode.factor) or step
        x = self.current(ode.variable)
        return self.algebra.fma(rate, length, x) or x

    def linear(self, ode: Ode) -> tuple[Value | None, Value | None]:
        """(B, C) of ``rate = C - B x``; an error where the equation is not linear in x."""
        split = Decomposer(self.algebra, lambda v: _reads(v, ode.variable))
        try:
            found: Linear = split(ode.rate)
            if split.depends(ode.factor):
                raise NotLinearError(ode.op)
        except NotLinearError as problem:
            raise _not_linear(ode, problem.op) from None
        return self.algebra.neg(found.coefficient), found.rest


def _reads(value: Value, variable: str) -> bool:
    op = value.op
    return isinstance(op, eq.Read) and op.variable == variable and _is_inside(op)


def _is_inside(op: Op) -> bool:
    """Whether a method may look at it at other values: what comes from outside stays."""
    return isinstance(op.parent_op, eq.System)


def _not_linear(ode: Ode, where: Op) -> ModelError:
    what = error(
        f"method '{ode.method}' needs an equation that is linear in '{ode.variable}'", ode.op.loc
    )
    what.note(f"'{ode.variable}' occurs here in a term that is not linear", where.loc)
    return ModelError(what.note("the methods 'explicit', 'midpoint' and 'rk4' take any equation"))


def explicit(scheme: Scheme, ode: Ode) -> Value:
    """x + (dt/A) R"""
    return scheme.euler(ode, scheme.dt, ode.rate)


def exponential(scheme: Scheme, ode: Ode) -> Value:
    """x + (C - B x) (1 - exp(-s))/B; x exp(-s) without a drive"""
    decay, drive = scheme.linear(ode)
    if decay is None:
        return explicit(scheme, ode)
    x, step = scheme.current(ode.variable), scheme.step_over(ode.factor)
    return relaxation.exponential(scheme.algebra, x, step, decay, drive, by_event=scheme.by_event)


def semiimplicit(scheme: Scheme, ode: Ode) -> Value:
    """x + (C - B x) dt/(A + dt B); x A/(A + dt B) without a drive"""
    decay, drive = scheme.linear(ode)
    if decay is None:
        return explicit(scheme, ode)
    x = scheme.current(ode.variable)
    return relaxation.semiimplicit(scheme.algebra, x, scheme.dt, ode.factor, decay, drive)


def implicit(scheme: Scheme, ode: Ode) -> Value:
    """(x + (dt/A) C) / (1 + (dt/A) B)"""
    decay, drive = scheme.linear(ode)
    x, alg, step = scheme.current(ode.variable), scheme.algebra, scheme.step_over(ode.factor)
    top = alg.fma(drive, step, x) or x
    if decay is None:
        return top
    return alg.div(top, alg.fma(decay, step, alg.number(1.0)) or step) or top


SINGLE: dict[str, Callable[[Scheme, Ode], Value]] = {
    "explicit": explicit,
    "exponential": exponential,
    "semiimplicit": semiimplicit,
    "implicit": implicit,
    "event-driven": exponential,
}
"""Methods that advance one equation by itself, with all others at their values before the step."""


def midpoint(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """Euler to the middle of the step, then the whole step with the rates found there."""
    half = scheme.algebra.mul(scheme.dt, scheme.algebra.number(0.5)) or scheme.dt
    middle = {ode.variable: scheme.euler(ode, half, ode.rate) for ode in odes}
    there = _odes_at(scheme, odes, middle)
    return [scheme.euler(ode, scheme.dt, ode.rate) for ode in there]


def rk4(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """Runge-Kutta of order 4: x + dt/6 (k1 + 2 k2 + 2 k3 + k4); ``midpoint``: x + dt k2."""
    alg = scheme.algebra
    half = alg.mul(scheme.dt, alg.number(0.5)) or scheme.dt
    stages = [odes]
    for length in (half, half, scheme.dt):
        at = {ode.variable: scheme.euler(ode, length, ode.rate) for ode in stages[-1]}
        stages.append(_odes_at(scheme, odes, at))
    sixth = alg.div(scheme.dt, alg.number(6.0)) or scheme.dt
    out = []
    for ode, *others in zip(*stages, strict=True):
        if ode.method == "midpoint":
            out.append(scheme.euler(others[0], scheme.dt, others[0].rate))
            continue
        rates: list[Value | None] = [o.rate for o in (ode, *others)]
        if any(o.factor is not ode.factor for o in others):
            rates = [alg.div(o.rate, o.factor) for o in (ode, *others)]
            ode = evolve(ode, factor=alg.number(1.0))
        k1, k2, k3, k4 = rates
        middle = alg.mul(alg.add(k2, k3), alg.number(2.0))
        out.append(scheme.euler(ode, sixth, alg.add(alg.add(k1, middle), k4) or ode.rate))
    return out


JOINT = ("midpoint", "rk4")
"""Methods that advance all their equations stage by stage."""

ORDERS = {"midpoint": 2, "rk4": 4}
"""Orders of methods, 1 where nothing is said."""


def staged(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """The new values of equations with the methods of ``JOINT``."""
    solve = rk4 if any(ode.method == "rk4" for ode in odes) else midpoint
    return solve(scheme, odes)


def _odes_at(scheme: Scheme, odes: Sequence[Ode], at: dict[str, Value]) -> list[Ode]:
    """The equations with the variables of ``at`` at other values; everything else stays."""
    copies: dict[Value, Value] = {}

    def copy(value: Value) -> Step[Value]:
        if value not in copies:
            op = value.op
            if isinstance(op, eq.Read) and op.variable in at and _is_inside(op):
                copies[value] = at[op.variable]
            elif op is None or not op.pure or not _is_inside(op):
                copies[value] = value
            else:
                env = {}
                for operand in op.operands:
                    env[operand] = yield copy(operand)
                changed = any(new is not old for old, new in env.items())
                copies[value] = scheme.build(op.clone(env)) if changed else value
        return copies[value]

    return [
        evolve(ode, factor=complete(copy(ode.factor)), rate=complete(copy(ode.rate)))
        for ode in odes
    ]


@register
class Discretize(Pass):
    """Replace derivatives by updates; see the module."""

    name = "discretize"
    scope = "function"
    requires = "net"
    ensures = "eq"

    def run(self, owner: Op, ctx: Context) -> bool:
        """Replace every ``eq.system``."""
        systems = [op for op in owner.walk() if isinstance(op, eq.System)]
        rw = Rewriter()
        for system in systems:
            self._advance(system, ctx.report)
            rw.inline_before(system, system.body.block, ())
            rw.erase(system)
        return bool(systems)

    def _advance(self, system: Any, report: Report) -> None:
        """Turn the equations of a system into writes at its end."""
        block = system.body.block
        equations = [op for op in block.ops if isinstance(op, eq.Equation)]
        build = Builder(block)
        scheme = Scheme(build, equations[0].lhs.type)
        with build.at(system.loc):
            odes = [_isolate(op, scheme) for op in equations]
        seen = _Seen(system, odes)
        new: dict[str, Value] = {}
        for ode in odes:
            if ode.method in SINGLE:
                _refuse_coupled(ode, odes, seen, scheme)
                by_event = ode.method == "event-driven"
                with build.at(ode.op.loc):
                    own = Scheme(build, scheme.type, ode.variable) if by_event else scheme
                    new[ode.variable] = SINGLE[ode.method](own, ode)
            elif ode.method not in JOINT:
                raise ModelError(
                    error(
                        f"method '{ode.method}' is not supported for '{ode.variable}' yet",
                        ode.op.loc,
                    )
                )
            what = f"{ode.variable}: {ode.method}{_order(ode, odes, seen)}"
            report.did(self.name, system, what, ode.op.loc)
        group = [ode for ode in odes if ode.method in JOINT]
        if group:
            with build.at(group[0].op.loc):
                values = staged(scheme, group)
            new |= {o.variable: v for o, v in zip(group, values, strict=True)}
        for ode in odes:
            with build.at(ode.op.loc):
                build(eq.write(ode.variable, new[ode.variable].named(ode.variable)))
        _drop(block, equations)


def _isolate(op: Any, scheme: Scheme) -> Ode:
    """Bring an equation to ``factor * dx/dt = rate``."""
    alg = scheme.algebra

    def is_ddt(value: Value) -> bool:
        return isinstance(value.op, eq.Ddt) and value.op.variable == op.variable

    split = Decomposer(alg, is_ddt)
    with scheme.build.at(op.loc):
        try:
            left, right = split(op.lhs), split(op.rhs)
        except NotLinearError as problem:
            text = f"the equation of '{op.variable}' is not linear in d{op.variable}/dt"
            raise ModelError(error(text, problem.op.loc)) from None
        if left.coefficient is None:
            left, right = right, left
        factor = alg.sub(left.coefficient, right.coefficient)
        rate = alg.sub(right.rest, left.rest) or alg.number(0.0)
        if factor is None or const_value(factor) == 0.0:
            raise ModelError(error(f"d{op.variable}/dt cancels out of its equation", op.loc))
    return Ode(op.variable, factor, rate, op.method, op)


class _Seen:
    """What the equations of a system see of one another, also by way of assignments.

    An assignment is followed where it says what its variable is, as ``q = 2*u``: not ``q += u``.
    ``by`` has for each equation the variables of the system that it sees, with what stores them for
    it: the variable of an assignment, or "" where only the equation itself reads them.
    """

    def __init__(self, system: Any, odes: Sequence[Ode]) -> None:
        variables = {ode.variable for ode in odes}
        reads: dict[str, set[str]] = {}
        for op in system.block.ops:
            if isinstance(op, eq.Write) and op.variable not in variables:
                reads.setdefault(op.variable, set()).update(_read_by([op.value]))
        defined = {n: found for n, found in reads.items() if n not in _reached(n, reads)}
        self.by: dict[str, dict[str, str]] = {}
        for ode in odes:
            read = _read_by([ode.factor, ode.rate])
            found = dict.fromkeys(variables & read, "")
            for name in sorted(read & set(defined)):
                found |= dict.fromkeys(variables & _reached(name, defined), name)
            self.by[ode.variable] = found

    def mutual(self, variable: str, other: str) -> bool:
        """Whether ``variable`` sees ``other``, which depends on it, in whatever way."""
        return other in self.by[variable] and variable in _reached(other, self.by)


def _read_by(values: Sequence[Value]) -> set[str]:
    """The variables from which values are computed."""
    found: set[str] = set()
    waiting = list(values)
    done = set(waiting)
    while waiting:
        op = waiting.pop().op
        if isinstance(op, eq.Read):
            found.add(op.variable)
        new = set(op.operands if op is not None else ()) - done
        done |= new
        waiting += new
    return found


def _reached(name: str, reads: Mapping[str, Iterable[str]]) -> set[str]:
    """What a name leads to; itself only on a way that leads back to it."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(reads.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _refuse_coupled(ode: Ode, odes: Sequence[Ode], seen: _Seen, scheme: Scheme) -> None:
    """Implicit equations that depend on one another would have to be solved jointly."""
    if ode.method != "implicit":
        return
    for other in odes:
        if other is ode or other.method != "implicit":
            continue
        reads_other = partial(_reads, variable=other.variable)
        direct = Decomposer(scheme.algebra, reads_other).depends(ode.rate)
        if direct or seen.mutual(ode.variable, other.variable):
            text = f"'{ode.variable}' and '{other.variable}' are implicit and coupled"
            what = error(text + ", which is not supported yet", ode.op.loc)
            raise ModelError(what.note("'exponential', 'midpoint' or 'rk4' fit coupled equations"))


def _order(ode: Ode, odes: Sequence[Ode], seen: _Seen) -> str:
    """What costs a method of several stages its order: the lowest order of what it sees."""
    lowest, reason = ORDERS.get(ode.method, 1), ""
    for other in odes:
        by = seen.by[ode.variable].get(other.variable)
        held = bool(by) and other.method in JOINT
        order = 1 if held else ORDERS.get(other.method, 1)
        if by is not None and order < lowest:
            lowest = order
            why = f"{by} is held" if held else f"of {other.variable} ({other.method})"
            reason = f", of order {order} only because {why}"
    return reason


def _drop(block: Any, equations: Sequence[Op]) -> None:
    """Remove the equations and what only they used."""
    rw = Rewriter()
    for op in equations:
        rw.erase(op)
    for op in reversed(block.ops):
        if op.results and not any(v.uses for v in op.results):
            rw.erase(op)
