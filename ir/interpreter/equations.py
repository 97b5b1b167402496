"""The meaning of the ``eq`` dialect, neuron by neuron.
An :class:`EquationState` holds the places of the variables of the running neuron or synapse, and
the step. :class:`Equations` is an interpreter with such a frame; ``eq.system`` is in
:mod:`.methods`, random numbers are in :mod:`.distributions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..attrs_classes import frozen
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
    """One element of a variable's array.

    ``frozen``: it does not change while its owner is held.
    """

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
    """Step, time step and seed, for all equations; ``t`` is ``step * dt``."""

    step: int
    dt: float
    seed: int


@frozen
class EquationState:
    """The frame in which equations of a neuron or synapse run.
    ``own``, ``pre`` and ``post`` find variables, ``total`` the weighted sum of a target; ``rank``
    is the neuron's number and ``owner`` the name that makes its random numbers differ from those of
    other populations. ``held``: frozen variables keep their values (a refractory neuron, a synapse
    whose weights are fixed). ``length`` is the length of the step in ms where it is not dt;
    ``elapsed`` gives the time in ms since the last event of an event-driven variable.
    """

    clock: StepClock
    own: Find
    pre: Find | None = None
    post: Find | None = None
    total: Callable[[str], Any] | None = None
    rank: int = 0
    owner: str = ""
    held: bool = False
    length: float | None = None
    elapsed: Callable[[str], float] | None = None


class Equations(Interpreter):
    """An interpreter that runs regions of equations in a frame."""

    def __init__(self, module: Op) -> None:
        super().__init__(module)
        self.frame: EquationState | None = None

    def run(self, region: Region, frame: EquationState) -> tuple[Any, ...]:
        """Run a region and return the values that it yields."""
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
    """Return the value of the last write."""
    return frame_of(interpreter, op).own(op.variable).read(op.result.type)


@interprets(eq.Write)
def write(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Write at once, unless the variable is frozen."""
    frame = frame_of(interpreter, op)
    assign(frame, op.variable, env[op.value])


def assign(frame: EquationState, variable: str, value: Any) -> None:
    """Set a variable of the running neuron or synapse.

    One that is frozen stays while its owner is held.
    """
    place = frame.own(variable)
    if not (frame.held and place.frozen):
        place.write(value)


@interprets(eq.Pre)
def read_pre(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the value at the end of the last step.

    For synapses with delays it is that at the time when the signal was sent.
    """
    return _find(frame_of(interpreter, op).pre, op).read(op.result.type)


@interprets(eq.Post)
def read_post(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the value at the time when the synapse runs."""
    return _find(frame_of(interpreter, op).post, op).read(op.result.type)


@interprets(eq.Accumulate)
def accumulate(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Add at once, also to refractory neurons."""
    place = _find(frame_of(interpreter, op).post, op)
    place.write(place.read(op.value.type) + env[op.value])


@interprets(eq.Sum)
def weighted_sum(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the sum of a target in this step.

    Without a name it is that of all targets.
    """
    total = frame_of(interpreter, op).total
    if total is None:
        raise InterpreterError(f"'{op.name}' runs in populations only", op.loc)
    return convert(total(op.target), op.result.type)


@interprets(eq.Time)
def time(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return step * dt, rounded to the type of the result."""
    clock = frame_of(interpreter, op).clock
    return convert(float(clock.step) * clock.dt, op.result.type)


@interprets(eq.TimeStep)
def time_step(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return dt, or the longer period of synapses between updates."""
    frame = frame_of(interpreter, op)
    return convert(frame.clock.dt if frame.length is None else frame.length, op.result.type)


@interprets(eq.Held)
def held(op: Any, env: Env, interpreter: Interpreter) -> bool:
    """Return whether the neuron is refractory, or weights are fixed."""
    return frame_of(interpreter, op).held


@interprets(eq.Elapsed)
def elapsed(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the time since the last event of the variable."""
    found = frame_of(interpreter, op).elapsed
    if found is None:
        raise InterpreterError(f"'{op.name}' runs in the events of projections only", op.loc)
    return convert(found(op.variable), op.result.type)


@interprets(eq.Random)
def random(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Draw by seed, stream, step and rank alone.

    The number is the same wherever and however often this runs.
    """
    frame, type_ = frame_of(interpreter, op), op.result.type
    clock = frame.clock
    rule = DISTRIBUTIONS.get(op.distribution)
    if rule is None:
        raise InterpreterError(f"there is no distribution '{op.distribution}'", op.loc)
    key, start = of_equations(clock.seed, frame.owner)
    draw = Draw(key, int(wrap(op.stream, i64)), start + clock.step, frame.rank, type_)
    return rule(draw, *[env[v] for v in op.arguments])
