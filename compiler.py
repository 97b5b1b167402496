"""Compiling a network: from its description to a program that runs.

Its machine code is generated, or comes from the compile cache (``compile_cache.py``); then nothing
of the toolchain (``toolchain.py``) is even loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from numbers import Integral
from os import getpid
from threading import get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

from . import state_files
from .codegen.backend import backend
from .compile_cache import Request
from .devices import check_settings, for_machine
from .frontend.network import Network
from .frontend.network_memory import check_network
from .frontend.public import guard_class, guard_function
from .frontend.user_errors import reject
from .ir.diagnostics import ModelError, NoMemory, fail
from .ir.interface import LAST_STEP
from .ir.target import CUDA, find_target
from .passes.framework.settings import changed_options, current_options
from .programs import loaded, most_threads, program_of
from .runtime import guard_pages
from .runtime.plan import Plan
from .runtime.program import Program
from .runtime.state_checks import expected, senseless

if TYPE_CHECKING:
    from .passes.framework.pipeline import Pipeline
    from .passes.framework.report import Report
    from .passes.tools.display import Text
    from .passes.tools.explain import Explanation
    from .runtime.bounds_reports import Fault
    from .toolchain import Lowered

LEVELS = ("net", "eq", "loops", "kernels")


@guard_class
class Compiled:
    """A compiled network: texts of all levels, and a running program.

    ``seconds`` says how long each stage of the compilation took. Of a network that was compiled
    before, kernels and reports are made again when they are asked for.
    """

    def __init__(
        self,
        request: Request,
        program: Program,
        seconds: dict[str, float],
        lowered: Lowered | None = None,
    ) -> None:
        self._request = request
        self._program = program
        self._made = lowered
        self._runs: dict[str, list[int]] = {}  # "now": process and thread of the run under way
        self.seconds = seconds
        self.read = program.read
        self.read_sum = program.read_sum
        self.write = program.write
        self.read_spikes = program.read_spikes
        self.reset = program.reset
        self.start_clocks = program.start_clocks
        self.set_learning = program.set_learning
        self.state = program.state
        self.restore = program.restore
        if program.checks is not None:
            program.checks.describe = self._describe

    def __reduce__(self) -> NoReturn:
        fail("a compiled network is not copied or pickled: copy the network, net.copy()")

    @property
    def _lowered(self) -> Lowered:
        if self._made is None:
            from .passes.framework.context import Context
            from .toolchain import lower

            context = Context(self._request.options)
            self._made = lower(self._request.description, self._request.passes, context)
        return self._made

    @cached_property
    def report(self) -> Report:
        """Report of the passes, and of the origin of the code."""
        report = self._lowered.context.report
        self._request.tell(report)
        return report

    def _describe(self, fault: Fault) -> str:
        """An error about an access outside of a buffer."""
        from .passes.tools.faults import explained

        where = f"on thread {fault.thread}, in a step from {self.step} on"
        return explained(self._lowered.module, fault.access, str(fault), where)

    @property
    def pipeline(self) -> Pipeline:
        """The passes that were run."""
        return self._lowered.pipeline

    @cached_property
    def _listings(self) -> Any:
        target = self._lowered.context.target
        return backend(target.code_generator).listings(self._lowered.module)

    def ir(self, level: str = "kernels", *, form: str = "custom", pretty: bool = False) -> Text:
        """The text of a level: ``net``, ``eq``, ``loops`` or ``kernels``.

        ``net`` is the network, ``eq`` its update equations. ``form`` is ``custom``, ``generic``
        (what MLIR's tools read at every level) or ``pretty`` (for people, in the model's own names;
        it cannot be parsed), which ``pretty=True`` says too. All these texts are strings that
        notebooks show in colours.

        Raises ModelError for another level or form.
        """
        from .ir.printer import FORMS, text_of
        from .passes.tools.display import Text

        if level not in LEVELS:
            fail(f"there is no level '{level}'; the levels are {', '.join(LEVELS)}")
        form = "pretty" if pretty else form
        if form not in FORMS:
            fail(f"there is no form '{form}'; the forms are {', '.join(FORMS)}")
        module = self._lowered.module if level == "kernels" else self._network_module()
        if level in ("eq", "loops"):
            from .passes.framework.context import Context
            from .passes.framework.manager import PassManager

            PassManager(self.pipeline.down_to(level), Context(self._request.options)).run(module)
        return Text(text_of(module, form), "pretty" if form == "pretty" else "mlir")

    def _network_module(self) -> Any:
        from .frontend.emit.network import network_module

        return network_module(self._request.description)

    def llvm(self, optimized: bool = False) -> Text:
        """The LLVM IR, as emitted or as LLVM left it."""
        from .passes.tools.display import Text

        listings = self._listings
        return Text(listings.llvm_optimized if optimized else listings.llvm, "llvm")

    def asm(self) -> Text:
        """The assembly for this machine, or the PTX for a GPU."""
        from .passes.tools.display import Text

        *_, last = backend(self._lowered.context.target.code_generator).stages.values()
        return Text(getattr(self._listings, last), "asm")

    def explain(self, name: str | None = None) -> Explanation:
        """The optimisations, made and refused, with their reasons.

        Print it, or show it in a notebook. ``name`` of a population, projection, kernel, pass or
        variable: only what concerns it; ``cache``: why the network was compiled, or where its
        machine code came from; ``cuda``: what a GPU does in a step, and how long that takes at
        least.
        """
        from .passes.tools.explain import explain

        if name is not None and not isinstance(name, str):
            fail(f"explain() takes a name, not {name!r:.60}")
        if name == CUDA.name:
            return self._on_gpu()
        report = self.report.copy()
        report.did("threads", "step_range", str(self._program.tuner))
        return explain(report, self._network_module(), self._lowered.module).about(name)

    def _on_gpu(self) -> Explanation:
        """The launches of a step, delivery, bytes and times."""
        from .gpu_explanation import run_of
        from .passes.tools.explain_gpu import explain_gpu, not_on_gpu

        run = run_of(self._program)
        if run is None:
            return not_on_gpu()
        return explain_gpu(self._network_module(), self._lowered.module, run, self.report)

    @property
    def threads(self) -> int:
        """The number of threads for the next steps; ``explain("threads")`` says why."""
        return self._program.tuner.threads

    @property
    def running(self) -> bool:
        """Whether it simulates at this moment, in any thread."""
        return self._run_now() is not None

    def _run_now(self) -> list[int] | None:
        """Process and thread of the run under way, None without one.

        A run of the process before a fork is none.
        """
        found = self._runs.get("now")
        if found is not None and found[0] != getpid():
            self._runs.pop("now", None)
            return None
        return found

    def stop(self) -> None:
        """End a run after a whole step. Any thread may call it."""
        self._program.stopping = True

    def simulate(self, steps: int, progress: bool = False) -> None:
        """Run ``steps`` steps.

        Raises ModelError where it runs already, and NoMemory where recordings find no place: then
        it stands at a whole step, and monitors have everything up to there.
        """
        if not isinstance(steps, Integral) or not 0 <= steps <= LAST_STEP - self.step:
            reject(f"a number of steps is a whole number >= 0, not {steps!r:.60}")
        this = [getpid(), get_ident()]
        self._run_now()
        try:
            if self._runs.setdefault("now", this) is not this:  # nothing comes in between
                reject(
                    "the network is being simulated already, in another thread or around a handler "
                    "of a signal",
                    "its stop() ends that run; another network can run at the same time",
                )
            self._program.simulate(int(steps), progress)
        except MemoryError as problem:
            if problem is self._program.raised:  # by a handler of the user: none of our business
                raise
            said = problem.diagnostics[0] if isinstance(problem, ModelError) else None
            if said is not None and said.loc is not None:
                raise
            why = str(problem) if said is None else said.text
            text = f"there is no memory left to go on; the network stands at step {self.step}"
            reject(text, *filter(None, [why]), kind=NoMemory)
        finally:
            if self._runs.get("now") is this:
                del self._runs["now"]

    def _check_thread(self, what: str) -> None:
        """Refuse what other threads must not do while one simulates."""
        run = self._run_now()
        if run is not None and run[1] != get_ident():
            reject(
                f"the network cannot be {what} while another thread simulates it; stop() it first"
            )

    @property
    def step(self) -> int:
        """The number of the next step: of those done, unless set."""
        return self._program.step

    @step.setter
    def step(self, value: int) -> None:
        if not isinstance(value, Integral) or not 0 <= value <= LAST_STEP:
            fail(f"a step is a whole number from 0 to 2**63 - 1, not {value!r:.60}")
        self._program.set_step(int(value))

    def save(self, file: Any) -> None:
        """Write the whole state to a file (see :func:`.state_files.write`)."""
        self._check_thread("saved")
        try:
            state = self._program.state()
        except MemoryError as problem:
            state_files.report(problem, "write", file)
        state_files.write(file, state)

    def load(self, file: Any) -> None:
        """Take the whole state from a file of the same network.

        Programs with any number of threads may have written it. Raises ModelError if the file is of
        another network or damaged; the state is then what it was before.
        """
        self._check_thread("loaded")
        try:
            before, step = self._program.state(), self._program.step
        except MemoryError as problem:
            state_files.report(problem, "read", file)
        state = state_files.read(file, expected(self._program, before))
        wrong = senseless(self._program, state)
        if wrong is not None:
            reject(f"{file!s:.200} is no file that save() wrote: {wrong}")
        try:
            self._program.restore(state)
        except BaseException as failure:
            self._program.restore(before)
            if not isinstance(failure, ModelError) or failure.diagnostics[0].loc is not None:
                raise
            reject(f"the file does not fit this network: {failure.diagnostics[0].text}")
        self._program.jumped(step)
        for projection in self._request.network.projections:
            projection._learning = self._program.learning(projection.name)


@guard_function
def compile(
    network: Network,
    *,
    pipeline: str | Iterable[Any] | Pipeline | None = None,
    opt: int | None = None,
    target: str | None = None,
    cache: bool | None = None,
    check: str | None = None,
    previous: Compiled | None = None,
) -> Compiled:
    """Compile a network for the target of the options.

    ``pipeline`` is a text such as ``"@equations,choose-layout,@kernels,@cpu"``, a list of texts
    and passes, or a Pipeline. Without one ``opt`` decides: 1 optimises (the default), 0 only
    lowers. ``target`` is "cpu" (the default), or "cuda" for a GPU of NVIDIA.
    Without ``cache`` nothing is taken from, or kept for, other networks and other runs.
    ``check="bounds"`` lets kernels test every index and puts buffers between guard pages: what
    would have ended the process, or changed other numbers, raises OutOfBounds.
    ``previous`` is an older program of the network, whose state goes on.

    Raises ModelError for what is wrong with the model or not supported, and for a pipeline that
    does not end in kernels; PassFailed where a pass itself fails.
    """
    start = perf_counter()
    given = {"opt": opt, "target": target, "cache": cache, "check": check}
    changes = {name: value for name, value in given.items() if value is not None}
    options = changed_options(current_options(), changes)
    check_settings(network, find_target(options.target))
    options = for_machine(options, network)
    kind = find_target(options.target, options.gpu_arch)
    check_network(network, partial(most_threads, network, kind), kind)
    request = Request(network, pipeline, options)
    found = request.find()
    seconds = {"cache": perf_counter() - start}
    if found is None:
        return _run_toolchain(request, seconds, previous)
    stages = dict.fromkeys(("emit", "passes", kind.code_generator), 0.0)
    begin = perf_counter()
    with guard_pages.around(request.options.check == "bounds"):
        program = _filled(request, *found, previous)
    now = perf_counter()
    seconds |= {**stages, "buffers": now - begin, "compile": now - start}
    return Compiled(request, program, seconds)


def _run_toolchain(
    request: Request, seconds: dict[str, float], previous: Compiled | None
) -> Compiled:
    """Run the toolchain."""
    from .passes.framework.context import Context
    from .passes.framework.core import no_gc
    from .toolchain import generate, lower

    context = Context.of(request.options)
    context.seconds |= seconds
    with no_gc(), context.stage("compile"):
        lowered = lower(request.description, request.passes, context)
        native = generate(lowered, request.cache)
        plan = Plan.of(lowered.module, native.key)
        guarded = guard_pages.around(request.options.check == "bounds")
        with context.stage("buffers"), guarded:
            program = _filled(request, plan, native.entry, previous)
    request.keep(plan, native.source)
    context.seconds["compile"] += seconds["cache"]
    return Compiled(request, program, context.seconds, lowered)


def _filled(request: Request, plan: Plan, entry: Any, previous: Compiled | None) -> Program:
    """The program, with initial values or an older one's state."""
    network = request.network
    state = previous.state() if previous is not None else None  # before storages reorder rows
    if state is None:
        program = program_of(network, plan, entry)
    else:
        program = loaded(network, plan, entry)
        program.restore(state)
    for projection in network.projections:
        projection._structure.forget()
    return program
