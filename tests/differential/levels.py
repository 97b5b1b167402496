"""One network, run at every level of the compiler.

What it does is compared step by step.
"""

from __future__ import annotations

import threading
from typing import Any, NoReturn

import numpy as np
from attrs import define, field

from ranvier import Network
from ranvier.codegen_llvm.jit import compile_module
from ranvier.frontend.emit import REFRACTORY, network_module
from ranvier.frontend.inputs import DecodingProjection
from ranvier.ir.dialects import eq, loops, net
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interpreter import run
from ranvier.ir.interpreter.network import NetworkInterpreter as Interpreted
from ranvier.ir.interpreter.state import NetworkState
from ranvier.ir.interpreter.steps import Steps
from ranvier.ir.interpreter.transmission import SynapseTable
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.pipeline_text import as_pipeline
from ranvier.programs import program_of
from ranvier.runtime.plan import Plan

Trace = dict[str, list[Any]]
"""The events of a run.

Values of every variable after each step, spikes, and what monitors recorded.
"""


def without(pipeline: str, *names: str) -> str:
    """The passes of a pipeline but for those of some names."""
    return ",".join(str(p) for p in as_pipeline(pipeline).passes if p.name not in names)


@define
class Lowered:
    """A network on its way down, and its module.

    ``contracted``: the pass ``contract`` has run, and what follows keeps every bit.
    """

    network: Network
    contracted: bool = True
    module: Module = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.module = network_module(self.network)
        verify(self.module)
        if self.contracted:
            self.run("contract")

    def run(self, pipeline: str) -> Lowered:
        """Run passes, one by one, and verify after each."""
        for item in as_pipeline(pipeline).passes:
            PassManager(item, Context()).run(self.module)
            verify(self.module)
        return self


def interpreted(lowered: Lowered, steps: int) -> Trace:
    """Run a module in the interpreter of whole networks.

    Its level is net, eq or loops.
    """
    network, module = lowered.network, lowered.module
    lowered_to_loops = any(isinstance(op, loops.Step) for op in module.ops)
    state: NetworkState = (Steps if lowered_to_loops else Interpreted)(
        module,
        dt=network.dt,
        seed=network.seed,
        synapses={p.name: _synapses(p.connectivity) for p in network.projections},
        values=initial_values(network, module),
        windows={
            p.name: p.window_steps for p in network.projections if isinstance(p, DecodingProjection)
        },
        ranks={m.name: m.ranks.tolist() for m in network.monitors if m.ranks is not None},
    )
    trace: Trace = {}
    ops: Any = network_module(network).ops
    meant = {op.sym_name: op for op in ops}
    for _ in range(steps):
        state.step()
        for owner, cells in state.cells.items():
            for name in (n for n in cells.values if n in meant[owner].variables):
                seen = _as_declared(state, meant[owner], owner, name)
                trace.setdefault(f"{owner}.{name}", []).append(seen)
    for name, fired in state.spikes.items():
        if state.populations[name].kind == "spike":
            trace[f"{name}.spikes"] = list(fired)
    for name, variables in state.recorded.items():
        trace |= {f"{name}.{variable}": list(found) for variable, found in variables.items()}
    return trace


def _as_declared(state: NetworkState, meant: Any, owner: str, name: str) -> Any:
    """The values of a variable.

    One per synapse, also if neurons keep it for them.
    """
    values = state.value(owner, name).copy()
    now = state.cells[owner].declared[name].locality
    if now == meant.variables[name].locality:
        return values
    synapses = state.synapses[owner]
    return values[synapses.pre if now == "presynaptic" else synapses.post]


def _synapses(c: Any) -> SynapseTable:
    delays = np.reshape(c.delay_steps, -1)
    return SynapseTable(np.asarray(c.pre_ranks), np.asarray(c.post_ranks), delays)


def initial_values(network: Network, module: Module) -> dict[str, Any]:
    """Values of the variables, as ``compile`` would write them."""
    values: dict[str, Any] = {}
    owners: dict[str, Any] = {o.name: o for o in (*network.populations, *network.projections)}
    for op in module.ops:
        if isinstance(op, net.Population | net.Projection):
            owner = owners[op.sym_name]
            for name in op.variables:
                if name in net.CLOCKS or op.variables[name].role == eq.CONSTANT:
                    continue
                generated = name == REFRACTORY and REFRACTORY not in owner.attributes
                value = owner.refractory if generated else owner.initial_value(name)
                values[f"{op.sym_name}.{name}"] = value
    return values


