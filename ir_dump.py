"""``ir-dump``: what Ranvier makes of a model, at every stage.

    ir-dump model.py                          the kernels of a model, which is not simulated
    ir-dump model.py --stage llvm-opt         ... as LLVM left them
    ir-dump model.py --stage ptx --arch sm_90 its PTX for a GPU, which need not be there; sass: its
                                              instructions, where NVIDIA's tools are installed
    ir-dump model.py --diff                   what each pass changed
    ir-dump model.py --html report            all of it as one page
    ir-dump kernels.mlir -p cse,licm          passes on a module in a file (``-``: stdin)
    ir-dump model.py --form generic           what mlir-opt reads; --form pretty: for people
    ir-dump kernels.mlir --run 'f(1.0, 2.0)'  call a function, interpreted and as machine code
    ir-dump kernels.mlir --steps 10           run the kernels of a network without the network

IR goes to stdout, everything else to stderr. The exit code is 0 if all is well, 1 for an error of
the model or the IR and for a run that fails, 2 if the command itself is wrong. Works as the
command ``ir-dump``, as ``python -m ranvier.ir_dump``, and as ``python ir_dump.py`` in a checkout.
"""

from __future__ import annotations

import sys

if not __package__:  # run as a file: the folder around it is the package, whatever it is called
    import importlib.util
    from pathlib import Path

    _here = Path(__file__).resolve().parent
    _spec = importlib.util.spec_from_file_location(
        "ranvier", _here / "__init__.py", submodule_search_locations=[str(_here)]
    )
    assert _spec is not None and _spec.loader is not None
    sys.modules["ranvier"] = _package = importlib.util.module_from_spec(_spec)
    sys.path[:] = [each for each in sys.path if Path(each or ".").resolve() != _here]
    _spec.loader.exec_module(_package)
    if __name__ == "__main__":
        sys.exit(importlib.import_module("ranvier.ir_dump").main())

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import field

from .codegen.backend import Backend, backend
from .codegen.errors import CodegenError
from .codegen.llvm_ir.debug import assembly_lines, llvm_lines
from .dump_inputs import Input, UsageError, inputs_of, target_of
from .ir import target as targets
from .ir.attrs_classes import define
from .ir.diagnostics import RanvierError, fail
from .ir.dialects.builtin import Module
from .ir.printer import FORMS, text_of
from .ir.target import TARGET, Target
from .ir.verifier import verify
from .kernel_runs import ran_call, ran_steps
from .passes.framework.context import Context
from .passes.framework.core import no_gc
from .passes.framework.manager import PassManager
from .passes.framework.pipeline import Pipeline
from .passes.framework.pipeline_text import PipelineError, parse_pipeline
from .passes.framework.registry import load_passes
from .passes.framework.settings import Options
from .passes.instrumentation.html_report import HtmlReport, PassClock
from .passes.instrumentation.reproducer import read_reproducer
from .passes.pipelines import usual
from .passes.tools.command import FailingCommand
from .passes.tools.explain import explain
from .passes.tools.listing import listing
from .passes.tools.lists import list_operations, list_passes
from .passes.tools.reduce import Reducer, count_operations

STAGES = ("net", "eq", "loops", "kernels", "llvm", "llvm-opt", "asm", "ptx", "sass")

