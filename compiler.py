"""The toolchain on one page: a network becomes machine code and a program that can run.

network --emit--> net --equations--> eq --sparsity, kernels, cpu--> kernels --codegen_llvm--> native

The words on the arrows: what the frontend does, named pipelines of ``passes/pipelines.py``, and the
code generator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from .codegen_llvm.jit import NativeModule, compile_module
from .frontend.emit import LAST_EVENT, REFRACTORY, network_module
from .frontend.inputs import DecodingProjection
from .frontend.monitor import Monitor
from .frontend.network import Network
from .ir.core import Op, lookup_symbol
from .ir.diagnostics import ModelError, error, fail
from .ir.dialects import net
from .ir.dialects.builtin import Module
from .ir.interface import BUFFER, EXTENT, STEP_RANGE
from .ir.printer import pretty as pretty_text
from .ir.spec import SPECS
from .ir.types import MemRefType
from .ir.verifier import verify
from .passes.context import Context
from .passes.core import Pass, no_gc
from .passes.instrumentation import Instrumentation
from .passes.manager import PassManager
from .passes.pipeline import Pipeline
from .passes.pipeline_text import as_pipeline
from .passes.pipelines import LOWERING, usual
from .passes.tools.display import Text
from .runtime.buffers import padded
from .runtime.past import fits
from .runtime.program import BufferSpec, Program
from .runtime.recorder import Recorder
from .runtime.storage import Storage
from .runtime.synapses import VariableSpec

if TYPE_CHECKING:
    from .passes.tools.explain import Explanation

LEVELS = ("net", "eq", "kernels")
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

    ``seconds`` says how long each stage of the compilation took, ``report`` what passes did;
    ``pipeline`` are the passes that ran.
    """

    def __init__(
        self,
        network: Network,
        module: Module,
        native: NativeModule,
        program: Program,
        pipeline: Pipeline,
        context: Context,
    ) -> None:
        self._network = network
        self._module = module
        self._native = native
        self._program = program
        self.pipeline = pipeline
        self.report = context.report
        self.seconds = context.seconds
        self.read = program.read
        self.write = program.write
        self.read_spikes = program.read_spikes
        self.simulate = program.simulate
        self.reset = program.reset
        self.set_learning = program.set_learning
        self.state = program.state

    def ir(self, level: str = "kernels", *, pretty: bool = False) -> Text:
        """The text of a level: ``net`` (the network), ``eq`` (update equations) or ``kernels``.

        ``pretty`` is for people, in the model's own names; it cannot be parsed. All these texts
        are strings that notebooks show in colours. Raises ModelError for another level.
        """
        if level not in LEVELS:
            fail(f"there is no level '{level}'; the levels are {', '.join(LEVELS)}")
        module = self._module if level == "kernels" else network_module(self._network)
        if level == "eq":
            PassManager(self.pipeline.up_to_level("kernels"), Context()).run(module)
        return Text(pretty_text(module), "pretty") if pretty else Text(str(module))

    def llvm(self, optimized: bool = False) -> Text:
        """The LLVM IR, as emitted or as LLVM left it."""
        return Text(self._native.llvm_optimized if optimized else self._native.llvm, "llvm")

    def asm(self) -> Text:
        """The assembly for this machine."""
        return Text(self._native.asm, "asm")

    def explain(self, name: str | None = None) -> Explanation:
        """What was optimised where, what was not and why; print it, or show it in a notebook.

        ``name`` of a population, projection, kernel, pass or variable: only what concerns it.
        """
        from .passes.tools.explain import explain

        return explain(self.report, network_module(self._network), self._module).about(name)

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
        """Take the whole state from a file of the same network, whatever its number of threads.

        Raises ModelError if the file is of another network.
        """
        try:
            with np.load(file, allow_pickle=False) as data:
                state = {name: data[name] for name in data.files}
        except (ValueError, TypeError, EOFError, BadZipFile) as problem:
            raise ModelError(error(f"{file!s:.200} is no file that save() wrote")) from problem
        reason = fits(self._program.state(), state)
        if reason is not None:
            fail(f"the file does not fit this network: {reason}")
        self._program.restore(state)


