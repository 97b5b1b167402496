"""``exact``: blocks of linear equations, by the exponential of their matrix.

    tau dg/dt = -g                 %a = -1 * (dt/tau), ...       (elements of M dt)
    tau_m dv/dt = E - v + g   ->   %d:4, %p:4, %e:4 = special.propagator(%a, ...)
                                   g + d00 g,   v + (p10 dt/tau R_g + p11 dt/tau_m R_v)

``ir/methods/exact.py`` has the formulas. The matrix is found where the equations are; what depends
on nothing that changes in a run is moved in front of it by ``hoist-run-constants``.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field

from ...ir.attributes import DenseArrayAttr
from ...ir.attrs_classes import define
from ...ir.core import Op, Value
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, eq, math, special
from ...ir.methods.exact import blocks, pattern_of, seen_from
from ...ir.methods.propagators import FAST, LARGEST
from ...ir.methods.reads import read_by
from ...ir.types import f64
from ..analysis.linear import Algebra, Decomposer, NotLinearError
from .exponential import exponential
from .scheme import Ode, Scheme, is_inside


def advance(scheme: Scheme, odes: Sequence[Ode]) -> list[Value]:
    """The new values, block by block."""
    by_name = {ode.variable: ode for ode in odes}
    reads = {n: read_by([o.factor, o.rate]) & set(by_name) for n, o in by_name.items()}
    new: dict[str, Value] = {}
    for block in blocks(reads):
        members = [by_name[name] for name in block]
        with scheme.build.at(members[0].op.loc):
            if len(block) == 1:
                new[block[0]] = exponential(scheme, members[0])
                continue
            new |= _Block(scheme, members, reads).advanced()
            new |= _while_held(scheme, members, reads, new)
    return [new[ode.variable] for ode in odes]


def _while_held(
    scheme: Scheme, members: Sequence[Ode], reads: dict[str, set[str]], new: dict[str, Value]
) -> dict[str, Value]:
    """Values that go on while variables of their block are held.

    They depend on these, and advance without them.
    """
    names = [ode.variable for ode in members]
    free = [ode for ode in members if ode.variable not in scheme.frozen]
    seen = seen_from(reads, names)
    held = scheme.frozen.intersection(names)
    changed = [ode.variable for ode in free if seen[ode.variable] & held]
    if not changed:
        return {}
    found = _Block(scheme, free, reads).advanced()
    mask = scheme.build(eq.Held(), "held")
    return {name: scheme.build(arith.Select(mask, found[name], new[name])) for name in changed}


@define(eq=False)
class _Block:
    """Equations that are advanced by one matrix."""

    scheme: Scheme
    odes: Sequence[Ode]
    reads: dict[str, set[str]]
    wide: Algebra = field(init=False)
    names: list[str] = field(init=False)
    steps: list[Value] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.wide = Algebra(self.scheme.build, f64)
        self.names = [ode.variable for ode in self.odes]

    def advanced(self) -> dict[str, Value]:
        """The new values by the names of the variables."""
        build, size = self.scheme.build, len(self.odes)
        dt = build(eq.TimeStep(result_type=f64), "dt")
        driven = {ode.variable for ode in self.odes if self._drive(ode) is not None}
        self.steps = [self._step(dt, ode) for ode in self.odes]
        places = pattern_of(self.reads, self.names)
        found = special.Propagator(
            *[self._element(*divmod(place, size)) for place in places],
            size=size,
            places=DenseArrayAttr(tuple(places)),
            result_types=(f64,) * (3 * size * size),
        )
        build.insert(found)
        seen = seen_from(self.reads, self.names)
        return {
            name: self._new(found, i, seen[name], bool(seen[name] & driven))
            for i, name in enumerate(self.names)
        }

    def _drive(self, ode: Ode) -> Value | None:
        """The drive of an equation that is linear in its block.

        ModelError where it is not linear.
        """
        split = Decomposer(self.scheme.algebra, self._is_unknown)
        try:
            drive = split(ode.rate).rest
            if split.depends(ode.factor):
                raise NotLinearError(ode.factor.op or ode.op)
        except NotLinearError as problem:
            raise self._not_linear(ode, problem.op) from None
        return drive

    def _is_unknown(self, value: Value) -> bool:
        op = value.op
        return isinstance(op, eq.Read) and op.variable in self.names and is_inside(op)

    def _step(self, dt: Value, ode: Ode) -> Value:
        """dt/A in double precision, finite where A is zero."""
        alg, build = self.wide, self.scheme.build
        step = alg.div(dt, self._widened(ode.factor)) or dt
        if step is dt:
            return step
        longest = alg.number(LARGEST)
        size = build(math.OPERATIONS["absf"](step))
        signed = build(math.OPERATIONS["copysign"](longest, step))
        result: Value = build(arith.Select(build(arith.cmpf("ogt", size, longest)), signed, step))
        return result

    def _element(self, i: int, j: int) -> Value:
        """One element of the matrix."""
        name = self.names[j]
        split = Decomposer(
            self.scheme.algebra,
            lambda v: isinstance(v.op, eq.Read) and v.op.variable == name and is_inside(v.op),
        )
        slope = split(self.odes[i].rate).coefficient or self.scheme.algebra.number(0.0)
        result: Value = self.scheme.build(arith.MulF(self._widened(slope), self.steps[i]))
        return result

    def _widened(self, value: Value) -> Value:
        if value.type is f64:
            return value
        result: Value = self.scheme.build(arith.ExtF(value, result_type=f64))
        return result

    def _narrowed(self, value: Value) -> Value:
        if self.scheme.type is f64:
            return value
        result: Value = self.scheme.build(arith.TruncF(value, result_type=self.scheme.type))
        return result

    def _new(self, found: Op, i: int, seen: set[str], driven: bool) -> Value:
        """The value after the step. The own variable comes last in the sum."""
        build, size = self.scheme.build, len(self.names)
        order = [j for j, name in enumerate(self.names) if name in seen and j != i] + [i]
        x = self.scheme.current(self.names[i])
        change, mean, power = (found.results[n * size * size :][i * size :] for n in range(3))
        if driven:
            weights = [self._narrowed(build(arith.MulF(mean[j], self.steps[j]))) for j in order]
            result: Value = build(
                arith.AddF(x, self._total(weights, [self.odes[j].rate for j in order]))
            )
            return result
        slow = build(arith.cmpf("ogt", change[i], self.wide.number(FAST)))
        weights = [self._narrowed(power[j]) for j in order]
        weights[-1] = build(arith.Select(slow, self._narrowed(change[i]), weights[-1]))
        base = build(arith.Select(slow, x, self.scheme.algebra.number(-0.0)))
        current = [self.scheme.current(self.names[j]) for j in order]
        result = build(arith.AddF(base, self._total(weights, current)))
        return result

    def _total(self, weights: Sequence[Value], values: Sequence[Value]) -> Value:
        """The sum of products, each rounded together with earlier ones."""
        build = self.scheme.build
        total: Value = build(arith.MulF(weights[0], values[0]))
        for weight, value in zip(weights[1:], values[1:], strict=True):
            total = build(math.Fma(value, weight, total))
        return total

    def _not_linear(self, ode: Ode, where: Op) -> ModelError:
        """An error that names the variables at fault, and a remedy."""
        return not_linear(ode, where, self.names)


def not_linear(ode: Ode, where: Op, names: Sequence[str]) -> ModelError:
    """The error of an equation that is not linear.

    Exact steps need linearity in all variables of a block, ``names``.
    """
    found = read_by([*where.operands, *where.results]) & set(names) or {ode.variable}
    culprits = _listed([name for name in names if name in found])
    what = error(f"method 'exact' needs equations that are linear in {_listed(names)}", ode.op.loc)
    verb = "occur" if len(found) > 1 else "occurs"
    what.note(f"{culprits} {verb} here in a term that is not linear", where.loc)
    what.note(
        "'exponential' (in synapses also 'event-driven') advances an equation by itself,"
        " with all others as they were before the step"
    )
    return ModelError(what.note("the methods 'explicit', 'midpoint' and 'rk4' take any equation"))


def _listed(names: Sequence[str]) -> str:
    """A list in words: 'a', 'b' and 'c'."""
    quoted = [f"'{name}'" for name in names]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