@define
class Sink:
    """Stands for a monitor: keeps what a recorder hands over."""

    name: str
    trace: Trace
    ranks: Any = None

    def _control(self) -> tuple[bool, int, int]:
        """Every step is recorded."""
        return True, 1, 0

    def _extend(self, variable: str, samples: Any) -> None:
        self.trace.setdefault(f"{self.name}.{variable}", []).extend(samples)

    def _extend_spikes(self, event: str, steps: Any, ranks: Any) -> None:
        mine = ranks if self.ranks is None else ranks[np.isin(ranks, self.ranks)]
        self.trace.setdefault(f"{self.name}.{event}", []).append(np.asarray(mine, np.int64))

    def _jumped(self, before: int, after: int) -> None:
        """Clocks of these tests go on."""

    def _carry(self, item: str, moment: Any, totals: Any) -> None:
        """No other program goes on."""

    def _carried(self, item: str, moment: Any) -> None:
        """Totals start with 0."""

    def _bytes_to_get(self) -> int:
        """Nothing is put together later."""
        return 0

    def bytes_per_second(self) -> float:
        """Nobody asks."""
        return 0.0

    def refuse(self) -> NoReturn:
        """Tests do not run out of memory."""
        raise MemoryError


def executed(
    lowered: Lowered,
    steps: int,
    *,
    threads: int = 1,
    native: bool = False,
    at_once: int = 1,
    watch: Any = None,
    tuner: Any = None,
) -> Trace:
    """Run a module of kernels, interpreted or as machine code.

    Threads meet after every ``at_once`` steps anyhow, and values are compared then. ``watch`` is
    told where each thread of the interpreter starts and passes barriers. ``tuner`` decides how many
    of the threads run.
    """
    network, module = lowered.network, lowered.module
    network.options.num_threads = threads
    entry: Any = compile_module(module, flush=False) if native else None
    entry = entry or _Interpreter(module, threads, watch)
    plan = Plan.of(module)
    program = program_of(network, plan, entry.entry)
    if not native:
        entry.program = program
    program.tuner = tuner or program.tuner
    trace: Trace = {}
    for recorder in program.recorders:
        recorder.sink = Sink(recorder.name, trace, recorder.ranks)
    spiking = [p.name for p in network.populations if p.kind == "spike"]
    for _ in range(0, steps, at_once):
        program.simulate(at_once)
        for v in plan.variables:
            values = program.read(v.owner, v.name)
            trace.setdefault(f"{v.owner}.{v.name}", []).append(values)
        for name in spiking:
            trace.setdefault(f"{name}.spikes", []).append(program.read_spikes(name))
    if at_once > 1:  # control may come back more often than that
        for name in [f"{r.name}.{event}" for r in program.recorders for event in r.spikes]:
            if name in trace:
                trace[name] = [np.concatenate(trace[name])]
    return trace


class _Interpreter:
    """The interpreter behind the entry point of a native module."""

    def __init__(self, module: Module, threads: int, watch: Any = None) -> None:
        self.module = module
        self.watch = watch
        self.program: Any = None
        self._barrier = threading.Barrier(threads)

    def entry(self, thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
        """Run steps as one of several Python threads."""
        buffers = [_signed(each) for each in self.program.arguments()]
        outside = {"ranvier_barrier": self._meet}
        if self.watch is not None:
            self.watch.start(0)
        try:
            run(self.module, "step_range", thread, threads, t0, t1, *buffers, externals=outside)
        except BaseException:
            self._barrier.abort()  # nobody waits for a thread that failed
            raise

    def _meet(self, *arguments: Any) -> None:
        self._barrier.wait(timeout=600)
        if self.watch is not None:
            self.watch.barrier()


def _signed(found: Any) -> Any:
    if isinstance(found, list):
        return [_signed(each) for each in found]
    return found.view(f"i{found.itemsize}") if found.dtype.kind == "u" else found


def differences(expected: Trace, found: Trace, tolerance: float = 0.0) -> list[str]:
    """Differences of two runs.

    They are compared bit by bit if ``tolerance`` is 0, else relative to the largest value.
    """
    out = [f"only one has {name}" for name in sorted(set(expected) ^ set(found))]
    for name in sorted(set(expected) & set(found)):
        for step, (one, other) in enumerate(zip(expected[name], found[name], strict=True)):
            a, b = _comparable(one, other)
            if not _same(a, b, tolerance):
                out.append(f"{name} after step {step}: {a} is not {b}")
                break
    return out


def _comparable(one: Any, other: Any) -> tuple[Any, Any]:
    """One value for all synapses stands for each of them."""
    a, b = np.atleast_1d(one), np.atleast_1d(other)
    if a.size != b.size and 1 in (a.size, b.size):
        a, b = np.broadcast_arrays(a, b)
    return a, b


def _same(a: Any, b: Any, tolerance: float) -> bool:
    if a.shape != b.shape:
        return False
    if a.dtype.kind != "f" or tolerance == 0.0:
        return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True))
