"""Targets: kinds of machines that kernels are made for.

A target says what passes and the run time must know of a machine; all else is its code generator's.
It is a value that passes get with their context. ``code_generator`` names the folder
``codegen_<name>`` that makes its code, ``device`` the module of ``runtime/device`` that holds its
buffers. A further target is a record, those two, and the pass that maps loops onto it.

A module of kernels names its target beside its declarations (``declarations.py``), in the attribute
``ranvier.target``:

    {name = "cpu", block = 16, line = 8}
    {name = "cuda", block = 32, line = 16, machine = "sm_90", workers = 256}

All that is kept by worker is kept for so many ``workers`` as it says there; without that the run
time decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from .attrs_classes import frozen
from .diagnostics import fail
from .suggest import did_you_mean

if TYPE_CHECKING:
    from .attributes import DictAttr
    from .dialects.builtin import Module

TARGET = "ranvier.target"
"""The attribute of a module of kernels that holds its target."""

LONGEST = 1 << 12
"""The largest number of elements of a block or line."""

MOST_WORKERS = 1 << 10
"""The most workers that kernels may be made for. A block on a GPU has no more threads."""


@frozen
class Target:
    """A kind of machine that kernels are made for.

    ``optimised`` and ``lowering`` are the pipelines that make its kernels, with and without
    optimisations (``passes/pipelines.py``). ``vector_bytes`` is the width of a vector.
    Lengths per neuron are multiples of ``block`` elements, and so are the borders between workers:
    vector loops have no remainder, and no two workers write to one cache line. ``line`` is the
    number of elements of 8 bytes in a cache line: elements that each worker writes for itself are
    so far apart.
    ``level`` names the operations that its code generator takes (``ir/spec.py``).
    Kernels always run on ``workers`` workers; 0: as many as the machine has cores, or fewer.
    ``machine`` is the model that code is made for, in the words of its code generator; empty where
    that is the machine of this process.
    """

    name: str
    code_generator: str
    device: str
    optimised: str
    lowering: str
    vector_bytes: int
    block: int
    line: int
    level: str = "native"
    workers: int = 0
    machine: str = ""

    def padded(self, count: int) -> int:
        """``count`` elements, rounded up to whole blocks."""
        return -(-count // self.block) * self.block

    def borders(self, count: int, workers: int) -> list[int]:
        """The first neuron of each worker, and the end of all.

        The end is in whole blocks. Kernels divide neurons in the same way (``Kernel.border``).
        """
        blocks = self.padded(count) // self.block
        return [blocks * worker // workers * self.block for worker in range(workers + 1)]


CPU = Target(
    name="cpu",
    code_generator="llvm",
    device="cpu",
    optimised="@equations,@sparsity,@kernels,@cpu",
    lowering="@lowering",
    vector_bytes=64,
    block=16,
    line=8,
)
"""The target of threads on the processor of this machine."""

CUDA = Target(
    name="cuda",
    code_generator="ptx",
    device="cuda",
    optimised="@equations,@grid-sparsity,@steps,uniform-first,@grid,@block",
    lowering="@lowering,expand-remainders",
    vector_bytes=8,
    block=32,
    line=16,
    level="scalar",
    workers=256,
    machine="sm_75",
)
"""The target of NVIDIA GPUs.

Kernels for one worker are spread over a grid of any size. Those for 256 workers run as one block
of threads: a worker is a thread, and 32 of them are a warp. A module says which it is. Code for its
machine, the oldest one, runs on all newer ones.
"""

_KNOWN = {CPU.name: CPU, CUDA.name: CUDA}
_OTHER_WORDS = ("gpu", "nvidia", "ptx")


def register(target: Target) -> Target:
    """Register a target under its name, and return it."""
    _KNOWN[target.name] = target
    return target


def find_target(name: str, machine: str = "") -> Target:
    """The target called ``name``, for a ``machine`` if it has several.

    Raises a ModelError, with the closest name, if there is none.
    """
    if name not in _KNOWN:
        fail(_unknown(name), None, f"the targets are {', '.join(_KNOWN)}")
    return _for(_KNOWN[name], machine)


def _for(target: Target, machine: str) -> Target:
    return evolve(target, machine=machine) if machine and target.machine else target


def _unknown(name: str) -> str:
    """A complaint.

    Other words for a GPU are close to ``cpu``, but do not mean it.
    """
    if str(name).lower() in _OTHER_WORDS:
        return f"unknown target '{name}'; did you mean '{CUDA.name}'?"
    return f"unknown target '{name}'{did_you_mean(str(name), list(_KNOWN))}"


def written(target: Target) -> DictAttr:
    """The attribute of a module: target, block, line, machine and workers."""
    from .attributes import DictAttr, attribute  # building a network needs none

    said = {"name": target.name, "block": target.block, "line": target.line}
    if target.machine:
        said["machine"] = target.machine
    if target.workers:
        said["workers"] = target.workers
    return DictAttr(tuple((name, attribute(value)) for name, value in said.items()))


def read(module: Module) -> Target:
    """The target of a module, as the module says it.

    Raises ValueError for a module without a target, or with an unknown one.
    """
    from .attributes import DictAttr, StringAttr

    said = module.attributes.get(TARGET)
    if not isinstance(said, DictAttr):
        raise ValueError(f"the module does not say its target, as in {TARGET} = {written(CPU)}")
    found = dict(said.value)
    name, machine = found.pop("name", None), found.pop("machine", StringAttr(""))
    workers = getattr(found.pop("workers", None), "value", 0)
    if not isinstance(name, StringAttr) or found.keys() != {"block", "line"}:
        raise ValueError(f"{TARGET} has a name, a block and a line, as in {written(CPU)}")
    if not isinstance(machine, StringAttr):
        raise ValueError(f"the machine of {TARGET} is a name, as in {written(CUDA)}")
    block, line = (getattr(found[key], "value", None) for key in ("block", "line"))
    return known(name.value, block, line, machine.value, workers)


def known(name: str, block: object, line: object, machine: str = "", workers: object = 0) -> Target:
    """The target called ``name``, with other lengths and another machine.

    The lengths are those of block and line. So many ``workers`` run its kernels; 0: as many as
    usually.

    Raises ValueError for an unknown name and for numbers out of range.
    """
    if name not in _KNOWN:
        raise ValueError(_unknown(name))
    if not (isinstance(block, int) and isinstance(line, int)):
        raise ValueError(f"a block and a line of {TARGET} are whole numbers")
    if not (1 <= block <= LONGEST and 1 <= line <= LONGEST):
        raise ValueError(f"a block and a line of {TARGET} have from 1 to {LONGEST} elements")
    if not (isinstance(workers, int) and 0 <= workers <= MOST_WORKERS):
        raise ValueError(f"the workers of {TARGET} are a whole number from 0 to {MOST_WORKERS}")
    usual = _for(_KNOWN[name], machine)
    return evolve(usual, block=block, line=line, workers=workers or usual.workers)
