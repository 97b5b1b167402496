"""A real browser without a window.

It shows what a page looks like once its script has run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
    "--virtual-time-budget=10000",
)


def chromium() -> str:
    """The browser's path; skips the test where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    return found


def rendered(page: Path, fragment: str = "", *extra: str) -> str:
    """The document after its script has run."""
    browser = chromium()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        answer = subprocess.run(
            [
                browser,
                *FLAGS,
                f"--user-data-dir={profile}",
                *extra,
                "--dump-dom",
                f"{page.resolve().as_uri()}{fragment}",
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def after(page: Path, script: str) -> str:
    """The document after a script of the test has run.

    The script sees what the page's own defines.
    """
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        changed = Path(folder) / "changed.html"
        changed.write_text(
            text.replace("</body>", f"<script>{{{script}}}</script></body>"), "utf-8"
        )
        return rendered(changed)


def panel(document: str, name: str) -> str:
    """The text of one panel of the document."""
    start = document.index(f'id="{name}"')
    end = document.find('<section class="panel"', start)
    return document[start : end if end > 0 else len(document)]


def rows(text: str, *classes: str) -> list[str]:
    """Texts of the rows that have all these classes."""
    found = re.findall(r'<div class="(row[^"]*)"(?:"[^"]*"|[^">])*>(.*?)</div>', text)
    return [
        re.sub("<[^>]*>", "", inside) for names, inside in found if {*classes} <= {*names.split()}
    ]
