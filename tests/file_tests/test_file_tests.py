"""File tests test what they say.

Right files pass, wrong ones fail and say why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from file_tests.case import DirectiveError, cases_of
from file_tests.execute import parse_execution
from file_tests.run import FileTestError, run_case

TWICE = """\

func.func @twice(%x: f64) -> f64 {
  %y = arith.addf %x, %x : f64
  return %y : f64
}
"""
CHANGE = """\
func.func @change(%m: memref<?xf64>, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  memref.store %x, %m[%zero] : memref<?xf64>
  return %x : f64
}
"""
WRONG = """\
func.func @wrong() -> f64 {
  return
}
"""


def run_text(folder: Path, text: str) -> list[str]:
    """Run a file of this text.

    Returns the messages of the cases that fail.
    """
    path = folder / "test.mlir"
    path.write_text(text, encoding="utf-8")
    failures = []
    for case in cases_of(path):
        try:
            run_case(case)
        except FileTestError as failure:
            failures.append(str(failure))
    return failures


@pytest.mark.parametrize(
    "text",
    [
        TWICE,
        "// RUN: canonicalize\n" + TWICE + "// CHECK: = arith.addf %x\n// CHECK-NOT: arith.mulf\n",
        "// RUN: --generic\n" + TWICE + '// CHECK: "arith.addf"(%x, %x)\n',
        "// RUN: cse{} --check-prefix=CSE\n// RUN:\n" + TWICE + "// CSE: arith.addf\n",
        TWICE + "// EXEC: twice(1.5) == 3.0\n// EXEC: twice(-0.0) == -0.0\n",
        TWICE + "// EXEC: twice(nan) == nan\n// EXEC: twice(x=1.0) ~= 2.0000000000000001\n",
        CHANGE + "// EXEC: change([1.0, 5.0], 2.0) == 2.0 -> [2.0, 5.0]\n",
        CHANGE + "// EXEC: change([1.0] * 2, 2.0) -> _\n",
        CHANGE + "// EXEC: change(m=[1.0], x=2.0) -> dict(m=[2.0])\n",
        "// expected-error@below {{returns other types}}\n" + WRONG,
        WRONG + "// expected-error@-3 {{returns other types}}\n",
        TWICE + "// -----\n// expected-error@below {{returns other types}}\n" + WRONG,
        '// expected-error@below {{no operation}}\n"no.operation"() : () -> ()\n',
    ],
)
def test_right(text: str, tmp_path: Path) -> None:
    assert run_text(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (TWICE + "// CHECK: arith.mulf\n", "Couldn't match"),
        (TWICE + "// CHECK-NOT: arith.addf\n", "excluded string found"),
        (TWICE + "// EXEC: twice(1.5) == 4.0\n", "gives == 3.0"),
        (TWICE + "// EXEC: twice(0.0) == -0.0\n", "gives == 0.0"),
        (TWICE + "// EXEC: twice(1.5, 2.0) == 3.0\n", "takes 1 arguments, not 2"),
        (TWICE + "// EXEC: twice(y=1.5) == 3.0\n", "there is no value for %x"),
        (TWICE + "// EXEC: thrice(1.5) == 3.0\n", "no run has this function"),
        (CHANGE + "// EXEC: change([1.0], 2.0) -> [3.0]\n", "gives == 2.0 -> [2.0]"),
        (CHANGE + "// EXEC: change([1.0], 2.0) -> [2.0], [3.0]\n", "2 expected, there are 1"),
        (CHANGE + "// EXEC: change([], 2.0) -> []\n", "the interpreter fails"),
        (WRONG, "unexpected error on line 1"),
        ("// expected-error@below {{something else}}\n" + WRONG, "none came"),
        ("// expected-error@+2 {{returns other types}}\n" + WRONG, "on line 3, none came"),
        ("// expected-error@below {{a mistake}}\n" + TWICE, "none came"),
        ("// RUN: canonicalise\n" + TWICE, "unknown pass 'canonicalise'"),
        (TWICE + "// OUTPUT:\n// nothing\n", "-nothing"),
    ],
)
def test_wrong(text: str, complaint: str, tmp_path: Path) -> None:
    failures = run_text(tmp_path, text)
    assert len(failures) == 1 and complaint in failures[0]


def test_the_message_shows_the_output_and_the_place(tmp_path: Path) -> None:
    (message,) = run_text(tmp_path, "\n// RUN: canonicalize\n" + TWICE + "// CHECK: mulf\n")
    assert "test.mlir:8: error" in message
    assert "%y = arith.addf %x, %x" in message


def test_pieces(tmp_path: Path) -> None:
    """Pieces are named after their functions.

    They have the runs of the first.
    """
    path = tmp_path / "pieces.mlir"
    other = TWICE.replace("twice", "other")
    path.write_text(f"// RUN: cse\n{TWICE}// -----\n{TWICE}// -----\n// RUN: dce\n{other}")
    cases = cases_of(path)
    assert [case.name for case in cases] == ["twice", "twice-2", "other"]
    assert [case.runs[0].pipeline for case in cases] == ["cse", "cse", "dce"]
    assert [case.line for case in cases] == [1, 8, 14]


def test_what_stands_in_front(tmp_path: Path) -> None:
    """A piece begins with the operations of the used files.

    It fails if a file is not there.
    """
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "known.mlir").write_text(TWICE)
    calls = """\
