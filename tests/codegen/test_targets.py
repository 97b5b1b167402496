"""A second target: a record, a code generator, a device.

Nothing else knows of it.

The one here has the interpreter for a code generator, and buffers that nobody can look into: what
reaches them goes through its device.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from attrs import define, evolve, frozen
from numpy.typing import ArrayLike, DTypeLike, NDArray

import ranvier as rv
from ranvier import ir_dump
from ranvier.codegen.cache import Cache
from ranvier.ir import target as targets
from ranvier.ir.core import Op
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interface import STEP_RANGE
from ranvier.ir.interpreter import run
from ranvier.ir.target import CPU, Target
from ranvier.runtime.device import Device


@define
class Sealed:
    """A buffer of the toy."""

    _values: NDArray[Any]

    @property
    def dtype(self) -> Any:
        """The type of its elements."""
        return self._values.dtype

    @property
    def size(self) -> int:
        """The number of its elements."""
        return self._values.size


@define
class ToyDevice:
    """A device that counts what it is asked to do."""

    target: Target
    launches: int = 0

    def allocate(self, count: int, dtype: DTypeLike) -> Sealed:
        """Zeros, padded to whole blocks."""
        return Sealed(np.zeros(self.target.padded(count), dtype))

    def adopt(self, values: NDArray[Any]) -> Sealed:
        """A copy."""
        buffer = self.allocate(values.size, values.dtype)
        self.upload(buffer, values)
        return buffer

    def upload(self, buffer: Sealed, values: ArrayLike, start: int = 0) -> None:
        """Set elements."""
        array = np.asarray(values)
        buffer._values[start : start + len(array)] = array

    def download(self, buffer: Sealed, count: int, start: int = 0) -> NDArray[Any]:
        """A copy of elements."""
        return buffer._values[start : start + count].copy()

    view = download

    def fill(self, buffer: Sealed, value: float, count: int | None = None) -> None:
        """Set elements."""
        buffer._values[:count] = value

    def prepare(self, entry: Any) -> None:
        """Nothing."""

    def launch(self, entry: Any, found: list[Any], steps: tuple[int, int], workers: int) -> float:
        """Run the interpreter."""
        self.launches += 1
        entry(0, workers, *steps, [each._values for each in found])
        return 1e-3


@frozen
class ToyCode:
    """Kernels for the interpreter."""

    entry: Any
    key: str = "toy"
    source: str = ""
    listings: str = ""


class ToyBackend:
    """A code generator that generates nothing."""

    stages: Mapping[str, str] = {}

    def generate(self, module: Module, cache: Cache | None) -> ToyCode:
        """A function that runs the module."""

        def entry(thread: int, threads: int, t0: int, t1: int, table: Any) -> None:
            run(module, STEP_RANGE, thread, threads, t0, t1, *table)

        return ToyCode(entry)

    def load(self, content: bytes) -> Any:
        """Nothing is kept."""
        raise AssertionError

    def machine(self, name: str, *, device: bool = False) -> str:
        """No name: there is one toy."""
        return ""

    def described(self, machine: str) -> str:
        """The description of the one toy."""
        return "toy"

    def listings(self, module: Module, lines: Mapping[Op, int] | None = None) -> str:
        """No listings: there is nothing to see."""
        return ""

    def call(self, module: Module, name: str, *arguments: Any) -> Any:
        """The results of the interpreter."""
        return run(module, name, *arguments)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ToyDevice]]:
    """The target ``toy``, and its devices."""
    devices: list[ToyDevice] = []

    def make(target: Target, workers: int, **choice: Any) -> Device:
        devices.append(ToyDevice(target))
        return devices[-1]

    for name, found in (
        ("ranvier.codegen_toy", {}),
        ("ranvier.codegen_toy.backend", {"BACKEND": ToyBackend()}),
        ("ranvier.runtime.device.toy", {"make": make}),
    ):
        module = ModuleType(name)
        vars(module).update(found)
        monkeypatch.setitem(sys.modules, name, module)
    record = evolve(CPU, name="toy", code_generator="toy", device="toy", optimised=CPU.lowering)
    monkeypatch.setitem(targets._KNOWN, "toy", record)
    yield devices


def relaxed() -> Any:
    """The rates of five neurons after 20 steps.

    A parameter changes in between.
    """
    net = rv.Network(dt=0.5)
    net.config(num_threads=1)
    text = "tau*dr/dt = goal - r : exponential"
    cells = net.create(5, rv.Neuron(parameters="tau = 4.0\ngoal = 1.0", equations=text))
    cells.tau = np.arange(1.0, 6.0)
    net.compile(cache=False)
    net.simulate(5.0)
    cells.goal = -1.0
    net.simulate(5.0)
    return cells.r


def test_a_target_of_a_record_a_generator_and_a_device(toy: list[ToyDevice]) -> None:
    """A second target computes the bits of the first.

    Its buffers are its own.
    """
    right = relaxed()
    assert not toy
    with rv.options(target="toy"):
        found = relaxed()
    assert (found == right).all() and len(set(found)) == 5
    assert [device.launches > 1 for device in toy] == [True]


SCRIPT = """
import ranvier as rv

net = rv.Network()
net.create(40, rv.Neuron(equations="10.0*dr/dt = 1.0 - r"))
net.compile()
"""


def test_ir_dump_takes_pipeline_and_code_from_the_target(
    toy: list[ToyDevice], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The toy's pipeline makes no vectors, its code generator no assembly."""
    script = tmp_path / "model.py"
    script.write_text(SCRIPT)
    with rv.options(target="toy"):
        assert ir_dump.main([str(script)]) == 0
        kernels = capsys.readouterr().out
        assert ir_dump.main([str(script), "--stage", "asm"]) == 1
    assert 'name = "toy"' in kernels and "vector." not in kernels
    assert "the code generator of target 'toy' makes no 'asm'" in capsys.readouterr().err
    assert ir_dump.main([str(script)]) == 0
    assert "vector." in capsys.readouterr().out


def test_unknown_targets_are_refused() -> None:
    """The error names the target that was probably meant."""
    with rv.options(target="cpi"), pytest.raises(rv.ModelError, match="did you mean 'cpu'"):
        relaxed()


@pytest.mark.parametrize("name", ["gpu", "GPU", "CUDA", "cudo"])
def test_who_asks_for_a_gpu_is_not_led_to_the_cpu(name: str) -> None:
    with rv.options(target=name), pytest.raises(rv.ModelError) as error:
        relaxed()
    assert f"unknown target '{name}'; did you mean 'cuda'?" in str(error.value)
    assert "the targets are cpu, cuda" in str(error.value)
