"""Architectures of NVIDIA's GPUs, and LLVM's machines for them.

A driver takes PTX of every architecture that is not newer than its device, and of every version of
PTX that is not newer than itself. So code is made for the architecture of the device, in the oldest
version of PTX that knows it: that is what LLVM chooses without being asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from ..codegen.errors import CodegenError
from ..ir.diagnostics import fail
from ..ir.suggest import did_you_mean
from ..ir.target import CUDA
from .reductions import with_reductions

TRIPLE = "nvptx64-nvidia-cuda"

ARCHITECTURES: Mapping[str, str] = {
    "sm_75": "6.3", "sm_80": "7.0", "sm_86": "7.1", "sm_87": "7.4", "sm_88": "9.0",
    "sm_89": "7.8", "sm_90": "7.8", "sm_100": "8.6", "sm_103": "8.8", "sm_110": "9.0",
    "sm_120": "8.7", "sm_121": "8.8",
}  # fmt: skip
"""Architectures that LLVM knows, with the version of PTX of each.

They begin with Turing. A test compares versions with those that LLVM writes.
"""


_COUNTS = re.compile(r"[ \t]*// callseq.*$", re.MULTILINE)


def architecture(name: str) -> str:
    """The architecture called ``name``. Raises ModelError where there is none."""
    if name not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        fail(
            f"unknown GPU architecture '{name}'{did_you_mean(name, list(ARCHITECTURES))}",
            None,
            f"PTX is made for {known}",
        )
    return name


def newest_for(device: str) -> str:
    """The newest architecture whose code runs on a ``device``.

    Raises ModelError for a device that is older than all.
    """
    runs = [each for each in ARCHITECTURES if _number(each) <= _number(device)]
    if not runs:
        fail(f"the GPU is of architecture {device}; PTX is made from {CUDA.machine} on")
    return max(runs, key=_number)


def _number(name: str) -> int:
    return int(name.removeprefix("sm_"))


@cache
def target_machine(name: str) -> Any:
    """LLVM's machine for an architecture. CodegenError where this LLVM has none."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    try:
        target = llvm.Target.from_triple(TRIPLE)
    except RuntimeError:
        raise CodegenError("this llvmlite was built without code generation for GPUs") from None
    return target.create_target_machine(cpu=architecture(name), opt=2)


def ptx_text(module: Any, machine: Any) -> str:
    """The PTX of an LLVM module. The same module has the same text.

    LLVM counts the calls of a process in comments; these are left out. Atomic operations without
    users become reductions.
    """
    return with_reductions(_COUNTS.sub("", machine.emit_assembly(module)))


def described_target(name: str) -> str:
    """Description of an architecture and of LLVM, as text.

    It tells all that decides the code.
    """
    version = ".".join(map(str, llvm.llvm_version_info))
    found = architecture(name)
    return f"LLVM {version}, {TRIPLE}, {found}, PTX {ARCHITECTURES[found]}"
