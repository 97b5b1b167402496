"""NVIDIA's assembler: where it is found, and its words."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from samples.ptx_code import needs_ptxas

from ranvier.codegen.errors import CodegenError
from ranvier.codegen_ptx import ptxas
from ranvier.codegen_ptx.ptxas import Resources, assemble, find_ptxas, version
from ranvier.ir.diagnostics import ModelError

SAID = """\
ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'ranvier_entry' for 'sm_90'
ptxas info    : Function properties for ranvier_entry
    40 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 80 registers, used 1 barriers, 40 bytes cumulative stack size, 512 bytes smem
ptxas info    : Compile time = 94.651 ms
ptxas info    : Function properties for pop0_update
    0 bytes stack frame, 28 bytes spill stores, 56 bytes spill loads
ptxas info    : Compiling entry function 'other' for 'sm_90'
ptxas info    : Function properties for other
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 16 registers
"""


def test_resources_are_read() -> None:
    """Kernels come first; functions have no registers of their own."""
    other, entry, update = ptxas._resources(SAID)
    assert entry == Resources("ranvier_entry", 40, 0, 0, 80, 512)
    assert other == Resources("other", 0, 0, 0, 16, 0)
    assert update == Resources("pop0_update", 0, 28, 56)
    assert "80 registers, 512 bytes shared, 0 bytes of spills, 40 bytes of stack" in str(entry)
    assert str(update) == (
        "pop0_update: 84 bytes of spills (28 stored, 56 loaded), 0 bytes of stack"
    )


@needs_ptxas
def test_what_it_refuses_is_told() -> None:
    assert version()[0].isdigit()
    with pytest.raises(CodegenError, match=r"ptxas refuses the code for sm_90:\n.*kernels.ptx"):
        assemble(".version 7.8\n.target sm_90\n.address_size 64\n.visible .entry a( { }", "sm_90")


def test_it_is_found_in_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package lies beside others of the same maker."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "nvidia", raising=False)
    assert find_ptxas() is None and version() == ""
    with pytest.raises(ModelError, match=r"there is no ptxas here(.|\n)*ranvier\[ptxas\]"):
        assemble("", "sm_90")
    folder = tmp_path / "nvidia" / "cu13" / "bin"
    folder.mkdir(parents=True)
    program = folder / "ptxas"
    program.write_text("#!/bin/sh\necho 'Cuda compilation tools, release 13.0, V13.0.88'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert find_ptxas() == program and version() == "13.0"
