"""A rehearsal of the run on hardware, on an emulated GPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .parts import PARTS

ROOT = Path(__file__).resolve().parents[2]


def pytest_m_gpu(**environment: str) -> str:
    """The output of ``pytest -m gpu``, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-m", "gpu", "-n", "0", "-p", "no:cacheprovider",
               "-rs", "tests/hardware/test_on_hardware.py"]  # fmt: skip
    without = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    ran = subprocess.run(
        command, cwd=ROOT, env=without | environment, capture_output=True, text=True
    )
    return ran.stdout + ran.stderr


def test_everything_in_small(tmp_path: Path) -> None:
    """Both packages, all parts; the report has everything."""
    said = pytest_m_gpu(GPU_RUN="emulated", GPU_REPORT=str(tmp_path))
    assert f"{len(PARTS)} passed" in said, said
    report = json.loads((tmp_path / "gpu-report.json").read_text())
    outcomes = {(each["name"], each["package"]): each["status"] for each in report["tasks"]}
    assert [name for (name, _), each in outcomes.items() if each != "ok"] == []
    counts = Counter(each["part"] for each in report["tasks"])
    assert counts.keys() == {part.number for part in PARTS}
    assert {package for _, package in outcomes} == {"pycuda", "cuda-bindings"}
    table = (tmp_path / "gpu-report.md").read_text()
    for word in (
        "Simulated GPU",
        "| COBA 40 x 8 |",
        "| microcircuit x 0.001 |",
        "Hz |",
        "ranvier_entry",
        "llvmlite",
    ):
        assert word in table
    assert "Not reached" not in table


def test_without_a_gpu_it_says_why() -> None:
    """No device is seen even where there is one."""
    said = pytest_m_gpu(CUDA_VISIBLE_DEVICES="")
    assert f"{len(PARTS)} skipped" in said and "there is no GPU here: " in said, said


def test_the_suite_leaves_it_out(request: pytest.FixtureRequest) -> None:
    """Without ``-m gpu`` its tests say so."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rs",
               "tests/hardware/test_on_hardware.py"]  # fmt: skip
    without = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    said = subprocess.run(command, cwd=ROOT, env=without, capture_output=True, text=True).stdout
    assert f"{len(PARTS)} skipped" in said and "pytest -m gpu" in said
