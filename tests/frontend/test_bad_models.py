"""Models that must be refused.

Each has its message, and a caret under the right text.

The cases are in ``bad_models/*.txt``::

    == name of the case
    Neuron(equations='r = «voltage»')
    => unknown name 'voltage'

The wrong text stands between « and »; the marks are removed before the model is run from a file of
its own. The message must be at exactly that line and column of that file, and the carets of the
printed error must be under exactly that text.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from ranvier.frontend.language import (
    Creating,
    Parameter,
    Pruning,
    Variable,
    analyse_neuron,
    analyse_synapse,
)
from ranvier.ir.diagnostics import Diagnostic, ModelError
from ranvier.ir.location import spot

FOLDER = Path(__file__).parent / "bad_models"
_CASE = re.compile(r"^== (.*)\n((?:.*\n)+?)=> (.*)$", re.MULTILINE)


def read_cases() -> dict[str, tuple[str, str]]:
    """Every case of every file of the folder.

    Model and message, by name.
    """
    cases: dict[str, tuple[str, str]] = {}
    for file in sorted(FOLDER.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        found = _CASE.findall(text)
        assert len(found) == len(re.findall(r"^== ", text, re.MULTILINE)), file
        for name, model, message in found:
            key = f"{file.stem}: {name}"
            assert key not in cases, f"two cases are called {key}"
            cases[key] = (model.rstrip("\n"), message)
    return cases


MODELS = read_cases()


def neuron(**arguments: Any) -> None:
    """Make a neuron, with the arguments of the constructor."""
    caller = sys._getframe(1)
    analyse_neuron(**arguments, file=caller.f_code.co_filename, line=caller.f_lineno)


def synapse(**arguments: Any) -> None:
    """Make a synapse, with the arguments of the constructor."""
    caller = sys._getframe(1)
    analyse_synapse(**arguments, file=caller.f_code.co_filename, line=caller.f_lineno)


def run(code: str, file: Path) -> ModelError:
    """Run a user's file that defines a bad model."""
    file.write_text(code)
    names = {
        "Neuron": neuron,
        "Synapse": synapse,
        "Creating": Creating,
        "Parameter": Parameter,
        "Pruning": Pruning,
        "Variable": Variable,
    }
    with pytest.raises(ModelError) as caught:
        exec(compile(code, str(file), "exec"), names)
    return caught.value


@pytest.mark.parametrize("name", MODELS)
def test_message_and_place(name: str, tmp_path: Path) -> None:
    marked, message = MODELS[name]
    marked = f"# A model with a mistake\n\nbad = {marked}\n"
    start, end = marked.index("«"), marked.index("»") - 1
    code = marked.replace("«", "").replace("»", "")
    line, col = code.count("\n", 0, start) + 1, start - code.rfind("\n", 0, start)
    file = tmp_path / "model.py"
    error = run(code, file)
    diagnostic = error.diagnostics[0]
    assert diagnostic.text == message
    place = spot(diagnostic.loc) if diagnostic.loc else None
    assert place is not None
    assert (place.file, place.line, place.col) == (str(file), line, col)
    assert len(error.diagnostics) == 1
    check_caret(diagnostic, code.splitlines()[line - 1], col, max(1, end - start))


def check_caret(diagnostic: Diagnostic, line_text: str, col: int, width: int) -> None:
    """Check the user's line in the printed error.

    Carets stand under the wrong text.
    """
    printed = str(diagnostic).splitlines()
    assert printed[1] == "  " + line_text
    assert printed[2] == "  " + " " * (col - 1) + "^" * width
    assert "note: in this " in printed[-1]


def test_every_wrong_equation_is_reported(tmp_path: Path) -> None:
    code = """Neuron(
    name="COBA",
    parameters="tau = 10.0",
    equations='''
        tau*dv/dt = -u
        x = 3 : flag
        y = exp()
    ''',
    spike="v > 1",
)
"""
    error = run(code.replace("x = 3 : flag", "x = 3"), tmp_path / "model.py")
    assert [d.text for d in error.diagnostics] == [
        "unknown name 'u'",
        "'exp' takes 1 argument, 0 given",
    ]
    for diagnostic in error.diagnostics:
        assert diagnostic.notes[-1].text == "in neuron 'COBA'"
    assert str(error).splitlines() == [
        f"{tmp_path}/model.py:5:22: error: unknown name 'u'",
        "          tau*dv/dt = -u",
        "                       ^",
        f"note: in neuron 'COBA' ({tmp_path}/model.py:1)",
        f"{tmp_path}/model.py:7:13: error: 'exp' takes 1 argument, 0 given",
        "          y = exp()",
        "              ^^^^^",
        f"note: in neuron 'COBA' ({tmp_path}/model.py:1)",
    ]


def test_an_error_in_a_function_names_the_call(tmp_path: Path) -> None:
    error = run("Neuron(functions='f(x) = 2*x',\n    equations='r = f(1 > 0)')", tmp_path / "m.py")
    note = error.diagnostics[0].notes[0]
    assert note.text == "in the call 'f(1 > 0)'"
    place = spot(note.loc) if note.loc else None
    assert place is not None
    assert (place.line, place.col) == (2, 20)


def test_text_made_at_run_time_shows_its_own_line(tmp_path: Path) -> None:
    error = run("Neuron(equations='r = ' + 'x'*2, name='made')", tmp_path / "m.py")
    assert str(error).splitlines() == [
        "<equations>:1:5: error: unknown name 'xx'",
        "  r = xx",
        "      ^^",
        f"note: in neuron 'made' ({tmp_path}/m.py:1)",
    ]
