"""Rules for references in ``loops``.

A task has an owner, to which the variables and monitors that it names belong. The rules join those
of :mod:`.symbols`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .core import Op
from .dialects import loops, net
from .dialects.eq import Variable
from .suggest import did_you_mean
from .symbols import Scope, references
from .types import Type

WALKS: tuple[type[Op], ...] = (
    loops.Task,
    loops.Once,
    loops.Neurons,
    loops.Posts,
    loops.Arriving,
    loops.Row,
    loops.Dendrite,
    loops.Fired,
    loops.Traces,
)
"""Operations whose regions end with ``loops.yield``."""

Owner = net.Population | net.Projection


def task_of(op: Op) -> loops.Task | None:
    """The task around an operation; None if there is none."""
    around: Op | None = op
    while around is not None and not isinstance(around, loops.Task):
        around = around.parent_op
    return around


def owner_of(op: Op, scope: Scope) -> Owner | None:
    """The population or projection of the task around ``op``."""
    task = task_of(op)
    found = scope.symbols.get(task.owner) if task is not None else None
    return found if isinstance(found, net.Population | net.Projection) else None


def referred_owner(op: Any, scope: Scope) -> Owner | None:
    """The population or projection that ``op.of`` stands for."""
    owner = owner_of(op, scope)
    if op.of == "own" or not isinstance(owner, net.Projection):
        return owner if op.of == "own" else None
    return scope.population(owner.pre if op.of == "pre" else owner.post)


@references(loops.Task)
def _task(op: loops.Task, scope: Scope) -> Iterator[str]:
    if not isinstance(scope.symbols.get(op.owner), net.Population | net.Projection):
        yield f"is of @{op.owner}, which is no population or projection here"
    for name in op.recorders:
        monitor = scope.symbols.get(name)
        if not isinstance(monitor, net.Monitor) or monitor.source != op.owner:
            yield f"records into @{name}, which is no monitor of @{op.owner}"


def _accesses(op: Any, type_: Type, indices: int, scope: Scope) -> Iterator[str]:
    """Check the type and the number of indices of an access."""
    owner = referred_owner(op, scope)
    if owner is None:
        yield f"stands in no task that has a '{op.of}'"
        return
    variable: Variable | None = scope.variables(owner).get(op.variable)
    stored = variable.stored_type if variable is not None else None
    if variable is None:
        hint = did_you_mean(op.variable, scope.variables(owner))
        yield f"names @{op.variable}, which @{owner.sym_name} does not declare{hint}"
        return
    if type_ is not variable.type and not (isinstance(op, loops.Load) and type_ is stored):
        yield (f"has the type {type_}, but @{op.variable} of @{owner.sym_name} is {variable.type}")
    if indices != (variable.locality != "global"):
        yield f"takes {indices} indices, but @{op.variable} is {variable.locality}"


@references(loops.Load)
def _load(op: loops.Load, scope: Scope) -> Iterator[str]:
    yield from _accesses(op, op.result.type, len(op.at), scope)


@references(loops.Store)
def _store(op: loops.Store, scope: Scope) -> Iterator[str]:
    yield from _accesses(op, op.value.type, len(op.at), scope)


@references(loops.Add)
def _add(op: loops.Add, scope: Scope) -> Iterator[str]:
    yield from _accesses(op, op.value.type, 1, scope)


@references(loops.LoadPast)
def _load_past(op: loops.LoadPast, scope: Scope) -> Iterator[str]:
    yield from _accesses(op, op.result.type, 1, scope)


@references(loops.StorePast)
def _store_past(op: loops.StorePast, scope: Scope) -> Iterator[str]:
    owner = owner_of(op, scope)
    if not isinstance(owner, net.Population) or op.variable not in scope.variables(owner):
        yield f"stores the past of @{op.variable}, which its owner does not declare"


@references(
    loops.Neurons,
    loops.ClearSum,
    loops.Sum,
    loops.Append,
    loops.Refractory,
    loops.SetRefractory,
    loops.Record,
)
def _in_population(op: Any, scope: Scope) -> Iterator[str]:
    owner, task = owner_of(op, scope), task_of(op)
    if not isinstance(owner, net.Population):
        yield "stands in no task of a population"
    elif isinstance(op, loops.Record):
        known = task.recorders if task is not None else []
        if not 0 <= op.monitor < len(known):
            yield f"records into monitor {op.monitor} of {len(known)}"


@references(
    loops.Posts,
    loops.Arriving,
    loops.Row,
    loops.Dendrite,
    loops.Fired,
    loops.Traces,
    loops.AddToSum,
    loops.Collect,
    loops.Rate,
    loops.Period,
    loops.Delay,
    loops.FanIn,
    loops.Due,
    loops.Fixed,
    loops.Clock,
)
def _in_projection(op: Any, scope: Scope) -> Iterator[str]:
    if not isinstance(owner_of(op, scope), net.Projection):
        yield "stands in no task of a projection"


@references(loops.Size)
def _size(op: loops.Size, scope: Scope) -> Iterator[str]:
    if referred_owner(op, scope) is None:
        yield f"stands in no task that has a '{op.of}'"
