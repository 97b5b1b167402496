"""The frame of the report page, in one file. It holds data, style and script."""

from __future__ import annotations

import html
import json
from importlib import resources
from typing import Any

_FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} &middot; Ranvier</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<noscript>This page draws itself with JavaScript.</noscript>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</body>
</html>
"""


def page(title: str, data: dict[str, Any]) -> str:
    """The whole page. The data cannot end their element early: ``<`` is written as an escape."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _FRAME.format(
        title=html.escape(title),
        style=asset("report.css"),
        script=asset("report.js"),
        data=text,
    )


def asset(name: str) -> str:
    """A file that lies beside this one."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
