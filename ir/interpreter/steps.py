"""The meaning of the ``loops`` dialect.

:class:`Steps` runs the ``loops.step`` of a module, in the order in which it is written. Each task
runs as a :class:`RunningTask`; the state of the network is that of :mod:`.state`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..attrs_classes import frozen
from ..core import Op, Region
from ..dialects import loops, net
from ..dialects.builtin import Module
from ..events import SPIKE
from ..streams import of_equations
from ..types import Type, i64
from .core import Env, Interpreter, InterpreterError, interprets
from .equations import Array, StepClock
from .recording import sample
from .state import NetworkState
from .transmission import gathered
from .values import convert, dtype_of, wrap


class Steps(NetworkState):
    """An interpreted network at the level ``loops``.

    Arguments are those of :class:`~.state.NetworkState`.
    """

    def __init__(self, module: Module, **given: Any) -> None:
        super().__init__(module, **given)
        programs = [op for op in module.ops if isinstance(op, loops.Step)]
        if len(programs) != 1:
            raise InterpreterError(f"there are {len(programs)} programs of a step")
        self.program = programs[0]
        self.module = module
        appends = [
            (task.owner, op.spikes)
            for task in self.program.tasks
            for op in task.original.walk()
            if isinstance(op, loops.Append)
        ]
        self.spike_lists |= {each: [] for each in appends}
        self.fired: dict[tuple[str, str], list[int]] = {}
        self.collected: dict[str, Array] = {}
        for name, cells in self.cells.items():
            if name in self.past:
                self.past[name].append({v: values.copy() for v, values in cells.values.items()})

    def step(self) -> None:
        """Run one step."""
        self.fired = {each: [] for each in self.spike_lists}
        self.collected = {}
        for past in self.past.values():
            past.append({})
        for task in self.program.tasks:
            RunningTask(self, task).run()
        for each, ranks in self.fired.items():
            self.spike_lists[each].append(np.array(ranks, np.int64))
        for name in self.arrived:
            self.arrived[name].append(self.arrived_at(name))
        self.clock = StepClock(self.clock.step + 1, self.clock.dt, self.clock.seed)

    def spikes_now(self, population: str, event: str) -> Array:
        """The spikes of an event that were appended in this step."""
        return np.array(self.fired[population, event], np.int64)

    def arrived_at(self, projection: str) -> Array:
        """The sums that arrive at post neurons in this step.

        ``projection`` is one that decodes.
        """
        if projection not in self.collected:
            size = self.populations[self.projections[projection].post].size
            self.collected[projection] = np.zeros(size, dtype_of(self.number))
        return self.collected[projection]

    def rate(self, projection: str, post: int) -> Any:
        """The mean rate in Hz, per synapse of the neuron.

        The mean is over the window of the projection.
        """
        window = self.windows[projection]
        earlier = self.arrived[projection][-window + 1 :] if window > 1 else []
        total = convert(0.0, self.number)
        for each in (*earlier, self.arrived_at(projection)):
            total = total + each[post]
        fan_in = max(len(self.synapses[projection].of_post(post)), 1)
        return total * convert(1000.0 / (window * self.clock.dt) / fan_in, self.number)

    def past_values(self, population: str, variable: str, ago: int) -> Array:
        """The values at the end of the step ``ago`` steps before."""
        entry = max(0, self.clock.step - ago + 1)
        found = self.past[population][entry].get(variable)
        if found is None:
            raise InterpreterError(f"'{variable}' of '{population}' has no past")
        return found


class RunningTask(Interpreter):
    """An interpreter of one task, with the populations it refers to.

    ``names`` are those of its owner (``own``), and of ``pre`` and ``post``.
    """

    def __init__(self, state: Steps, task: loops.Task) -> None:
        super().__init__(state.module)
        self.state = state
        self.task = task
        self.names = {"own": task.owner}
        if task.owner in state.projections:
            op = state.projections[task.owner]
            self.names |= {"pre": str(op.pre), "post": str(op.post)}

    def run(self) -> None:
        """Run the task once."""
        with np.errstate(all="ignore"):
            self.block(self.task.original.body.block, {})

    def named(self, op: Any) -> str:
        """The name of the population or projection that ``op.of`` stands for."""
        found = self.names.get(op.of)
        if found is None:
            raise InterpreterError(
                f"there is no '{op.of}' in a task of '{self.task.owner}'", op.loc
            )
        return found

    @property
    def projection(self) -> net.Projection:
        """The projection that owns the task."""
        return self.state.projections[self.task.owner]

    @property
    def synapses(self) -> Any:
        """The synapses of the owner."""
        return self.state.synapses[self.task.owner]

    def size(self, of: str) -> int:
        """The number of neurons of a population of the task."""
        return int(self.state.populations[self.names[of]].size)

    def walk(self, region: Region, env: Env, each: Iterable[tuple[int, ...]]) -> None:
        """Run a region for each of some arguments."""
        for arguments in each:
            self.block(region.block, env, arguments)


def task_of(interpreter: Interpreter, op: Op) -> RunningTask:
    """The task in which ``op`` runs."""
    if not isinstance(interpreter, RunningTask):
        raise InterpreterError(f"'{op.name}' runs in a step only", op.loc)
    return interpreter


@frozen
class TaskElement:
    """One element of a variable, that an operation accesses."""

    values: Array
    at: int
    type: Type

    @classmethod
    def of(cls, op: Any, env: Env, task: RunningTask) -> TaskElement:
        """The element that an operation accesses; it must be there."""
        cells = task.state.cells[task.named(op)]
        indices = op.at if isinstance(op.at, list) else [op.at]
        at = env[indices[0]] if indices else 0
        values = cells.values[op.variable]
        _check(op, at, len(values))
        type_ = op.result.type if isinstance(op, loops.Load) else op.value.type
        return cls(values, at, type_)

    def read(self) -> Any:
        """The value of the element."""
        return convert(self.values[self.at], self.type)


def _check(op: Op, at: int, size: int) -> None:
    if not 0 <= at < size:
        raise InterpreterError(f"'{op.name}': {at} is beyond {size}", op.loc)


# ---------------------------------------------------------------------- walks


@interprets(loops.Step, loops.Phase, loops.Task)
def whole(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Refuse an operation that only :class:`Steps` runs."""
    raise InterpreterError(f"'{op.name}' runs in a network only", op.loc)


