"""constant-inputs: constant sums are taken once per run, not per step.

    net.population @given size 100 kind rate {
      declarations {
        eq.variable @r : f64 local variable
      }
    }
    net.population @cells size 100 kind rate
    net.projection @sums from @given to @cells ["exc"] kind rate pattern all_to_all
        attributes {decisions = {layout = "dense"}} {
      transmit {
        %r = eq.pre @r : f64
        eq.yield %r : f64
      }
    }
    ==>
    ...
    net.projection @sums ... attributes {decisions = {layout = "dense", constant_after = 1 : i64}} {
    ...

An input population whose rates only the user sets gives the same weighted sums in every step. They
are taken in front of the first step of each run, so that what the user writes between runs counts,
and kept beside the sums of the step, which start with them. ``constant_after = 2``: the rates
follow from parameters (``r = baseline``), so that they, too, stay as they are after the first step
of a run; the sums are taken in its first two steps.

Sums keep their order, so that not a bit changes: only projections that come before all others of
their target are chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..ir.core import Op, Value
from ..ir.dialects import eq, net
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from .framework.core import Context, Pass, register

Constants = Mapping[str, Mapping[str, int]]
"""The constant variables of each population, and after how many steps."""


@register
class ConstantInputs(Pass):
    """Mark projections whose sums stay as they are; see the module."""

    name = "constant-inputs"
    requires = "net"

    def run(self, module: Module, ctx: Context) -> bool:
        """Decide ``constant_after`` of projections."""
        projections = [op for op in module.ops if isinstance(op, net.Projection)]
        rates = [op for op in projections if op.kind == "rate"]
        if not rates:
            return False
        reached = _reached(projections)
        constants = {
            op.sym_name: dict(_constant_variables(op.original, reached.get(op.sym_name, set())))
            for op in module.ops
            if isinstance(op, net.Population)
        }
        reasons = {op: _obstacle(op, constants[op.pre]) for op in rates}
        chosen = leading(projections, [op for op, reason in reasons.items() if reason is None])
        for op, reason in reasons.items():
            if op not in chosen:
                reason = reason or "another sum of its target comes first"
                ctx.report.refused(self.name, op, "the sum in every step", reason, op.loc)
        rw = Rewriter()
        for op in chosen:
            steps = 1 + max(
                _after(other, constants)
                for other in chosen
                if other.post == op.post and set(other.targets) & set(op.targets)
            )
            rw.decide(op, constant_after=steps)
            when = "in front of each run" if steps == 1 else "in the first two steps of each run"
            ctx.report.did(self.name, op, f"sums are taken {when} only", op.loc)
        return rw.changed


def leading(projections: Sequence[net.Projection], chosen: Sequence[Op]) -> list[net.Projection]:
    """Projections before all others of their target: sums keep their order."""
    found: list[net.Projection] = []
    closed: set[tuple[str, str]] = set()
    for op in projections:
        places = {(op.post, target.value) for target in op.targets}
        if op in chosen and not places & closed:
            found.append(op)
        elif op.kind != "spike":
            closed |= places
    return found


def _obstacle(op: net.Projection, constants: Mapping[str, int]) -> str | None:
    """Reason why the sums of a projection change between steps."""
    if op.learns or not net.idle(op.original.events):
        return "its synapses learn"
    if op.delayed:
        return "delays reach back to before the run"
    for inside in op.original.transmit.block.ops:
        if isinstance(inside, eq.Pre) and inside.variable not in constants:
            return f"pre.{inside.variable} changes"
        if isinstance(inside, eq.Post):
            return "its potential reads the post neuron"
        if isinstance(inside, eq.Random | eq.Time | eq.Elapsed):
            return "its potential is another one in every step"
    return None


def _after(op: net.Projection, constants: Constants) -> int:
    """Steps after which everything that a projection reads is constant."""
    reads = (o.variable for o in op.original.transmit.block.ops if isinstance(o, eq.Pre))
    return max((constants[op.pre][name] for name in reads), default=0)


def _reached(projections: Sequence[net.Projection]) -> dict[str, set[str]]:
    """The variables of each population that projections add to."""
    found: dict[str, set[str]] = {}
    for op in projections:
        added = {o.variable for o in op.original.walk() if isinstance(o, eq.Accumulate)}
        found.setdefault(op.post, set()).update(added)
    return found


def _constant_variables(op: net.Population, reached: set[str]) -> Iterator[tuple[str, int]]:
    """The constant variables of a population, and after how many steps.

    ``reached``: those that projections add to.
    """
    written = {o.variable for o in op.walk() if isinstance(o, eq.Write)} | reached
    for name, variable in op.variables.items():
        if name not in written and not (net.is_conductance(name) and variable.role == "variable"):
            yield name, 0
    if op.kind == "rate" and net.idle(op.globals):
        for name in _from_constants(op, written):
            yield name, 1


def _from_constants(op: net.Population, written: set[str]) -> list[str]:
    """The variables that equations compute from what stays as it is."""
    fixed: set[Value] = set()
    last: dict[str, bool] = {}
    for each in op.equations.block.ops:
        if isinstance(each, eq.Write):
            last[each.variable] = each.value in fixed
        elif isinstance(each, eq.Read):
            if each.variable not in written or last.get(each.variable, False):
                fixed.update(each.results)
        elif each.name.startswith("eq."):
            if isinstance(each, eq.TimeStep):
                fixed.update(each.results)
        elif each.pure and not each.regions and fixed.issuperset(each.operands):
            fixed.update(each.results)
    return [name for name, constant in last.items() if constant]
