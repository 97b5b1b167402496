"""Packaging: a regular install holds every folder of modules.

It is typed, and holds nothing else.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from house.files import ROOT, package_files, read


def test_every_folder_of_modules_is_listed() -> None:
    """Every folder of modules is listed for setuptools.

    It cannot find them by itself, for the root is the package.
    """
    settings = tomllib.loads(read(Path("pyproject.toml")))["tool"]["setuptools"]
    folders = {".".join(("ranvier", *name.parent.parts)) for name in package_files()}
    assert set(settings["packages"]) == folders
    assert settings["package-dir"] == {"ranvier": "."}


def test_every_folder_of_modules_is_a_package() -> None:
    for folder in {name.parent for name in package_files()}:
        assert (ROOT / folder / "__init__.py").is_file(), folder


def test_types_are_shipped() -> None:
    assert (ROOT / "py.typed").is_file()
