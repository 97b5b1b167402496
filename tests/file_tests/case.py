"""The pieces of a file test, with the directives in comments.

::

    // RUN: canonicalize,cse           a pipeline (nothing after the colon: parse and verify only)
    // RUN: cse --locations            the output shows locations
    // RUN: vectorize{bytes=32} --check-prefix=NARROW
    // RUN: cse --generic              the output is in the generic form, else in the custom one
    // USE: spiking                    puts the operations of ``fixtures/spiking.mlir`` in front
    // USE: relaxing{method=rk4}       the same, with ``rk4`` for every ``$method`` in that file
    // CHECK: arith.mulf               FileCheck, on the output of each run with its prefix
    // EXEC: f(3.0) == 9.0             a call, see ``execute``
    // OUTPUT:                         the whole output, line by line; ``RANVIER_BLESS=1`` writes it
    // expected-error@below {{text}}   a diagnostic, see ``expectations``
    // -----                           ends a piece: the next one is a test of its own

The runs of the first piece are those of every piece that has none of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

from attrs import evolve, frozen

SPLIT = re.compile(r"^// -----.*$")
_RUN = re.compile(r"^\s*// RUN:\s*(.*?)\s*$")
_USE = re.compile(r"^// USE:\s*(\w+)(?:\{(\w+)=(\w+)\})?\s*$")
_EXEC = re.compile(r"^\s*// EXEC:\s*(.*?)\s*$")
_OUTPUT = re.compile(r"^// (?:(\w+)-)?OUTPUT:\s*$")
_OPTION = re.compile(r"\s--([a-z-]+)(?:=(\S+))?")
_LABEL = re.compile(r"^\s*// (?:\w+-)?LABEL: (?:[a-z.]+ )*@(\w+)", re.MULTILINE)
_SYMBOL = re.compile(r'^(?!\s*//).*?(?:[a-z]\.[a-z]+ @|sym_name = ")(\w+)', re.MULTILINE)


class DirectiveError(Exception):
    """A directive that cannot be understood; the text says where."""


@frozen
class Run:
    """A pipeline.

    With it go the prefix of the checks of its output, and the form that is printed.
    """

    pipeline: str = ""
    prefix: str = "CHECK"
    locations: bool = False
    generic: bool = False

    @property
    def output(self) -> str:
        """The word that begins the block of its whole output."""
        return "OUTPUT" if self.prefix == "CHECK" else f"{self.prefix}-OUTPUT"


@frozen
class Output:
    """A whole expected output.

    It is in the lines of the file from ``start`` to ``end``, counted from 0.
    """

    start: int
    end: int
    text: str


@frozen
class Fixture:
    """A file whose operations stand in front of a piece.

    Its ``text`` has the values of the piece in it.
    """

    path: Path
    text: str


@frozen
class Case:
    """One piece of a file.

    Its ``text`` begins with empty lines: line numbers are the file's.

    The operations of ``uses`` stand in front of it.
    """

    path: Path
    name: str
    line: int
    text: str
    runs: tuple[Run, ...]
    executions: tuple[tuple[int, str], ...]
    outputs: dict[str, Output]
    uses: tuple[Fixture, ...] = ()


def cases_of(path: Path) -> list[Case]:
    """The pieces of a file.

    Their names are the first label or else the first symbol in them.
    """
    cases: list[Case] = []
    names: dict[str, int] = {}
    for start, lines in _pieces(path.read_text(encoding="utf-8").splitlines()):
        case = _case(path, start, lines)
        count = names[case.name] = names.get(case.name, 0) + 1
        if count > 1:
            case = evolve(case, name=f"{case.name}-{count}")
        if not case.runs:
            case = evolve(case, runs=cases[0].runs if cases else (Run(),))
        cases.append(case)
    return cases


def _pieces(lines: list[str]) -> list[tuple[int, list[str]]]:
    """The number of lines before each piece, and its lines."""
    found: list[tuple[int, list[str]]] = [(0, [])]
    for number, line in enumerate(lines, 1):
        if SPLIT.match(line):
            found.append((number, []))
        else:
            found[-1][1].append(line)
    return found


def _case(path: Path, start: int, lines: list[str]) -> Case:
    text = "\n".join(lines)
    named = _LABEL.search(text) or _SYMBOL.search(text)
    numbered = list(enumerate(lines, start + 1))
    return Case(
        path,
        named[1] if named else f"line-{start + 1}",
        start + 1,
        "\n" * start + text + "\n",
        tuple(_run(path, n, m[1]) for n, line in numbered if (m := _RUN.match(line))),
        tuple((n, m[1]) for n, line in numbered if (m := _EXEC.match(line))),
        dict(_outputs(numbered)),
        tuple(_fixture(path, n, *m.groups()) for n, line in numbered if (m := _USE.match(line))),
    )


def _fixture(path: Path, number: int, name: str, key: str | None, value: str | None) -> Fixture:
    found = path.parent / "fixtures" / f"{name}.mlir"
    if not found.is_file():
        raise DirectiveError(f"{path}:{number}: there is no {found}")
    text = found.read_text(encoding="utf-8")
    if key and value:
        if f"${key}" not in text:
            raise DirectiveError(f"{path}:{number}: there is no ${key} in {found}")
        text = re.sub(rf"\${key}\b", value, text)
    return Fixture(found, text)


def _run(path: Path, number: int, text: str) -> Run:
    pipeline, *_ = re.split(r"(?:^|\s)--", text, maxsplit=1)
    run = Run(pipeline.strip())
    for name, value in _OPTION.findall(" " + text[len(pipeline) :]):
        if name == "check-prefix" and value:
            run = evolve(run, prefix=value)
        elif name == "locations" and not value:
            run = evolve(run, locations=True)
        elif name == "generic" and not value:
            run = evolve(run, generic=True)
        else:
            raise DirectiveError(f"{path}:{number}: a RUN line has no option --{name}")
    return run


def _outputs(numbered: list[tuple[int, str]]) -> list[tuple[str, Output]]:
    """The blocks of whole outputs.

    A head, then comments up to the first other line.
    """
    found = []
    for i, (number, line) in enumerate(numbered):
        head = _OUTPUT.match(line)
        if head is None:
            continue
        body = []
        for _, below in numbered[i + 1 :]:
            if not below.startswith("//"):
                break
            body.append(below[3:] if below.startswith("// ") else below[2:])
        block = Output(number, number + len(body), "\n".join(body))
        found.append((f"{head[1]}-OUTPUT" if head[1] else "OUTPUT", block))
    return found
