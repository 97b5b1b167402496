"""The table of all rules in ``RULES.md``. ``python -m ranvier.passes.rules.document`` renews it."""

from __future__ import annotations

from pathlib import Path

from ...ir.patterns import Pattern, patterns_in
from ..canonicalize import THEMES

PAGE = Path(__file__).resolve().parents[1] / "RULES.md"
BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"


def rules_table() -> str:
    """All rules by file, in Markdown. They have the order in which they are tried."""
    lines: list[str] = []
    for theme in THEMES:
        doc = (theme.__doc__ or "").partition("\n")[0]
        name = theme.__name__.rpartition(".")[2]
        lines += ["", f"### `{name}.py`", "", doc, "", "| rule | algebra | bits |", "|---|---|---|"]
        lines += [_row(rule) for rule in patterns_in(theme)]
    return "\n".join(lines) + "\n\n"


def _row(rule: Pattern) -> str:
    algebra = rule.algebra.replace("|", "\\|")
    bits = "all" if rule.exact else f"{rule.ulps} ulp with `{rule.flag}`"
    return f"| `{rule.name}` | {algebra} | {bits} |"


def page(text: str) -> str:
    """``RULES.md`` with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{rules_table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
