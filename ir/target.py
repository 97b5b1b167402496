"""Targets: what kernels are made for, as far as anything but its code generator must know.

A target is a value that passes get with their context. ``code_generator`` names the folder
``codegen_<name>`` that makes its code, ``device`` the module of ``runtime/device`` that holds its
buffers. A further target is a record, those two, and the pass that maps loops onto it.
"""

from __future__ import annotations

from attrs import frozen

from .diagnostics import fail
from .suggest import did_you_mean


@frozen
class Target:
    """A kind of machine.

    ``optimised`` and ``lowering`` are the pipelines that make its kernels, with and without
    optimisations (``passes/pipelines.py``). ``vector_bytes`` is the width of a vector.
    Lengths per neuron are multiples of ``block`` elements, and so are the borders between workers:
    vector loops have no remainder, and no two workers write to one cache line. ``line`` is how many
    elements of 8 bytes a cache line has: what workers write for themselves is that far apart.
    ``address_spaces`` are the memories that a kernel can address, the first one that of buffers.
    ``atomics`` are the operations on memory that workers may do at once.
    """

    name: str
    code_generator: str
    device: str
    optimised: str
    lowering: str
    vector_bytes: int
    block: int
    line: int
    address_spaces: tuple[str, ...] = ("global",)
    atomics: frozenset[str] = frozenset()

    def padded(self, count: int) -> int:
        """``count`` elements in whole blocks."""
        return -(-count // self.block) * self.block


CPU = Target(
    name="cpu",
    code_generator="llvm",
    device="cpu",
    optimised="@equations,@sparsity,@kernels,@cpu",
    lowering="@lowering",
    vector_bytes=64,
    block=16,
    line=8,
    atomics=frozenset({"addi", "exchange"}),
)
"""Threads of this machine."""

_KNOWN = {CPU.name: CPU}


def register(target: Target) -> Target:
    """Make a target known by its name."""
    _KNOWN[target.name] = target
    return target


def find_target(name: str) -> Target:
    """The target of a name; an error with the closest name where there is none."""
    if name not in _KNOWN:
        fail(f"unknown target '{name}'{did_you_mean(name, list(_KNOWN))}")
    return _KNOWN[name]
