"""FileCheck and whole outputs.

The output of a run is compared with what the file says of it.
"""

from __future__ import annotations

import difflib
import io
import os
import re

from filecheck.finput import FInput
from filecheck.matcher import Matcher
from filecheck.options import Options
from filecheck.parser import Parser, pattern_for_opts

from .case import Case, Run, cases_of

BLESS = "RANVIER_BLESS"


def has_checks(case: Case, run: Run) -> bool:
    """Whether there is a CHECK line for the run."""
    pattern, _ = pattern_for_opts(_options(case, run))
    return any(pattern.search(line) for line in case.text.splitlines())


def _options(case: Case, run: Run) -> Options:
    return Options(match_filename=str(case.path), check_prefixes=[run.prefix], allow_empty=True)


def check(case: Case, run: Run, output: str) -> str | None:
    """Hold the CHECK lines of a case against an output.

    Returns what is wrong, or None.
    """
    options = _options(case, run)
    parser = Parser(options, io.StringIO(case.text), *pattern_for_opts(options))
    matcher = Matcher(options, FInput("the output", "\n" + output + "\n"), parser)
    told = matcher.stderr = io.StringIO()
    return None if matcher.run() == 0 else _plain(told.getvalue())


def _plain(text: str) -> str:
    """The text without the colours of terminals."""
    return re.sub(r"\x1b\[\d*m", "", text).strip()


def compare(case: Case, run: Run, output: str) -> str | None:
    """Hold the block of the whole output against it.

    Returns the difference, or None.
    """
    block = case.outputs.get(run.output)
    if block is None or block.text == output:
        return None
    if os.environ.get(BLESS) == "1":
        bless(case, run, output)
        return None
    lines = difflib.unified_diff(
        block.text.splitlines(), output.splitlines(), "expected", "found", lineterm=""
    )
    return "\n".join([*lines, "", f"{BLESS}=1 writes the found output into the file"])


def bless(case: Case, run: Run, output: str) -> None:
    """Write the output into the file.

    It may have changed since the case was read.
    """
    now = next(c for c in cases_of(case.path) if c.name == case.name)
    block = now.outputs[run.output]
    lines = case.path.read_text(encoding="utf-8").splitlines()
    lines[block.start : block.end] = [f"// {line}".rstrip() for line in output.splitlines()]
    case.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
