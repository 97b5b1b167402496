"""Code of every network that the CPU is tested with.

It holds nothing that it must not, and ``ptxas`` takes it.
"""

from __future__ import annotations

import os

import pytest
from differential.explicit import explicit
from differential.test_cuda import FAMILY
from samples.ptx_code import ASSEMBLED, FORMS, Form, kernels
from samples.ptx_rules import faults_of_llvm, faults_of_ptx

from ranvier.codegen_ptx.listings import PtxListings
from ranvier.codegen_ptx.ptxas import assemble, find_ptxas

NIGHTLY = os.environ.get("RANVIER_NIGHTLY", "0") not in ("", "0")


def forms(number: int) -> tuple[Form, ...]:
    """The forms of the network with this number. At night it has all."""
    return FORMS if NIGHTLY else ("grid", FORMS[1 + number % 2])


@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for at, name in enumerate(FAMILY) for form in forms(at)]
)
def test_code_of_the_family(name: str, form: Form) -> None:
    """For one architecture each, at night for all."""
    number = list(FAMILY).index(name)
    for machine in ASSEMBLED if NIGHTLY else ASSEMBLED[number % len(ASSEMBLED) :][:1]:
        with explicit(number):
            net = FAMILY[name]()
        net.config(num_threads=None)
        made = PtxListings(kernels(net, machine, form), entry=True)
        assert faults_of_llvm(made.llvm) == []
        assert faults_of_ptx(made.ptx) == []
        assert find_ptxas() is None or assemble(made.ptx, machine)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\tld.b64 \t%rd1, [%rd2];", "ld.b64 does not say which memory"),
        ("\t@%p1 st.v2.b64 \t[%rd2], {%rd1, %rd1};", "st.v2.b64 does not say which memory"),
        ("\tatom.add.u32 \t%r1, [%rd2], 1;", "atom.add.u32 does not say which memory"),
        ("\tatom.acq_rel.gpu.global.add.u32 \t%r1, [%rd2], 1;", "acq_rel"),
        ("\tdiv.approx.f32 \t%r1, %r2, %r3;", "div.approx.f32 is not exact"),
        ("\tcvta.to.global.u64 \t%rd1, %rd2;", "cvta.to.global.u64"),
        ("\tcall.uni (retval0), fmod, (param0, param1);", "fmod is not there"),
        (".extern .func fmod", ".extern"),
    ],
)
def test_faults_of_ptx_are_found(text: str, fault: str) -> None:
    assert fault in "\n".join(faults_of_ptx(f"{{\n{text}\n}}"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("  %r = frem double %x, %y", "frem"),
        ("  %r = atomicrmw add ptr %p, i32 1 acq_rel", "acq_rel"),
        ("declare double @llvm.exp.f64(double)", "llvm.exp is not in the table"),
        ("declare double @fmod(double, double)", "fmod is not in the table"),
        ("declare i32 @llvm.nvvm.vote.ballet.sync(i32, i1)", "ballet.sync is not in the table"),
    ],
)
def test_faults_of_llvm_are_found(text: str, fault: str) -> None:
    assert fault in "\n".join(faults_of_llvm(text))
