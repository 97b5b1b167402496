"""Other processors give the same bits.

Without fused multiply-add, without AVX-512, of other makers.

Processors are emulated by ``qemu-x86_64`` (Debian: qemu-user). Python runs on them too, slowly: the
network is small, and processes run side by side.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EMULATOR = shutil.which("qemu-x86_64")
SCRIPT = Path(__file__).with_name("machine.py")
MACHINES = {"Haswell": "haswell", "Nehalem": "nehalem", "EPYC": "znver1"}
"""Names of processors, for the emulator and for LLVM.

One has AVX2, one SSE4.2 only, one is from AMD.
"""

_CHOICES = ("OPENBLAS_CORETYPE", "NPY_ENABLE_CPU_FEATURES", "NPY_DISABLE_CPU_FEATURES")
"""Variables that choose code for the processor of this machine."""


def start(*before: str) -> subprocess.Popen[str]:
    """Run the script, behind the words ``before``."""
    environment = {k: v for k, v in os.environ.items() if k not in _CHOICES}
    return subprocess.Popen(
        [*before, sys.executable, str(SCRIPT), "float64"],
        env=environment | {"RANVIER_CACHE": "0", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> list[str]:
    """The output of a process: the processor, and digests."""
    out, problems = process.communicate(timeout=1800)
    assert process.returncode == 0, problems
    return out.split()


@pytest.mark.skipif(EMULATOR is None, reason="there is no qemu-x86_64 here (Debian: qemu-user)")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="qemu-x86_64 needs an x86-64 Python")
def test_same_bits_on_other_processors() -> None:
    assert EMULATOR is not None
    running = {cpu: start(EMULATOR, "-cpu", cpu) for cpu in MACHINES}
    try:
        here, *wanted = finish(start())
        for cpu, process in running.items():
            seen, *found = finish(process)
            assert seen == MACHINES[cpu], "LLVM did not see the emulated processor"
            assert found == wanted, f"{cpu} computes other bits than {here}"
    finally:
        for process in running.values():
            process.kill()
            process.wait()
