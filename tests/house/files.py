"""The files of the repository, for the tests of the house."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PACKAGE_FOLDERS = ("frontend", "ir", "passes", "codegen", "codegen_llvm", "codegen_ptx", "runtime")
"""The folders whose modules users import as ``ranvier.<folder>``."""


def repository_files() -> list[Path]:
    """Every file that git tracks or would track, sorted. Paths are relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if answer.returncode == 0:
        names = [Path(line) for line in answer.stdout.splitlines()]
    else:  # an unpacked archive: no git here
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    return sorted({name for name in names if _is_ours(name) and (ROOT / name).is_file()})


def _is_ours(name: Path) -> bool:
    """Whether a path lies in no cache, environment or build folder."""
    folders = name.parts[:-1]
    hidden = any(part.startswith(".") and part != ".ci" for part in folders)
    return not hidden and not {"build", "dist", "__pycache__"} & set(folders)


def python_files() -> list[Path]:
    """Every Python file of the repository, relative to the root."""
    return [name for name in repository_files() if name.suffix == ".py"]


def package_files() -> list[Path]:
    """Every Python file of the installed package, relative to the root."""
    return [
        name for name in python_files() if len(name.parts) == 1 or name.parts[0] in PACKAGE_FOLDERS
    ]


def read(name: Path) -> str:
    """The text of a file given relative to the root."""
    return (ROOT / name).read_text(encoding="utf-8")
