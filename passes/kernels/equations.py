"""Lowering ``eq`` operations: an interpreter over operations with a rule table.

A :class:`Frame` says where variables of the running neuron or synapse live; the rules turn reads
and writes into loads and stores through it and clone everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from ...ir.buffers import DT, Buffer
from ...ir.core import Block, Op, Value
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, eq, math, rng
from ...ir.lowering import bind, lower_block
from ...ir.types import Type, f64, i1, i64
from .kernel import Kernel


@define
class Place:
    """Where a variable lives: its buffer, the index in it, and its type."""

    buffer: Value
    at: Value
    type: Type
    frozen: bool = False


@define
class Frame:
    """The run-time context of equations.

    ``id`` and the buffer ``stream`` make the random numbers of a neuron or synapse its own:
    the buffer holds the key, and the number at which counting steps begins.
    ``dt`` is the buffer of the length of a step, ``elapsed`` gives the time since an
    event-driven variable was kept. ``held`` are the variables that stay in registers, None until
    they are first read or written.
    ``own``, ``pre`` and ``post`` find variables; ``keep`` (if any) is the condition under which a
    frozen variable keeps its value, ``only`` the one under which a write happens at all.
    ``accumulate`` takes what would be added to a variable of the post neuron.
    """

    kernel: Kernel
    own: Callable[[str], Place]
    pre: Callable[[str], Place] | None = None
    post: Callable[[str], Place] | None = None
    total: Callable[[str], Value] | None = None
    id: Value | None = None
    keep: Value | None = None
    only: Value | None = None
    dt: Buffer = DT
    stream: Buffer | None = None
    elapsed: Callable[[str], Value] | None = None
    held: dict[str, Value | None] = field(factory=dict)
    accumulate: Callable[[str, Value], None] | None = None
    env: dict[Value, Value] = field(factory=dict)

    def read(self, place: Place, name: str | None = None) -> Any:
        """Load a variable."""
        return self.kernel.load(place.buffer, place.at, place.type, name)

    def current(self, name: str) -> Any:
        """The value of a variable of its own."""
        if name not in self.held:
            return self.read(self.own(name), name)
        if self.held[name] is None:
            self.held[name] = self.read(self.own(name), name)
        return self.held[name]

    def assign(self, name: str, value: Value) -> None:
        """Set a variable, where the conditions say so."""
        k, place = self.kernel, self.own(name)
        if self.keep is not None and place.frozen:
            value = k(arith.Select(self.keep, self.current(name), value))
        if self.only is not None:
            value = k(arith.Select(self.only, value, self.current(name)))
        if name in self.held:
            stored: Any = place.buffer.type
            self.held[name] = k.resized(k.resized(value, stored.element), place.type)
        else:
            k.store(value, place.buffer, place.at)


Rule = Callable[[Any, Frame], Any]


def lower(block: Block, frame: Frame) -> list[Value]:
    """Lower the operations of ``block`` into the kernel; return what its terminator yields."""
    build = frame.kernel.build
    return lower_block(block, RULES, frame, frame.env, other=_copy, builder=build)


def lower_chosen(block: Block, frame: Frame, chosen: Callable[[Op], bool]) -> None:
    """Lower some of the operations of ``block``; ``frame.env`` knows what the others became."""
    build = frame.kernel.build
    before = build.loc
    for op in block.ops:
        if not op.terminator and chosen(op):
            build.loc = op.loc
            rule: Rule = RULES.get(type(op), _copy)
            found = rule(op, frame)
            if found is not None:
                bind(frame.env, op, found)
    build.loc = before


def _copy(op: Any, frame: Frame) -> None:
    """Arithmetic stays; the copy binds its results itself."""
    frame.kernel.build.insert(op.clone(frame.env))


def _named(rule: Rule) -> Rule:
    """A result keeps the name it had."""

    def apply(op: Any, frame: Frame) -> Any:
        value = rule(op, frame)
        return value.named(op.results[0].name) if op.results else None

    return apply


def _read(op: Any, frame: Frame) -> Any:
    return frame.current(op.variable)


def _write(op: Any, frame: Frame) -> None:
    frame.assign(op.variable, frame.env[op.value])


def _pre(op: Any, frame: Frame) -> Any:
    assert frame.pre is not None
    return frame.read(frame.pre(op.variable), "pre." + op.variable)


def _post(op: Any, frame: Frame) -> Any:
    assert frame.post is not None
    return frame.read(frame.post(op.variable), "post." + op.variable)


def _accumulate(op: Any, frame: Frame) -> None:
    assert frame.post is not None
    k, value = frame.kernel, frame.env[op.value]
    if frame.accumulate is not None:
        frame.accumulate(op.variable, value)
        return
    place = frame.post(op.variable)
    before = frame.read(place, op.variable)
    total = k(arith.AddF(before, value))
    if frame.only is not None:
        total = k(arith.Select(frame.only, total, before))
    k.store(total, place.buffer, place.at)


def _sum(op: Any, frame: Frame) -> Any:
    assert frame.total is not None
    return frame.total(op.target)


def _time(op: Any, frame: Frame) -> Any:
    k = frame.kernel
    step = k(arith.SIToFP(k.step_i64(), result_type=f64))
    return k.resized(k(arith.MulF(step, k.milliseconds(DT, f64))), op.results[0].type)


def _dt(op: Any, frame: Frame) -> Any:
    return frame.kernel.milliseconds(frame.dt, op.results[0].type)


def _held(op: Any, frame: Frame) -> Any:
    return frame.kernel.constant(0, i1) if frame.keep is None else frame.keep


def _elapsed(op: Any, frame: Frame) -> Any:
    assert frame.elapsed is not None
    return frame.elapsed(op.variable)


def _random(op: Any, frame: Frame) -> Any:
    draw = DISTRIBUTIONS.get(op.distribution)
    if draw is None:
        raise ModelError(error(f"the distribution {op.distribution} is not supported yet", op.loc))
    return draw(Draws(op, frame), *[frame.env[v] for v in op.arguments])


class Draws:
    """Uniform numbers of one textual draw, and arithmetic on them."""

    def __init__(self, op: Any, frame: Frame) -> None:
        self.k = frame.kernel
        self.type: Type = op.results[0].type
        self.stream: int = op.stream
        assert frame.id is not None and frame.stream is not None
        self.id = self.k.to_i64(frame.id)
        words = self.k.buffer(frame.stream, i64)
        self.key = self.k.load(words, self.k.constant(0), name="key")
        start = self.k.load(words, self.k.constant(1), name="start")
        self.step = self.k.add(start, self.k.step_i64(), "count")

    def uniform(self) -> Any:
        """A number in [0, 1)."""
        return self.standard(rng.Uniform, draw=0, result_type=self.type)

    def standard(self, cls: Any, *parameters: Value, **properties: Any) -> Any:
        """A number of a standard distribution."""
        where = (self.key, self.step, self.id)
        return self.k(cls(*where, *parameters, stream=self.stream, **properties))

    def constant(self, number: float) -> Any:
        """A constant of the type of the draw."""
        return self.k.constant(number, self.type)

    def call(self, name: str, x: Value) -> Any:
        """A function of ``math``."""
        return self.k(math.OPERATIONS[name](x))


def _uniform(d: Draws, low: Value, high: Value) -> Any:
    width = d.k(arith.SubF(high, low))
    return d.k(arith.AddF(low, d.k(arith.MulF(width, d.uniform()))))


def _normal(d: Draws, mean: Value, deviation: Value) -> Any:
    standard = d.standard(rng.Normal, result_type=d.type)
    return d.k(arith.AddF(mean, d.k(arith.MulF(deviation, standard))))


def _lognormal(d: Draws, mu: Value, sigma: Value) -> Any:
    return d.call("exp", _normal(d, mu, sigma))


def _exponential(d: Draws, rate: Value) -> Any:
    return d.k(arith.DivF(d.standard(rng.Exponential, result_type=d.type), rate))


def _gamma(d: Draws, shape: Value, scale: Value) -> Any:
    return d.k(arith.MulF(scale, d.standard(rng.Gamma, shape)))


def _binomial(d: Draws, trials: Value, probability: Value) -> Any:
    return d.standard(rng.Binomial, trials, probability)


def _integers(d: Draws, low: Value, high: Value) -> Any:
    """An integer from low to high, both included."""
    k = d.k
    count = k(arith.AddF(k(arith.SubF(high, low)), d.constant(1.0)))
    return k(arith.AddF(low, d.call("floor", k(arith.MulF(count, d.uniform())))))


DISTRIBUTIONS: Mapping[str, Callable[..., Any]] = {
    "Uniform": _uniform,
    "Normal": _normal,
    "LogNormal": _lognormal,
    "Exponential": _exponential,
    "DiscreteUniform": _integers,
    "Gamma": _gamma,
    "Binomial": _binomial,
}

_ROWS: dict[type[Op], Rule] = {
    eq.Read: _read,
    eq.Write: _write,
    eq.Pre: _pre,
    eq.Post: _post,
    eq.Accumulate: _accumulate,
    eq.Sum: _sum,
    eq.Time: _time,
    eq.Elapsed: _named(_elapsed),
    eq.Held: _held,
    eq.TimeStep: _dt,
    eq.Random: _random,
}
RULES: dict[type[Op], Rule] = {cls: _named(rule) for cls, rule in _ROWS.items()}
