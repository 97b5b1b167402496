"""Changes of single instructions are noticed.

A launch is repeated on the emulator with one instruction changed, of those that run in it. It shows
as a fault, or as other memory. What is left are changes that mean the same: LLVM divides numbers of
64 bits by a branch to a shorter division where both are small, a term may be zero, and two of the
addresses or numbers that lie side by side may serve as well as one another.
"""

from __future__ import annotations

import os
import re
import sys
from itertools import islice
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
from attrs import define, evolve, field
from differential.test_golden_states import brunel
from ptx_emulator import EmulatedGpu, EmulatorError, Module
from samples.gpu_memory import gpu_table
from samples.ptx_code import kernels

from ranvier.codegen_llvm.jit import compile_module
from ranvier.codegen_ptx.entry import ENTRY
from ranvier.codegen_ptx.ptx_module import PtxModule
from ranvier.ir.target import CUDA
from ranvier.programs import program_of
from ranvier.runtime.device.cpu import Cpu
from ranvier.runtime.plan import Plan
from ranvier.runtime.thread_pool import ThreadPool

WORKERS = 8
BEFORE, STEPS = 300, 4
"""Steps until there is activity, and those of the launch."""

COUNT, MISSED = (100, 10) if os.environ.get("RANVIER_NIGHTLY") else (30, 4)
"""Changes, and how many may mean the same. A small sample may have more than a tenth."""

LIMIT = 400_000
"""Instructions of a launch; it takes 70,000 as it is."""

OTHERS = {
    "add": "sub", "sub": "add", "mul": "add", "div": "mul", "and": "or", "or": "and",
    "xor": "or", "shl": "shr", "shr": "shl", "min": "max", "max": "min",
}  # fmt: skip
"""Opcodes and what becomes of them."""

COMPARED = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


@define
class Kept(Cpu):
    """Threads of the CPU, and a launch's arguments on a device."""

    last: int = BEFORE + STEPS
    gpu: EmulatedGpu = field(factory=EmulatedGpu)
    parameters: tuple[int, ...] = ()

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Copy the memory before the last launch."""
        if steps[1] == self.last:
            self.gpu = EmulatedGpu(limit=LIMIT)
            self.parameters = (*steps, gpu_table(self.gpu, found, []))
        return super().launch(entry, found, steps, workers)


def kept() -> tuple[Kept, str]:
    """A device that kept a launch, and the PTX."""
    net = brunel()
    net.config(num_threads=None)
    module = kernels(net, form="block")
    target = evolve(CUDA, device="kept", workers=WORKERS)
    device = Kept(target, ThreadPool(WORKERS))
    place = ModuleType("ranvier.runtime.device.kept")
    vars(place)["make"] = lambda *_, **__: device
    plan = evolve(Plan.of(module), target=target)
    with mock.patch.dict(sys.modules, {place.__name__: place}):
        program = program_of(net, plan, compile_module(module, flush=False).entry)
    program.simulate(BEFORE)
    program.simulate(STEPS)
    return device, PtxModule(module).entry.ptx


def changed(line: str, random: np.random.Generator) -> str:
    """A line with another instruction, or the same one."""
    found = re.match(r"(\s*)(@!?%p\d+\s+)?([a-z][\w.]*)(.*)", line)
    if found is None:
        return line
    indent, guard, opcode, rest = found.groups()
    words = opcode.split(".")
    if guard:
        other = guard.replace("@!", "@") if "!" in guard else guard.replace("@", "@!")
        return f"{indent}{other}{opcode}{rest}"
    if words[0] == "setp":
        words[1] = COMPARED.get(words[1].removesuffix("u"), "eq")
        return f"{indent}{'.'.join(words)}{rest}"
    if words[0] == "selp":
        result, one, other, condition = rest.strip(" \t;").split(",")
        return f"{indent}{opcode} {result}, {other}, {one}, {condition};"
    return indent + _other_number(words, rest, random)


def _other_number(words: list[str], rest: str, random: np.random.Generator) -> str:
    """An instruction with another constant or address, or else another opcode."""
    access = words[0] in ("ld", "st")
    number = re.search(r"(?<=[ +,\t])(-?\d+)(?=[;\],])", rest)
    if number and (words[0] not in OTHERS or random.random() < 0.5):
        other = int(number[0]) + (8 if access else 1)
        return f"{'.'.join(words)}{rest[: number.start()]}{other}{rest[number.end() :]}"
    if access and words[1] != "param" and "+" not in rest:
        return f"{'.'.join(words)}{rest.replace(']', '+8]', 1)}"
    if words[0] not in OTHERS or "wide" in words:
        return f"{'.'.join(words)}{rest}"
    opcode = OTHERS[words[0]]
    plain = [word for word in words[1:] if word != "lo"]
    if opcode in ("shl", "shr"):
        plain[-1] = f"b{plain[-1][1:]}"
    return f"{'.'.join([opcode, *plain])}{rest}"


def executed(module: Module) -> list[int]:
    """The lines of the instructions that have run."""
    segments = [each for each in module.kernels[ENTRY].program.segments if each.runs]
    lines = {each.place.line for segment in segments for each in segment.instructions}
    ends = [each.end.instruction for each in segments]
    return sorted(lines | {each.place.line for each in ends if each is not None})


def test_changes_are_noticed() -> None:
    device, text = kept()
    gpu = device.gpu
    before = gpu.snapshot()

    def after(text: str) -> tuple[Module | None, bytes]:
        """The module, None after a fault, and the memory then."""
        gpu.restore(before)
        try:
            module = gpu.load(text)
            gpu.launch(module, ENTRY, (1, 1, 1), (WORKERS, 1, 1), device.parameters)
        except EmulatorError:
            return None, b""
        return module, gpu.snapshot()[0]

    module, meant = after(text)
    assert module is not None
    random, lines = np.random.default_rng(1), text.split("\n")
    places = [at - 1 for at in random.permutation(executed(module)).tolist()]
    changes = ((at, changed(lines[at], random)) for at in places)
    tried = [*islice(((at, other) for at, other in changes if other != lines[at]), COUNT)]
    missed = [
        f"{at + 1}: {lines[at].strip()} -> {other.strip()}"
        for at, other in tried
        if after("\n".join([*lines[:at], other, *lines[at + 1 :]]))[1] == meant
    ]
    assert len(tried) == COUNT and len(missed) <= MISSED, "\n".join(missed)
