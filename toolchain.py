"""The toolchain on one page: from the description of a network to machine code.

network --emit--> net --equations--> eq --sparsity, kernels, cpu--> kernels --codegen--> native

The words on the arrows: what the frontend does, named pipelines of ``passes/pipelines.py``, and the
code generator of the target.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
from attrs import evolve, frozen

from .codegen.backend import Code, backend
from .codegen.cache import Cache
from .frontend.description import NetworkDescription
from .frontend.emit.network import network_module
from .ir.attributes import IntegerAttr, StringAttr
from .ir.buffers import CLOCK, Key, described, variable
from .ir.core import Op, lookup_symbol
from .ir.diagnostics import ModelError, error
from .ir.dialects import net
from .ir.dialects.builtin import Module
from .ir.interface import STEP_RANGE
from .ir.spec import SPECS
from .ir.types import MemRefType
from .ir.verifier import verify
from .passes.context import Context
from .passes.core import Pass
from .passes.instrumentation import Instrumentation
from .passes.manager import PassManager
from .passes.pipeline import Pipeline
from .passes.pipeline_text import as_pipeline
from .passes.pipelines import CHECKING, LOWERING, usual
from .recall import Plan
from .runtime.arguments import BufferSpec
from .runtime.synapses import VariableSpec

DTYPES = {
    name: np.dtype(kind)
    for name, kind in {
        "f64": np.float64,
        "f32": np.float32,
        "i64": np.int64,
        "i32": np.int32,
        "i16": np.uint16,
        "i8": np.int8,
        "i1": np.int8,
    }.items()
}


class Layouts(Instrumentation):
    """What ``net`` said of each projection before it was lowered: its storage, its tile, ..."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._localities: dict[Key, str] = {}

    def placed(self, variables: Iterable[VariableSpec]) -> list[VariableSpec]:
        """The variables that were declared, with what passes made of their locality."""
        kept = self._localities
        return [evolve(v, kept=kept[v.key]) if v.key in kept else v for v in variables]

    def before_pass(self, item: Pass, op: Op) -> None:
        """Look at the projections that are about to go."""
        if item.ensures == "kernels" and isinstance(op, Module):
            for each in op.ops:
                if isinstance(each, net.Projection):
                    said: list[Any] = [*each.defn.props, *each.defn.decisions]
                    self.found[each.sym_name] = {
                        name: getattr(each, name)
                        for name, kind in said
                        if kind.kind in (StringAttr, IntegerAttr)
                    }
                    self._localities |= {
                        variable(each.sym_name, name): found.locality
                        for name, found in each.original.variables.items()
                    }


@frozen
class Lowered:
    """Kernels, and all that was learned on the way down."""

    module: Module
    pipeline: Pipeline
    context: Context
    variables: list[VariableSpec]
    layouts: Layouts

    def plan(self, code: str) -> Plan:
        """What the run time has to know; ``code`` is the key of the machine code."""
        variables = self.layouts.placed(self.variables)
        return Plan(buffers_of(self.module), variables, self.layouts.found, code)


def lower(description: NetworkDescription, passes: Any, context: Context) -> Lowered:
    """Emit a network and run ``passes`` (None: the usual ones).

    Raises ModelError for what is wrong with the model or not supported, and for a pipeline that
    does not end in kernels; PassFailed where a pass itself fails.
    """
    if passes is None:
        passes = usual(context.options.opt, context.target, context.options.check)
    elif context.options.check == "bounds":
        passes = [as_pipeline(passes), CHECKING]
    manager = PassManager(as_pipeline(passes), context)
    context.again = partial(network_module, description)
    layouts = Layouts()
    context.instrumentations.append(layouts)
    thorough = context.options.verify > 0
    with context.stage("emit"):
        module = network_module(description)
        verify(module, thorough=thorough)
        variables = declared(module)
    with context.stage("passes"):
        manager.run(module)
        verify(module, thorough=thorough)
        _check_finished(module, manager.pipeline)
    return Lowered(
        module=module,
        pipeline=manager.pipeline,
        context=context,
        variables=variables,
        layouts=layouts,
    )


def generate(lowered: Lowered, cache: Cache | None) -> Code:
    """Machine code of kernels."""
    context = lowered.context
    generator = backend(context.target.code_generator)
    with context.stage(context.target.code_generator):
        code = generator.generate(lowered.module, cache)
    for file, text in generator.stages.items():
        context.produced(file, partial(getattr, code, text))
    return code


def _check_finished(module: Module, pipeline: Pipeline) -> None:
    """A pipeline of the user may stop too early."""
    left = SPECS["native"].check(module)
    if not left and lookup_symbol(module, STEP_RANGE) is None:
        left = [error(f"the pipeline makes no function @{STEP_RANGE}")]
    if left:
        left[0].note(f"the pipeline of compile() is '{pipeline}'")
        left[0].note(f"what every pipeline has to do is '{as_pipeline(LOWERING)}'")
        raise ModelError(left[0])


def declared(module: Module) -> list[VariableSpec]:
    """All parameters and variables of the network."""
    known: dict[Op, list[tuple[str, Any, str, str]]] = {}
    found = []
    for op in module.ops:
        if isinstance(op, net.Population | net.Projection):
            original = op.kept or op
            if original not in known:
                known[original] = [
                    (name, DTYPES[str(v.stored_type)], v.locality, _role(name, v.role))
                    for name, v in op.original.variables.items()
                ]
            owner = op.sym_name
            found += [VariableSpec(owner, *said) for said in known[original]]
    return found


def _role(name: str, declared: str) -> str:
    """A clock is none of the user's variables."""
    return CLOCK if name in net.CLOCKS else declared


def buffers_of(module: Module) -> list[BufferSpec]:
    """The buffer arguments of the program, in order."""
    program: Any = lookup_symbol(module, STEP_RANGE)
    found = []
    for about, type_ in zip(described(program), program.function_type.inputs, strict=True):
        if about is not None and isinstance(type_, MemRefType):
            element = type_.element
            if isinstance(element, MemRefType):
                element = element.element
            found.append(BufferSpec(about, DTYPES[str(element)]))
    return found
