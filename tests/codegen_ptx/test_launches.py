"""Programs of launches as PTX, on grids of any size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes.cuda_driver.installed import PACKAGES, assert_nothing_left, simulated
from fakes.cuda_driver.simulation import SimulatedDevice, SimulatedDriver
from ptx_emulator import DataRace, EmulatedGpu
from samples.ptx_code import ASSEMBLED, needs_ptxas

from ranvier.codegen.backend import backend
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.debug import assembly_lines
from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.interface import STEP_RANGE
from ranvier.ir.interpreter import run
from ranvier.ir.parser import parse
from ranvier.ir.printer import text_of
from ranvier.ir.target import CUDA, find_target, known, written
from ranvier.ir.verifier import verify
from ranvier.passes.framework.context import Context
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.framework.settings import Options
from ranvier.passes.tools.listing import listing
from ranvier.runtime.device import make_device
from ranvier.runtime.device.cuda import graphs, grid

GRIDS = [(1, 32), (1, 256), (3, 64), (4, 128), (33, 96)]
"""Blocks and threads."""

COUNT = 352
"""Elements of buffers: eleven warps."""

TEXT = """
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @sum(%thread: index, %threads: index, %step: index, %x: memref<?xi64>, %y: memref<?xi64>)
    attributes {ranvier.items = 352 : i64} {
  %one = arith.constant 1 : index
  %all = arith.constant 352 : index
  scf.for %i = %thread to %all step %threads {
    %next = arith.addi %i, %one : index
    %far = arith.remui %next, %all : index
    %a = memref.load %x[%i] : memref<?xi64>
    %b = memref.load %x[%far] : memref<?xi64>
    %c = arith.muli %a, %b : i64
    %s = arith.index_cast %step : index to i64
    %d = arith.addi %c, %s : i64
    memref.store %d, %y[%i] : memref<?xi64>
  }
  return
}
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
    %barrier: memref<?xi64>, %x: memref<?xi64>, %y: memref<?xi64>, %rows: memref<?xmemref<?xi64>>) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %first = arith.addi %t0, %one : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @sum(%thread, %threads, %step, %x, %y) : (index, index, index, memref<?xi64>, memref<?xi64>) -> ()
    func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
    %odd = arith.remui %step, %two : index
    %is_odd = arith.cmpi eq, %odd, %one : index
    scf.if %is_odd {
      func.call @sum(%thread, %threads, %first, %y, %x) : (index, index, index, memref<?xi64>, memref<?xi64>) -> ()
    } else {
      %r = memref.load %rows[%one] : memref<?xmemref<?xi64>>
      func.call @sum(%thread, %threads, %t1, %y, %r) : (index, index, index, memref<?xi64>, memref<?xi64>) -> ()
      func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
      func.call @sum(%thread, %threads, %zero, %r, %x) : (index, index, index, memref<?xi64>, memref<?xi64>) -> ()
    }
    func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
