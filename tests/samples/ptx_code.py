"""Kernels and PTX of networks, for tests without a GPU."""

from __future__ import annotations

import re
from typing import Literal

import pytest

import ranvier as rv
from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.codegen_ptx.ptxas import WAY_OUT, find_ptxas
from ranvier.frontend.emit.network import network_module
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.target import CUDA
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.settings import Options
from ranvier.passes.pipelines import ONE_BLOCK, usual

needs_ptxas = pytest.mark.skipif(find_ptxas() is None, reason=f"there is no ptxas: {WAY_OUT}")

Form = Literal["grid", "block", "lowering"]
"""Kernels for a grid or for one block.

Those are optimised, those of "lowering" are not.
"""

FORMS: tuple[Form, ...] = ("grid", "block", "lowering")

ASSEMBLED = ("sm_75", "sm_80", "sm_90", "sm_100", "sm_120")
"""Architectures for which code is assembled, one of each family."""


def pipeline(form: Form) -> str:
    """The pipeline of a form."""
    return ONE_BLOCK if form == "block" else usual(int(form == "grid"), CUDA)


def kernels(net: rv.Network, machine: str = CUDA.machine, form: Form = "grid") -> Module:
    """The kernels of a network for a GPU."""
    module = network_module(net)
    opt: Literal[0, 1] = 0 if form == "lowering" else 1
    context = Context(Options(target=CUDA.name, gpu_arch=machine, opt=opt))
    PassManager(pipeline(form), context).run(module)
    verify(module)
    return module


def ptx_of(net: rv.Network, machine: str = CUDA.machine, form: Form = "grid") -> PtxCode:
    """The PTX of a network."""
    return PtxModule(kernels(net, machine, form)).entry


def function(operation: str, operand: str, result: str = "") -> Module:
    """A function of one operation on ``%x`` and ``%y``."""
    result = result or operand
    head = f"func.func @f(%x: {operand}, %y: {operand}) -> {result}"
    return parse(f"{head} {{ %z = {operation}\nreturn %z : {result} }}", "one")


INSTRUCTION = re.compile(r"^\s+(?:@!?%p\d+ +)?([a-z][a-z0-9_]*(?:\.\w+)*)[ \t;]", re.MULTILINE)
"""An instruction, with its modifiers."""


def opcodes(ptx: str) -> set[str]:
    """The names of all instructions, with their modifiers."""
    return set(INSTRUCTION.findall(ptx))
