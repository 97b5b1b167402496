"""The toolchain on one page: from a network to machine code.

network --emit--> net --equations--> eq --sparsity, kernels, cpu--> kernels --codegen--> native

The words on the arrows: what the frontend does, named pipelines of ``passes/pipelines.py``, and the
code generator of the target.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from .codegen.backend import GeneratedCode, backend
from .codegen.cache import Cache
from .frontend.description import NetworkDescription
from .frontend.emit.network import network_module
from .ir.attrs_classes import frozen
from .ir.core import lookup_symbol
from .ir.diagnostics import ModelError, error
from .ir.dialects.builtin import Module
from .ir.interface import STEP_RANGE
from .ir.spec import SPECS
from .ir.target import Target
from .ir.verifier import verify
from .passes.framework.context import Context
from .passes.framework.manager import PassManager
from .passes.framework.pipeline import Pipeline
from .passes.framework.pipeline_text import as_pipeline
from .passes.pipelines import CHECKING, usual


@frozen
class Lowered:
    """Kernels, and how they were made."""

    module: Module
    pipeline: Pipeline
    context: Context


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
    thorough = context.options.verify > 0
    with context.stage("emit"):
        module = network_module(description)
        verify(module, thorough=thorough)
    with context.stage("passes"):
        manager.run(module)
        verify(module, thorough=thorough)
        _check_finished(module, manager.pipeline, context.target)
    return Lowered(module, manager.pipeline, context)


def generate(lowered: Lowered, cache: Cache | None) -> GeneratedCode:
    """Machine code of kernels."""
    context = lowered.context
    generator = backend(context.target.code_generator)
    with context.stage(context.target.code_generator):
        code = generator.generate(lowered.module, cache)
    for file, text in generator.stages.items():
        context.produced(file, partial(getattr, code.listings, text))
    return code


def _check_finished(module: Module, pipeline: Pipeline, target: Target) -> None:
    """A pipeline of the user may stop too early."""
    left = SPECS[target.level].check(module)
    if not left and lookup_symbol(module, STEP_RANGE) is None:
        left = [error(f"the pipeline makes no function @{STEP_RANGE}")]
    if left:
        left[0].note(f"the pipeline of compile() is '{pipeline}'")
        left[0].note(f"what every pipeline has to do is '{as_pipeline(target.lowering)}'")
        raise ModelError(left[0])
