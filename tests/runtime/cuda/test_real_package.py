"""The package cuda-bindings itself, on a stand-in of the driver's library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house.files import ROOT

LIBRARY = ROOT / "tests" / "fakes" / "cuda_driver" / "libcuda.c"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the library is made by a C compiler, on Linux")
    pytest.importorskip("cuda.bindings.driver", reason="cuda-bindings is not installed")
    found = tmp_path_factory.mktemp("driver")
    command = [compiler, "-w", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", str(LIBRARY)]
    subprocess.run([*command, "-o", str(found / "libcuda.so.1"), "-ldl"], check=True)
    return found


def used(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that uses the package."""
    paths = [str(ROOT / "tests"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return subprocess.run(
        [sys.executable, "-m", "fakes.cuda_driver.uses_package", "cuda-bindings"],
        env={
            **os.environ,
            "LD_LIBRARY_PATH": str(folder),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_all_of_the_interface(folder: Path) -> None:
    answer = used(folder)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_no_device(folder: Path) -> None:
    answer = used(folder, STAND_IN_NO_DEVICE="1")
    assert answer.returncode == 1
    assert "the NVIDIA driver finds no GPU" in answer.stderr
    assert "CUDA_ERROR_NO_DEVICE (no device)" in answer.stderr


def test_no_library(folder: Path, tmp_path: Path) -> None:
    answer = used(tmp_path)
    if answer.returncode == 0 or "Stand-in" in answer.stderr:
        pytest.skip("there is a driver on this machine")
    assert "there is no NVIDIA driver on this machine" in answer.stderr
