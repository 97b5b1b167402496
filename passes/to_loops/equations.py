"""From ``eq`` to ``loops``: an interpreter with a rule table. It goes over operations.

An :class:`EquationFrame` says which neuron or synapse the equations are of; the rules turn reads
and writes into accesses to its variables and clone everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import field

from ...ir.attrs_classes import define
from ...ir.core import Block, Op, Value
from ...ir.diagnostics import fail
from ...ir.dialects import arith, eq, loops
from ...ir.lowering import bind, lower_block
from ...ir.types import f64, i1
from .draws import draw
from .task import TaskBuilder, VariableRef


@define
class EquationFrame:
    """The frame that equations run in.

    ``own``, ``pre`` and ``post`` find variables, ``total`` gives the sum of a target. ``id`` makes
    random numbers differ from neuron to neuron. ``period``: the step is that of learning.
    ``elapsed`` gives the time since the last event of an event-driven variable. ``hold_mask`` (if
    any) is the condition under which a frozen variable keeps its value, ``write_mask`` the one
    under which a write happens at all. ``registers`` are the variables that stay in registers,
    None until they are first read or written.
    """

    build: TaskBuilder
    own: Callable[[str], VariableRef]
    pre: Callable[[str], VariableRef] | None = None
    post: Callable[[str], VariableRef] | None = None
    total: Callable[[str], Value] | None = None
    id: Value | None = None
    hold_mask: Value | None = None
    write_mask: Value | None = None
    period: bool = False
    elapsed: Callable[[str], Value] | None = None
    registers: dict[str, Value | None] = field(factory=dict)
    env: dict[Value, Value] = field(factory=dict)

    def current(self, name: str) -> Any:
        """The value of a variable of its own."""
        if name not in self.registers:
            return self.build.load(self.own(name), name)
        if self.registers[name] is None:
            self.registers[name] = self.build.load(self.own(name), name)
        return self.registers[name]

    def assign(self, name: str, value: Value) -> None:
        """Set a variable, where the conditions say so."""
        build, place = self.build, self.own(name)
        if self.hold_mask is not None and place.frozen:
            value = build(arith.Select(self.hold_mask, self.current(name), value))
        if self.write_mask is not None:
            value = build(arith.Select(self.write_mask, value, self.current(name)))
        if name in self.registers:
            self.registers[name] = build.rounded(value, place.variable)
        else:
            build.store(value, place)


Rule = Callable[[Any, EquationFrame], Any]


def lower(block: Block, frame: EquationFrame) -> list[Value]:
    """Lower the operations of ``block`` into the task. It returns what its terminator yields."""
    return lower_block(block, RULES, frame, frame.env, other=_copy, builder=frame.build.build)


def lower_chosen(block: Block, frame: EquationFrame, chosen: Callable[[Op], bool]) -> None:
    """Lower some operations of ``block``. ``frame.env`` knows what the others became."""
    build = frame.build.build
    before = build.loc
    for op in block.ops:
        if not op.terminator and chosen(op):
            build.loc = op.loc
            rule: Rule = RULES.get(type(op), _copy)
            found = rule(op, frame)
            if found is not None:
                bind(frame.env, op, found)
    build.loc = before


def about(block: Block, names: Iterable[str]) -> set[Op]:
    """Operations on these variables, with all that they need. They read or write them."""
    wanted, chosen = set(names), set[Op]()
    for op in reversed(block.ops):
        mine = isinstance(op, eq.Read | eq.Write) and op.variable in wanted
        if mine or any(user in chosen for value in op.results for user in value.users()):
            chosen.add(op)
    return chosen


def _copy(op: Any, frame: EquationFrame) -> None:
    """Copy arithmetic: it stays. The copy binds its results itself."""
    frame.build.build.insert(op.clone(frame.env))


def _named(rule: Rule) -> Rule:
    """A rule whose result keeps the name it had."""

    def apply(op: Any, frame: EquationFrame) -> Any:
        value = rule(op, frame)
        return value.named(op.results[0].name) if op.results else None

    return apply


def _read(op: Any, frame: EquationFrame) -> Any:
    return frame.current(op.variable)


def _write(op: Any, frame: EquationFrame) -> None:
    frame.assign(op.variable, frame.env[op.value])


def _pre(op: Any, frame: EquationFrame) -> Any:
    assert frame.pre is not None
    return frame.build.load(frame.pre(op.variable), "pre." + op.variable)


def _post(op: Any, frame: EquationFrame) -> Any:
    assert frame.post is not None
    return frame.build.load(frame.post(op.variable), "post." + op.variable)


def _accumulate(op: Any, frame: EquationFrame) -> None:
    assert frame.post is not None
    place = frame.post(op.variable)
    frame.build(loops.Add(frame.env[op.value], *place.at, variable=op.variable))


def _sum(op: Any, frame: EquationFrame) -> Any:
    assert frame.total is not None
    return frame.total(op.target)


def _time(op: Any, frame: EquationFrame) -> Any:
    build = frame.build
    step = build(arith.SIToFP(build.now(), result_type=f64))
    time = build(arith.MulF(step, build(loops.TimeStep(result_type=f64), "dt")))
    return build.resized(time, op.results[0].type)


def _dt(op: Any, frame: EquationFrame) -> Any:
    length = loops.Period if frame.period else loops.TimeStep
    return frame.build(length(result_type=op.results[0].type))


def _held(op: Any, frame: EquationFrame) -> Any:
    return frame.build.constant(0, i1) if frame.hold_mask is None else frame.hold_mask


def _elapsed(op: Any, frame: EquationFrame) -> Any:
    assert frame.elapsed is not None
    return frame.elapsed(op.variable)


def _random(op: Any, frame: EquationFrame) -> Any:
    assert frame.id is not None
    return draw(op, frame.build, frame.id, [frame.env[v] for v in op.arguments])


def _system(op: Any, frame: EquationFrame) -> None:
    fail("there are derivatives here; 'discretize' comes before 'lower-equations'", op.loc)


_ROWS: dict[type[Op], Rule] = {
    eq.System: _system,
    eq.Read: _read,
    eq.Write: _write,
    eq.Pre: _pre,
    eq.Post: _post,
    eq.Accumulate: _accumulate,
    eq.Sum: _sum,
    eq.Time: _time,
    eq.Elapsed: _elapsed,
    eq.Held: _held,
    eq.TimeStep: _dt,
    eq.Random: _random,
}
RULES: dict[type[Op], Rule] = {cls: _named(rule) for cls, rule in _ROWS.items()}