LISTINGS = {
    **{"llvm": "llvm", "llvm-opt": "llvm_optimized"},
    **{"asm": "asm", "ptx": "ptx", "sass": "sass"},
}
"""Stages of a code generator, with the attributes of its listings."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _arguments(given)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return _run(args)
    except (UsageError, PipelineError) as problem:
        print(
            f"ir-dump: {problem}" if isinstance(problem, UsageError) else problem, file=sys.stderr
        )
        return 2
    except RanvierError as problem:
        print(problem, file=sys.stderr)
        return 1


# ---------------------------------------------------------------------- the command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ir-dump",
        description="What Ranvier makes of a model, at every stage.",
        epilog="What stands behind -- is handed to the model script. IR goes to stdout, all else "
        "to stderr. Exit codes: 0 fine, 1 error in the model or IR or a failing run, 2 usage.",
    )
    add = parser.add_argument
    add("input", nargs="?", help="a model script (.py), a module (.mlir), or - for stdin")
    add(
        "--stage",
        "--emit",
        choices=STAGES,
        help="what to print (default: kernels; a module: as is)",
    )
    add("-p", "--pipeline", help="passes instead of the usual ones: 'cse,licm', '@kernels'")
    add("--opt", type=int, choices=(0, 1), help="0 only lowers, 1 optimises (the default)")
    add("-o", dest="output", metavar="FILE", help="write there instead of to stdout")
    add("--form", choices=FORMS, default="custom", help="generic: what mlir-opt reads everywhere")
    add("--pretty", action="store_const", dest="form", const="pretty", help="--form pretty")
    add("--arch", metavar="SM", help="make code for GPUs of this architecture, such as sm_90")
    add("--resources", action="store_true", help="... with what ptxas says of registers and spills")
    add("--locations", action="store_true", help="print where each operation comes from")
    group = parser.add_argument_group("looking at passes")
    add = group.add_argument
    for when in ("before", "after"):
        text = f"print the IR {when} every pass, or, given with '=', {when} these"
        add(f"--print-ir-{when}", metavar="PASS,...", help=text)
    add("--after-change", action="store_true", help="print the IR after every pass that changed it")
    add("--diff", action="store_true", help="print what each pass changed")
    add(
        "--filter", metavar="NAME,...", help="... of these functions, populations, projections only"
    )
    add("--trace", action="store_true", help="print every rewrite with the place of its rule")
    add("--verify", type=int, choices=(0, 1, 2), help="1: after every pass; 2: print and parse too")
    add("--time", action="store_true", help="print how long everything took")
    add("--stats", action="store_true", help="print what every pass counted")
    add(
        "--explain",
        nargs="?",
        const="",
        metavar="NAME",
        help="what was optimised, what not and why; --explain=NAME: only what concerns NAME; "
        "--explain=cuda: launches, bytes and times of a step on a GPU",
    )
    add("--html", metavar="DIR", help="write one page with all of it: DIR/index.html")
    _add_runs(parser.add_argument_group("running, reducing, extending").add_argument)
    return parser


def _add_runs(add: Callable[..., Any]) -> None:
    add("--run", action="append", metavar="CALL", help="call 'f(1.0, 2.0)', interpreted and native")
    add("--steps", type=int, metavar="N", help="run N steps of kernels without their network")
    add("--set", action="append", metavar="NAME=VALUE", help="... with pop0.v=1.5 or dt=0.1, not 0")
    add("--simulate", action="store_true", help="let the script simulate")
    add("--network", metavar="N", help="the N-th network of the script only (from 1), or 'all'")
    add("--reduce", metavar="COMMAND", help="shrink the module while COMMAND {} fails")
    add(
        "--run-reproducer", action="store_true", help="the input is the reproducer of a failed pass"
    )
    add(
        "--load", action="append", default=[], metavar="FILE", help="load passes from a Python file"
    )
    add("--list-passes", action="store_true", help="all passes with their options")
    add("--list-ops", action="store_true", help="all operations with their declarations")


def _arguments(given: list[str]) -> argparse.Namespace:
    cut = given.index("--") if "--" in given else len(given)
    own, rest = given[:cut], given[cut + 1 :]
    parser = _parser()
    # Without a value these mean all passes; the word behind them is the input.
    alone = ("--print-ir-before", "--print-ir-after")
    args = parser.parse_args([f"{each}=all" if each in alone else each for each in _joined(own)])
    args.script_arguments = rest
    if not (args.input or args.list_passes or args.list_ops):
        parser.error("an input is needed: a model script, a module, or - for stdin")
    return args


def _joined(words: list[str]) -> Iterator[str]:
    """``--explain`` takes a name only behind ``=``, for the same reason."""
    for word in words:
        yield "--explain=" if word == "--explain" else word


# ---------------------------------------------------------------------- what is done with them


def _run(args: argparse.Namespace) -> int:
    for file in args.load:
        load_passes(file)
    if args.list_passes or args.list_ops:
        wanted = [list_passes] * args.list_passes + [list_operations] * args.list_ops
        _write(args, "\n\n".join(each() for each in wanted))
        return 0
    if args.run_reproducer:
        return _run_reproducer(args)
    if args.pipeline is not None:
        parse_pipeline(args.pipeline)  # a mistake in it should not wait for the script
    if args.resources and args.stage not in ("ptx", "sass"):
        raise UsageError("--resources are those of --stage ptx and sass")
    _context(args)  # nor should one in an option
    outputs, code = [], 0
    inputs = inputs_of(args)
    for given in inputs:
        if args.reduce:
            outputs.append(_reduced(args, given))
            continue
        work = _Work(args, given, _context(args, given.target))
        work.run()
        text, failed = work.output()
        code |= failed
        head = f"// ----- {given.title} -----\n" if len(inputs) > 1 and text else ""
        outputs.append(head + text)
    _write(args, "\n".join(each for each in outputs if each))
    return code


def _context(args: argparse.Namespace, target: str | None = None) -> Context:
    changes = {
        "target": target_of(args, target),
        "gpu_arch": args.arch,
        "print_ir_before": args.print_ir_before,
        "print_ir_after": args.print_ir_after,
        "print_ir_filter": args.filter,
        "print_ir_after_change": args.after_change or None,
        "diff": args.diff or None,
        "trace_rewrites": args.trace or None,
        "time": args.time or None,
        "stats": args.stats or None,
        "verify": args.verify,
        "opt": args.opt,
    }
    try:
        found = Context.from_environment(**{k: v for k, v in changes.items() if v is not None})
        backend(found.target.code_generator).machine(found.target.machine)
        return found
    except RanvierError as problem:
        raise UsageError(str(problem)) from None


def _write(args: argparse.Namespace, text: str) -> None:
    if not text:
        return
    if args.output:
        try:
            Path(args.output).write_text(text + "\n", encoding="utf-8")
        except OSError as problem:
            raise UsageError(f"cannot write '{args.output}': {problem.strerror}") from None
        return
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, e.g. head, has seen enough
        sys.stderr.close()


@define(eq=False)
class _Work:
    """A module on its way through the passes, and its output."""

    args: argparse.Namespace
    given: Input
    context: Context
    origin: Module | None = None
    page: Any = field(default=None)

    def pipeline(self) -> Pipeline:
        """The passes up to the stage that is asked for."""
        args, given = self.args, self.given
        if args.pipeline is not None:
            return parse_pipeline(args.pipeline)
        if given.network is None and (args.stage is None or not _is_network(given.module)):
            return Pipeline()
        options = self.context.options
        by_default = parse_pipeline(usual(options.opt, self.context.target, options.check))
        found = given.pipeline if given.pipeline and args.opt is None else by_default
        if args.stage == "net":
            return Pipeline()
        return found.down_to(args.stage) if args.stage in ("eq", "loops") else found

    def run(self) -> None:
        """Run the passes."""
        context, module = self.context, self.given.module
        pipeline = self.pipeline()
        if self.args.html:
            self.page = HtmlReport(context, _times(pipeline, module, context.options))
            context.instrumentations.append(self.page)
        if self.args.explain is not None or self.page:
            copy = module.clone({})
            self.origin = copy if isinstance(copy, Module) else None
        with context.stage("passes"):
            PassManager(pipeline, context).run(module)
            verify(module)

    def output(self) -> tuple[str, int]:
        """Output for stdout, and the exit code."""
        args, parts, code = self.args, [], 0
        if args.html:
            self._html()
        if args.explain is not None:
            parts.append(str(self._about(args.explain)))
        for text in args.run or ():
            shown_text, failed = ran_call(self.given.module, text)
            parts.append(shown_text)
            code |= failed
        if args.steps is not None:
            shown_text, failed = ran_steps(self.given.module, args.steps, args.set or ())
            parts.append(shown_text)
            code |= failed
        told = args.explain is not None or args.steps is not None
        silent = args.diff or args.html or args.run or told
        if args.stage is not None or args.output or not silent:
            parts.append(self._text())
        return "\n".join(parts), code

    def _text(self) -> str:
        module = self.given.module
        if self.args.stage in LISTINGS:
            with self.context.stage("llvm"):
                return self._native()
        return text_of(module, self.args.form, self.args.locations)

    def _native(self) -> str:
        generator, stage = self._generator, self.args.stage
        listings = generator.listings(self.given.module)
        made = [name for name in LISTINGS if hasattr(type(listings), LISTINGS[name])]
        if stage not in made:
            fail(
                f"the code generator of target '{self._target.name}' makes no '{stage}'",
                None,
                f"it makes --stage {', '.join(made)}",
            )
        text: str = getattr(listings, LISTINGS[stage])
        return (listings.resources() + text if self.args.resources else text).rstrip()

    @property
    def _generator(self) -> Backend:
        return backend(self._target.code_generator)

    @property
    def _target(self) -> Target:
        """The target of the module, if it names one. ``--arch`` chooses its machine."""
        module = self.given.module
        if TARGET not in module.attributes:
            return self.context.target
        try:
            found = targets.read(module)
        except ValueError as problem:
            fail(str(problem), module.loc)
        if self.args.arch:
            lengths = found.block, found.line
            found = targets.known(found.name, *lengths, self.args.arch, found.workers)
            module.attributes[TARGET] = targets.written(found)
        return found

    def _explanation(self) -> Any:
        network = self.origin if self.origin is not None and _is_network(self.origin) else None
        return explain(self.context.report, network, self.given.module)

    def _about(self, name: str) -> Any:
        """The explanation of a name. No GPU need be there."""
        if name != targets.CUDA.name or self.origin is None or not _is_network(self.origin):
            return self._explanation().about(name)
        from .gpu_explanation import run_without_device
        from .passes.tools.explain_gpu import explain_gpu

        module, target = self.given.module, self._target
        kernels, schedule = self._generator.listings(module).schedule
        dt = 1.0 if self.given.network is None else self.given.network.dt
        run = run_without_device(kernels, schedule, target.machine, target.workers, dt)
        return explain_gpu(self.origin, module, run, self.context.report)

    def _html(self) -> None:
        final = listing(self.given.module)
        listings = self._generator.listings(self.given.module, final.line_of)
        made = self._generator.stages.values()
        texts: tuple[tuple[str, str, str, str, Any], ...] = (
            ("LLVM", "llvm", "emit", "llvm", llvm_lines),
            ("LLVM opt", "llvm", "optimise", "llvm_optimized", llvm_lines),
            ("asm", "asm", "generate code", "asm", assembly_lines),
            ("PTX", "asm", "generate code", "ptx", assembly_lines),
        )
        try:
            for name, language, stage, attribute, lines_of in texts:
                if attribute in made:
                    with self.context.stage(stage):
                        lines = lines_of(getattr(listings, attribute))
                    self.page.add(name, language, self.context.seconds[stage], lines)
        except CodegenError as problem:
            print(f"note: the page has no LLVM: {problem}", file=sys.stderr)
        sources = {self.given.title: self.given.text} if self.given.text else {}
        folder = Path(self.args.html) / self.given.folder
        try:
            path = self.page.write(folder, self.given.title, self._explanation(), sources)
        except OSError as problem:
            raise UsageError(f"cannot write to '{folder}': {problem.strerror}") from None
        print(f"wrote {path}", file=sys.stderr)


def _times(pipeline: Pipeline, module: Module, options: Options) -> dict[int, float]:
    """Seconds of every pass, the best of some runs on copies.

    No instrumentation but the clock looks on.
    """
    best: dict[int, float] = {}
    for _ in range(3):  # the first run also imports and compiles
        clock, copy = PassClock(), module.clone({})
        assert isinstance(copy, Module)
        with no_gc(), suppress(RanvierError):
            PassManager(pipeline, Context(options, instrumentations=[clock])).run(copy)
        best = {k: min(v, best.get(k, v)) for k, v in clock.seconds.items()}
    return best


def _is_network(module: Module) -> bool:
    return any(op.name.startswith("net.") for op in module.ops)


def _run_reproducer(args: argparse.Namespace) -> int:
    if not Path(args.input).is_file():
        raise UsageError(f"there is no file '{args.input}'")
    found = read_reproducer(args.input)
    print(f"running {found.pipeline}", file=sys.stderr)
    found.run()
    print("it does not fail any more", file=sys.stderr)
    _write(args, text_of(found.module, args.form, args.locations))
    return 0


def _reduced(args: argparse.Namespace, given: Input) -> str:
    """The smallest module with which the command fails as before."""
    with tempfile.TemporaryDirectory(prefix="ranvier-reduce-") as folder:
        command = FailingCommand(args.reduce, Path(folder) / "module.mlir")
        if not command.learn(given.module):
            raise UsageError(f"'{args.reduce}' does not fail with the whole module")
        before = count_operations(given.module)
        reducer = Reducer(given.module, command.fails)
        module = reducer.run()
    after = count_operations(module)
    print(f"{before} operations became {after}, in {reducer.tried} runs", file=sys.stderr)
    return text_of(module, args.form, args.locations)


if __name__ == "__main__":
    sys.exit(main())