// USE: known
func.func @four(%x: f64) -> f64 {
  %y = call @twice(%x) : (f64) -> f64
  %z = call @twice(%y) : (f64) -> f64
  return %z : f64
}
// EXEC: four(1.0) == 4.0
"""
    assert run_text(tmp_path, calls + "// CHECK: @twice\n// CHECK: @four\n") == []
    assert len(run_text(tmp_path, calls.replace("== 4.0", "== 5.0"))) == 1
    with pytest.raises(DirectiveError, match=r"test.mlir:1: there is no .*fixtures/unknown.mlir"):
        run_text(tmp_path, calls.replace("known", "unknown"))


def test_a_word_in_what_stands_in_front(tmp_path: Path) -> None:
    """A piece may choose a word of a used file."""
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "known.mlir").write_text(TWICE.replace("addf", "$op"))
    text = "// USE: known{op=mulf}\n// CHECK: mulf\n// EXEC: twice(3.0) == 9.0\n"
    assert run_text(tmp_path, text) == []
    assert len(run_text(tmp_path, text.replace("mulf", "addf"))) == 1
    with pytest.raises(DirectiveError, match=r"test.mlir:1: there is no \$kind in .*known.mlir"):
        run_text(tmp_path, text.replace("op=", "kind="))


def test_bless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole outputs are written into the file.

    Each goes into its piece; the rest stays.
    """
    body = f"// RUN: canonicalize\n{TWICE}// OUTPUT:\n// old\n\n// -----\n\n{CHANGE}// OUTPUT:\n"
    monkeypatch.setenv("RANVIER_BLESS", "1")
    assert run_text(tmp_path, body) == []
    blessed = (tmp_path / "test.mlir").read_text()
    assert "// old" not in blessed and blessed.startswith(f"// RUN: canonicalize\n{TWICE}// OUT")
    assert "//     %y = arith.addf %x, %x : f64\n" in blessed
    assert "//     memref.store %x, %m[%zero]" in blessed
    monkeypatch.delenv("RANVIER_BLESS")
    assert run_text(tmp_path, blessed) == []


@pytest.mark.parametrize("text", ["f(1.0)", "f == 1.0", "1 + 1 == 2", "f(1.0) -> [", "f(y.z) == 1"])
def test_what_is_no_call(text: str) -> None:
    with pytest.raises((ValueError, SyntaxError, NameError)):
        parse_execution(text)


def test_bad_directives(tmp_path: Path) -> None:
    with pytest.raises(DirectiveError, match=r"test.mlir:1: a RUN line has no option --chek"):
        run_text(tmp_path, "// RUN: cse --chek=A\n" + TWICE)
    with pytest.raises(DirectiveError, match=r"test.mlir:6: EXEC: write"):
        run_text(tmp_path, TWICE + "// EXEC: twice(1.0)\n")
