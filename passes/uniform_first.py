"""uniform-first: values of shared parameters are computed once in a run.

    net.population @cells size 3 kind rate {
      declarations {
        eq.variable @tau : f64 global parameter
        eq.variable @r : f64 local variable
      }
    }
    loops.step {
      loops.phase neurons {
        loops.task update of @cells {
          %tau = loops.load @tau of own : f64
          %dt = loops.dt : f64
          %s = arith.divf %dt, %tau : f64
          loops.neurons (%i: index) {
            %r = loops.load @r[%i] of own : f64
            %new = arith.mulf %r, %s : f64
            loops.store %new, @r[%i] of own : f64
          }
        }
      }
    }
    ==>
    ...
        eq.variable @"$constant0" : f64 global constant
    ...
      loops.phase constants {
        loops.task constants of @cells {
          loops.once {
    ...
            loops.store %s, @"$constant0" of own : f64
          }
        }
      }
      loops.phase neurons {
        loops.task update of @cells {
          %s = loops.load @"$constant0" of own : f64
          loops.neurons (%i: index) {
    ...

A GPU has a thread for each neuron, so that in front of the loop over its neurons is no better place
than in it: a division or an exponential there takes as long as the rest. So expressions of dt and
of parameters that a whole population or projection shares, with a division or a function in them,
move into the task ``constants``, which runs in front of the first step of each run. What a user
sets between two runs counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field

from ..ir.attributes import SymbolRefAttr
from ..ir.attrs_classes import define
from ..ir.core import Op, Value
from ..ir.dialects import arith, eq, loops, net
from ..ir.dialects.builtin import Module
from ..ir.rewriter import Rewriter
from ..ir.types import f32, f64, i1, i32, i64
from .framework.clones import share_regions
from .framework.core import Context, Pass, register
from .framework.report import counted
from .to_loops.task import TaskBuilder

_QUOTIENTS = (arith.DivF, arith.RemF)
_QUICK = frozenset(
    f"math.{name}"
    for name in (
        *("absf", "floor", "ceil", "trunc", "round", "roundeven", "copysign", "fma", "ctpop"),
        *("cttz", "isnan", "isfinite"),
    )
)
"""Functions that are one instruction or two."""

_KEPT = (f32, f64, i32, i64)
"""Types of values that variables hold. Truth values are none, but values may depend on them."""


@register
class UniformFirst(Pass):
    """Compute values of shared parameters once; see the module."""

    name = "uniform-first"
    requires = "loops"

    def run(self, module: Module, ctx: Context) -> bool:
        """Look at each kind of populations and projections."""
        step = next(op for op in module.ops if isinstance(op, loops.Step))
        parts = _parts(module, step)
        written = _written(parts)
        rw, found, made = Rewriter(), dict[Any, _Part](), list[loops.Task]()
        for name, part in parts.items():
            first = found.setdefault(part.kind(written[name]), part)
            mark = ctx.report.mark
            if first is part:
                count = _Move(part, written[name], rw).all()
                if count:
                    what = f"{counted(count, 'value')} of parameters alone: once in a run"
                    ctx.report.did(self.name, part.op, what, part.op.loc)
                    first.said = ctx.report.since(mark)
            elif first.said:
                part.become(first)
                ctx.report.repeat(first.said, name)
            if part.new is not None:
                made.append(part.new)
        _insert(step, made, rw)
        return rw.changed


@define(eq=False)
class _Part:
    """A population or projection and its tasks, by purpose. ``new`` is a task that was added."""

    op: Any
    tasks: dict[str, loops.Task] = field(factory=dict)
    new: loops.Task | None = None
    said: Any = ()

    def kind(self, written: frozenset[str]) -> Any:
        """The key of all with copies of the same tasks."""
        tasks = tuple([(what, _original(task)) for what, task in self.tasks.items()])
        return _original(self.op), tasks, written

    def become(self, first: _Part) -> None:
        """Take declarations and tasks of the first of the kind."""
        share_regions(self.op, first.op)
        for what, task in self.tasks.items():
            share_regions(task, first.tasks[what])
        if first.new is not None:
            owner = SymbolRefAttr(self.op.sym_name)
            self.new = first.new.lazy_clone({**first.new.props, "owner": owner})
            self.new.loc = self.op.loc


def _original(op: Any) -> Op:
    found: Op = op.shared_original or op
    return found


def _parts(module: Module, step: loops.Step) -> dict[str, _Part]:
    parts = {
        op.sym_name: _Part(op)
        for op in module.ops
        if isinstance(op, net.Population | net.Projection)
    }
    for task in step.tasks:
        parts[task.owner].tasks[task.what] = task
    return parts


def _written(parts: dict[str, _Part]) -> dict[str, frozenset[str]]:
    """The names of variables that some task sets, by owner."""
    found: dict[str, set[str]] = {name: set() for name in parts}
    seen: dict[Op, list[tuple[str, str]]] = {}
    for name, part in parts.items():
        owners = {"own": name}
        if isinstance(part.op, net.Projection):
            owners |= {"pre": part.op.pre, "post": part.op.post}
        for task in part.tasks.values():
            original = task.original
            if original not in seen:
                stores = [op for op in original.walk() if isinstance(op, loops.Store | loops.Add)]
                seen[original] = [(op.of, op.variable) for op in stores]
            for of, variable in seen[original]:
                found[owners[of]].add(variable)
    return {name: frozenset(names) for name, names in found.items()}


def _insert(step: loops.Step, made: list[loops.Task], rw: Rewriter) -> None:
    """Put tasks into the phase of constants, which comes first."""
    if not made:
        return
    phases: Any = step.body.block.ops
    if phases[0].label != "constants":
        rw.insert_before(phases[0], loops.Phase(label="constants"))
        phases = step.body.block.ops
    for task in made:
        rw.append(phases[0].body.block, task)


class _Uniform:
    """The values that follow from dt and ``fixed`` parameters.

    Equal ones have equal keys, in all tasks of an owner. Those in ``dear`` took a division or a
    function. Operations that are ``left`` stay in the task: truth values are computed again.
    """

    def __init__(self, fixed: set[str]) -> None:
        self.fixed = fixed
        self.keys: dict[Value, Any] = {}
        self.dear = set[Value]()
        self.left = set[Op]()
        self._numbers: dict[Any, int] = {}

    def look(self, op: Any) -> None:
        """Look at an operation. Those that compute its operands came before."""
        found = self._key(op)
        if found is None:
            return
        number = self._numbers.setdefault(found, len(self._numbers))
        self.keys.update({v: (number, i) for i, v in enumerate(op.results)})
        if _is_dear(op) or not self.dear.isdisjoint(op.operands):
            self.dear.update(op.results)

    def _key(self, op: Any) -> Any:
        types = tuple([v.type for v in op.results])
        same = op.name, tuple(op.props.items()), types
        if isinstance(op, arith.Constant | loops.TimeStep):
            return same
        if isinstance(op, loops.Load):
            return same if op.of == "own" and not op.at and op.variable in self.fixed else None
        calculates = op.name.startswith(("arith.", "math.", "special.")) and op.pure
        if not calculates or any(type_ not in (*_KEPT, i1) for type_ in types):
            return None
        operands = [self.keys.get(v) for v in op.operands]
        return None if None in operands else (*same, *operands)

    def leave(self, op: Op) -> None:
        """Leave an operation there if its result cannot be kept.

        Those that use its results came before.
        """
        if any(v.type is i1 and v in self.keys and self.readers(v) for v in op.results):
            self.left.add(op)

    def wanted(self, value: Value) -> bool:
        """Whether it is dear, kept and read in the task."""
        return value in self.dear and value.type in _KEPT and bool(self.readers(value))

    def readers(self, value: Value) -> list[Op]:
        """The operations that use a value and stay there."""
        return [
            op
            for op in value.users()
            if op in self.left or not any(v in self.keys for v in op.results)
        ]


def _is_dear(op: Op) -> bool:
    functions = op.name.startswith(("math.", "special.")) and op.name not in _QUICK
    return functions or isinstance(op, _QUOTIENTS)


class _Move:
    """Moves uniform values of a part into its task of constants."""

    def __init__(self, part: _Part, written: frozenset[str], rw: Rewriter) -> None:
        variables = part.op.variables
        parameters = {name for name, each in variables.items() if each.role == "parameter"}
        self.part, self.rw = part, rw
        self.uniform = _Uniform(parameters - written)
        self.names: dict[Any, str] = {}
        self.values: dict[Any, Value] = {}

    def all(self) -> int:
        """Move what is wanted. The number of values that moved."""
        tasks = [task for what, task in self.part.tasks.items() if what != "constants"]
        chosen = [(task, self._wanted(task)) for task in tasks if self._any(task)]
        values = [value for _, wanted in chosen for value in wanted]
        if values:
            self._compute(values)
            for task, wanted in chosen:
                self._read(task, wanted)
        return len(self.names)

    def _any(self, task: loops.Task) -> bool:
        """Whether to look at a task. Those without a division or a function stay unopened."""
        return any(_is_dear(op) for op in task.original.walk())

    def _wanted(self, task: loops.Task) -> list[Value]:
        ops = list(task.walk())
        for op in ops:
            self.uniform.look(op)
        for op in reversed(ops):
            self.uniform.leave(op)
        return [v for op in ops for v in op.results if self.uniform.wanted(v)]

    def _compute(self, values: Iterable[Value]) -> None:
        """Let the task of constants set a variable for each."""
        op = self.part.op
        build = TaskBuilder("constants", op.sym_name, op.loc)
        with build.walk(loops.Once()):
            for value in values:
                key = self.uniform.keys[value]
                if key not in self.names:
                    new = self._clone(value, build)
                    self.names[key] = name = self._declare(value)
                    build(loops.Store(new, variable=name, of="own"))
        task = build.finish()
        before = self.part.tasks.get("constants")
        if before is None:
            self.part.new = task
        else:
            self.rw.inline_before(before.body.block.ops[-1], task.body.block, ())

    def _clone(self, value: Value, build: TaskBuilder) -> Value:
        """The value, computed anew."""
        key = self.uniform.keys[value]
        if key not in self.values:
            assert value.op is not None
            env = {v: self._clone(v, build) for v in value.op.operands}
            build(value.op.clone(env))
            for old in value.op.results:
                self.values[self.uniform.keys[old]] = env[old]
        return self.values[key]

    def _declare(self, value: Value) -> str:
        """The name of a new variable."""
        op = self.part.op
        known = [v for v in op.variables.values() if v.role == eq.CONSTANT]
        name = eq.constant_name(len(known))
        variable = eq.Variable(sym_name=name, type=value.type, role=eq.CONSTANT, locality="global")
        variable.loc = value.op.loc if value.op is not None else op.loc
        self.rw.insert_before(op.declarations.block.ops[-1], variable)
        return name

    def _read(self, task: loops.Task, wanted: list[Value]) -> None:
        """Load the variables in front of all loops."""
        start, loads = task.body.block.ops[0], dict[str, Value]()
        for value in wanted:
            name = self.names[self.uniform.keys[value]]
            if name not in loads:
                load = loops.Load(variable=name, of="own", result_type=value.type)
                load.loc = value.op.loc if value.op is not None else task.loc
                loads[name] = self.rw.insert_before(start, load).named(value.name)
            for reader in self.uniform.readers(value):
                for i, operand in enumerate(reader.operands):
                    if operand is value:
                        self.rw.set_operand(reader, i, loads[name])
        for op in reversed(list(task.walk())):
            mine = op.results and all(v in self.uniform.keys for v in op.results)
            if mine and not any(v.users() for v in op.results):
                self.rw.erase(op)
