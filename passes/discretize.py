"""discretize: replace derivatives by the update of their numerical method.

    net.population @cells size 10 kind rate {
      declarations {
        eq.variable @tau : f64 global parameter
        eq.variable @v : f64 local variable
      }
      equations {
        eq.system {
          %tau = eq.read @tau : f64
          %d = eq.ddt @v : f64
          %lhs = arith.mulf %tau, %d : f64
          %v = eq.read @v : f64
          %minus_v = arith.negf %v : f64
          eq.equation @v by explicit : %lhs = %minus_v : f64
        }
      }
    }
    ==>
    ...
      equations {
        %tau = eq.read @tau : f64
        %v = eq.read @v : f64
        %minus_v = arith.negf %v : f64
        %dt = eq.dt : f64
        %0 = arith.divf %dt, %tau : f64
        %v_1 = eq.read @v : f64
        %v_2 = math.fma %minus_v, %0, %v_1 : f64
        eq.write @v, %v_2 : f64
      }
    }

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
exact          the exponential of the matrix of what depends on one another
event-driven   as exponential, over the time since the last event of the synapse
=============  ================================================================

The formulas are in ``methods/``, one module per method or family of methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from ..ir.builder import Builder
from ..ir.core import Op, Value
from ..ir.diagnostics import ModelError, error
from ..ir.dialects import eq, net
from ..ir.methods import JOINT, METHODS, Method
from ..ir.rewriter import Rewriter
from .analysis.linear import Decomposer, NotLinearError
from .framework.core import Context, Pass, Report, const_value, register
from .methods import advancing
from .methods.dependencies import Dependencies
from .methods.scheme import Ode, Scheme


@register
class Discretize(Pass):
    """Replace derivatives by updates; see the module."""

    name = "discretize"
    activity = "applying the numerical method"
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
        scheme = Scheme(build, equations[0].lhs.type, _frozen(system))
        with build.at(system.loc):
            odes = [_isolate(op, scheme) for op in equations]
        scheme.look_at(system, odes)
        new: dict[str, Value] = {}
        joint: dict[str, list[Ode]] = {}
        for ode in odes:
            method = _method(ode)
            if method.joint:
                joint.setdefault(method.group, []).append(ode)
            else:
                (new[ode.variable],) = advancing(method.group)(scheme, [ode])
            what = f"{ode.variable}: {ode.method}{_order(ode, odes, scheme.dependencies)}"
            report.did(self.name, system, what, ode.op.loc)
        for group, together in joint.items():
            values = advancing(group)(scheme, together)
            new |= {o.variable: v for o, v in zip(together, values, strict=True)}
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


def _method(ode: Ode) -> Method:
    """The method of an equation."""
    if ode.method not in METHODS:
        what = error(f"there is no method '{ode.method}' for '{ode.variable}'", ode.op.loc)
        raise ModelError(what.note(f"methods: {', '.join(sorted(METHODS))}"))
    return METHODS[ode.method]


def _frozen(system: Op) -> list[str]:
    """The variables that a refractory neuron or a synapse may keep.

    Of a synapse that is its weight.
    """
    owner = system.parent_op
    if isinstance(owner, net.Population):
        found = owner.variables.values() if owner.refractory else ()
        return [v.sym_name for v in found if v.frozen]
    weight = owner.variables.get("w") if isinstance(owner, net.Projection) else None
    if weight is None or weight.role != "variable" or weight.locality != "local":
        return []
    return ["w"]


def _order(ode: Ode, odes: Sequence[Ode], dependencies: Dependencies) -> str:
    """Remark on a reduced order: the lowest that a method sees."""
    lowest, reason = _order_of(ode), ""
    for other in odes:
        by = dependencies.by[ode.variable].get(other.variable)
        held = bool(by) and other.method in JOINT
        together = METHODS[other.method].group == METHODS[ode.method].group
        order = _order_of(other) if together and not held else 1
        if by is not None and order < lowest:
            lowest = order
            why = f"{by} is held" if held else f"of {other.variable} ({other.method})"
            reason = f", of order {order} only because {why}"
    return reason


def _order_of(ode: Ode) -> float:
    """The order of its method by itself."""
    order = METHODS[ode.method].order
    return inf if order is None else order


def _drop(block: Any, equations: Sequence[Op]) -> None:
    """Remove the equations and what only they used."""
    rw = Rewriter()
    for op in equations:
        rw.erase(op)
    for op in reversed(block.ops):
        if op.results and not any(v.uses for v in op.results):
            rw.erase(op)
