"""``ir-dump``: stages, passes, what is printed where, and exit codes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples.ptx_code import needs_ptxas

from ranvier import ir_dump
from ranvier.codegen_ptx.ptxas import DISASSEMBLER, find_nvdisasm
from ranvier.ir.equality import equal
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_custom
from ranvier.ir.verifier import verify
from tools.kit import MODULE, Command

ROOT = Path(ir_dump.__file__).resolve().parent


@pytest.mark.parametrize(
    ("stage", "there", "gone"),
    [
        ("net", ["net.population", "eq.ddt"], ["func.func"]),
        ("eq", ["net.population", "eq.write"], ["eq.ddt", "func.func"]),
        ("kernels", ["func.func", "@pop0_update", "vector."], ["net.population", "eq.read"]),
        ("llvm", ["define internal void @pop0_update", "fadd <8 x double>"], ["net.population"]),
        ("llvm-opt", ["define internal", "tail call"], ["!dbg"]),
        ("asm", ["pop0_update:", "ret"], ["define"]),
    ],
)
def test_stages_of_a_model(dump: Command, stage: str, there: list[str], gone: list[str]) -> None:
    answer = dump("model.py", "--stage", stage)
    assert answer.code == 0
    for text in there:
        assert text in answer.out
    for text in gone:
        assert text not in answer.out
    assert "after simulate" not in answer.err


def test_the_default_is_the_last_level(dump: Command) -> None:
    assert dump("model.py").out == dump("model.py", "--emit", "kernels").out


@pytest.mark.parametrize("stage", ["net", "eq", "kernels"])
def test_what_is_printed_parses(dump: Command, stage: str) -> None:
    answer = dump("model.py", "--stage", stage, "--locations")
    module = parse(answer.out)
    verify(module)
    assert 'loc("model.py":' in answer.out or 'model.py":' in answer.out
    dump.write("again.mlir", answer.out)
    assert dump("again.mlir", "--locations").out == answer.out


def test_stages_go_on_from_a_file(dump: Command) -> None:
    """A file's module runs through the network's own passes."""
    dump.write("net.mlir", dump("model.py", "--stage", "net").out)
    again, first = dump("net.mlir", "--stage", "kernels").out, dump("model.py").out
    assert equal(parse(again), parse(first))  # but for the names of values


def test_no_stage_of_a_file_runs_nothing(dump: Command) -> None:
    assert dump("module.mlir").out == print_custom(parse(MODULE)) + "\n"


def test_forms(dump: Command) -> None:
    """The custom form is the default.

    Each form can be asked for, and two of them are read back.
    """
    custom, generic, people = (
        dump("module.mlir", "--form", form).out for form in ("custom", "generic", "pretty")
    )
    assert custom == dump("module.mlir").out and generic == str(parse(MODULE)) + "\n"
    assert people == dump("module.mlir", "--pretty").out and "return c" in people
    dump.write("custom.mlir", custom)
    assert dump("custom.mlir", "--form", "generic").out == generic


def test_ptx(dump: Command) -> None:
    """PTX needs no GPU. It is for the oldest one if none is named."""
    answer = dump("model.py", "--stage", "ptx")
    assert answer.code == 0 and "after simulate" not in answer.err
    assert ".target sm_75" in answer.out and ".entry ranvier_launch0" in answer.out
    assert ".target sm_90" in dump("model.py", "--stage", "ptx", "--arch", "sm_90").out
    assert "addrspace(1)" in dump("model.py", "--stage", "llvm", "--arch", "sm_90").out
    kernels = dump("model.py", "--arch", "sm_90").out
    assert 'machine = "sm_90"' in kernels and "vector." not in kernels


def test_ptx_of_a_file(dump: Command) -> None:
    """Kernels say their target; their architecture may be exchanged."""
    dump.write("gpu.mlir", dump("model.py", "--arch", "sm_80").out)
    assert ".target sm_80" in dump("gpu.mlir", "--stage", "ptx").out
    assert ".target sm_120" in dump("gpu.mlir", "--stage", "ptx", "--arch", "sm_120").out
    assert "addrspace(1)" in dump("gpu.mlir", "--stage", "llvm").out
    dump.write("net.mlir", dump("model.py", "--stage", "net").out)
    assert ".target sm_75" in dump("net.mlir", "--stage", "ptx").out
    dump.write("cpu.mlir", dump("model.py").out)
    answer = dump("cpu.mlir", "--stage", "ptx")
    assert (answer.code, answer.out) == (1, "")
    assert "the code generator of target 'cpu' makes no 'ptx'" in answer.err
    assert ".func" in dump("module.mlir", "--stage", "ptx").out


def test_wrong_words_about_gpus(dump: Command) -> None:
    answer = dump("model.py", "--stage", "ptx", "--arch", "sm_91")
    assert answer.code == 2 and "did you mean 'sm_90'" in answer.err
    assert "after simulate" not in answer.err
    answer = dump("model.py", "--resources")
    assert answer.code == 2 and "--resources are those of --stage ptx and sass" in answer.err
    answer = dump("model.py", "--stage", "asm", "--arch", "sm_90")
    assert answer.code == 1 and "target 'cuda' makes no 'asm'" in answer.err
    assert "it makes --stage llvm, llvm-opt, ptx, sass" in answer.err


@needs_ptxas
def test_resources(dump: Command) -> None:
    """They are comments, so that what is printed is PTX still."""
    answer = dump("model.py", "--stage", "ptx", "--arch", "sm_90", "--resources")
    head, *rest = answer.out.split("\n")
    assert head.startswith("// ptxas ") and head.endswith("sm_90, 256 threads in a block")
    said = r"//   ranvier_launch0: \d+ registers, 0 bytes shared, 0 bytes of spills"
    assert any(re.match(said, line) for line in rest)
    plain = dump("model.py", "--stage", "ptx", "--arch", "sm_90").out
    assert answer.out.endswith(plain) and all(line.startswith("//") for line in rest[:3])


def test_instructions_of_a_gpu(
    dump: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """NVIDIA's programs make them. Here are some that say what they were asked for."""
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = dump("model.py", "--stage", "sass", "--arch", "sm_90")
    assert answer.code == 1 and "there is no nvdisasm" in answer.err
    assert "ranvier[ptxas]" in answer.err
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    for name, text in (
        ("ptxas", 'echo "release 13.5, $*"; cat "$3" > "$5"'),
        ("nvdisasm", 'cat "$2"'),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    answer = dump("model.py", "--stage", "sass", "--arch", "sm_90")
    assert answer.code == 0 and "error" not in answer.err
    assert (
        answer.out.startswith("// ptxas 13.5, sm_90\n") and ".entry ranvier_launch0" in answer.out
    )
    answer = dump("model.py", "--stage", "sass", "--opt", "0")
    assert answer.out.startswith("// ptxas 13.5, sm_75\n")


@needs_ptxas
@pytest.mark.skipif(find_nvdisasm() is None, reason=f"there is no nvdisasm: {DISASSEMBLER}")
def test_real_instructions_of_a_gpu(dump: Command) -> None:
    """They are those of the architecture, with resources above."""
    answer = dump("model.py", "--stage", "sass", "--arch", "sm_90", "--resources")
    assert answer.code == 0 and "registers" in answer.out.split("\n")[1]
    assert "EXIT" in answer.out and ".text.ranvier_entry" in answer.out


def test_a_page_of_a_gpu(dump: Command) -> None:
    """It ends in PTX; there is no assembly."""
    answer = dump("model.py", "--arch", "sm_90", "--html", str(dump.folder / "page"))
    assert answer.code == 0 and "note:" not in answer.err
    page = (dump.folder / "page" / "index.html").read_text()
    assert '"name":"PTX"' in page and ".target sm_90" in page and '"name":"asm"' not in page


def test_a_script_that_wants_a_gpu(dump: Command) -> None:
    """Its target counts, unless the command names another."""
    script = (dump.folder / "model.py").read_text()
    dump.write("gpu.py", script.replace("compile(", "compile(target='cuda', opt=0, "))
    assert 'name = "cuda"' in dump("gpu.py").out
    assert ".entry ranvier_entry" in dump("gpu.py", "--stage", "ptx").out


def test_stdin(dump: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(MODULE))
    assert dump("-", "-p", "cse").out.count("mulf") == 1


def test_pipeline(dump: Command) -> None:
    answer = dump("module.mlir", "-p", "cse")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("mulf") == 1


def test_opt_0_only_lowers(dump: Command) -> None:
    lowered, optimised = dump("model.py", "--opt", "0").out, dump("model.py").out
    assert "vector." not in lowered and "vector." in optimised


def test_output_file(dump: Command) -> None:
    answer = dump("module.mlir", "-o", "out.mlir", "--diff", "-p", "cse")
    assert (answer.code, answer.out) == (0, "")
    assert (dump.folder / "out.mlir").read_text().count("mulf") == 1


def test_print_before_and_after(dump: Command) -> None:
    answer = dump("module.mlir", "-p", "cse,dce", "--print-ir-before", "--print-ir-after=cse")
    assert answer.code == 0
    assert answer.err.count("func.func") == 3
    assert answer.out.count("func.func") == 1


def test_print_after_change(dump: Command) -> None:
    answer = dump("module.mlir", "-p", "cse,dce", "--after-change")
    assert answer.err.count("func.func") == 1


def test_diff_prints_no_module(dump: Command) -> None:
    answer = dump("module.mlir", "-p", "cse", "--diff")
    assert (answer.code, answer.out) == (0, "")
    assert "-  %b = arith.mulf" in answer.err.replace("   %b", "  %b")


def test_filter(dump: Command) -> None:
    answer = dump("model.py", "--print-ir-after=licm", "--filter", "pop0_update")
    assert "pop0_update" in answer.err and '"proj0_transmit"' not in answer.err


def test_trace(dump: Command) -> None:
    answer = dump("model.py", "--trace")
    assert "rewrites of canonicalize" in answer.err


def test_time_and_statistics(dump: Command) -> None:
    answer = dump("module.mlir", "-p", "cse", "--time", "--stats")
    assert "----- time -----" in answer.err and "----- statistics -----" in answer.err
    assert answer.out.startswith("module {")


@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_verify(dump: Command, level: str) -> None:
    assert dump("model.py", "--verify", level).code == 0


def test_verify_finds_a_broken_pass(dump: Command) -> None:
    dump.write("breaks.py", BREAKS)
    words = ("module.mlir", "--load", "breaks.py", "-p", "break-types,cse")
    answer = dump(*words, "--verify", "1")
    assert (answer.code, answer.out) == (1, "")
    assert "break-types" in answer.err and "error:" in answer.err


BREAKS = '''
from ranvier.ir.types import f32
from ranvier.passes.framework.core import Pass, register


@register
class BreakTypes(Pass):
    """Give a sum another type."""

    name = "break-types"

    def run(self, module, ctx):
        for op in module.walk():
            if op.name == "arith.addf":
                op.results[0].type = f32
        return True
'''


def test_pretty(dump: Command) -> None:
    pytest.importorskip("ranvier.ir.pretty")
    answer = dump("model.py", "--stage", "eq", "--pretty")
    assert answer.code == 0 and "v" in answer.out
    assert '"arith.addf"' not in answer.out


def test_explain(dump: Command) -> None:
    answer = dump("model.py", "--explain")
    assert answer.code == 0
    assert "population pop0: 20 spiking neurons   (model.py:14)" in answer.out
    assert "+ vectorize" in answer.out and "func.func" not in answer.out
    only = dump("model.py", "--explain=vectorize").out
    assert "licm" not in only and "vectorize" in only
    assert dump("model.py", "--explain=vectorise").code == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "an input is needed"),
        (("missing.mlir",), 2, "there is no file 'missing.mlir'"),
        (("model.py", "--stage", "bla"), 2, "invalid choice"),
        (("model.py", "--unknown"), 2, "unrecognized"),
        (("module.mlir", "-p", "cse,bla"), 2, "unknown pass 'bla'"),
        (("module.mlir", "--print-ir-after=bla"), 2, "bla"),
        (("model.py", "--network", "x"), 2, "--network expects"),
        (("module.mlir", "--reduce", "true"), 2, "does not fail"),
        (("model.py", "--load", "missing.py"), 1, "missing.py"),
        (("module.mlir", "-o", "no/such/folder.mlir"), 2, "cannot write 'no/such/folder.mlir'"),
        (("model.py", "--html", "module.mlir"), 2, "cannot write to 'module.mlir'"),
        (("broken.mlir",), 1, "broken.mlir:1:"),
        (("invalid.mlir",), 1, "error:"),
        (("module.mlir", "--stage", "llvm", "-p", "cse", "--run", "g(1.0)"), 1, "no function @g"),
    ],
)
def test_mistakes(dump: Command, words: tuple[str, ...], code: int, said: str) -> None:
    dump.write("broken.mlir", '"func.func"(')
    dump.write("invalid.mlir", MODULE.replace('"func.return"(%c) : (f64)', '"func.return"() : ()'))
    answer = dump(*words)
    assert answer.code == code
    assert said in answer.err
    assert answer.out == ""


def test_help(dump: Command) -> None:
    answer = dump("--help")
    assert answer.code == 0 and "exit codes" in answer.out.lower()


def test_lists(dump: Command) -> None:
    answer = dump("--list-passes", "--list-ops")
    assert answer.code == 0
    assert "vectorize{bytes=...}" in answer.out and "@equations: contract" in answer.out
    assert "arith.addf(lhs:" in answer.out and "net.population" in answer.out
    assert "see the module" not in answer.out


@pytest.mark.parametrize("start", [["-m", "ranvier.ir_dump"], [str(ROOT / "ir_dump.py")]])
def test_ways_to_start(tmp_path: Path, start: list[str]) -> None:
    """``ir-dump`` starts as a module, and as a file.

    The file is one of a checkout; the folder is any.
    """
    (tmp_path / "module.mlir").write_text(MODULE)
    answer = subprocess.run(
        [sys.executable, *start, "module.mlir", "-p", "cse"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.count("mulf") == 1


def test_import_does_without_argparse() -> None:
    script = "import ranvier, sys; sys.exit('argparse' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], timeout=300).returncode == 0
