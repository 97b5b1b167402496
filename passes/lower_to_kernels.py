"""lower-to-kernels: populations and projections become functions that every thread runs.

    "net.population"() <{sym_name = "pop0", ...}>    ->   func @pop0_update(%thread, %threads, %step, ...)
    "net.projection"() <{sym_name = "proj0", ...}>   ->   func @proj0_transmit(...)
                                                          func @step_range(%thread, %threads, %t0, %t1, ...)

``@step_range`` is the program: for every step, transmission of all projections in their order, a
barrier, the update of all populations, a barrier, the learning of all projections. Every thread runs it for its share of neurons.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.attributes import DictAttr, attribute
from ..ir.core import Op, Region, Value
from ..ir.dialects import arith, eq, net, scf
from ..ir.dialects.builtin import Module
from ..ir.dialects.func import Call, Func, Return, declaration, definition
from ..ir.rewriter import Rewriter
from ..ir.types import FloatType, Type, f64, i64, index
from ..ir.types import memref as buffer_type
from .core import Context, Pass, register
from .kernels import learning
from .kernels.monitor import MonitorLowering, monitors_of
from .kernels.population import PopulationLowering
from .kernels.projection import ProjectionLowering

BARRIER = "ranvier_barrier"
ENTRY = "step_range"


@register
class LowerToKernels(Pass):
    """Replace ``net`` operations by kernels; see the module."""

    name = "lower-to-kernels"
    requires = "eq"
    ensures = "kernels"

    def run(self, module: Module, ctx: Context) -> bool:
        """Lower everything, then remove the ``net`` operations."""
        ops = [
            op for op in module.ops if isinstance(op, net.Population | net.Projection | net.Monitor)
        ]
        number = _number_type(module)
        populations = _populations(ops, number)
        projections = _projections(ops, populations, number)
        phases = [
            [
                *(k for p in populations.values() if (k := p.clear_sums())),
                *(j.transmit() for j in projections),
            ],
            [k for p in populations.values() if (k := p.global_update())],
            _updates(ops, populations),
            [k for j in projections if (k := learning.shared_update(j))],
            [
                *(k for j in projections if (k := learning.learn(j))),
                *(k for j in projections if (k := learning.post_spike(j))),
            ],
        ]
        rw = Rewriter()
        for op in ops:
            rw.erase(op)
        barrier = declaration(BARRIER, (buffer_type(i64), index))
        module.body.block.append(barrier)
        for phase in phases:
            for kernel in phase:
                module.body.block.append(kernel)
        module.body.block.append(_program(phases))
        ctx.report.did(self.name, ENTRY, f"{sum(map(len, phases))} kernels")
        return True


def _number_type(module: Module) -> Type:
    """The float type of the network: that of the first float variable."""
    for op in module.walk():
        if isinstance(op, eq.Variable) and isinstance(op.type, FloatType):
            return op.type
    return f64


def _populations(ops: Sequence[Op], number: Type) -> dict[str, PopulationLowering]:
    """The populations by name, with what projections want of them: sums, and their past."""
    targets: dict[str, dict[str, None]] = {}
    past: dict[str, dict[str, None]] = {}
    ring: set[str] = set()
    for op in ops:
        if not isinstance(op, net.Projection):
            continue
        if op.kind != "spike":
            targets.setdefault(op.post, {}).update(dict.fromkeys(a.value for a in op.targets))
        if op.delayed and op.kind == "rate":
            reads = [o.variable for o in op.walk() if isinstance(o, eq.Pre)]
            past.setdefault(op.pre, {}).update(dict.fromkeys(reads))
        elif op.delayed:
            ring.add(op.pre)
    return {
        name: PopulationLowering(
            op, list(targets.get(name, {})), number, name in ring, tuple(past.get(name, {}))
        )
        for op in ops
        if isinstance(op, net.Population) and (name := op.sym_name)
    }


def _projections(
    ops: Sequence[Op], populations: dict[str, PopulationLowering], number: Type
) -> list[ProjectionLowering]:
    return [
        ProjectionLowering(op, populations[op.pre], populations[op.post], number)
        for op in ops
        if isinstance(op, net.Projection)
    ]


def _updates(ops: Sequence[Op], populations: dict[str, PopulationLowering]) -> list[Func]:
    monitors = [MonitorLowering(op) for op in ops if isinstance(op, net.Monitor)]
    return [p.update(monitors_of(p.op, monitors)) for p in populations.values()]


def _program(phases: list[list[Func]]) -> Func:
    """``@step_range``: its arguments are all buffers of all kernels, each once."""
    scalars = (index, index, index, index)
    names = ("thread", "threads", "t0", "t1")
    buffers: dict[str, tuple[Type, DictAttr]] = {
        "net.barrier": (
            buffer_type(i64),
            DictAttr(
                tuple(
                    {
                        "ranvier.buffer": attribute("net.barrier"),
                        "ranvier.extent": attribute("threads"),
                    }.items()
                )
            ),
        )
    }
    for phase in phases:
        for kernel in phase:
            for arg, described in zip(kernel.body.block.args, kernel.arg_attrs, strict=True):
                if described.value:
                    buffers.setdefault(
                        dict(described.value)["ranvier.buffer"].value, (arg.type, described)
                    )
    types = (*scalars, *(t for t, _ in buffers.values()))
    func = definition(ENTRY, types, (), (*names, *buffers))
    func.props = {
        "arg_attrs": attribute([DictAttr(())] * 4 + [d for _, d in buffers.values()]),
        **func.props,
    }
    args = dict(zip((*names, *buffers), func.body.block.args, strict=True))
    _steps(func, phases, args)
    return func


def _steps(func: Func, phases: list[list[Func]], args: dict[str, Value]) -> None:
    """The loop over steps."""
    block = func.body.block
    one = block.append(arith.constant(1, index)).results[0]
    body = scf.loop_block(index, (), ("step",))
    block.append(scf.For(args["t0"], args["t1"], one, body=Region(body)))
    block.append(Return())
    for phase in phases:
        if not phase:
            continue
        for kernel in phase:
            passed = [args["thread"], args["threads"], body.args[0]]
            for described in kernel.arg_attrs:
                if described.value:
                    passed.append(args[dict(described.value)["ranvier.buffer"].value])
            body.append(Call(*passed, callee=kernel.sym_name))
        body.append(Call(args["net.barrier"], args["threads"], callee=BARRIER))
    body.append(scf.Yield())
