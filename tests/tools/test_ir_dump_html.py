"""The report page.

What is in it, and what a browser makes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ranvier import ir_dump
from ranvier.passes.tools.changes import changes
from tools.browser import after, panel, rendered, rows
from tools.kit import MODEL, Command


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the model."""
    folder = tmp_path_factory.mktemp("html")
    (folder / "model.py").write_text(MODEL)
    assert ir_dump.main([str(folder / "model.py"), "--html", str(folder / "report")]) == 0
    return folder / "report" / "index.html"


def data_of(page: Path) -> Any:
    """The data inside the page."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def lines(data: Any, ids: Sequence[int]) -> list[str]:
    """Lines of text from their numbers."""
    return [data["lines"][i] for i in ids]


def test_one_file_that_needs_nothing_else(page: Path) -> None:
    assert [each.name for each in page.parent.glob("*.html")] == ["index.html"]
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//cdn|@import|<link[^>]*stylesheet|src=", text)


def test_the_last_state_is_what_the_command_prints(page: Path, dump: Command) -> None:
    data = data_of(page)
    assert "\n".join(lines(data, data["states"][-1]["text"])) + "\n" == dump("model.py").out
    names = [each["name"] for each in data["passes"]]
    assert names[:3] == ["contract", "canonicalize", "cse"] and "vectorize" in names
    assert len(data["states"]) == len(names) + 1


def test_diffs_lead_from_state_to_state(page: Path) -> None:
    data = data_of(page)
    for place, each in enumerate(data["passes"]):
        before, after_ = (lines(data, data["states"][place + i]["text"]) for i in (0, 1))
        removed = [before[i + k] for kind, i, _, n in each["diff"] if kind == "-" for k in range(n)]
        added = [after_[j + k] for kind, _, j, n in each["diff"] if kind == "+" for k in range(n)]
        kept = sum(n for kind, _, _, n in each["diff"] if kind == "=")
        if each["diff"]:
            assert len(removed) + kept == len(before) and len(added) + kept == len(after_)
        else:
            assert before == after_


def test_machine_code_is_linked_to_the_equation(page: Path) -> None:
    """Vector arithmetic is linked to its line of the model.

    Here it comes from ``dv/dt``.
    """
    data = data_of(page)
    equation = 1 + next(i for i, t in enumerate(MODEL.splitlines()) if "tau*dv/dt" in t)
    locs = data["states"][-1]["locs"]
    for listing in data["listings"]:
        found = [
            data["lines"][text]
            for text, at in zip(listing["text"], listing["from"], strict=True)
            if at and any(span[1] == equation for span in data["locs"][locs[at - 1]][2])
        ]
        pattern = "vsubpd|vaddpd|vmulpd|subpd|fsub" if listing["name"] == "asm" else "<16 x double>"
        assert any(re.search(pattern, text) for text in found), listing["name"]


def test_renumbered_values_are_no_change() -> None:
    before = ['%0 = "a"()', '%1 = "b"()', '%2 = "c"(%1)', '%3 = "d"(%2, %1)']
    after_ = ['%0 = "b"()', '%1 = "c"(%0)', '%2 = "d"(%1, %0)']
    assert changes(before, after_) == [("-", 0, 0, 1), ("=", 1, 0, 3)]


def test_another_operand_is_a_change() -> None:
    before = ['%0 = "a"()', '%1 = "b"()', '%2 = "c"(%1)']
    after_ = ['%0 = "a"()', '%1 = "b"()', '%2 = "c"(%0)']
    assert changes(before, after_) == [("=", 0, 0, 2), ("-", 2, 2, 1), ("+", 3, 2, 1)]


def test_a_module_of_a_file(dump: Command) -> None:
    """A module without a network, passes or an entry point."""
    assert dump("module.mlir", "--html", "report").code == 0
    data = data_of(dump.folder / "report" / "index.html")
    assert data["passes"] == [] and len(data["states"]) == 1
    assert data["sources"][0]["file"] == "module.mlir" and data["sources"][0]["lines"]
    assert [each["name"] for each in data["listings"]] == ["LLVM", "LLVM opt", "asm"]


def test_a_level_without_machine_code(dump: Command) -> None:
    answer = dump("model.py", "-p", "cse", "--html", "report")
    assert answer.code == 0
    data = data_of(dump.folder / "report" / "index.html")
    assert [each["name"] for each in data["passes"]] == ["cse"]


def test_a_browser_draws_it(page: Path) -> None:
    document = rendered(page)
    assert 'data-ready="yes"' in document and "data-error" not in document
    assert "model.py" in document
    assert rows(panel(document, "source"), "linked")
    assert rows(panel(document, "a"), "linked") and rows(panel(document, "b"), "linked")
    assert document.count('class="pass') >= 25


@pytest.mark.parametrize(
    "tab", ["Diff", "Pretty", "IR", "LLVM", "LLVM+opt", "asm", "Rewrites", "Explain"]
)
def test_a_browser_draws_every_tab(page: Path, tab: str) -> None:
    document = rendered(page, f"#pass=2&a={tab}&b=Stats")
    assert 'data-ready="yes"' in document and "data-error" not in document
    name = tab.replace("+", " ")
    assert f'data-name="{name}" aria-selected="true"' in panel(document, "a")


def test_a_click_shows_what_belongs_together(page: Path) -> None:
    script = """
        const line = [...document.querySelectorAll("#source .row")]
            .find((r) => r.textContent.includes("tau*dv/dt"));
        line.click();
    """
    document = after(page, script)
    assert "data-error" not in document
    for name in ("source", "a", "b"):
        assert rows(panel(document, name), "hit"), name
    assert any("tau*dv/dt" in text for text in rows(panel(document, "source"), "hit"))
    assert len(rows(panel(document, "a"), "hit")) > 5
    said = re.search(r'class="made">([^<]*)', document)
    assert said is not None and re.match(r"line \d+: \d+ operations, \d+ LLVM", said[1])


def test_hovering_machine_code_shows_its_operation(page: Path) -> None:
    script = """
        show("a", "IR");
        const row = [...document.querySelectorAll("#b .row.linked")].find((r) => r.from);
        row.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        document.body.dataset.from = row.from;
    """
    document = after(page, script)
    (hit,) = rows(panel(document, "a"), "hit")
    line = re.search(r'data-from="(\d+)"', document)
    assert line is not None and hit.startswith(line[1])


def test_keys_go_from_pass_to_pass(page: Path) -> None:
    script = """
        const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
        ["k", "k", "j"].forEach(press);
    """
    document = after(page, script)
    count = len(data_of(page)["passes"])
    assert "data-error" not in document
    assert f"<h2>{count - 1}. " in panel(document, "a")
