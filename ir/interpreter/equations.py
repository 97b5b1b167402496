"""The meaning of the ``eq`` dialect: equations of one neuron or synapse, one at a time.

An :class:`EquationState` says where the variables of the running neuron or synapse are and which
step it is. :class:`Equations` is an interpreter with a frame; ``eq.system`` is in :mod:`.methods`,
random numbers are in :mod:`.distributions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from ..core import Op, Region
from ..dialects import eq
from ..streams import of_equations
from ..types import Type, i64
from .core import Env, Interpreter, InterpreterError, interprets
from .distributions import DISTRIBUTIONS
from .standard import Draw
from .values import convert, wrap

Array = np.ndarray[Any, Any]


@frozen
class VariablePlace:
    """One element of a variable's array, and whether it is frozen while its owner keeps values."""

    values: Array
    at: int
    frozen: bool = False

    def read(self, type_: Type) -> Any:
        """The element as a value of the interpreter."""
        return convert(self.values[self.at], type_)

    def write(self, value: Any) -> None:
        """Set the element."""
        self.values[self.at] = value


Find = Callable[[str], VariablePlace]


@frozen
class StepClock:
    """Time and seed, the same for all equations of a step; ``t`` is ``step * dt``."""

    step: int
    dt: float
    seed: int


@frozen
class EquationState:
    """Where a neuron or synapse finds what its equations name.

    ``own``, ``pre`` and ``post`` find variables, ``total`` the weighted sum of a target; ``rank``
    is the neuron's number and ``owner`` the name that makes its random numbers differ from those of
    other populations. ``keeps`` says that frozen variables keep their values (a refractory
    neuron, a synapse whose weights are fixed). ``length`` is the length of the step in ms where it
    is not dt; ``elapsed`` says how long ago an event-driven variable was last kept.
    """

    clock: StepClock
    own: Find
    pre: Find | None = None
    post: Find | None = None
    total: Callable[[str], Any] | None = None
    rank: int = 0
    owner: str = ""
    keeps: bool = False
    length: float | None = None
    elapsed: Callable[[str], float] | None = None


class Equations(Interpreter):
    """Runs regions of equations in a frame."""

    def __init__(self, module: Op) -> None:
        super().__init__(module)
        self.frame: EquationState | None = None

    def run(self, region: Region, frame: EquationState) -> tuple[Any, ...]:
        """Run a region; return what it yields."""
        self.frame = frame
        with np.errstate(all="ignore"):
            return self.block(region.block, {})


def frame_of(interpreter: Interpreter, op: Op) -> EquationState:
    """The frame in which ``op`` runs."""
    frame = interpreter.frame if isinstance(interpreter, Equations) else None
    if frame is None:
        raise InterpreterError(f"'{op.name}' runs in populations and projections only", op.loc)
    return frame


def _find(find: Find | None, op: Any) -> VariablePlace:
    if find is None:
        raise InterpreterError(f"'{op.name}' needs a projection around it", op.loc)
    return find(op.variable)


@interprets(eq.Read)
def read(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Value that the last write left."""
    return frame_of(interpreter, op).own(op.variable).read(op.result.type)


@interprets(eq.Write)
def write(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Takes effect at once, unless the neuron is refractory and the variable frozen."""
    frame = frame_of(interpreter, op)
    assign(frame, op.variable, env[op.value])


def assign(frame: EquationState, variable: str, value: Any) -> None:
    """Set a variable of the running neuron or synapse, unless it is frozen."""
    place = frame.own(variable)
    if not (frame.keeps and place.frozen):
        place.write(value)


@interprets(eq.Pre)
def read_pre(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """As it was at the end of the last step, or when what arrives now was sent."""
    return _find(frame_of(interpreter, op).pre, op).read(op.result.type)


@interprets(eq.Post)
def read_post(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """As it is when the synapse runs."""
    return _find(frame_of(interpreter, op).post, op).read(op.result.type)


@interprets(eq.Accumulate)
def accumulate(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Takes effect at once; refractory neurons accumulate too."""
    place = _find(frame_of(interpreter, op).post, op)
    place.write(place.read(op.value.type) + env[op.value])


@interprets(eq.Sum)
def weighted_sum(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """The sums of the projections in this step; of all targets where none is named."""
    total = frame_of(interpreter, op).total
    if total is None:
        raise InterpreterError(f"'{op.name}' runs in populations only", op.loc)
    return convert(total(op.target), op.result.type)


@interprets(eq.Time)
def time(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """step * dt, rounded once more where numbers are narrower than f64"""
    clock = frame_of(interpreter, op).clock
    return convert(float(clock.step) * clock.dt, op.result.type)


@interprets(eq.TimeStep)
def time_step(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """dt, or the longer step of synapses that are updated now and then"""
    frame = frame_of(interpreter, op)
    return convert(frame.clock.dt if frame.length is None else frame.length, op.result.type)


@interprets(eq.Held)
def held(op: Any, env: Env, interpreter: Interpreter) -> bool:
    """Whether the neuron is refractory, or the synapse has fixed weights."""
    return frame_of(interpreter, op).keeps


@interprets(eq.Elapsed)
def elapsed(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """What the events of a projection were given."""
    found = frame_of(interpreter, op).elapsed
    if found is None:
        raise InterpreterError(f"'{op.name}' runs in the events of projections only", op.loc)
    return convert(found(op.variable), op.result.type)


@interprets(eq.Random)
def random(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Depends on seed, stream, step and rank only: the same wherever and however often it runs."""
    frame, type_ = frame_of(interpreter, op), op.result.type
    clock = frame.clock
    rule = DISTRIBUTIONS.get(op.distribution)
    if rule is None:
        raise InterpreterError(f"there is no distribution '{op.distribution}'", op.loc)
    key, start = of_equations(clock.seed, frame.owner)
    draw = Draw(key, int(wrap(op.stream, i64)), start + clock.step, frame.rank, type_)
    return rule(draw, *[env[v] for v in op.arguments])
