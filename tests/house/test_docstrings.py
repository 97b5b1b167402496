"""The rule of docstrings: a short sentence first.

It starts with a noun phrase or a verb, and has under twelve words.

A reader of an index sees first sentences alone, so each says what its object is or does, in the
words of ``docs/glossary.md``. All else (shapes, units, errors, sources) follows in further ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from house.files import python_files, read

FOLDERS = (
    ".",
    "benchmarks",
    "codegen",
    "codegen_llvm",
    "codegen_ptx",
    "examples",
    "frontend",
    "ir",
    "passes",
    "runtime",
    "tests",
)
"""The folders for which the rule holds.

The modules at the root are ``.``.
"""

MOST_WORDS = 11

NO_STARTS = {
    *("What", "Whatever", "Which", "Who", "Whoever", "Whose", "How", "Why", "Where", "When"),
    *("Those", "That", "Something", "Somebody", "Someone", "Also", "Anew"),
    *("As", "By", "With", "If"),
}
"""Words that begin a riddle or half a sentence. ``Whether`` begins those of predicates."""

CODE = re.compile(r"``.+?``")
"""A span of code, which counts as one word."""

SENTENCE = re.compile(r"(.*?[.?!])(?=\s|$)")
"""The first sentence of a paragraph, up to its full stop."""


def docstrings(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of every docstring of a module.

    Those of attributes are among them, those of rewrite rules are not: they begin with a line of
    algebra (``passes/RULES.md``).
    """
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        documented = documented and not _is_rule(node)
        for place, each in enumerate(body):
            before = body[place - 1] if place else None
            first = before is None and documented
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                value = each.value.value
                if isinstance(value, str) and (
                    first or isinstance(before, ast.Assign | ast.AnnAssign)
                ):
                    yield each.lineno, value


def _is_rule(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return any(ast.unparse(each).startswith("pattern(") for each in decorators)


def complaint(docstring: str) -> str | None:
    """The break of the rule in a docstring, None without one."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    plain = CODE.sub(lambda span: re.sub(r"[\s.?!]", "_", span[0]), paragraph)
    words = plain.split()
    if not words:
        return "empty"
    if re.split(r"\W", words[0])[0] in NO_STARTS:
        return f"starts with '{words[0]}'"
    sentence = SENTENCE.match(plain)
    if sentence is None and not plain.endswith(":"):
        return "no full stop"
    count = len((sentence[1] if sentence else plain).split())
    return f"{count} words" if count > MOST_WORDS else None


def complaints(file: Path) -> list[str]:
    """Docstrings that break the rule: place, complaint and first line."""
    found = []
    for line, text in docstrings(read(file)):
        wrong = complaint(text)
        if wrong is not None:
            found.append(f"{file}:{line}: {wrong}: {text.strip().splitlines()[0]}")
    return found


def _holds(file: Path) -> bool:
    return (file.parts[0] if len(file.parts) > 1 else ".") in FOLDERS


def test_docstrings_start_with_a_short_sentence() -> None:
    found = [each for file in python_files() if _holds(file) for each in complaints(file)]
    assert found == [], "\n".join(found)


def test_the_folders_are_there() -> None:
    assert {*FOLDERS} <= {"."} | {file.parts[0] for file in python_files()}


@pytest.mark.parametrize(
    ("docstring", "wrong"),
    [
        ("The weights of a dendrite, ``(n,)``.", None),
        (
            "Draw the synapses of a patch.\n\nIn the order of their rows, for all that is asked.",
            None,
        ),
        ("Whether a neuron is refractory.", None),
        ("``a * (b + c). Then`` by the distributive law, for all that is real.", None),
        ("The arguments of a rule:\n\n======  ====\n", None),
        ("What a dendrite weighs.", "starts with 'What'"),
        ("Where: the rank.", "starts with 'Where:'"),
        ("One two three four five six seven eight nine ten eleven twelve.", "12 words"),
        ("The weights", "no full stop"),
        ("", "empty"),
    ],
)
def test_the_rule_itself(docstring: str, wrong: str | None) -> None:
    assert complaint(docstring) == wrong


def test_docstrings_of_attributes_are_read() -> None:
    text = '"A."\nX = 1\n"B."\nclass C:\n    "D."\n    y: int\n    "E."\nf()\n"no."'
    assert sorted(found for _, found in docstrings(text)) == ["A.", "B.", "D.", "E."]


def test_rules_begin_with_algebra() -> None:
    text = (
        '@pattern(AddI)\ndef rule():\n    "x + 0 -> x"\n@lowers(AddI)\ndef lower():\n    "An add."'
    )
    assert [found for _, found in docstrings(text)] == ["An add."]
