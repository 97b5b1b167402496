"""Positions of equations in the user's file.

The kind of string literal plays no part.
"""

from __future__ import annotations

import linecache
from pathlib import Path

import pytest

from ranvier.frontend.language.source import SourceText, Span
from ranvier.ir.location import spot

# Each file holds one call of f(equations=...) at a line; the marker '@' is what we look for.
FILES = {
    "single": ("f(equations='ab @cd')\n", 1, 1, 17),
    "raw": ("f(equations=r'a\\b @')\n", 1, 1, 19),
    "triple": ('f(\n    equations="""\n        a = b\n        c = @\n    """,\n)\n', 1, 4, 13),
    "escaped newline": ("f(equations='a = b\\n c = @')\n", 1, 1, 26),
    "escapes": ("f(equations='\\x41\\t\\u00e9@')\n", 1, 1, 26),
    "concatenation": ("f(\n    equations='a = b;'\n    ' c = @'\n)\n", 1, 3, 11),
    "line continuation": ("f(equations='''a = \\\n  @''')\n", 1, 2, 3),
    "after accents": ("f(name='éèà', equations='a = @')\n", 1, 1, 30),
    "variable": ("EQS = 'a = @'\n\n\nf(equations=EQS)\n", 4, 1, 12),
}


@pytest.mark.parametrize("case", FILES)
def test_position(case: str, tmp_path: Path) -> None:
    code, call_line, line, col = FILES[case]
    file = tmp_path / "model.py"
    file.write_text(code)
    values: dict[str, str] = {}
    namespace = {"f": lambda **arguments: values.update(arguments)}
    exec(compile(code, str(file), "exec"), namespace)
    text = values["equations"]
    source = SourceText(text, "equations", str(file), call_line)
    at = text.index("@")
    place = spot(Span(source, at, at + 1).loc)
    assert place is not None
    assert (place.file, place.line, place.col, place.end_col) == (str(file), line, col, col + 1)
    assert linecache.getline(str(file), line)[col - 1] == "@"
    assert source.line_text(at) is None


def test_the_call_and_keyword_decide_between_equal_strings(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("f(equations='x')\nf(\n    spike='x',\n    equations='x',\n)\nf(spike='x')\n")
    places = {
        (what, line): SourceText("x", what, str(file), line).position(0)
        for what, line in [("equations", 1), ("spike", 2), ("equations", 2), ("spike", 6)]
    }
    assert places == {
        ("equations", 1): (1, 14),
        ("spike", 2): (3, 12),
        ("equations", 2): (4, 16),
        ("spike", 6): (6, 10),
    }


def test_notebook_cells_are_found_through_linecache() -> None:
    name = "<ipython-input-1>"
    code = "f(equations='a = @')\n"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    assert SourceText("a = @", "equations", name, 1).position(4) == (1, 18)


@pytest.mark.parametrize("file", ["", "<string>", "/does/not/exist.py"])
def test_text_made_at_run_time_is_located_in_itself(file: str) -> None:
    source = SourceText("a = b\n c = @", "spike", file, 3)
    span = Span(source, source.text.index("@"), len(source.text))
    place = spot(span.loc)
    assert place is not None
    assert (place.file, place.line, place.col) == ("<spike>", 2, 6)
    assert str(span.diagnostic("no")) == "<spike>:2:6: error: no\n   c = @\n       ^"


def test_f_strings_and_broken_files_do_not_confuse(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("x = 1\nf(equations=f'a = {x}')\n")
    assert SourceText("a = 1", "equations", str(file), 2).loc(0, 1).file == "<equations>"
    broken = tmp_path / "broken.py"
    broken.write_text("%magic\nf(equations='a')\n")
    assert SourceText("a", "equations", str(broken), 2).loc(0, 1).file == "<equations>"


def test_a_span_of_several_lines_ends_with_its_first_line(tmp_path: Path) -> None:
    source = SourceText("abc\ndef")
    assert source.loc(1, 6).end_col == 4
