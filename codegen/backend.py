"""The interface of code generators: kernels in, a function out. Python can call the function.

A code generator is a folder ``codegen_<name>`` whose module ``backend`` has a :class:`Backend`
under the name ``BACKEND``. A target (``ir/target.py``) says by name which one it takes; nothing
outside of its folder knows more of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from ..ir.core import Op
    from ..ir.dialects.builtin import Module
    from .cache import Cache


class Entry(Protocol):
    """The entry point of compiled kernels. It releases the GIL while it runs."""

    def __call__(self, thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
        """Run steps ``t0`` to ``t1`` as ``thread`` of ``threads``. ``table`` holds the buffers."""


class GeneratedCode(Protocol):
    """Kernels as machine code.

    ``entry`` is what the device of its target launches: on threads of this process an
    :class:`Entry`. ``key`` names the code in a cache; ``source`` says where it came from: "memory",
    "disk", or nothing where it was generated. ``listings`` has the texts that the ``stages`` of its
    backend name.
    """

    key: str
    source: str
    entry: Any
    listings: Any


class Backend(Protocol):
    """A code generator."""

    stages: Mapping[str, str]
    """Texts for people: names of files, and attributes of listings.

    The name of a file is ``90.ll``, for example.
    """

    def generate(self, module: Module, cache: Cache | None) -> GeneratedCode:
        """The machine code of a verified kernel module. The module has a ``@step_range``."""

    def load(self, content: bytes) -> Any:
        """The entry of machine code that was generated before. None where it is none.

        This process or another one made the code.
        """

    def machine(self, name: str, *, device: bool = False) -> str:
        """The name of the machine that code is made for.

        It is ``name``: raises ModelError for an unknown one. Where that is the name of a
        ``device``, it is the newest machine whose code runs there. Empty where code is always for
        the machine of this process.
        """

    def described(self, machine: str) -> str:
        """Description of a target's machine and of the generator, as text.

        It tells all that decides the machine code.
        """

    def listings(self, module: Module, lines: Mapping[Op, int] | None = None) -> Any:
        """Texts of a module, for people. They have the attributes that ``stages`` names.

        ``lines`` asks for marks that lead to each operation's line in a listing of the module.
        """

    def call(self, module: Module, name: str, *arguments: Any) -> Any:
        """The results of one function as machine code, for tools.

        Buffers are arrays, changed in place. Raises CodegenError where there is no such code.
        """


def backend(name: str) -> Backend:
    """The code generator of a name."""
    package = __name__.split(".")[0]
    return cast("Backend", import_module(f"{package}.codegen_{name}.backend").BACKEND)