"""  # noqa: E501


def program(text: str = TEXT, workers: int = 1) -> Module:
    """A program that was cut into launches."""
    module = parse(text, "launches")
    target = known("cuda", CUDA.block, CUDA.line, workers=workers)
    module.attributes["ranvier.target"] = written(target)
    verify(module)
    PassManager("place-launches", Context(Options(target="cuda"))).run(module)
    verify(module)
    return module


def code_of(module: Module) -> PtxCode:
    """Its code."""
    found = backend("ptx").generate(module, None).entry
    assert isinstance(found, PtxCode)
    return found


def arrays() -> list[Any]:
    """Buffers of the program."""
    random = np.random.default_rng(0)
    x, y, r, s = (random.integers(-(2**62), 2**62, COUNT) for _ in range(4))
    return [np.zeros(16, np.int64), x, y, [r, s]]


def emulated(seed: int = 0) -> SimulatedDriver:
    """A driver with an emulated GPU."""
    return SimulatedDriver([SimulatedDevice(engine=EmulatedGpu(seed=seed))])


def launched(code: PtxCode, found: list[Any], runs: list[tuple[int, int]], package: str) -> Any:
    """Buffers after some runs on a device, and the driver."""
    with simulated(emulated(), [package]) as driver:
        device: Any = make_device(find_target("cuda"), 1)
        device.prepare(code)
        buffers = [
            [device.adopt(one) for one in each] if isinstance(each, list) else device.adopt(each)
            for each in found
        ]
        for steps in runs:
            device.launch(code, buffers, steps, 1)
        flat = [*buffers[1:3], *buffers[3]]
        after = [device.download(each, COUNT) for each in flat]
        del device, buffers, flat
    assert_nothing_left(driver)
    return after, driver


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("shape", GRIDS)
def test_any_grid(shape: tuple[int, int], package: str) -> None:
    """The interpreter runs the same program on one thread."""
    module, meant = program(), arrays()
    runs = [(5, 8), (8, 8), (8, 10)]
    with grid.fixed(*shape):
        after, driver = launched(code_of(module), arrays(), runs, package)
    for steps in runs:
        run(module, STEP_RANGE, 0, 1, *steps, *meant)
    for found, array in zip(after, [*meant[1:3], *meant[3]], strict=True):
        assert found.tolist() == array.tolist()
    shapes = {
        (tuple(call[1][1:4]), tuple(call[1][4:7]))
        for call in driver.calls
        if call[0] == "cuLaunchKernel" and package == "cuda-bindings"
    }
    assert shapes <= {((shape[0], 1, 1), (shape[1], 1, 1))}


@pytest.mark.parametrize("shape", GRIDS)
def test_threads_share_a_note_of_accesses_outside(shape: tuple[int, int]) -> None:
    """All of them are counted, and one of them is noted."""
    rows = "%rows: memref<?xmemref<?xi64>>"
    said = 'owner = ["p", "q"], name = "r", role = "attribute", extent = "neurons"'
    module = program(TEXT.replace(rows, f"{rows} {{ranvier.buffer = {{{said}}}}}"))
    short = 300
    PassManager("check-bounds", Context(Options(target="cuda"))).run(module)
    sizes = np.array([16, short, COUNT, COUNT, COUNT])
    alone = [*arrays(), sizes, np.zeros(16, np.int64)]
    run(module, STEP_RANGE, 0, 1, 5, 7, *alone)
    meant = alone[-1].tolist()
    assert meant[:5] == [2, short, 1, 6 * (COUNT - short), 0]  # four loads and two stores
    with simulated(emulated(), ["pycuda"]) as driver, grid.fixed(*shape):
        code = code_of(module)
        device: Any = make_device(find_target("cuda"), 1)
        found = [*arrays(), sizes, np.zeros(16, np.int64)]
        buffers = [
            [device.adopt(one) for one in each] if isinstance(each, list) else device.adopt(each)
            for each in found
        ]
        device.launch(code, buffers, (5, 7), 1)
        access, index, place, number, thread, *rest = device.download(buffers[-1], 16).tolist()
        del device, buffers
    assert_nothing_left(driver)
    assert number == meant[3] and place == 1 and short <= index < COUNT and not any(rest)
    i = {1: index, 2: index - 1, 3: index}[access]
    assert thread == i % (shape[0] * shape[1])


def test_the_grid_is_as_large_as_the_work() -> None:
    """352 elements are two blocks of 256 threads."""
    _, driver = launched(code_of(program()), arrays(), [(0, 1)], "cuda-bindings")
    (launch, *others) = [call[1] for call in driver.calls if call[0] == "cuLaunchKernel"]
    assert launch[1:7] == (2, 1, 1, 256, 1, 1) and len(others) == 2


def test_one_block_of_all_workers() -> None:
    """Kernels for several workers run on one block of them."""
    code = code_of(program(workers=64))
    assert [each.items for each in code.kernels] == [0, 0, 0, 0]
    assert ".maxntid 64" in code.ptx and code.ptx.count(".minnctapersm 1") == len(code.kernels)


def test_parameters_and_their_number() -> None:
    """Few are parameters; many are a table."""
    code = code_of(program())
    names = [each.name for each in code.kernels]
    assert names == [f"ranvier_launch{i}" for i in range(4)]
    assert [each.buffers for each in code.kernels] == [(1, 2), (1, 2), (2, 3), (1, 3)]
    assert not any(each.in_table for each in code.kernels)


MANY = 600


def many() -> str:
    """A program whose launch takes very many buffers."""
    names = [f"%b{i}" for i in range(MANY)]
    typed = ", ".join([f"{each}: memref<?xi64>" for each in names])
    kinds = ", ".join(["index"] * 2 + ["memref<?xi64>"] * MANY)
    body = "\n".join(
        [
            f"%x{i} = memref.load {name}[%thread] : memref<?xi64>\n"
            f"%y{i} = arith.addi %x{i}, %n{i} : i64\n"
            f"memref.store %y{i}, {name}[%thread] : memref<?xi64>"
            for i, name in enumerate(names)
        ]
    )
    constants = "\n".join([f"%n{i} = arith.constant {i} : i64" for i in range(MANY)])
    return f"""
