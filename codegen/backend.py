"""Code generators as the toolchain sees them: kernels in, a function that Python can call out.

A code generator is a folder ``codegen_<name>`` whose module ``backend`` has a :class:`Backend`
under the name ``BACKEND``. A target (``ir/target.py``) says by name which one it takes; nothing
outside of its folder knows more of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from ..ir.dialects.builtin import Module
    from .cache import Cache


class Entry(Protocol):
    """The entry point of compiled kernels; it releases the GIL while it runs."""

    def __call__(self, thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
        """Run steps ``t0`` to ``t1`` as ``thread`` of ``threads``; ``table`` holds the buffers."""


class GeneratedCode(Protocol):
    """Kernels as machine code.

    ``key`` names the code in a cache; ``source`` says where it came from: "memory", "disk", or
    nothing where it was generated. ``listings`` has the texts that the ``stages`` of its backend
    name.
    """

    key: str
    source: str
    entry: Entry
    listings: Any


class Backend(Protocol):
    """A code generator."""

    stages: Mapping[str, str]
    """Texts for people: the names of their files (``90.ll``), and the attributes of listings."""

    def generate(self, module: Module, cache: Cache | None) -> GeneratedCode:
        """The machine code of a verified module of kernels with a ``@step_range``."""

    def load(self, content: bytes) -> Entry:
        """The function of machine code that was generated before, here or in another process."""

    def described(self) -> str:
        """What of the machine and of the generator decides the machine code, as text."""

    def listings(self, module: Module) -> Any:
        """What becomes of a module, for people; has the attributes that ``stages`` names."""


def backend(name: str) -> Backend:
    """The code generator of a name."""
    package = __name__.split(".")[0]
    return cast("Backend", import_module(f"{package}.codegen_{name}.backend").BACKEND)
