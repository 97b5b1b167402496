"""Targets: kinds of machines that kernels are made for.

A target says what passes and the run time must know of a machine; all else is its code generator's.
It is a value that passes get with their context. ``code_generator`` names the folder
``codegen_<name>`` that makes its code, ``device`` the module of ``runtime/device`` that holds its
buffers. A further target is a record, those two, and the pass that maps loops onto it.

A module of kernels names its target beside its declarations (``declarations.py``), in the attribute
``ranvier.target``:

    {name = "cpu", block = 16, line = 8}
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


@frozen
class Target:
    """A kind of machine that kernels are made for.

    ``optimised`` and ``lowering`` are the pipelines that make its kernels, with and without
    optimisations (``passes/pipelines.py``). ``vector_bytes`` is the width of a vector.
    Lengths per neuron are multiples of ``block`` elements, and so are the borders between workers:
    vector loops have no remainder, and no two workers write to one cache line. ``line`` is the
    number of elements of 8 bytes in a cache line: elements that each worker writes for itself are
    so far apart.
    """

    name: str
    code_generator: str
    device: str
    optimised: str
    lowering: str
    vector_bytes: int
    block: int
    line: int

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

_KNOWN = {CPU.name: CPU}


def register(target: Target) -> Target:
    """Register a target under its name, and return it."""
    _KNOWN[target.name] = target
    return target


def find_target(name: str) -> Target:
    """The target called ``name``.

    Raises a ModelError, with the closest name, if there is none.
    """
    if name not in _KNOWN:
        fail(_unknown(name))
    return _KNOWN[name]


def _unknown(name: str) -> str:
    return f"unknown target '{name}'{did_you_mean(name, list(_KNOWN))}"


def written(target: Target) -> DictAttr:
    """The attribute of a module: its target, with block and line."""
    from .attributes import DictAttr, attribute  # building a network needs none

    said = {"name": target.name, "block": target.block, "line": target.line}
    return DictAttr(tuple((name, attribute(value)) for name, value in said.items()))


def read(module: Module) -> Target:
    """The target of a module, with its block and line.

    Raises ValueError for a module without a target, or with an unknown one.
    """
    from .attributes import DictAttr, StringAttr

    said = module.attributes.get(TARGET)
    if not isinstance(said, DictAttr):
        raise ValueError(f"the module does not say its target, as in {TARGET} = {written(CPU)}")
    found = dict(said.value)
    name = found.pop("name", None)
    if not isinstance(name, StringAttr) or found.keys() != {"block", "line"}:
        raise ValueError(f"{TARGET} has a name, a block and a line, as in {written(CPU)}")
    return known(name.value, **{key: getattr(each, "value", None) for key, each in found.items()})


def known(name: str, block: object, line: object) -> Target:
    """The target called ``name``, with other lengths of block and line.

    Raises ValueError for an unknown name and for lengths out of range.
    """
    if name not in _KNOWN:
        raise ValueError(_unknown(name))
    if not (isinstance(block, int) and isinstance(line, int)):
        raise ValueError(f"a block and a line of {TARGET} are whole numbers")
    if not (1 <= block <= LONGEST and 1 <= line <= LONGEST):
        raise ValueError(f"a block and a line of {TARGET} have from 1 to {LONGEST} elements")
    return evolve(_KNOWN[name], block=block, line=line)