func.func @work(%thread: index, %threads: index, {typed}) {{
{constants}
{body}
return
}}
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index, {typed}) {{
func.call @work(%thread, %threads, {", ".join(names)}) : ({kinds}) -> ()
return
}}
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_many_buffers_are_in_a_table(package: str) -> None:
    code = code_of(program(many()))
    (kernel,) = code.kernels
    assert kernel.in_table and kernel.buffers == tuple(range(MANY))
    with simulated(emulated(), [package]), grid.fixed(1, 32):
        device: Any = make_device(find_target("cuda"), 1)
        buffers = [device.adopt(np.arange(32) * 1000) for _ in range(MANY)]
        for steps in ((0, 1), (1, 2)):
            device.launch(code, buffers, steps, 1)
        for place, each in enumerate(buffers):
            found = device.download(each, 32).tolist()
            assert found == [1000 * i + 2 * place for i in range(32)]


def test_code_is_kept_with_its_schedule() -> None:
    code = code_of(program())
    assert PtxCode.decode(code.encode()) == code
    assert code.schedule[-1][0] == "for"


def test_the_host_does_no_floats() -> None:
    text = TEXT.replace(
        "%is_odd = arith.cmpi eq, %odd, %one : index",
        "%f = arith.constant 1.0 : f64\n%is_odd = arith.cmpf oeq, %f, %f : f64",
    )
    with pytest.raises(CodegenError, match="the host of a GPU has no values of f64"):
        code_of(program(text))


def test_only_launches_are_called() -> None:
    module = program()
    text = text_of(module, "custom").replace(
        "@launch0(%thread, %threads", "@launch0(%threads, %thread"
    )
    with pytest.raises(CodegenError, match="@launch0 is no launch"):
        code_of(parse(text, "turned"))


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
def test_assembled(machine: str) -> None:
    """Nothing is spilled; nothing is left of calls."""
    module = program()
    target = known("cuda", CUDA.block, CUDA.line, machine, 1)
    module.attributes["ranvier.target"] = written(target)
    code = code_of(module)
    found = {each.name: each for each in assemble(code.ptx, machine)}
    assert {each.name for each in code.kernels} <= found.keys()
    assert all(each.stores == each.loads == 0 for each in found.values())


def test_lines_of_ptx_lead_back_to_the_kernels() -> None:
    """They do so from code that was inlined, too."""
    module = program()
    final = listing(module)
    found = PtxListings(module, final.line_of).ptx
    lines = [final.text.split("\n")[at - 1] for text, at in assembly_lines(found) if at]
    assert any("arith.muli" in line for line in lines)
    assert any("memref.store" in line for line in lines)
    plain = [text for text, _ in assembly_lines(PtxListings(module).ptx)]
    assert [text for text, _ in assembly_lines(found)][: len(plain)] == plain
    EmulatedGpu().load(found)


STEADY = TEXT.replace(
    "%is_odd = arith.cmpi eq, %odd, %one : index", "%is_odd = arith.cmpi eq, %step, %t0 : index"
)
"""The program with other launches in a first step."""


def interpreted(module: Module, runs: list[tuple[int, int]]) -> list[list[int]]:
    """Buffers after some runs."""
    found = arrays()
    for steps in runs:
        run(module, STEP_RANGE, 0, 1, *steps, *found)
    return [each.tolist() for each in (*found[1:3], *found[3])]


