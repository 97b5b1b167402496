"""PTX of the published networks: its properties, and that it assembles."""

from __future__ import annotations

import re
from functools import cache

import pytest
from samples.ptx_code import ASSEMBLED, FORMS, Form, kernels, needs_ptxas, opcodes, ptx_of
from samples.seed_levels import NETWORKS

from ranvier.codegen.llvm_ir.optimise import optimised
from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.machine import ARCHITECTURES, ptx_text
from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptxas import assemble
from ranvier.ir.target import CUDA, read

each_network = pytest.mark.parametrize("name", NETWORKS)
each_form = pytest.mark.parametrize("form", FORMS)


@cache
def code(name: str, form: Form = "grid") -> PtxCode:
    """The PTX of a network for the oldest architecture."""
    return ptx_of(NETWORKS[name](), form=form)


@pytest.mark.parametrize("form", ["block", "lowering"])
@each_network
def test_one_kernel_for_one_block(name: str, form: Form) -> None:
    """The kernel takes two steps and a table of addresses."""
    found = code(name, form)
    assert found.machine == CUDA.machine == "sm_75"
    entries = re.findall(r"\.entry (\w+)\((.*?)\)\n(.*?)\{", found.ptx, re.DOTALL)
    assert [entry[0] for entry in entries] == ["ranvier_entry"]
    assert [each.name for each in found.kernels] == ["ranvier_entry"]
    parameters = [line.strip(" \t,").split()[1:-1] for line in entries[0][1].strip().split("\n")]
    assert parameters == [[".u64"], [".u64"], [".u64", ".ptr", ".global", ".align", "1"]]
    assert ".maxntid 256\n" in entries[0][2] and ".minnctapersm 1\n" in entries[0][2]


@each_network
def test_a_kernel_for_each_launch(name: str) -> None:
    """Numbers of steps come first, then addresses, then a clock."""
    found = code(name)
    assert found.machine == CUDA.machine == "sm_75"
    entries = re.findall(r"\.entry (\w+)\((.*?)\)\n(.*?)\{", found.ptx, re.DOTALL)
    *launched, (advance, _, _) = entries
    assert advance == found.advance == "ranvier_advance"
    assert [entry[0] for entry in launched] == [each.name for each in found.kernels]
    for (_, parameters, head), kernel in zip(launched, found.kernels, strict=True):
        kinds = [".ptr" in line for line in parameters.strip().split("\n")]
        numbers = kinds.index(True)
        assert kernel.items > 0 and not kernel.in_table
        clock = [True, False] if numbers else []
        assert kinds == [False] * numbers + [True] * len(kernel.buffers) + clock
        assert ".maxntid 256\n" in head and ".minnctapersm 1\n" in head


@each_form
@each_network
def test_what_ptx_must_not_hold(name: str, form: Form) -> None:
    """No generic access, no library, no wrong remainder.

    Only a grid has atomic operations, in global memory and without an order.

    Global memory holds all that kernels access; parameters are those of calls.
    """
    ptx = code(name, form).ptx
    names = opcodes(ptx)
    accesses = {each for each in names if each.startswith(("ld.", "st."))}
    assert accesses and all(re.match(r"(ld|st)\.(global|param)\.", each) for each in accesses)
    atomic = {each for each in names if each.startswith(("atom", "red."))}
    assert all(re.match(r"(atom|red)\.global\.(add|max)\.u32$", each) for each in atomic)
    assert bool(atomic) == (form == "grid" and not name.startswith("rate"))
    assert not [each for each in names if each.startswith("cvta")]
    assert not [each for each in names if "acq_rel" in each or "approx" in each]
    assert not [each for each in names if each.startswith("rem.f")]
    assert ".extern" not in ptx and ".local" not in ptx and ".shared" not in ptx
    called = set(re.findall(r"call\.uni (?:\(\w+\), )?(\S+),", ptx))
    assert called <= set(re.findall(r"\.func +(?:\(.*?\) )?([\w$]+)", ptx))


@each_form
@each_network
def test_workers_meet_where_kernels_meet(name: str, form: Form) -> None:
    """A barrier of the block is the barrier of threads. Between launches there is none."""
    module = kernels(NETWORKS[name](), form=form)
    ptx = code(name, form).ptx
    assert form != "grid" or "bar.sync" not in ptx
    assert ("bar.sync" in ptx) == ("@ranvier_barrier" in str(module))
    assert len(re.findall(r"\bbar\.sync\b", ptx)) <= 1
    assert not re.search(r"@!?%p\d+\s+(bar|call)", ptx), "a barrier or a call under a condition"


@pytest.mark.parametrize("form", ["grid", "block"])
@each_network
def test_llvm_knows_that_buffers_do_not_overlap(name: str, form: Form) -> None:
    """Scopes of buffers survive LLVM's passes, and save loads."""
    made = PtxListings(kernels(NETWORKS[name](), form=form))
    assert made.llvm_optimized.count("!alias.scope") > 10
    blind = re.sub(r", !(alias\.scope|noalias) ![0-9]+", "", made.llvm)
    with optimised(blind, made.machine) as module:
        without = ptx_text(module, made.machine)
    loads = [text.count("ld.global") for text in (made.ptx, without)]
    assert loads[0] <= loads[1]
    if name.startswith("coba") and form == "block":  # elsewhere, all that can move did so before
        assert loads[0] < loads[1]


@each_form
@each_network
def test_single_precision_counts_denormals_as_zero(name: str, form: Form) -> None:
    """So does the CPU. Double precision keeps them: GPUs have no such mode."""
    arithmetic = re.compile(r"(add|sub|mul|fma|div|sqrt)\.rn\.(ftz\.)?f(32|64)")
    found = [arithmetic.match(each) for each in opcodes(code(name, form).ptx)]
    flushed = {(each[3], bool(each[2])) for each in found if each}
    assert flushed <= {("32", True), ("64", False)}
    if name == "coba-single":
        assert ("32", True) in flushed


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_versions_of_ptx(machine: str) -> None:
    """Every architecture gets the oldest version of PTX that has it."""
    module = kernels(NETWORKS["rate"](), machine)
    assert read(module).machine == machine
    ptx = ptx_of(NETWORKS["rate"](), machine).ptx
    head = re.findall(r"^\.(version|target) (.*)$", ptx, re.MULTILINE)
    assert head == [("version", ARCHITECTURES[machine]), ("target", machine)]


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
@each_network
def test_ptxas_takes_it_and_spills_nothing(name: str, machine: str) -> None:
    """All values of a thread stay in registers, on every architecture."""
    found = assemble(ptx_of(NETWORKS[name](), machine, "block").ptx, machine)
    assert found[0].name == "ranvier_entry" and found[0].shared == 0
    assert found[0].registers is not None and 16 < found[0].registers <= 160
    assert [str(each) for each in found if each.stores or each.loads or each.stack] == []
    assert "step_range" in {each.name for each in found}


@needs_ptxas
@pytest.mark.parametrize("machine", ASSEMBLED)
@each_network
def test_ptxas_spills_nothing_of_a_launch(name: str, machine: str) -> None:
    """All values of a thread stay in registers."""
    made = ptx_of(NETWORKS[name](), machine)
    found = {each.name: each for each in assemble(made.ptx, machine)}
    assert {each.name for each in made.kernels} <= found.keys()
    for each in found.values():
        assert each.shared in (0, None) and (each.registers or 0) <= 128, str(each)
        assert not (each.stores or each.loads or each.stack), str(each)
