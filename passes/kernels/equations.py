"""Lowering ``eq`` operations: an interpreter over operations with a rule table.

A :class:`Frame` says where variables of the running neuron or synapse live; the rules turn reads
and writes into loads and stores through it and clone everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from ...ir.core import Block, Op, Value
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import arith, eq, math, rng
from ...ir.lowering import lower_block
from ...ir.types import Type, i64
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

    ``id`` and the buffer named ``stream`` make the random numbers of a neuron or synapse its own.
    ``dt`` names the buffer of the length of a step, ``elapsed`` is the time since the last event.
    ``own``, ``pre`` and ``post`` find variables; ``keep`` (if any) is the condition under which a
    frozen variable keeps its value, ``only`` the one under which a write happens at all.
    """

    kernel: Kernel
    own: Callable[[str], Place]
    pre: Callable[[str], Place] | None = None
    post: Callable[[str], Place] | None = None
    total: Callable[[str], Value] | None = None
    id: Value | None = None
    keep: Value | None = None
    only: Value | None = None
    dt: str = "net.dt"
    stream: str = ""
    elapsed: Value | None = None
    env: dict[Value, Value] = field(factory=dict)

    def read(self, place: Place, name: str | None = None) -> Any:
        """Load a variable."""
        return self.kernel.load(place.buffer, place.at, place.type, name)

    def write(self, place: Place, value: Value) -> None:
        """Store a variable, where the conditions say so."""
        k = self.kernel
        if self.keep is not None and place.frozen:
            value = k(arith.Select(self.keep, self.read(place), value))
        if self.only is not None:
            value = k(arith.Select(self.only, value, self.read(place)))
        k.store(value, place.buffer, place.at)


Rule = Callable[[Any, Frame], Any]


def lower(block: Block, frame: Frame) -> list[Value]:
    """Lower the operations of ``block`` into the kernel; return what its terminator yields."""
    build = frame.kernel.build
    return lower_block(block, RULES, frame, frame.env, other=_copy, builder=build)


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
    return frame.read(frame.own(op.variable), op.variable)


def _write(op: Any, frame: Frame) -> None:
    frame.write(frame.own(op.variable), frame.env[op.value])


def _pre(op: Any, frame: Frame) -> Any:
    assert frame.pre is not None
    return frame.read(frame.pre(op.variable), "pre." + op.variable)


def _post(op: Any, frame: Frame) -> Any:
    assert frame.post is not None
    return frame.read(frame.post(op.variable), "post." + op.variable)


def _accumulate(op: Any, frame: Frame) -> None:
    assert frame.post is not None
    place = frame.post(op.variable)
    total = frame.kernel(arith.AddF(frame.read(place, op.variable), frame.env[op.value]))
    frame.kernel.store(total, place.buffer, place.at)


def _sum(op: Any, frame: Frame) -> Any:
    assert frame.total is not None
    return frame.total(op.target)


def _time(op: Any, frame: Frame) -> Any:
    k, type_ = frame.kernel, op.results[0].type
    return k(
        arith.MulF(k(arith.SIToFP(k.step_i64(), result_type=type_)), k.scalar("net.dt", type_))
    )


def _dt(op: Any, frame: Frame) -> Any:
    return frame.kernel.scalar(frame.dt, op.results[0].type)


def _elapsed(op: Any, frame: Frame) -> Any:
    assert frame.elapsed is not None
    return frame.elapsed


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
        assert frame.id is not None
        self.id = self.k.to_i64(frame.id)
        own = self.k(arith.ShLI(self.k.scalar(frame.stream, i64), self.k.constant(32, i64)))
        self.seed = self.k(arith.XOrI(self.k.scalar("net.seed", i64), own), "key")

    def uniform(self, draw: int = 0) -> Any:
        """A number in [0, 1)."""
        seed, step = self.seed, self.k.step_i64()
        return self.k(
            rng.Uniform(seed, step, self.id, stream=self.stream, draw=draw, result_type=self.type)
        )

    def constant(self, number: float) -> Any:
        """A constant of the type of the draw."""
        return self.k.constant(number, self.type)

    def call(self, name: str, x: Value) -> Any:
        """A function of ``math``."""
        return self.k(math.OPERATIONS[name](x))

    def log_uniform(self, draw: int = 0) -> Any:
        """log(1 - u), finite because u < 1."""
        return self.call("log", self.k(arith.SubF(self.constant(1.0), self.uniform(draw))))


def _uniform(d: Draws, low: Value, high: Value) -> Any:
    width = d.k(arith.SubF(high, low))
    return d.k(arith.AddF(low, d.k(arith.MulF(width, d.uniform()))))


def _normal(d: Draws, mean: Value, deviation: Value) -> Any:
    """Box and Muller (1958): sqrt(-2 log(1 - u)) cos(2 pi v)."""
    k = d.k
    radius = d.call("sqrt", k(arith.MulF(d.constant(-2.0), d.log_uniform(0))))
    angle = k(arith.MulF(d.constant(6.283185307179586), d.uniform(1)))
    standard = k(arith.MulF(radius, d.call("cos", angle)))
    return k(arith.AddF(mean, k(arith.MulF(deviation, standard))))


def _lognormal(d: Draws, mu: Value, sigma: Value) -> Any:
    return d.call("exp", _normal(d, mu, sigma))


def _exponential(d: Draws, rate: Value) -> Any:
    return d.k(arith.DivF(d.k(arith.NegF(d.log_uniform())), rate))


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
    eq.TimeStep: _dt,
    eq.Random: _random,
}
RULES: dict[type[Op], Rule] = {cls: _named(rule) for cls, rule in _ROWS.items()}
