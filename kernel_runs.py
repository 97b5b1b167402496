"""Runs for ``ir-dump``: calls of functions, and kernels without their network.

A module of kernels says which populations, projections and variables there are, and for which
target it was made: there it runs, and in the interpreter. What only the
network knows is made up: every neuron has a synapse from every neuron of the other population (of
large ones from the first neurons only, unless the layout has room for all pairs), or, where a
layout has one synapse for each neuron, from the one of the same rank; delays and windows are one
step, monitors record all neurons in every step, and all values are 0 but those that are given.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from attrs import field
from numpy.typing import NDArray

from .codegen.backend import backend
from .codegen.errors import CodegenError
from .frontend.language.names import canonical
from .frontend.synapse_rows import SynapseRows, rank_buffer
from .ir.attrs_classes import define
from .ir.buffer_names import PLACES, RANKS
from .ir.buffers import CLOCK
from .ir.declarations import DeclaredMonitor, DeclaredProjection
from .ir.diagnostics import fail
from .ir.dialects.builtin import Module
from .ir.interface import STEP_RANGE
from .ir.interpreter import run as interpret
from .ir.layouts import layout_of
from .ir.suggest import did_you_mean
from .ir.target import find_target
from .passes.framework.settings import current_options
from .passes.tools.call_text import arguments, parse_call, same, shown
from .runtime.device import Device
from .runtime.device.cpu import Cpu
from .runtime.load import Connections, NetworkData, Recording, load
from .runtime.plan import Plan
from .runtime.program import Program
from .runtime.recorder import Moment
from .runtime.synapses import VariableSpec

LARGEST = sys.float_info.max

PAIRS = 10**7
"""The most synapses that are made up for a projection."""

Given = Mapping[str, Any]
"""Values by the printed names of variables (``pop0.v``). ``dt`` is 1.0 unless given."""


def run_both_ways(module: Module, steps: int, given: Given) -> tuple[dict[str, Any], list[str]]:
    """All variables and recordings after some steps, and the interpreter's differences.

    Raises ModelError where the module is no program, or has no variable of a given name.
    """
    if steps < 0:
        fail(f"a number of steps is a whole number >= 0, not {steps}")
    plan = Plan.of(module)
    generator = backend(plan.target.code_generator)
    native = _loaded(plan, generator.generate(module, None).entry, given)
    other = _Interpreted(module)
    interpreted = other.program = _loaded(plan, other.entry, given, Cpu(plan.target))
    for program in (native, interpreted):
        program.simulate(steps)
    found, meant = _values(native), _values(interpreted)
    return found, [name for name, values in found.items() if not same(values, meant[name])]


def ran_steps(module: Module, steps: int, texts: Sequence[str]) -> tuple[str, int]:
    """All variables after some steps as text, and the exit code.

    The exit code is 1 where interpreter and machine code differ.
    """
    found, others = run_both_ways(module, steps, values_of(texts))
    for name in others:
        print(f"error: '{name}' differs between interpreter and machine code", file=sys.stderr)
    return "\n".join(f"{name} = {shown(each)}" for name, each in found.items()), int(bool(others))


def values_of(texts: Sequence[str]) -> Given:
    """The values in texts such as ``pop0.v=1.5``. Raises ModelError where one is none."""
    found: dict[str, Any] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            fail(f"a value is given as NAME=VALUE, as in pop0.v=1.5, not '{text}'")
        values = parse_call(f"set({value})").args
        if len(values) != 1:
            fail(f"a variable takes a number or a list, as in pop0.v=[1.5, 2.0], not '{text}'")
        found[canonical(name)] = values[0]
    return found


def _loaded(plan: Plan, entry: Any, given: Given, device: Device | None = None) -> Program:
    sizes = {each.name: each.size for each in plan.populations}

    def connections(projection: DeclaredProjection) -> Connections:
        rows = _rows(projection, sizes[projection.pre], sizes[projection.post])
        return Connections(rows=rows, window=1 if projection.kind == "decode" else None)

    dt = given.get("dt", 1.0)
    if isinstance(dt, list) or not 0 < dt <= LARGEST:
        fail("dt is one number above 0, in ms")
    recordings = {each.name: _recording(each, plan, sizes) for each in plan.monitors}
    data = NetworkData(dt=float(dt), seed=0, connections=connections, recordings=recordings)
    workers = plan.target.workers if device is None else 0  # the interpreter needs only one
    program = load(plan, entry, data, threads=workers or 1, device=device)
    known = {str(v.key): v for v in plan.variables if v.role != CLOCK}
    for name, values in given.items():
        if name != "dt":
            if name not in known:
                fail(f"the module has no variable '{name}'{did_you_mean(name, known)}")
            _write(program, known[name], values)
    return program


def _write(program: Program, variable: VariableSpec, values: Any) -> None:
    count, number = program.read(variable.owner, variable.name).size, np.size(values)
    if number not in (1, count):
        fail(f"'{variable.key}' has {count} value{'s' * (count != 1)}, not {number}")
    try:
        program.write(variable.owner, variable.name, values)
    except OverflowError:
        fail(f"'{variable.key}' is of type {variable.dtype}, which has no number as large as this")


def _rows(projection: DeclaredProjection, pre: int, post: int) -> SynapseRows:
    if layout_of(projection.layout).single:
        return _same_ranks(pre, post)
    if pre * post <= PAIRS:
        return SynapseRows.all_pairs(pre, post)
    if not layout_of(projection.layout).general:
        fail(f"'{projection.name}' has room for {pre * post} synapses; at most {PAIRS} are made up")
    return _first_ranks(PAIRS // post, pre, post)


def _first_ranks(count: int, pre: int, post: int) -> SynapseRows:
    """Synapses from the first ``count`` pre neurons, onto every post neuron."""
    listed = rank_buffer(count * post, pre)
    listed[: count * post] = np.tile(np.arange(count), post)
    return SynapseRows("post", pre, post, np.arange(post + 1, dtype=np.int64) * count, listed)


def _same_ranks(pre: int, post: int) -> SynapseRows:
    count = min(pre, post)
    offsets = np.minimum(np.arange(post + 1, dtype=np.int64), count)
    listed = rank_buffer(count, pre)
    listed[:count] = np.arange(count)
    return SynapseRows("post", pre, post, offsets, listed)


def _values(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(v.key): program.read(v.owner, v.name) for v in program.variables if v.role != CLOCK
    }
    for recorder in program.recorders:
        assert isinstance(recorder.sink, _Recorded)
        found |= recorder.sink.values(recorder.name)
    return found


def _recording(monitor: DeclaredMonitor, plan: Plan, sizes: Mapping[str, int]) -> Recording:
    """Everything that a monitor can record. The ranks of a view are made up."""
    ranks = np.arange(sizes[monitor.source])
    names = {key.name for key in plan.recorded(monitor.name)}
    view = not names.isdisjoint((RANKS, PLACES))
    return Recording(_Recorded(), ranks if view else None)


@define
class _Recorded:
    """Recordings of a monitor in every step. Spikes are pairs of step and rank."""

    pieces: dict[str, list[NDArray[Any]]] = field(factory=dict, init=False)

    def values(self, monitor: str) -> dict[str, NDArray[Any]]:
        """All recordings in the order of time, by printed names."""
        return {f"{monitor}.{item}": np.concatenate(p) for item, p in self.pieces.items()}

    def _control(self) -> tuple[bool, int, int]:
        return True, 1, 0

    def _jumped(self, before: int, after: int) -> None:
        raise AssertionError("nobody sets the clock")

    def _extend(self, variable: str, samples: NDArray[Any]) -> None:
        self.pieces.setdefault(variable, []).append(samples.copy())

    def _extend_spikes(self, event: str, steps: NDArray[Any], ranks: NDArray[Any]) -> None:
        self.pieces.setdefault(event, []).append(np.stack([steps, ranks], axis=-1))

    def _carry(self, item: str, moment: Moment, totals: NDArray[Any]) -> None:
        pass  # no other program goes on

    def _carried(self, item: str, moment: Moment) -> NDArray[Any] | None:
        return None

    def _bytes_to_get(self) -> int:
        return 0

    def bytes_per_second(self) -> float:
        return 0.0

    def refuse(self) -> NoReturn:
        fail("there is not enough memory for what the monitors record; run fewer steps")


@define
class _Interpreted:
    """The interpreter behind the entry point of machine code."""

    module: Module
    program: Program | None = field(default=None, init=False)

    def entry(self, thread: int, threads: int, first: int, last: int, table: Any) -> None:
        """Run steps on one thread."""
        assert self.program is not None
        buffers = [_signed(each) for each in self.program.arguments()]
        interpret(self.module, STEP_RANGE, thread, threads, first, last, *buffers)


def _signed(found: Any) -> Any:
    """Unsigned numbers as the interpreter has them."""
    if isinstance(found, list):
        return [_signed(each) for each in found]
    return found.view(f"i{found.itemsize}") if found.dtype.kind == "u" else found


def ran_call(module: Module, text: str) -> tuple[str, int]:
    """Call a function both ways, interpreted and as machine code.

    Says whether results and buffers have the same bits.
    """
    call = parse_call(text)
    generator = backend(find_target(current_options().target).code_generator)
    outcomes = []
    for how in (interpret, generator.call):
        values = arguments(call, module)
        try:
            result = how(module, call.name, *values)
        except CodegenError as problem:
            print(f"note: interpreted only: {problem}", file=sys.stderr)
            continue
        buffers = [v for v, a in zip(values, call.args, strict=True) if isinstance(a, list)]
        outcomes.append((result, *buffers))
    one, other = outcomes[0], outcomes[-1]
    if same(one, other):
        return f"{text} = {_outcome(one)}", 0
    print(f"error: {text} differs between interpreter and machine code", file=sys.stderr)
    lines = (f"{text}", f"  interpreter   {_outcome(one)}", f"  machine code  {_outcome(other)}")
    return "\n".join(lines), 1


def _outcome(values: tuple[Any, ...]) -> str:
    result, *buffers = values
    after = ", ".join(map(shown, buffers))
    if not buffers:
        return shown(result)
    return f"{shown(result)} -> {after}" if result is not None else f"-> {after}"
