"""Kernels as programs of one launch, on emulated grids."""

from __future__ import annotations

from typing import Any

import numpy as np
from ptx_emulator import EmulatedGpu

from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.target import CUDA, known, written
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.settings import Options


def program(buffers: str, body: str, machine: str = CUDA.machine, more: str = "") -> Module:
    """A program whose ``@kernel`` runs once.

    It gets the last step as ``%n``. ``more`` are further functions.
    """
    types = ", ".join(each.partition(": ")[2] for each in buffers.split(", %"))
    names = ", ".join(each.strip().partition(":")[0] for each in buffers.split(", "))
    module = parse(f"""
{more}
func.func @kernel(%thread: index, %threads: index, %n: index, {buffers})
    attributes {{ranvier.items = 64 : i64}} {{
{body}
  return
}}
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index, {buffers}) {{
  func.call @kernel(%thread, %threads, %t1, {names}) : (index, index, index, {types}) -> ()
  return
}}""")
    module.attributes["ranvier.target"] = written(
        known("cuda", CUDA.block, CUDA.line, machine=machine, workers=1)
    )
    verify(module)
    PassManager("lower-syn,place-launches", Context(Options(target="cuda"))).run(module)
    verify(module)
    return module


def code_of(module: Module) -> PtxCode:
    """The code of a program."""
    found = PtxModule(module).entry
    assert isinstance(found, PtxCode)
    return found


def launched(
    module: Module, n: int, *buffers: Any, blocks: int = 1, threads: int = 32, seed: int = 0
) -> list[Any]:
    """Copies of buffers, after a launch on a grid."""
    code, gpu = code_of(module), EmulatedGpu(seed=seed)
    (kernel,) = code.kernels
    assert len(kernel.buffers) == len(buffers) and not kernel.in_table
    places = [gpu.allocate(each.nbytes) for each in buffers]
    for place, each in zip(places, buffers, strict=True):
        gpu.write(place, each)
    ((_, _, values),) = code.schedule
    numbers = [(0, n)[each] for each in values]
    shape = ((blocks, 1, 1), (threads, 1, 1))
    clock = gpu.allocate(8)
    gpu.write(clock, np.zeros(1, np.int64))
    nothing_moves = [clock, 0] if numbers else []
    gpu.launch(gpu.load(code.ptx), kernel.name, *shape, [*numbers, *places, *nothing_moves])
    return [
        np.frombuffer(gpu.read(place, each.nbytes), each.dtype)
        for place, each in zip(places, buffers, strict=True)
    ]
