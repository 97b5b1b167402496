"""Generated code for a GPU, which its device loads and launches."""

from __future__ import annotations

import json
from typing import Any

from attrs import asdict

from ..ir.attrs_classes import frozen

Schedule = tuple[Any, ...]
"""The order of launches: statements, each a tuple.

====================================  ==========================================================
``("constant", x, number)``           x is a number
``(operation, x, operands)``          x is the result of arithmetic (``schedule.py`` lists it)
``("for", x, low, high, step, body)``  a loop over the values of x
``("if", condition, then, else)``     a branch
``("launch", kernel, numbers)``       a launch of the kernel with this place in the list
====================================  ==========================================================

Values have numbers: 0 is the first step of a run, 1 the one after the last.
"""


@frozen
class PtxKernel:
    """A kernel.

    Its parameters are those that ``entry.py`` says. ``buffers`` are places among the arguments of
    the program; where these are ``in_table``, a parameter is the address of a table of them.
    ``items`` is the number of threads worth having. 0: it runs as one block of all workers.
    """

    name: str
    items: int
    buffers: tuple[int, ...]
    in_table: bool


@frozen
class PtxCode:
    """PTX, its kernels, and the order in which they are launched.

    It runs on GPUs of the architecture ``machine``, such as "sm_90", and on newer ones. ``advance``
    is the name of the kernel that sets the clock of a graph forward, empty where a program is
    launched as a whole.
    """

    ptx: str
    machine: str
    kernels: tuple[PtxKernel, ...]
    schedule: Schedule
    advance: str = ""

    def encode(self) -> bytes:
        """The code as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, content: bytes) -> PtxCode | None:
        """The code that was encoded. None where the content is none of ours."""
        try:
            found = {name: _tuples(value) for name, value in json.loads(content).items()}
            found["kernels"] = tuple([PtxKernel(**each) for each in found["kernels"]])
            return cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _tuples(found: Any) -> Any:
    """Lists as tuples, at every depth."""
    if isinstance(found, dict):
        return {name: _tuples(value) for name, value in found.items()}
    return tuple([_tuples(each) for each in found]) if isinstance(found, list) else found
