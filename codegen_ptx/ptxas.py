"""NVIDIA's assembler, for tools and tests: what it makes of PTX. Running a network needs none.

It is the program ``ptxas`` of a CUDA toolkit, on the PATH, or that of the package
``nvidia-cuda-nvcc``, which needs neither a GPU nor a driver. ``nvdisasm`` of a toolkit, or of the
package ``nvidia-cuda-nvdisasm``, shows the instructions of the GPU that it makes.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..codegen.errors import CodegenError
from ..ir.attrs_classes import frozen
from ..ir.diagnostics import fail

WAY_OUT = "install ranvier[ptxas] (320 MB), or put the ptxas of a CUDA toolkit on the PATH"
"""Advice where there is no assembler."""

DISASSEMBLER = "install ranvier[ptxas], or put the nvdisasm of a CUDA toolkit on the PATH"
"""Advice where there is no disassembler."""

_FUNCTION = re.compile(
    r"Function properties for (\S+)\n\s*(\d+) bytes stack frame, (\d+) bytes spill stores, "
    r"(\d+) bytes spill loads"
)
_ENTRY = re.compile(
    r"Compiling entry function '(\S+)'.*\n(?:.*\n)*?.*Used (\d+) registers(?P<rest>.*)"
)
_SHARED = re.compile(r"(\d+) bytes smem")
_VERSION = re.compile(r"release (\S+),")


@frozen
class Resources:
    """Registers and memory of a function.

    ``stack``, ``stores`` and ``loads`` are bytes of each thread: its frame, and what it spills.
    ``registers`` of each thread, and ``shared`` bytes of each block, are those of a kernel with all
    that it calls; None for another function.
    """

    name: str
    stack: int
    stores: int
    loads: int
    registers: int | None = None
    shared: int | None = None

    def __str__(self) -> str:
        spills = f"{self.stores + self.loads} bytes of spills"
        if self.stores or self.loads:
            spills += f" ({self.stores} stored, {self.loads} loaded)"
        own = f"{spills}, {self.stack} bytes of stack"
        if self.registers is None:
            return f"{self.name}: {own}"
        return f"{self.name}: {self.registers} registers, {self.shared} bytes shared, {own}"


def find_ptxas() -> Path | None:
    """The assembler, if there is one."""
    return _program("ptxas")


def find_nvdisasm() -> Path | None:
    """The disassembler, if there is one."""
    return _program("nvdisasm")


def _program(tool: str) -> Path | None:
    """A program of NVIDIA's, on the PATH or in a package."""
    found = shutil.which(tool)
    if found is not None:
        return Path(found)
    spec = importlib.util.find_spec("nvidia")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for pattern in (f"*/bin/{tool}", f"*/bin/{tool}.exe"):
            for path in sorted(Path(folder).glob(pattern)):
                return path
    return None


def assemble(ptx: str, architecture: str) -> list[Resources]:
    """The resources of all functions, kernels first.

    Raises ModelError where there is no assembler, CodegenError with its words where it refuses.
    """
    with tempfile.TemporaryDirectory(prefix="ranvier-ptx-") as folder:
        return _resources(_assembled(ptx, architecture, Path(folder))[1])


def _assembled(ptx: str, architecture: str, folder: Path) -> tuple[Path, str]:
    """A file of machine code, and the assembler's words about it."""
    program = find_ptxas()
    if program is None:
        fail("there is no ptxas here, which knows registers and spills", None, WAY_OUT)
    source, target = folder / "kernels.ptx", folder / "kernels.cubin"
    source.write_text(ptx, encoding="utf-8")
    command = [str(program), "-v", f"-arch={architecture}", str(source), "-o", str(target)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise CodegenError(f"ptxas refuses the code for {architecture}:\n{ran.stderr.strip()}")
    return target, ran.stderr + ran.stdout


def disassemble(ptx: str, architecture: str) -> str:
    """The instructions (SASS) that the assembler makes of PTX.

    Raises ModelError where there is no assembler or no disassembler, CodegenError with their words
    where they refuse.
    """
    program = find_nvdisasm()
    if program is None:
        fail("there is no nvdisasm here, which shows instructions of GPUs", None, DISASSEMBLER)
    with tempfile.TemporaryDirectory(prefix="ranvier-ptx-") as folder:
        code, _ = _assembled(ptx, architecture, Path(folder))
        ran = subprocess.run([str(program), "-c", str(code)], capture_output=True, text=True)
    if ran.returncode:
        raise CodegenError(f"nvdisasm refuses the code for {architecture}:\n{ran.stderr.strip()}")
    return ran.stdout


def version(program: Path | None = None) -> str:
    """The version of the assembler, or of another program. Empty where there is none."""
    program = program or find_ptxas()
    if program is None:
        return ""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True).stdout
    found = _VERSION.search(said)
    return found[1] if found else "unknown"


def _resources(said: str) -> list[Resources]:
    kernels = {found[1]: found for found in _ENTRY.finditer(said)}
    made = []
    for name, *numbers in _FUNCTION.findall(said):
        stack, stores, loads = map(int, numbers)
        kernel, registers, shared = kernels.get(name), None, None
        if kernel is not None:
            memory = _SHARED.search(kernel["rest"])
            registers, shared = int(kernel[2]), int(memory[1]) if memory else 0
        about = Resources(name, stack, stores, loads, registers=registers, shared=shared)
        made.append(about)
    return sorted(made, key=lambda each: (each.registers is None, each.name))