def calls(driver: SimulatedDriver, name: str) -> int:
    """The number of calls of a function of the driver."""
    return sum(call[0] == name for call in driver.calls)


def test_graphs_of_steps() -> None:
    """A graph is launched as often as it fits. The rest are launches."""
    module = program(STEADY)
    with graphs.fixed(4, 3), grid.fixed(3, 64):
        after, driver = launched(
            code_of(module), arrays(), [(5, 13), (13, 15), (2**40, 2**40 + 5)], "cuda-bindings"
        )
    runs = [(5, 9), (9, 13), (13, 15), (2**40, 2**40 + 4), (2**40 + 4, 2**40 + 5)]
    assert [each.tolist() for each in after] == interpreted(module, runs)
    assert calls(driver, "cuGraphInstantiate") == 1 and calls(driver, "cuGraphLaunch") == 3
    assert calls(driver, "cuGraphAddKernelNode") == 2 + 3 * 3 + 1
    assert calls(driver, "cuLaunchKernel") == 2 + 3 + 2


def test_graphs_grow_with_runs() -> None:
    module = program(STEADY)
    runs = [(0, 3), (3, 6), (6, 10), (10, 13), (13, 17)]
    with graphs.fixed(4, 3):
        after, driver = launched(code_of(module), arrays(), runs, "cuda-bindings")
    assert [each.tolist() for each in after] == interpreted(module, runs)
    assert calls(driver, "cuGraphInstantiate") == 2 and calls(driver, "cuGraphLaunch") == 4


@pytest.mark.parametrize(
    ("text", "package"), [(STEADY, "pycuda"), (TEXT, "pycuda"), (TEXT, "cuda-bindings")]
)
def test_no_graphs(text: str, package: str) -> None:
    """PyCUDA has none. What depends on the very number of a step has none, either."""
    module, runs = program(text), [(5, 12), (12, 14)]
    with graphs.fixed(3):
        after, driver = launched(code_of(module), arrays(), runs, package)
    assert [each.tolist() for each in after] == interpreted(module, runs)
    assert not calls(driver, "cuGraphCreate")


def test_large_graphs_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "MOST_LAUNCHES", 7)
    module, runs = program(STEADY), [(0, 7)]
    with graphs.fixed(3, 2):
        after, driver = launched(code_of(module), arrays(), runs, "cuda-bindings")
    meant = interpreted(module, [(0, 2), (2, 4), (4, 6), (6, 7)])
    assert [each.tolist() for each in after] == meant
    assert calls(driver, "cuGraphLaunch") == 3


def test_graphs_follow_buffers() -> None:
    """A graph holds addresses: others want another graph."""
    code = code_of(program(STEADY))
    with simulated(emulated(), ["cuda-bindings"]) as driver, graphs.fixed(2):
        device: Any = make_device(find_target("cuda"), 1)
        barrier, x, y, (r, s) = arrays()
        one, two, *rows = (device.adopt(each) for each in (x, y, r, s))
        device.launch(code, [device.adopt(barrier), one, two, rows], (0, 2), 1)
        other = device.adopt(device.download(one, COUNT))
        device.launch(code, [device.adopt(barrier), other, two, rows], (2, 4), 1)
        found = [device.download(each, COUNT).tolist() for each in (other, two, *rows)]
        assert calls(driver, "cuGraphInstantiate") == 2 and len(driver.graphs) == 1
        del device, one, two, rows, other
    assert found == interpreted(program(STEADY), [(0, 2), (2, 4)])
    assert_nothing_left(driver)


def test_edges_of_graphs_are_needed() -> None:
    """Without one the emulator finds a race: it judges edges."""
    code = code_of(program(STEADY))
    with simulated(emulated(), ["cuda-bindings"]) as driver, graphs.fixed(2):
        device: Any = make_device(find_target("cuda"), 1)
        buffers = [
            [device.adopt(one) for one in each] if isinstance(each, list) else device.adopt(each)
            for each in arrays()
        ]
        device.launch(code, buffers, (0, 2), 1)
        (graph,) = driver.graphs
        for node in graph.content:
            node.behind = ()
        with pytest.raises(DataRace, match="of a graph"):
            device.launch(code, buffers, (2, 4), 1)
