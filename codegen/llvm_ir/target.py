"""Properties of machines on which the LLVM IR of kernels depends.

The rules of this folder ask it; a code generator fills it. Everything else that is special about
a machine happens outside of the text: which passes of LLVM run, how code is loaded and started.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field

from ...ir.attrs_classes import frozen

if TYPE_CHECKING:
    from ...ir.core import Op

_OVERLOADED = re.compile(r"(\.(v\d+)?[fip]\d+)+$")


@frozen(eq=False)
class LlvmTarget:
    """A machine, as the text of LLVM IR sees it.

    ``entry`` is the definition of the entry point: it calls ``@step_range(i64 thread, i64 threads,
    i64 t0, i64 t1, ptr table)`` on every worker, where ``table`` has the addresses of the buffers.
    ``barrier`` is the definition of ``@ranvier_barrier(ptr state, i64 threads)``. Both may declare
    what they call, and begin with definitions of their own.
    ``attributes`` stand behind every function that is defined: how it treats denormals, say.
    Where functions are ``inlined``, only rare cases of formulas are called.
    ``address_space`` is LLVM's number of the memory that buffers and their table lie in; pointers
    of other memories do not occur.
    ``scope`` are the words in front of the order of atomic operations: who may see them.
    ``functions`` are the intrinsics, without the types that they are overloaded by, and the
    functions of a library that code may call; None means that all are there.
    ``frozen_arguments``: functions do not use their arguments themselves, but frozen ones, which
    are the same numbers. LLVM takes the address of an argument else, where code chooses among two.
    ``rules`` go before the shared ones: operations that only this machine has, or that LLVM
    translates wrongly for it.
    """

    triple: str
    data_layout: str
    entry: str
    barrier: str
    attributes: str = "nounwind"
    inlined: bool = False
    address_space: int = 0
    scope: str = ""
    functions: frozenset[str] | None = None
    frozen_arguments: bool = False
    rules: Mapping[type[Op], Any] = field(factory=dict)

    def has(self, function: str) -> bool:
        """Whether code may call the function or intrinsic ``function``.

        The name is the whole one.
        """
        return self.functions is None or _OVERLOADED.sub("", function) in self.functions
