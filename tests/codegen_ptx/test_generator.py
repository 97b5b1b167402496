"""The code generator for GPUs: architectures, its cache, what it refuses."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

import pytest
from attrs import evolve
from samples.ptx_code import FORMS, Form, kernels
from samples.seed_levels import NETWORKS

from ranvier.codegen.backend import backend
from ranvier.codegen.cache import Cache, Store
from ranvier.codegen.errors import CodegenError
from ranvier.codegen.llvm_ir.debug import assembly_lines
from ranvier.codegen_ptx.machine import ARCHITECTURES, newest_for
from ranvier.codegen_ptx.program import PtxCode
from ranvier.codegen_ptx.ptxas import assemble, find_ptxas
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.parser import parse
from ranvier.ir.target import CPU, CUDA, TARGET, find_target, read, written
from ranvier.passes.tools.listing import listing

PTX = backend("ptx")


def rate(machine: str = CUDA.machine, form: Form = "grid") -> Module:
    """The smallest of the published networks."""
    return kernels(NETWORKS["rate"](), machine, form)


@pytest.mark.parametrize(
    ("device", "machine"),
    [
        ("sm_75", "sm_75"), ("sm_82", "sm_80"), ("sm_86", "sm_86"), ("sm_90", "sm_90"),
        ("sm_101", "sm_100"), ("sm_120", "sm_120"), ("sm_150", "sm_121"),
    ],
)  # fmt: skip
def test_the_newest_code_that_a_device_runs(device: str, machine: str) -> None:
    """Code for an older architecture runs on every newer device."""
    assert newest_for(device) == PTX.machine(device, device=True) == machine


def test_architectures_that_are_asked_for_are_there() -> None:
    """A wish is kept to the letter.

    Only a device may be of an unknown kind.
    """
    for name in ARCHITECTURES:
        assert PTX.machine(name) == name and f", {name}, " in PTX.described(name)
    assert len({PTX.described(name) for name in ARCHITECTURES}) == len(ARCHITECTURES)
    with pytest.raises(ModelError, match=r"'sm_91'; did you mean 'sm_90'"):
        PTX.machine("sm_91")
    with pytest.raises(ModelError, match="is of architecture sm_70; PTX is made from sm_75 on"):
        PTX.machine("sm_70", device=True)
    assert min(ARCHITECTURES, key=lambda name: int(name[3:])) == CUDA.machine


def test_targets_know_their_machine() -> None:
    """A machine of several, or the only one; kernels say it."""
    assert (
        find_target("cuda").machine == "sm_75" and find_target("cuda", "sm_90").machine == "sm_90"
    )
    assert find_target("cpu", "sm_90") is CPU and CPU.machine == ""
    for form in FORMS:
        found = read(rate("sm_90", form))
        workers = 1 if form == "grid" else CUDA.workers
        assert found == evolve(CUDA, machine="sm_90", workers=workers)
        assert 'machine = "sm_90"' in str(written(found))
    assert "machine" not in str(written(CPU))


def test_code_is_kept_for_each_architecture(tmp_path: Path) -> None:
    """In memory and on disk, as machine code is."""
    store = Store(tmp_path)
    memory = Cache(OrderedDict(), store)
    first = PTX.generate(rate(), memory)
    assert first.source == "" and isinstance(first.entry, PtxCode)
    again = PTX.generate(rate(), memory)
    assert again.source == "memory" and again.entry is first.entry and again.key == first.key
    other = PTX.generate(rate("sm_90"), memory)
    assert other.source == "" and other.key != first.key and ".target sm_90" in other.entry.ptx
    disk = PTX.generate(rate(), Cache(OrderedDict(), store))
    assert disk.source == "disk" and disk.entry == first.entry
    content = store.get(first.key)
    assert content is not None and PTX.load(content) == first.entry


@pytest.mark.parametrize("form", FORMS)
def test_the_same_kernels_have_the_same_text(form: Form) -> None:
    """Earlier compilations do not matter; the listing is what is loaded."""
    first, again = (PTX.generate(rate(form=form), None) for _ in range(2))
    assert first.entry == again.entry
    assert ("call.uni" in first.entry.ptx) == (form != "grid"), "launches are in one piece"
    assert first.listings.ptx == again.listings.ptx == first.entry.ptx


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b'{"ptx": "a"}', b"1", b'{"a": "b", "ptx": ""}']
)
def test_other_content_is_no_code(content: bytes) -> None:
    assert PTX.load(content) is None


def test_kernels_for_other_machines_are_refused() -> None:
    """Their workers and blocks are others; and nothing is called alone."""
    module = rate()
    module.attributes[TARGET] = written(CPU)
    with pytest.raises(CodegenError, match="made for the target 'cpu', not for a GPU"):
        PTX.listings(module)
    with pytest.raises(CodegenError, match="has no @step_range"):
        PTX.generate(parse("func.func @f() { return }", "empty"), None)
    with pytest.raises(CodegenError, match="@f is not launched on a GPU by itself"):
        PTX.call(module, "f")


def test_names_that_are_no_names_of_ptx() -> None:
    """Names of users are changed, and two stay two."""
    parts = [
        "a.b",
        "a-b",
        "a_$_b",
        "zelle_ü",
        "größe",
        "call",
        "ld",
        "reg",
        "exp",
        "_",
        "%x",
        "param0",
    ]
    calls, functions = [], []
    for name in parts:
        functions.append(f'func.func @"{name}_update"(%b: memref<?xf64>) {{ return }}')
        calls.append(f'func.call @"{name}_update"(%b) : (memref<?xf64>) -> ()')
    head = "func.func @step_range(%w: index, %n: index, %a: index, %o: index, %b: memref<?xf64>)"
    module = parse("\n".join([*functions, f"{head} {{", *calls, "return }"]), "names")
    found = PTX.generate(module, None).entry.ptx
    made = re.findall(r"^\.func (\S+?)\($", found, re.MULTILINE)
    assert len(set(made)) == len(parts) + 1
    assert all(re.fullmatch(r"[A-Za-z_$%][\w$]+", each, re.ASCII) for each in made)
    if find_ptxas() is not None:
        assemble(found, "sm_75")


@pytest.mark.parametrize("form", FORMS)
def test_lines_of_ptx_lead_back_to_the_kernels(form: Form) -> None:
    """Instructions come from lines of the listing, directives from none."""
    module = rate(form=form)
    final = listing(module)
    lines = assembly_lines(PTX.listings(module, final.line_of).ptx)
    texts = {text for text, _ in lines}
    assert not any("$L__tmp" in text or text.lstrip().startswith(".loc") for text in texts)
    divisions = [at for text, at in lines if "mul.rn.f64" in text or "fma.rn.f64" in text]
    shown = [final.text.split("\n")[at - 1] for at in divisions if at]
    assert shown and all("mulf" in line or "math.fma" in line for line in shown)