def compile(
    network: Network,
    *,
    pipeline: str | Iterable[Any] | Pipeline | None = None,
    opt: int | None = None,
    previous: Compiled | None = None,
) -> Compiled:
    """Compile a network for this CPU.

    ``pipeline`` is a text such as ``"@equations,choose-storage,@kernels,@cpu"``, a list of texts
    and passes, or a Pipeline. Without one ``opt`` decides: 1 optimises (the default), 0 only
    lowers. ``previous`` is an older program of the network, whose state goes on.

    Raises ModelError for what is wrong with the model or not supported, and for a pipeline that
    does not end in kernels; PassFailed where a pass itself fails.
    """
    context = Context.from_environment(**({} if opt is None else {"opt": opt}))
    if pipeline is None:
        pipeline = usual(context.options.opt)
    manager = PassManager(as_pipeline(pipeline), context)
    layouts = _Layouts()
    context.instrumentations.append(layouts)
    with context.stage("compile"):
        with no_gc(), context.stage("emit"):
            module = network_module(network)
            verify(module, thorough=context.options.verify > 0)
            variables = _declared(module)
        with no_gc(), context.stage("passes"):
            manager.run(module)
            verify(module, thorough=context.options.verify > 0)
            _check_finished(module, manager.pipeline)
        with no_gc(), context.stage("llvm"):
            native = compile_module(module)
        with context.stage("buffers"):
            program = _program(network, module, native, variables, layouts)
            if previous is None:
                _initialise(network, program, variables)
            else:
                program.restore(previous.state())
    context.produced("90.ll", lambda: native.llvm)
    context.produced("91.opt.ll", lambda: native.llvm_optimized)
    context.produced("92.s", lambda: native.asm)
    return Compiled(network, module, native, program, manager.pipeline, context)


class _Layouts(Instrumentation):
    """What ``net`` said of each projection before it was lowered: its storage, its tile."""

    def __init__(self) -> None:
        self.storage: dict[str, str] = {}
        self.tiles: dict[str, int] = {}

    def before_pass(self, item: Pass, op: Op) -> None:
        """Look at the projections that are about to go."""
        if item.ensures == "kernels" and isinstance(op, Module):
            found = [each for each in op.ops if isinstance(each, net.Projection)]
            self.storage |= {each.sym_name: each.storage for each in found}
            self.tiles |= {each.sym_name: each.tile for each in found}


def _check_finished(module: Module, pipeline: Pipeline) -> None:
    """A pipeline of the user may stop too early."""
    left = SPECS["native"].check(module)
    if not left and lookup_symbol(module, STEP_RANGE) is None:
        left = [error(f"the pipeline makes no function @{STEP_RANGE}")]
    if left:
        left[0].note(f"the pipeline of compile() is '{pipeline}'")
        left[0].note(f"what every pipeline has to do is '{as_pipeline(LOWERING)}'")
        raise ModelError(left[0])


def _declared(module: Module) -> list[VariableSpec]:
    """All parameters and variables of the network."""
    found = []
    for op in module.ops:
        if isinstance(op, net.Population | net.Projection):
            for variable in op.variables.values():
                dtype = _DTYPES[str(variable.type)]
                where, role = variable.locality, variable.role
                found.append(VariableSpec(op.sym_name, variable.sym_name, dtype, where, role))
    return found


def _buffers(module: Module) -> list[BufferSpec]:
    """The buffer arguments of the program, in order."""
    program: Any = lookup_symbol(module, STEP_RANGE)
    found = []
    for described, type_ in zip(program.arg_attrs, program.function_type.inputs, strict=True):
        if isinstance(type_, MemRefType):
            said = {name: value.value for name, value in described.value}
            dtype = _DTYPES[str(type_.element)]
            found.append(BufferSpec(said[BUFFER], dtype, said[EXTENT]))
    return found


def _program(
    network: Network,
    module: Module,
    native: NativeModule,
    variables: list[VariableSpec],
    layouts: _Layouts,
) -> Program:
    """The buffers that the kernels ask for, filled with connectivity."""
    storages: dict[str, Storage] = {}
    histories: dict[str, int] = {}
    for projection in network.projections:
        c = projection.connectivity
        storages[projection.name] = Storage(
            layouts.storage[projection.name], c.n_pre, c.n_post, c.pre, c.post, c.delay_steps
        )
        source = projection.pre_population.name
        steps = c.max_delay_steps + layouts.tiles[projection.name]
        histories[source] = max(histories.get(source, 1), steps)
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
            recorded[name] = (dtype, 1 if spec is not None and spec.locality == "global" else row)
    spikes = "spike" in monitor.variables
    return Recorder(monitor.name, monitor, size, recorded, spikes, ranks, threads)


def _initialise(network: Network, program: Program, variables: list[VariableSpec]) -> None:
    """Write initial values; a refractory period given as a number is a parameter of its own."""
    owners: dict[str, Any] = {o.name: o for o in (*network.populations, *network.projections)}
    for variable in variables:
        owner = owners[variable.owner]
        if variable.name == LAST_EVENT:
            continue
        if variable.name == REFRACTORY and REFRACTORY not in owner.attributes:
            program.write(variable.owner, REFRACTORY, owner.refractory)
        else:
            program.write(variable.owner, variable.name, owner.initial_value(variable.name))
    for projection in network.projections:
        program.set_learning(projection.name, **projection._learning)