@interprets(loops.Once)
def once(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region once."""
    interpreter.block(op.body.block, env)


@interprets(loops.Neurons)
def neurons(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region for each neuron, by rank."""
    task = task_of(interpreter, op)
    task.walk(op.body, env, ((i,) for i in range(task.size("own"))))


@interprets(loops.Posts)
def posts(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region for each post neuron, by rank."""
    task = task_of(interpreter, op)
    task.walk(op.body, env, ((i,) for i in range(task.size("post"))))


@interprets(loops.Arriving)
def arriving(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region for each spike that arrives.

    They come by delay, then by rank; see the operation for spikes that are gathered.
    """
    task = task_of(interpreter, op)
    found = list(task.state.arriving(task.projection, op.spikes))
    if not op.gathered:
        task.walk(op.body, env, found)
        return
    cells = task.state.cells[task.names["post"]]
    added = {each.variable for each in op.walk() if isinstance(each, loops.Add)}
    with gathered([cells.values[name] for name in sorted(added)]):
        task.walk(op.body, env, found)


@interprets(loops.Row)
def row(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region for each synapse, by post rank."""
    task = task_of(interpreter, op)
    synapses = task.synapses
    found = synapses.of_pre(env[op.pre], env[op.delay])
    task.walk(op.body, env, ((s, int(synapses.post[s])) for s in found))


@interprets(loops.Dendrite)
def dendrite(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Run the region for each synapse, by pre rank.

    Returns the values that the last one yields.
    """
    task = task_of(interpreter, op)
    synapses, carried = task.synapses, tuple(env[v] for v in op.inits)
    for s in synapses.of_post(env[op.post]):
        carried = task.block(op.body.block, env, (s, int(synapses.pre[s]), *carried))
    return carried


@interprets(loops.Fired)
def fired(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Run the region for each spike, in the order of appending."""
    task = task_of(interpreter, op)
    found = task.state.fired[task.names["post"], SPIKE.name]
    task.walk(op.body, env, ((i,) for i in found))


@interprets(loops.Traces)
def traces(op: Any, env: Env, interpreter: Interpreter) -> tuple[Any, ...]:
    """Return the values that the region yields."""
    return interpreter.block(op.body.block, env, (env[op.neuron],))


# ---------------------------------------------------------------------- variables and sums


@interprets(loops.Load)
def load(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the value of the last store."""
    return TaskElement.of(op, env, task_of(interpreter, op)).read()


@interprets(loops.Store)
def store(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Write at once."""
    element = TaskElement.of(op, env, task_of(interpreter, op))
    element.values[element.at] = env[op.value]


@interprets(loops.Add)
def add(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Add at once."""
    element = TaskElement.of(op, env, task_of(interpreter, op))
    element.values[element.at] = element.read() + env[op.value]


@interprets(loops.LoadPast)
def load_past(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the value that ``loops.store_past`` stored."""
    task = task_of(interpreter, op)
    name, at = task.named(op), env[op.at]
    values = task.state.past_values(name, op.variable, env[op.ago])
    _check(op, at, len(values))
    return convert(values[at], op.result.type)


@interprets(loops.StorePast)
def store_past(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Store one element of the values of this step."""
    task = task_of(interpreter, op)
    name = task.task.owner
    values, now = task.state.cells[name].values[op.variable], task.state.past[name][-1]
    now.setdefault(op.variable, values.copy())[env[op.at]] = values[env[op.at]]


def _sum(op: Any, env: Env, interpreter: Interpreter, of: str) -> tuple[Array, int]:
    task = task_of(interpreter, op)
    values, at = task.state.sum_of(task.names[of], op.target), env[op.at]
    _check(op, at, len(values))
    return values, at


@interprets(loops.ClearSum)
def clear_sum(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Set the sum to zero."""
    values, at = _sum(op, env, interpreter, "own")
    values[at] = 0.0


@interprets(loops.AddToSum)
def add_to_sum(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Add at once."""
    values, at = _sum(op, env, interpreter, "post")
    values[at] = values[at] + env[op.value]


@interprets(loops.Sum)
def sum_(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the sum of all projections."""
    values, at = _sum(op, env, interpreter, "own")
    return convert(values[at], op.result.type)


@interprets(loops.Collect)
def collect(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Add at once."""
    task = task_of(interpreter, op)
    task.state.arrived_at(task.task.owner)[env[op.at]] += env[op.value]


@interprets(loops.Rate)
def rate(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the mean rate; see :meth:`Steps.rate`."""
    task = task_of(interpreter, op)
    return convert(task.state.rate(task.task.owner, env[op.at]), op.result.type)


# ---------------------------------------------------------------------- spikes, recordings


@interprets(loops.Append)
def append(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Append to the end of the list."""
    task = task_of(interpreter, op)
    if env[op.hit]:
        task.state.fired[task.task.owner, op.spikes].append(env[op.at])


@interprets(loops.Refractory)
def refractory(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of the last ``loops.set_refractory``."""
    task = task_of(interpreter, op)
    return int(task.state.refractory_left[task.task.owner][env[op.at]])


@interprets(loops.SetRefractory)
def set_refractory(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Write at once."""
    task = task_of(interpreter, op)
    task.state.refractory_left[task.task.owner][env[op.at]] = env[op.steps]


@interprets(loops.Record)
def record(op: Any, env: Env, interpreter: Interpreter) -> None:
    """Take a sample; here every monitor wants one of every step."""
    task = task_of(interpreter, op)
    name = task.task.recorders[op.monitor]
    monitor = task.state.monitors[name]
    for item in op.items:
        task.state.recorded[name][item.label].append(sample(task.state, monitor, item))


# ---------------------------------------------------------------------- numbers


@interprets(loops.Now)
def now(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of the step, from 0 on."""
    return task_of(interpreter, op).state.clock.step


@interprets(loops.Clock)
def clock(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of updates of neurons so far.

    Spikes of post neurons come after the update of this step.
    """
    task = task_of(interpreter, op)
    return task.state.clock.step + (task.task.what == "post")


@interprets(loops.TimeStep)
def time_step(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the dt of the network."""
    return convert(task_of(interpreter, op).state.clock.dt, op.result.type)


@interprets(loops.Period)
def period(op: Any, env: Env, interpreter: Interpreter) -> Any:
    """Return the time in ms between updates, as set by users."""
    task = task_of(interpreter, op)
    steps = task.state.settings_of(task.projection).period
    return convert(steps * task.state.clock.dt, op.result.type)


@interprets(loops.Size)
def size(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of neurons, without padding."""
    return task_of(interpreter, op).size(op.of)


@interprets(loops.Stream)
def stream(op: Any, env: Env, interpreter: Interpreter) -> tuple[int, int]:
    """Return key and count, by the seed and the owner's name."""
    task = task_of(interpreter, op)
    clock = task.state.clock
    key, start = of_equations(clock.seed, task.task.owner)
    return wrap(key, i64), wrap(start + clock.step, i64)


@interprets(loops.Delay)
def delay(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the delay in steps."""
    return int(task_of(interpreter, op).synapses.delay(env[op.synapse]))


@interprets(loops.FanIn)
def fan_in(op: Any, env: Env, interpreter: Interpreter) -> int:
    """Return the number of synapses."""
    return len(task_of(interpreter, op).synapses.of_post(env[op.post]))


@interprets(loops.Due)
def due(op: Any, env: Env, interpreter: Interpreter) -> bool:
    """Return whether the user's settings ask for an update."""
    task = task_of(interpreter, op)
    return task.state.settings_of(task.projection).due(task.state.clock.step)


@interprets(loops.Fixed)
def fixed(op: Any, env: Env, interpreter: Interpreter) -> bool:
    """Return whether learning is switched off for weights alone."""
    task = task_of(interpreter, op)
    return not task.state.settings_of(task.projection).plastic
