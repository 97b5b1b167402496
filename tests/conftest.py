"""The root of the repository is a package, not of tests.

All tests share this rule.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from file_tests.collect import collect_mlir

# Passes must run in tests of passes; what is kept of compiled networks has tests of its own.
os.environ.setdefault("RANVIER_CACHE", "0")

# Tests of several threads run on several threads, however small their networks are.
os.environ.setdefault("RANVIER_EXACT_THREADS", "1")

# The same examples in every run, so that a red test is red again; look for new ones with
# HYPOTHESIS_PROFILE=search. How fast a machine makes or runs them is no reason to fail.
SLOW = [HealthCheck.too_slow]
for profile, repeats in (("repeat", True), ("search", False)):
    settings.register_profile(
        profile, derandomize=repeats, deadline=None, suppress_health_check=SLOW
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

ROOT = Path(__file__).resolve().parent.parent


class RootIsPlainFolder:
    """Pytest's folder rule: the package is imported only once.

    Pytest would import it a second time under the name of its folder.

    The root holds ``__init__.py``, so pytest would take it for a package of tests and import it
    before the first test in it; every registry of ours would then exist twice.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect the root as a plain folder.

        Every other folder is left to pytest.
        """
        return pytest.Dir.from_parent(parent, path=path) if path.resolve() == ROOT else None


def pytest_configure(config: pytest.Config) -> None:
    """Register the rule for all folders.

    A conftest's own hooks reach only its subfolders.
    """
    config.pluginmanager.register(RootIsPlainFolder())


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the tests of ``*.mlir`` files too."""
    return collect_mlir(file_path, parent)
