"""The toolchain on one page: a network becomes machine code and a program that can run.

network --emit--> net module --equations--> eq --kernels, cpu--> kernels --codegen_llvm--> native
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .codegen_llvm.jit import NativeModule, compile_module
from .frontend.emit import REFRACTORY, network_module
from .frontend.inputs import DecodingProjection
from .frontend.monitor import Monitor
from .frontend.network import Network
from .ir.core import lookup_symbol
from .ir.diagnostics import fail
from .ir.dialects import net
from .ir.dialects.builtin import Module
from .ir.types import MemRefType
from .ir.verifier import verify
from .passes.core import Pass, Report, no_gc, run_pipeline
from .passes.lower_to_kernels import ENTRY
from .passes.pipelines import named
from .runtime.buffers import padded
from .runtime.past import fits
from .runtime.program import BufferSpec, Program, VariableSpec
from .runtime.recorder import Recorder
from .runtime.storage import Storage

LEVELS = ("net", "eq", "kernels")
PIPELINE = ("equations", "sparsity", "kernels", "cpu")
_DTYPES = {
    "f64": np.float64,
    "f32": np.float32,
    "i64": np.int64,
    "i32": np.int32,
    "i16": np.uint16,
    "i8": np.int8,
    "i1": np.int8,
}


class Compiled:
    """A compiled network: the text of every level, and the running program behind the objects.

    ``seconds`` says how long each stage of the compilation took; ``report`` what passes did.
    """

    def __init__(
        self, network: Network, module: Module, native: NativeModule, program: Program
    ) -> None:
        self._network = network
        self._module = module
        self._native = native
        self._program = program
        self.report = Report()
        self.seconds: dict[str, float] = {}
        self.read = program.read
        self.write = program.write
        self.read_spikes = program.read_spikes
        self.simulate = program.simulate
        self.reset = program.reset
        self.state = program.state

    def ir(self, level: str = "kernels") -> str:
        """The text of a level: ``net`` (the network), ``eq`` (update equations) or ``kernels``."""
        if level not in LEVELS:
            fail(f"there is no level '{level}'; the levels are {', '.join(LEVELS)}")
        if level == "kernels":
            return str(self._module)
        module = network_module(self._network)
        if level == "eq":
            run_pipeline(module, named(["equations"]))
        return str(module)

    def llvm(self, optimized: bool = False) -> str:
        """The LLVM IR, as emitted or as LLVM left it."""
        return self._native.llvm_optimized if optimized else self._native.llvm

    def asm(self) -> str:
        """The assembly for this machine."""
        return self._native.asm

    @property
    def step(self) -> int:
        """Number of steps done."""
        return self._program.step

    @step.setter
    def step(self, value: int) -> None:
        self._program.step = value

    def save(self, file: Any) -> None:
        """Write the whole state to a ``.npz`` file."""
        state: dict[str, Any] = self._program.state()
        np.savez(file, **state)

    def load(self, file: Any) -> None:
        """Take the whole state from a file of the same network, whatever its number of threads."""
        with np.load(file, allow_pickle=False) as data:
            state = {name: data[name] for name in data.files}
        reason = fits(self._program.state(), state)
        if reason is not None:
            fail(f"the file does not fit this network: {reason}")
        self._program.restore(state)


def compile(
    network: Network,
    *,
    pipeline: Sequence[str] = PIPELINE,
    verify_each: bool = False,
    previous: Compiled | None = None,
) -> Compiled:
    """Compile a network for this CPU.

    ``pipeline`` lists stages and passes; ``verify_each`` runs the verifier after every pass;
    ``previous`` is an older program of the network, whose state goes on.
    """
    seconds: dict[str, float] = {}
    report, layouts = Report(), {}

    def remember(done: Pass, at: Module) -> None:
        if done.name == "choose-storage":
            found = [op for op in at.ops if isinstance(op, net.Projection)]
            layouts.update({op.sym_name: op.storage for op in found})

    with no_gc(), _timed(seconds, "emit"):
        module = network_module(network)
        verify(module)
        variables = _declared(module)
    with no_gc(), _timed(seconds, "passes"):
        run_pipeline(module, named(pipeline), report, verify_each=verify_each, after=remember)
        verify(module)
    with no_gc(), _timed(seconds, "llvm"):
        native = compile_module(module)
    with _timed(seconds, "buffers"):
        program = _program(network, module, native, variables, layouts)
        if previous is None:
            _initialise(network, program, variables)
        else:
            program.restore(previous.state())
    compiled = Compiled(network, module, native, program)
    compiled.report, compiled.seconds = report, seconds
    return compiled


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start


def _declared(module: Module) -> list[VariableSpec]:
    """All parameters and variables of the network."""
    found = []
    for op in module.ops:
        if isinstance(op, net.Population | net.Projection):
            for variable in op.variables.values():
                shared = variable.locality == "global"
                dtype = _DTYPES[str(variable.type)]
                found.append(
                    VariableSpec(op.sym_name, variable.sym_name, dtype, shared, variable.role)
                )
    return found


def _buffers(module: Module) -> list[BufferSpec]:
    """The buffer arguments of the program, in order."""
    program: Any = lookup_symbol(module, ENTRY)
    found = []
    for described, type_ in zip(program.arg_attrs, program.function_type.inputs, strict=True):
        if isinstance(type_, MemRefType):
            said = {name: value.value for name, value in described.value}
            dtype = _DTYPES[str(type_.element)]
            found.append(BufferSpec(said["ranvier.buffer"], dtype, said["ranvier.extent"]))
    return found


def _program(
    network: Network,
    module: Module,
    native: NativeModule,
    variables: list[VariableSpec],
    layouts: dict[str, str],
) -> Program:
    """The buffers that the kernels ask for, filled with connectivity."""
    storages, histories = {}, {}
    for projection in network.projections:
        c = projection.connectivity
        storages[projection.name] = Storage(
            layouts[projection.name], c.n_pre, c.n_post, c.pre, c.post, c.delay_steps
        )
        source = projection.pre_population.name
        histories[source] = max(histories.get(source, 1), c.max_delay_steps)
    threads = network.options.num_threads or 1
    return Program(
        entry=native.entry,
        specs=_buffers(module),
        variables=variables,
        populations={p.name: p.size for p in network.populations},
        storages=storages,
        windows={
            p.name: p.window_steps for p in network.projections if isinstance(p, DecodingProjection)
        },
        histories=histories,
        recorders=[_recorder(m, variables, threads) for m in network.monitors],
        threads=threads,
        dt=network.dt,
        seed=network.seed,
    )


def _recorder(monitor: Monitor, variables: list[VariableSpec], threads: int) -> Recorder:
    size, ranks = monitor.population.size, monitor.ranks
    row = padded(size) if ranks is None else len(ranks)
    known = {v.name: v for v in variables if v.owner == monitor.population.name}
    recorded: dict[str, tuple[Any, int]] = {}
    for name in monitor.variables:
        if name != "spike":
            spec = known.get(name)
            dtype = np.float64 if spec is None else spec.dtype
            recorded[name] = (dtype, 1 if spec is not None and spec.shared else row)
    spikes = "spike" in monitor.variables
    return Recorder(monitor.name, monitor, size, recorded, spikes, ranks, threads)


def _initialise(network: Network, program: Program, variables: list[VariableSpec]) -> None:
    """Write initial values; a refractory period given as a number is a parameter of its own."""
    owners: dict[str, Any] = {o.name: o for o in (*network.populations, *network.projections)}
    for variable in variables:
        owner = owners[variable.owner]
        if variable.name == REFRACTORY and REFRACTORY not in owner.attributes:
            program.write(variable.owner, REFRACTORY, owner.refractory)
        else:
            program.write(variable.owner, variable.name, owner.initial_value(variable.name))
